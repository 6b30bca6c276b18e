"""How many interviews a wanted precision takes.

The corrections are made in one stated order, finite population, design effect, non-response, because
another order gives another number. Nothing is rounded before the end.
"""

from dataclasses import dataclass
from math import ceil
from statistics import NormalDist

from opendtm.errors.measure_sampling import AimOutside
from opendtm.i18n import Message, mark

_ROUNDING = 1e-9  # what a computer's arithmetic may add to a whole number
_OPEN = mark("between 0 and 1, both excluded")
_PART = mark("between 0 and 1, 1 excluded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a survey shall tell: a share `proportion` within `margin` either way, at a confidence `level`.

    `design_effect` is what clusters cost, `non_response` the share of households that will not answer. All
    but the design effect (at least 0) are shares between 0 and 1; AimOutside where one is not.
    """

    margin: float = 0.05
    level: float = 0.95
    proportion: float = 0.5
    design_effect: float = 1.0
    non_response: float = 0.0

    def __post_init__(self) -> None:
        """Refuse an aim that no sample can have."""
        _require(0 < self.margin < 1, "margin", self.margin, _OPEN)
        _require(0 < self.level < 1, "level", self.level, _OPEN)
        _require(0 < self.proportion < 1, "proportion", self.proportion, _OPEN)
        _require(0 <= self.non_response < 1, "non_response", self.non_response, _PART)
        _require(self.design_effect > 0, "design_effect", self.design_effect, mark("above 0"))

    @property
    def z(self) -> float:
        """Give the normal quantile of the level, two-sided: 1.96 for 95 %."""
        return NormalDist().inv_cdf((1 + self.level) / 2)


@dataclass(frozen=True, slots=True)
class Steps:
    """The size of a sample, step by step, in interviews; only `interviews` is rounded.

    `infinite` is n0 = z² p (1 - p) / e², `finite` n1 = n0 / (1 + (n0 - 1) / N), `designed` n1 x deff and
    `planned` that / (1 - non-response). `other_order` is `planned` had the design effect come before the
    finite population. `population` is N, None where it counts as infinite.
    """

    population: int | None
    infinite: float
    finite: float
    designed: float
    planned: float
    other_order: float

    @property
    def interviews(self) -> int:
        """Count the interviews to plan; never more than there are households."""
        wanted = rounded_up(self.planned)
        return wanted if self.population is None else min(wanted, self.population)

    @property
    def takes_all(self) -> bool:
        """Tell whether the precision takes every household."""
        return self.population is not None and self.planned >= self.population

    def clusters(self, per_cluster: int) -> int:
        """Count the clusters of `per_cluster` interviews."""
        return rounded_up(min(self.planned, self.population or self.planned) / per_cluster)


def design_effect(*, per_cluster: float, rho: float) -> float:
    """Give 1 + (m - 1) rho for m interviews a cluster of intra-cluster correlation rho (Kish 1965)."""
    _require(0 <= rho <= 1, "rho", rho, mark("between 0 and 1"))
    return 1 + (per_cluster - 1) * rho


def sample_size(aim: Aim, *, population: int | None = None) -> Steps:
    """Compute the size of a sample for a share (Cochran 1977, ch. 4); `population` counts households."""
    if population is not None:
        _require(population >= 1, "population", population, mark("at least 1"))
    infinite = aim.z**2 * aim.proportion * (1 - aim.proportion) / aim.margin**2
    answering = 1 - aim.non_response
    finite = _finite(infinite, population)
    designed = finite * aim.design_effect
    other = _finite(infinite * aim.design_effect, population) / answering
    return Steps(population, infinite, finite, designed, designed / answering, other)


def rounded_up(count: float) -> int:
    """Round up to a whole number, forgiving what arithmetic may have added."""
    return ceil(count - _ROUNDING)


def _finite(size: float, population: int | None) -> float:
    return size if population is None else size / (1 + (size - 1) / population)


def _require(holds: object, name: str, value: float, range_: str) -> None:
    if not holds:
        raise AimOutside(name=name, value=f"{value:g}", range=Message(range_))
