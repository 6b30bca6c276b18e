"""The limits of a total that cannot be below 0, by Student's t: for estimates that are no survey's domains."""

from scipy import stats


def limits_of_total(total: float, se: float, *, df: int, level: float) -> tuple[float, float]:
    """Give the lower and the upper limit of a total at `level`, in its unit; the lower one is 0 at least.

    `se` is its standard error on `df` degrees of freedom: T ± t((1 + level) / 2, df) se.
    """
    half = float(stats.t.ppf((1 + level) / 2, df)) * se
    return max(total - half, 0.0), total + half
