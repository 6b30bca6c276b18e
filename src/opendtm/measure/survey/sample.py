"""A sample: a table bound to the design it was drawn by, and what the whole of it holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from opendtm.i18n import Message
from opendtm.measure.survey.binding import Bound
from opendtm.measure.survey.design import Design, Engine, Replication, Table


@dataclass(frozen=True, slots=True)
class Facts:
    """What the whole sample holds: rows, strata and first-stage units, the sum of its weights.

    `lonely` names the strata in which a single unit was drawn, at any stage; `alone` those where the first stage did.
    """

    rows: int
    strata: int
    units: int
    weighted: float
    lonely: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()

    @property
    def df(self) -> int:
        """Give the degrees of freedom of the design: first-stage units less strata."""
        return self.units - self.strata


@dataclass(frozen=True, slots=True)
class Sample:
    """A table bound to its design. Made by `declare`; estimators take it, one thread at a time.

    `engine` says where sums are computed; those with `adjustments` or `replication` use arrays. `replication` is set
    by `jackknife`. `adjustments` are calibrations in the order they were made (see `calibration`); `notes` say what a
    reader of the estimates should know, such as a table that was filtered before. `numbered` holds the clusters for
    CELLS (`numbering.Numbered`).
    """

    bound: Bound
    design: Design
    facts: Facts
    engine: Engine = Engine.EXPRESSION
    replication: Replication | None = None
    adjustments: tuple[Any, ...] = ()
    notes: tuple[Message, ...] = field(default=())
    numbered: Any = field(default=None, compare=False, repr=False)

    @property
    def table(self) -> Table:
        """Give the Ibis table; its columns have the engine's names (`bound.column` takes those of the interviews)."""
        return self.bound.table

    def check_columns(self, names: Sequence[str]) -> None:
        """Raise SurveyColumnMissing for a name that the table does not have."""
        self.bound.check(names)
