"""The draw of one stratum: clusters by size, an equal number of interviews in each, reserves, weights.

The sample and its reserves are drawn in one pass, and the reserves are then drawn out of it. Sample alone
and sample with all reserves are both exact samples with probability proportional to size, so that both
have exact weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from opendtm.measure.sampling import chance
from opendtm.measure.sampling.selection import inclusion_probabilities, systematic

RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A row of the frame: its name, stratum, number of households, place in the file and sort key."""

    name: str
    stratum: str
    households: Fraction
    index: int
    row: int
    sort: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Lot:
    """How a stratum is drawn: how many clusters and reserves, interviews in each, order and seed.

    `order` is "random" (then by chance), else the clusters are taken in the order of their sort keys, which
    spreads the sample over what they are sorted by.
    """

    clusters: int
    per_cluster: int
    seed: int
    reserves: int = 0
    order: str = "frame"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cluster of the sample. `reserve` tells which of the two parts it is in.

    `probability` is that of the first stage, `second` that of a household within the cluster; `weight` is
    1 / (probability x second), before non-response, and None for a reserve. The last two hold where all
    reserves are opened.
    """

    cluster: Cluster
    reserve: bool
    certain: bool
    probability: float
    interviews: int
    second: float
    weight: float | None
    probability_opened: float
    weight_opened: float


@dataclass(frozen=True, slots=True)
class StratumDraw:
    """What was drawn in a stratum, and the random starts with which it can be drawn again by hand."""

    name: str
    population: Fraction
    frame_clusters: int
    drawn: tuple[Drawn, ...]
    starts: dict[str, Fraction] = field(default_factory=dict)

    @property
    def main(self) -> tuple[Drawn, ...]:
        """Give the clusters to visit."""
        return tuple(one for one in self.drawn if not one.reserve)

    @property
    def reserves(self) -> tuple[Drawn, ...]:
        """Give the clusters that are opened only by the rule."""
        return tuple(one for one in self.drawn if one.reserve)

    @property
    def interviews(self) -> int:
        """Count the interviews planned, without reserves."""
        return sum(one.interviews for one in self.main)


def draw_stratum(clusters: Sequence[Cluster], lot: Lot) -> StratumDraw:
    """Draw one stratum. SampleImpossible where it has fewer clusters with households than asked for."""
    name = clusters[0].stratum
    ordered = _ordered(clusters, lot)
    sizes = [one.households for one in ordered]
    alone = inclusion_probabilities(sizes, count=lot.clusters)
    opened = inclusion_probabilities(sizes, count=lot.clusters + lot.reserves)
    starts = {"start": chance.fraction(lot.seed, "start", name)}
    chosen = systematic(opened, start=starts["start"])
    reserve: set[int] = set()
    if lot.reserves:
        starts["reserve"] = chance.fraction(lot.seed, "reserve", name)
        shares = [1 - alone[at] / opened[at] for at in chosen]
        reserve = {chosen[at] for at in systematic(shares, start=starts["reserve"])}
    drawn = tuple(
        _drawn(ordered[at], (alone[at], opened[at]), lot, reserve=at in reserve) for at in chosen
    )
    return StratumDraw(name, sum(sizes, Fraction()), len(ordered), drawn, starts)


def _ordered(clusters: Sequence[Cluster], lot: Lot) -> list[Cluster]:
    if lot.order == RANDOM:
        return sorted(
            clusters, key=lambda one: (chance.fraction(lot.seed, "order", one.name), one.index)
        )
    return sorted(clusters, key=lambda one: (one.sort, one.index))


def _drawn(
    cluster: Cluster, probabilities: tuple[Fraction, Fraction], lot: Lot, *, reserve: bool
) -> Drawn:
    alone, opened = probabilities
    taken = min(Fraction(lot.per_cluster), cluster.households)
    second = taken / cluster.households
    return Drawn(
        cluster=cluster,
        reserve=reserve,
        certain=alone == 1,
        probability=float(alone),
        interviews=-(-taken.numerator // taken.denominator),
        second=float(second),
        weight=None if reserve else float(1 / (alone * second)),
        probability_opened=float(opened),
        weight_opened=float(1 / (opened * second)),
    )
