"""The plan of a survey: how many interviews and clusters each stratum gets, and what precision to expect.

Either every stratum shall reach the precision by itself (it is reported by itself), or the whole shall, and
the clusters are then shared among the strata.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from opendtm.measure.sampling.allocation import LEAST, Stratum, allocate
from opendtm.measure.sampling.precision import margin_expected, margin_of_whole
from opendtm.measure.sampling.size import Aim, Steps, sample_size

EACH = "each"


@dataclass(frozen=True, slots=True)
class PlannedStratum:
    """What a stratum gets; `steps` are its own where it shall reach the precision by itself."""

    name: str
    population: int | None
    clusters: int
    interviews: int
    margin: float
    steps: Steps | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: its strata, the steps of the whole where the whole was aimed at, interviews in a cluster."""

    strata: tuple[PlannedStratum, ...]
    per_cluster: int
    margin: float
    whole: Steps | None = None

    @property
    def interviews(self) -> int:
        """Count the interviews of all strata."""
        return sum(one.interviews for one in self.strata)

    @property
    def clusters(self) -> int:
        """Count the clusters of all strata."""
        return sum(one.clusters for one in self.strata)

    def table(self) -> pa.Table:
        """Give one row a stratum, which `opendtm survey draw --plan` reads again."""
        return pa.table(
            {
                "stratum": [one.name for one in self.strata],
                "population": [one.population for one in self.strata],
                "interviews_needed": [one.steps and one.steps.interviews for one in self.strata],
                "clusters": [one.clusters for one in self.strata],
                "interviews_per_cluster": [self.per_cluster for _ in self.strata],
                "interviews": [one.interviews for one in self.strata],
                "margin_expected": [one.margin for one in self.strata],
            }
        )


def plan_whole(aim: Aim, *, population: int | None, per_cluster: int = 1) -> Plan:
    """Plan a survey without strata; `population` None counts as infinite."""
    steps = sample_size(aim, population=population)
    found = _planned("", population, steps.clusters(per_cluster), per_cluster, aim, steps)
    return Plan((found,), per_cluster, found.margin)


def plan_strata(
    strata: Sequence[Stratum],
    *,
    aim: Aim,
    per_cluster: int = 1,
    rule: str = EACH,
    power: float = 0.5,
) -> Plan:
    """Plan a survey in strata: `rule` "each", or one of the rules of `allocate` for the whole.

    With `per_cluster` 1 the clusters are the households themselves. SampleImpossible where the strata hold
    fewer clusters than are needed.
    """
    if rule == EACH:
        planned = [_by_itself(one, aim, per_cluster) for one in strata]
        return Plan(tuple(planned), per_cluster, _together(planned))
    whole = sample_size(aim, population=round(sum(one.population for one in strata)))
    counts = allocate(strata, total=whole.clusters(per_cluster), rule=rule, power=power)
    planned = [
        _planned(one.name, round(one.population), counts[one.name], per_cluster, aim)
        for one in strata
    ]
    return Plan(tuple(planned), per_cluster, _together(planned), whole)


def _by_itself(stratum: Stratum, aim: Aim, per_cluster: int) -> PlannedStratum:
    population = round(stratum.population)
    if not population:
        return PlannedStratum(stratum.name, 0, 0, 0, 0.0)
    steps = sample_size(aim, population=population)
    clusters = min(max(steps.clusters(per_cluster), LEAST), stratum.clusters)
    return _planned(stratum.name, population, clusters, per_cluster, aim, steps)


def _planned(
    name: str,
    population: int | None,
    clusters: int,
    per_cluster: int,
    aim: Aim,
    steps: Steps | None = None,
) -> PlannedStratum:
    interviews = clusters * per_cluster
    if population is not None:
        interviews = min(interviews, population)
    margin = margin_expected(
        aim, answers=interviews * (1 - aim.non_response), population=population
    )
    return PlannedStratum(name, population, clusters, interviews, margin, steps)


def _together(planned: Sequence[PlannedStratum]) -> float:
    filled = [one for one in planned if one.population]
    return margin_of_whole([one.margin for one in filled], [one.population or 0 for one in filled])
