"""Sites without informants: people counted in a few squares, or distances measured between shelters.

Both give a density, and the area of the site makes it a total. Brown and others 2001 (doi
10.1111/1467-7717.00168) and Grais and others 2006 (doi 10.1111/j.0361-3666.2005.00326.x) tried them in
displacement; the estimators and their conditions are in docs/explanation/figures.md.
"""

from dataclasses import dataclass
from math import sqrt

import pyarrow as pa

from opendtm.errors import Where
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Message
from opendtm.measure.limits import limits_of_total
from opendtm.measure.stock.columns import known_counts


@dataclass(frozen=True, slots=True)
class AreaTotal:
    """A total from a density, in the unit that was counted (persons, or shelters times persons a shelter).

    `se` is the standard error; `low` and `high` use Student's t on `df` at `level`. `n` squares or points.
    """

    total: float
    se: float
    df: int
    low: float
    high: float
    level: float
    n: int


def quadrat_total(squares: pa.Table, *, area: float, level: float = 0.95) -> AreaTotal:
    """Estimate a total from squares laid at random: T = A Σ c / Σ a, with the variance of the ratio.

    `squares` has a row a square: `counted` and `area`, in the unit of `area`, the whole site. The squares are
    taken as small beside the site: no finite-population correction unless they cover more than a tenth of it.
    StockTableInvalid for a count below 0, an area that is not above 0, or one square alone.
    """
    counted, size = known_counts(squares, "counted"), known_counts(squares, "area")
    _check_area(area)
    n, covered = len(counted), float(size.sum())
    _check_enough(n, 2)
    if (size == 0).any() or covered > area:
        raise _wrong("area", Message("the squares must have an area, and lie within the site"))
    density = float(counted.sum()) / covered
    part = covered / area
    kept = 1 - part if part > 0.1 else 1.0
    spread = float((counted - density * size).var(ddof=1))
    se = area / (covered / n) * sqrt(kept * spread / n)
    return _total(density * area, se, n - 1, n, level)


def t_square_total(
    points: pa.Table, *, area: float, persons: float, level: float = 0.95
) -> AreaTotal:
    """Estimate a total from distances: from random points to the nearest shelter, and on to its neighbour.

    `points` has a row a point: `to_shelter` (x) and `to_neighbour` (z), the nearest one beyond the line through
    the shelter at right angles to the way there; in a unit whose square is that of `area`. Density by Byth
    1982: n² / (2√2 Σx Σz), which holds also where shelters are not laid out at random; `persons` is the mean
    number in a shelter. The standard error is by the jackknife over the points, `persons` taken as known.
    StockTableInvalid for a distance below 0, fewer than three points, or distances that are all 0 but one.
    """
    near, onward = known_counts(points, "to_shelter"), known_counts(points, "to_neighbour")
    _check_area(area)
    n = len(near)
    _check_enough(n, 3)
    for name, distances in (("to_shelter", near), ("to_neighbour", onward)):
        if distances.sum() == distances.max():
            raise _wrong(name, Message("at least two distances must be above 0"))
    sums = float(near.sum()), float(onward.sum())
    whole = _density(n, *sums)
    left_out = [
        _density(n - 1, sums[0] - float(x), sums[1] - float(z))
        for x, z in zip(near, onward, strict=True)
    ]
    middle = sum(left_out) / n
    se = sqrt((n - 1) / n * sum((each - middle) ** 2 for each in left_out))
    return _total(whole * area * persons, se * area * persons, n - 1, n, level)


def _density(n: int, near: float, onward: float) -> float:
    return n**2 / (2 * sqrt(2) * near * onward)


def _total(total: float, se: float, df: int, n: int, level: float) -> AreaTotal:
    return AreaTotal(total, se, df, *limits_of_total(total, se, df=df, level=level), level, n)


def _check_enough(n: int, least: int) -> None:
    if n < least:
        raise _wrong("n", Message("at least {n} rows are needed", {"n": least}))


def _check_area(area: float) -> None:
    if not 0 < area < float("inf"):
        raise _wrong("area", Message("it must be above 0"))


def _wrong(column: str, reason: Message) -> StockTableInvalid:
    return StockTableInvalid(column=column, reason=reason, where=Where(column=column))
