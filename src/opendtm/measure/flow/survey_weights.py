"""Interviews with travellers, weighted by the registry of the same points, or called not representative.

A flow survey is a sample of the flow that was counted. An interview stands for the people counted in its cell
(direction, sex and day) over the interviews there; where a cell has travellers but no interview, some of the
flow had no chance to answer.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

import pyarrow as pa

from opendtm.i18n import Message
from opendtm.measure.flow.columns import days, directions, numbers, refuse, words

CELLS = ("direction", "sex", "day")
Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighted:
    """The weights of the interviews, in their order, in travellers; or why there are none.

    `covered` is the share of the counted flow that lies in cells with an interview. `weights` is None and
    `reason` a sentence where the interviews are not representative of the flow.
    """

    weights: tuple[float, ...] | None
    covered: float
    by: tuple[str, ...]
    reason: Message | None = None

    @property
    def representative(self) -> bool:
        """Tell whether the interviews stand for the whole counted flow."""
        return self.weights is not None


def survey_weights(
    interviews: pa.Table, *, registry: pa.Table, by: Sequence[str] = CELLS
) -> Weighted:
    """Weight interviews by the registry, within the cells `by`, some of direction, sex and day.

    Both tables have the columns `by`, the registry `persons` too. FlowTableInvalid for a column that is
    absent or wrong, or a cell that is none of the three. Coarser cells may be asked for where days or sexes
    are thin; the result says by which cells it weighted.
    """
    unknown = [name for name in by if name not in CELLS]
    if unknown or not by:
        reason = Message("cells are made of direction, sex and day")
        raise refuse(reason, column=unknown[0] if unknown else "direction")
    asked, counted = _cells(interviews, by), _counted(registry, by)
    held, flow = Counter(asked), fsum(counted.values())
    covered = fsum(counted[cell] for cell in held if cell in counted) / flow if flow else 0.0
    outside = sum(cell not in counted for cell in asked)
    unfit = _unfit(covered, outside, anybody=bool(flow and held))
    if unfit is not None:
        return Weighted(None, covered, tuple(by), unfit)
    return Weighted(tuple(counted[cell] / held[cell] for cell in asked), covered, tuple(by))


def _unfit(covered: float, outside: int, *, anybody: bool) -> Message | None:
    """Say why the interviews do not stand for the flow; None where they do."""
    if not anybody:
        return Message("Not representative: there are no interviews, or nobody was counted.")
    if outside:
        values = {"n": outside}
        return Message(
            "Not representative: {n} interviews lie where the registry counted nobody.", values
        )
    if covered < 1 - 1e-12:
        missed = {"share": f"{100 * (1 - covered):.1f}"}
        return Message(
            "Not representative: {share} % of the travellers counted lie in cells without an interview.",
            missed,
        )
    return None


def _counted(registry: pa.Table, by: Sequence[str]) -> dict[Cell, float]:
    sums: dict[Cell, list[float]] = defaultdict(list)
    for cell, persons in zip(_cells(registry, by), numbers(registry, "persons"), strict=True):
        sums[cell].append(float(persons))
    totals = {cell: fsum(persons) for cell, persons in sums.items()}
    return {cell: persons for cell, persons in totals.items() if persons > 0}


def _cells(table: pa.Table, by: Sequence[str]) -> list[Cell]:
    read = {"direction": directions, "sex": lambda of: words(of, "sex"), "day": _days}
    return list(zip(*(read[name](table) for name in by), strict=True))


def _days(table: pa.Table) -> list[str]:
    return [day.isoformat() for day in days(table)]
