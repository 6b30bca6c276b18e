"""From sums and variances to estimates: interval, design effect, suppression, and the words of the method."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, sqrt

from opendtm.i18n import Message, mark
from opendtm.measure.reasons import Reason
from opendtm.measure.survey.estimates import CALIBRATED, METHOD, Bounds, Estimate, Variance
from opendtm.measure.survey.intervals import (
    Interval,
    Limits,
    Reference,
    Shape,
    Share,
    proportion_limits,
    wald,
)
from opendtm.measure.survey.sample import Sample
from opendtm.measure.survey.terms import Statistic, Term

WORDS = {
    Variance.TAYLOR: mark("Taylor linearisation"),
    Variance.JK1: mark("jackknife, one sampled unit left out at a time (JK1)"),
    Variance.JKN: mark("jackknife, one sampled unit left out within its stratum (JKn)"),
    Variance.WOODRUFF: mark("Taylor linearisation of the share below (Woodruff)"),
}
REFERENCES = {
    Reference.DESIGN: mark("t with the design's degrees of freedom ({df})"),
    Reference.DOMAIN: mark("t with the domain's degrees of freedom ({df})"),
    Reference.NORMAL: mark("normal distribution"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """What an engine found of one term in one domain.

    `above` and `below` are weighted sums (`below` 1 for a total); `variance` is None where nothing shows
    it; `squares` the weighted sum of squares of y - R x (of y around its mean, for a total); `units` and
    `strata` those with a member of the domain.
    """

    term: Term
    group: tuple[tuple[str, str], ...]
    above: float
    below: float
    variance: float | None
    squares: float
    n: int
    hits: int
    rows: int
    weighted: float
    units: int
    strata: int

    @property
    def value(self) -> float:
        """Give the estimate; `below` must not be 0."""
        return self.above / self.below


@dataclass(frozen=True, slots=True)
class Told:
    """What can be said of a moment: value, standard error, limits (None without), design effect."""

    value: float | None = None
    se: float | None = None
    limits: Limits | None = None
    deff: float | None = None

    @property
    def cv(self) -> float | None:
        """Give the standard error over the size of the value; None where that is 0."""
        return self.se / abs(self.value) if self.se is not None and self.value else None


@dataclass(frozen=True, slots=True)
class Finish:
    """How estimates are finished: from which sample, with which interval and bounds, by which variance."""

    sample: Sample
    interval: Interval
    bounds: Bounds
    variance: Variance = Variance.TAYLOR

    def estimates(self, moments: Sequence[Moment]) -> list[Estimate]:
        """Finish every moment, in the order given."""
        return [self.estimate(each) for each in moments]

    def estimate(self, moment: Moment) -> Estimate:
        """Finish one moment."""
        df = self.freedom(moment)
        if (reason := self.reason(moment, df)) is not None or moment.variance is None:
            return self.filled(moment, Told(), reason)
        told = Told(
            moment.value,
            sqrt(moment.variance),
            self._limits(moment, moment.variance, df),
            design_effect(moment, moment.variance),
        )
        return self.filled(moment, told)

    def filled(self, moment: Moment, told: Told, reason: Reason | None = None) -> Estimate:
        """Give the estimate with what can be told, or without it and with the reason."""
        if self.bounds.cv is not None and told.se is not None and told.value is not None:
            too_wide = told.se > self.bounds.cv * abs(told.value)
            reason, told = (Reason.CV, Told()) if too_wide else (reason, told)
        df, share = self.freedom(moment), moment.term.statistic is Statistic.PROPORTION
        return Estimate(
            statistic=moment.term.statistic,
            variable=moment.term.name,
            level=moment.term.level,
            group=moment.group,
            value=told.value,
            se=told.se,
            low=told.limits[0] if told.limits else None,
            high=told.limits[1] if told.limits else None,
            df=None if df == inf else int(df),
            deff=told.deff,
            cv=told.cv,
            n=moment.hits if share else moment.n,
            n_total=moment.n,
            n_missing=moment.rows - moment.n,
            n_weighted=moment.above if share else moment.weighted,
            n_weighted_total=moment.weighted,
            method=self.method(self.shape(moment.term), df),
            lonely=self.sample.design.lonely if self.sample.facts.lonely else None,
            suppressed_reason=reason,
            notes=self.sample.notes,
        )

    def freedom(self, moment: Moment) -> float:
        """Give the degrees of freedom of the interval: infinite for the normal distribution."""
        if self.interval.reference is Reference.NORMAL:
            return inf
        if self.interval.reference is Reference.DOMAIN:
            return moment.units - moment.strata
        return self.sample.facts.df

    def shape(self, term: Term) -> Shape:
        """Give the shape of the interval: as asked for a proportion, else plain."""
        if term.statistic is Statistic.PROPORTION:
            return self.interval.shape or Shape.LOGIT
        if term.statistic is Statistic.QUANTILE:
            return self.interval.shape or Shape.MEAN
        return Shape.MEAN

    def method(self, shape: Shape, df: float) -> Message:
        """Say how the estimate was made."""
        reference = Message(
            REFERENCES[self.interval.reference], {"df": "" if df == inf else int(df)}
        )
        values = {
            "variance": Message(WORDS[self.variance]),
            "shape": shape.value,
            "level": f"{self.interval.level * 100:g}",
            "reference": reference,
            "lonely": self.sample.design.lonely.value,
        }
        if not self.sample.adjustments:
            return Message(METHOD, values)
        return Message(CALIBRATED, values | {"weights": self.sample.adjustments[-1].words()})

    def reason(self, moment: Moment, df: float) -> Reason | None:
        """Give why nothing can be said of a moment; None where something can."""
        if moment.n == 0:
            return Reason.NOBODY
        if moment.below == 0:
            return Reason.ZERO_BELOW
        if moment.n < self.bounds.least:
            return Reason.FEW
        if df < 1:
            return Reason.NO_DF
        if moment.variance is None or not isfinite(moment.variance):
            return Reason.LONELY
        return None

    def _limits(self, moment: Moment, variance: float, df: float) -> Limits | None:
        quantile = self.interval.quantile(df)
        shape = self.shape(moment.term)
        if shape is Shape.MEAN:
            return wald(moment.value, variance, quantile)
        share = Share(moment.value, variance, moment.rows, quantile, self.interval.level)
        return proportion_limits(shape, share)


def design_effect(moment: Moment, variance: float) -> float | None:
    """Give the variance over that of a simple random sample of `n` from the weighted population.

    Source: Kish 1965; as R `svymean(deff=TRUE)`. None for fewer than two interviews, for weights that add
    up to no more than the interviews, and where all answers are alike.
    """
    n, population = moment.n, moment.weighted
    if n < 2 or population <= n or moment.squares <= 1e-14 * _scale(moment):
        return None
    spread = moment.squares / population * n / (n - 1)
    simple = spread * (population - n) / (population * n)
    if moment.term.statistic is Statistic.TOTAL:
        return variance / (simple * population**2)
    return variance / (simple * (population / moment.below) ** 2)


def _scale(moment: Moment) -> float:
    """Give the size of the squares before their centre was taken away, to tell rounding from spread."""
    return moment.above * moment.above / moment.weighted if moment.weighted else 0.0
