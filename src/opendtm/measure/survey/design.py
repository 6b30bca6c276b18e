"""How a sample was drawn: the declaration over columns, and the names that its columns get in an engine.

Every estimate starts from a `Sample`: a table whose rows are interviews, and the `Design` that says how
they were chosen. A domain is asked for by naming its column, never by filtering the table first, because
strata and clusters without a member of the domain still count in its variance.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from opendtm.errors.measure_survey import ChoiceUnknown

Table = Any  # an Ibis table; Ibis publishes no types that strict checking could use
Column = Any

WEIGHT, STRATUM = "__weight", "__stratum"


class Lonely(StrEnum):
    """What becomes of a stratum with a single sampled unit, whose variance nothing shows.

    The five rules of R `survey` (`survey.lonely.psu`): FAIL stops; REMOVE and CERTAINTY let the stratum
    add nothing; ADJUST centres it on zero instead of on its own mean; AVERAGE gives it the mean variance
    of the other strata of the domain.
    """

    FAIL = "fail"
    REMOVE = "remove"
    CERTAINTY = "certainty"
    ADJUST = "adjust"
    AVERAGE = "average"


class Finite(StrEnum):
    """What the columns of the finite-population correction hold: population sizes or sampling fractions."""

    POPULATION = "population"
    FRACTION = "fraction"


class Engine(StrEnum):
    """Where sums and variances are computed; both give the same numbers to the last digits.

    EXPRESSION: one Ibis expression in the table's own engine, for many rows and for Spark. ARRAYS: here, in
    memory, ten times quicker for a few thousand interviews. CELLS: here, added up by numbered cluster, for many rows
    of an Arrow table whose clusters were drawn in one stage; as ARRAYS where that is not so.
    """

    EXPRESSION = "expression"
    ARRAYS = "arrays"
    CELLS = "cells"


class Replication(StrEnum):
    """Which replicates variances come from, where they do not come from Taylor linearisation."""

    JK1 = "JK1"
    JKN = "JKn"


@dataclass(frozen=True, slots=True)
class Design:
    """The declaration of a sample, by column names.

    `weights`: inverse inclusion probabilities, 1 where not given. `strata`: of the first stage. `clusters`:
    one column a stage, outermost first; none where interviews were drawn directly. `finite`: one column a
    stage for the finite-population correction, as `finite_holds` says: the number of units at that stage in
    the population of the stratum (or of the cluster above), or the fraction drawn. A stage without one
    counts as drawn with replacement; without any, so does the whole sample, and stages below the first
    add nothing (the ultimate-cluster rule). One more column than clusters means that the last stage drew
    interviews. `nested` says that cluster numbers start anew in each stratum.
    """

    weights: str | None = None
    strata: str | None = None
    clusters: tuple[str, ...] = ()
    finite: tuple[str, ...] = ()
    finite_holds: Finite = Finite.POPULATION
    lonely: Lonely = Lonely.FAIL
    nested: bool = False

    def __post_init__(self) -> None:
        """Take rules by their names as well; ChoiceUnknown for a name of none."""
        for name, kind in (("lonely", Lonely), ("finite_holds", Finite)):
            try:
                object.__setattr__(self, name, kind(getattr(self, name)))
            except ValueError as error:
                known = ", ".join(kind)
                raise ChoiceUnknown(
                    option=name, value=str(getattr(self, name)), known=known
                ) from error

    @property
    def stages(self) -> int:
        """Give the number of stages that add to the variance."""
        if not self.finite:
            return 1
        return max(1, len(self.clusters), len(self.finite))

    def columns(self) -> list[str]:
        """List the columns that the declaration names."""
        named = (self.weights, self.strata, *self.clusters, *self.finite)
        return [name for name in named if name is not None]


def unit(stage: int) -> str:
    """Name the column of the unit drawn at a stage (1 is the first)."""
    return f"__unit{stage}"


def size(stage: int) -> str:
    """Name the column of the population size, or the fraction, at a stage."""
    return f"__size{stage}"


def has_clusters(design: Design, stage: int) -> bool:
    """Tell whether the units of a stage are clusters of rows, not the rows themselves."""
    return stage <= len(design.clusters)


def parents(stage: int) -> list[str]:
    """Name the columns that say within what a stage drew: the stratum, then the units above."""
    return [STRATUM, *(unit(above) for above in range(1, stage))]
