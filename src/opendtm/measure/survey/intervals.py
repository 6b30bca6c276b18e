"""Confidence intervals, from an estimate, its variance and its degrees of freedom.

Three tools of the field give three intervals for the same estimate: R `confint(svyby())` takes the
normal distribution, analysistools t on the degrees of freedom of the whole design, svy t on those of the
domain. OpenDTM takes t on the whole design, prints the degrees of freedom, and offers the other two.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import asin, exp, inf, log, sin, sqrt

from scipy import stats
from scipy.optimize import brentq

from opendtm.errors.measure_survey import ChoiceUnknown

Limits = tuple[float, float]


class Reference(StrEnum):
    """The distribution that the limits come from."""

    DESIGN = "design df"
    DOMAIN = "domain df"
    NORMAL = "z"


class Shape(StrEnum):
    """How the interval of a proportion is made (methods of R `svyciprop`); `mean` is the Wald interval."""

    MEAN = "mean"
    LOGIT = "logit"
    XLOGIT = "xlogit"
    LIKELIHOOD = "likelihood"
    ASIN = "asin"
    BETA = "beta"


@dataclass(frozen=True, slots=True)
class Interval:
    """Which interval is wanted: its level (0 to 1, neither), reference distribution and shape.

    `shape` None means the custom of the statistic: logit for proportions, mean for the rest. ChoiceUnknown
    for a level outside 0 to 1, and for a name of none.
    """

    level: float = 0.95
    reference: Reference = Reference.DESIGN
    shape: Shape | None = None

    def __post_init__(self) -> None:
        """Take choices by their names as well."""
        if not 0 < self.level < 1:
            raise ChoiceUnknown(option="level", value=str(self.level), known="0.90, 0.95, 0.99")
        try:
            object.__setattr__(self, "reference", Reference(self.reference))
            if self.shape is not None:
                object.__setattr__(self, "shape", Shape(self.shape))
        except ValueError as error:
            known = ", ".join([*Reference, *Shape])
            raise ChoiceUnknown(option="interval", value=str(error), known=known) from error

    def quantile(self, df: float) -> float:
        """Give the two-sided quantile of the reference distribution, for `df` degrees of freedom."""
        tail = (1 + self.level) / 2
        if self.reference is Reference.NORMAL or df == inf:
            return float(stats.norm.ppf(tail))
        return float(stats.t.ppf(tail, df))


def wald(value: float, variance: float, quantile: float) -> Limits:
    """Give value +/- quantile x standard error."""
    half = quantile * sqrt(variance)
    return value - half, value + half


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated proportion: value, variance, rows behind it, t quantile and the level it stands for."""

    value: float
    variance: float
    rows: int
    quantile: float
    level: float


def proportion_limits(shape: Shape, share: Share) -> Limits | None:
    """Give the limits of a proportion; None where the method has none, at 0 and 1 (BETA has them there)."""
    at_edge = share.value <= 0 or share.value >= 1
    if at_edge and shape is not Shape.BETA and shape is not Shape.MEAN:
        return None
    return _METHODS[shape](share)


def _mean(share: Share) -> Limits:
    return wald(share.value, share.variance, share.quantile)


def _logit(share: Share) -> Limits:
    p = share.value
    half = share.quantile * sqrt(share.variance) / (p * (1 - p))
    centre = log(p / (1 - p))
    return _expit(centre - half), _expit(centre + half)


def _expit(value: float) -> float:
    return 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))


def _asin(share: Share) -> Limits:
    p = share.value
    half = share.quantile * sqrt(share.variance) / (2 * sqrt(p * (1 - p)))
    low, high = (asin(sqrt(p)) + sign * half for sign in (-1, 1))
    return sin(max(low, 0.0)) ** 2, sin(min(high, asin(1.0))) ** 2


def _beta(share: Share) -> Limits:
    """Give Clopper-Pearson limits on the effective sample size (Korn & Graubard 1998)."""
    p, tail = share.value, (1 - share.level) / 2
    if share.variance == 0 and 0 < p < 1:
        return p, p
    effective = float(share.rows)
    if share.variance > 0:
        effective = p * (1 - p) / share.variance
    if share.rows > 1:
        effective *= (stats.t.ppf(1 - tail, share.rows - 1) / share.quantile) ** 2
    above, below = effective * p, effective * (1 - p)
    low = 0.0 if p <= 0 else float(stats.beta.ppf(tail, above, below + 1))
    high = 1.0 if p >= 1 else float(stats.beta.ppf(1 - tail, above + 1, below))
    return low, high


def _likelihood(share: Share) -> Limits:
    """Give the shares whose deviance, over its design effect, is within the quantile (Rao & Scott 1984).

    The dispersion n / (n - 1) is that of R `svyglm`, which reads these limits off an interpolated profile
    (to about four decimals); here they are solved for.
    """
    p = share.value
    dispersion = share.rows / max(share.rows - 1, 1)
    reach = share.quantile**2 * dispersion * share.variance / (p * (1 - p)) / 2
    if reach == 0:
        return p, p

    def distance(other: float) -> float:
        divergence = p * log(p / other) + (1 - p) * log((1 - p) / (1 - other))
        return divergence - reach

    edge = 1e-300
    low = brentq(distance, edge, p, xtol=1e-15, rtol=1e-14)
    high = 1 - brentq(lambda rest: distance(1 - rest), 1e-16, 1 - p, xtol=1e-16, rtol=1e-14)
    return float(low), float(high)


_METHODS: dict[Shape, Callable[[Share], Limits]] = {
    Shape.MEAN: _mean,
    Shape.LOGIT: _logit,
    Shape.XLOGIT: _logit,
    Shape.ASIN: _asin,
    Shape.BETA: _beta,
    Shape.LIKELIHOOD: _likelihood,
}
