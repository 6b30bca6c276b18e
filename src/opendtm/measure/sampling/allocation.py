"""How many clusters each stratum gets: by one of four rules, never fewer than two where it has two.

Two clusters are the least from which a variance can be estimated. A stratum that holds fewer is taken
whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from opendtm.errors.measure_sampling import SampleImpossible
from opendtm.i18n import Message, mark

RULES = ("proportional", "equal", "neyman", "power")
LEAST = 2
_NEGLIGIBLE = 1e-12
_FUZZ = 1e-9


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum of a frame: households, clusters with any, and the expected standard deviation in it."""

    name: str
    population: float
    clusters: int
    spread: float = 1.0

    @property
    def least(self) -> int:
        """Count the clusters that it gets at least."""
        return min(LEAST, self.clusters)


def allocate(
    strata: Sequence[Stratum], *, total: int, rule: str = "proportional", power: float = 0.5
) -> dict[str, int]:
    """Share `total` clusters among the strata; the parts add up to it.

    In proportion to N_h (proportional), 1 (equal), N_h S_h (Neyman; Cochran 1977, ch. 5) or N_h ** `power`
    (power allocation; Bankier 1988 with equal relative spread), within the bounds of each stratum, rounded
    by largest remainders. SampleImpossible where the total is below or above what the bounds allow.
    """
    least, most = sum(one.least for one in strata), sum(one.clusters for one in strata)
    _check(total, least, most, len(strata))
    weights = _weights(strata, rule, power)
    shares = _bounded(strata, weights, total)
    return _whole(strata, shares, total)


def _check(total: int, least: int, most: int, count: int) -> None:
    if total < least:
        sentence = mark(
            "{total} clusters in {count} strata, where at least {least} are needed so that none has fewer than two"
        )
    elif total > most:
        sentence = mark("{total} clusters, where the frame has {most} with households")
    else:
        return
    values = {"total": total, "count": count, "least": least, "most": most}
    raise SampleImpossible(reason=Message(sentence, values))


def _weights(strata: Sequence[Stratum], rule: str, power: float) -> list[float]:
    if rule == "equal":
        found = [1.0 for _ in strata]
    elif rule == "neyman":
        found = [one.population * one.spread for one in strata]
    elif rule == "power":
        found = [one.population**power for one in strata]
    else:
        found = [one.population for one in strata]
    largest = max(found, default=0.0) or 1.0
    return [max(weight / largest, _NEGLIGIBLE) for weight in found]


def _bounded(strata: Sequence[Stratum], weights: Sequence[float], total: int) -> list[float]:
    """Find the shares k w_h within their bounds that add up to the total, by halving an interval of k."""

    def shares(factor: float) -> list[float]:
        pairs = zip(strata, weights, strict=True)
        return [min(max(factor * weight, one.least), one.clusters) for one, weight in pairs]

    low, high = 0.0, max(one.clusters for one in strata) / min(weights)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(shares(middle)) < total else (low, middle)
    return shares(high)


def _whole(strata: Sequence[Stratum], shares: Sequence[float], total: int) -> dict[str, int]:
    counts = [floor(share + _FUZZ) for share in shares]
    by_rest = sorted(range(len(counts)), key=lambda at: (counts[at] - shares[at], at))
    missing = total - sum(counts)
    for at in (at for at in by_rest if counts[at] < strata[at].clusters):
        if missing <= 0:
            break
        counts[at] += 1
        missing -= 1
    return {one.name: count for one, count in zip(strata, counts, strict=True)}
