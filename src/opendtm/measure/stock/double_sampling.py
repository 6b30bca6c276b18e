"""Head-counts at a random sample of places correct the figures of all: double sampling with the ratio estimator.

Key informants give x for every place, a head-count gives y for n places drawn at random. R = Σy / Σx says
how far the informants are off, T = R X is the corrected total, and its variance is design-based. Cochran 1977,
ch. 6 and 12 (unverified); agrees with R survey 4.1.1, `predict(svyratio(y, x), total=X)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from opendtm.errors.measure_stock import RatioUndefined, SampleTooSmall, StockTableInvalid
from opendtm.i18n import Message
from opendtm.measure.limits import limits_of_total
from opendtm.measure.stock.columns import Numbers, known_counts, texts

ALL = Message("the whole")


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known of all places of a stratum: how many there are, and the sum of their figures (X)."""

    places: int
    total: float


@dataclass(frozen=True, slots=True)
class CorrectedTotal:
    """A total corrected by verification, in the unit of the head-count.

    `ratio` is R, overall (combined) or T / X (separate); `df` the verified places less the strata; `low` and
    `high` use Student's t on `df` at `level`. `n` places were verified of `places`.
    """

    total: float
    se: float
    ratio: float
    df: int
    low: float
    high: float
    level: float
    n: int
    places: int

    @property
    def cv(self) -> float | None:
        """Give the standard error as a share of the total; None where the total is 0."""
        return self.se / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class _Sample:
    name: str
    counted: Numbers
    reported: Numbers
    weights: Numbers
    frame: Frame

    @property
    def counted_sum(self) -> float:
        return float((self.weights * self.counted).sum())

    @property
    def reported_sum(self) -> float:
        return float((self.weights * self.reported).sum())

    def variance(self, ratio: float) -> float:
        """Give the variance of the weighted sum of the residuals y - R x: (1 - f) n s² of w (y - R x)."""
        n = len(self.counted)
        residuals = self.weights * (self.counted - ratio * self.reported)
        return (1 - n / self.frame.places) * n * float(residuals.var(ddof=1))


def combined_total(
    verified: pa.Table, *, frame: Mapping[str, Frame], level: float = 0.95
) -> CorrectedTotal:
    """Correct a total by one ratio over all strata; steady where strata have few verified places.

    `verified` has a row a place: `counted` (y), `reported` (x), where `frame` has several strata `stratum`,
    and where places were not drawn with equal chances `weight` (else w = N_h / n_h). R = Σ w y / Σ w x;
    V(T) = (X / X̂)² Σ_h (1 - f_h) n_h s²_h(w (y - R x)), with X̂ = Σ w x. StockTableInvalid for a column or stratum that is wrong; SampleTooSmall for fewer than two places
    in a stratum or more than it has; RatioUndefined where all verified places report nobody.
    """
    samples = _samples(verified, frame)
    estimated = sum(each.reported_sum for each in samples)
    if estimated == 0:
        raise RatioUndefined(stratum=ALL)
    known = sum(each.frame.total for each in samples)
    ratio = sum(each.counted_sum for each in samples) / estimated
    variance = (known / estimated) ** 2 * sum(each.variance(ratio) for each in samples)
    return _corrected(ratio * known, variance, samples, level)


def separate_total(
    verified: pa.Table, *, frame: Mapping[str, Frame], level: float = 0.95
) -> CorrectedTotal:
    """Correct each stratum by its own ratio; better where the ratios differ and no sample is small.

    Arguments and errors as in `combined_total`; a stratum in which all verified places report nobody has no
    ratio.
    """
    samples = _samples(verified, frame)
    total = variance = 0.0
    for each in samples:
        if each.reported_sum == 0:
            raise RatioUndefined(stratum=each.name)
        ratio = each.counted_sum / each.reported_sum
        total += ratio * each.frame.total
        variance += (each.frame.total / each.reported_sum) ** 2 * each.variance(ratio)
    return _corrected(total, variance, samples, level)


def _corrected(
    total: float, variance: float, samples: list[_Sample], level: float
) -> CorrectedTotal:
    n, known = sum(len(each.counted) for each in samples), sum(each.frame.total for each in samples)
    df, se = n - len(samples), sqrt(variance)
    low, high = limits_of_total(total, se, df=df, level=level)
    return CorrectedTotal(
        total=total,
        se=se,
        ratio=total / known if known else 0.0,
        df=df,
        low=low,
        high=high,
        level=level,
        n=n,
        places=sum(each.frame.places for each in samples),
    )


def _samples(verified: pa.Table, frame: Mapping[str, Frame]) -> list[_Sample]:
    counted, reported = known_counts(verified, "counted"), known_counts(verified, "reported")
    strata = np.array(_strata(verified, frame))
    unknown = sorted(set(strata.tolist()) - set(frame))
    if unknown:
        reason = Message("{name} is not a stratum of the frame", {"name": unknown[0]})
        raise StockTableInvalid(column="stratum", reason=reason)
    weights = known_counts(verified, "weight") if "weight" in verified.column_names else None
    found = [
        _sample(name, (counted, reported, weights), strata == name, frame[name])
        for name in sorted(frame)
    ]
    for each in found:
        if len(each.counted) < 2 or len(each.counted) > each.frame.places:
            raise SampleTooSmall(
                stratum=each.name, sampled=len(each.counted), known=each.frame.places
            )
    return found


def _sample(
    name: str,
    columns: tuple[Numbers, Numbers, Numbers | None],
    of: npt.NDArray[np.bool_],
    frame: Frame,
) -> _Sample:
    counted, reported, weights = columns
    n = max(int(of.sum()), 1)
    drawn = np.full(n, frame.places / n) if weights is None else weights[of]
    return _Sample(name, counted[of], reported[of], drawn, frame)


def _strata(verified: pa.Table, frame: Mapping[str, Frame]) -> list[str]:
    if "stratum" in verified.column_names or len(frame) != 1:
        return texts(verified, "stratum")
    return [next(iter(frame))] * verified.num_rows


def frame_of(places: pa.Table) -> dict[str, Frame]:
    """Give the frame of a list of all places: columns `stratum` and `reported`, in the order of the strata."""
    strata, reported = np.array(texts(places, "stratum")), known_counts(places, "reported")
    return {
        str(name): Frame(int((strata == name).sum()), float(reported[strata == name].sum()))
        for name in np.unique(strata)
    }
