"""R's way to the limits of a share by likelihood: a profile of few points, a spline, straight lines.

`svyciprop(method = "likelihood")` steps away from the estimate on the logit scale, notes the signed root of
the deviance at each step, lays a cubic spline through them and reads the limits off between the spline's
points. Repeated here from OpenDTM's estimate and error, so that the oracle is met to the last digits; the
product solves for the limits instead.
"""

from math import exp, log, sqrt

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.stats import f, norm, t


def r_limits(
    share: tuple[float, float], df: int, yes: np.ndarray, weights: np.ndarray
) -> tuple[float, float]:
    """Give the two limits that R reads off, at 95 %, from a share and its error and the answers behind it."""
    p, se = share
    rows = len(yes)
    error = se / (p * (1 - p))
    effect = error**2 * information(yes, weights / weights.mean())
    alpha = norm.cdf(t.ppf(0.025, df) * sqrt(effect)) / 2
    furthest = sqrt(f.isf(alpha, 1, rows - 1))
    centre = log(p / (1 - p))
    points = [(centre, 0.0)]
    for sign in (-1, 1):
        root, step = 0.0, 0
        while (step := step + 1) < 10 and abs(root) < furthest:
            place = centre + sign * step * furthest / 5 * error
            root = sign * sqrt(deviance(p, 1 / (1 + exp(-place)), rows) * (rows - 1) / rows)
            points.append((place, root))
    x, y = map(np.array, zip(*sorted(points), strict=True))
    grid = np.linspace(x[0], x[-1], 3 * len(x))
    curve = through(x, y)(grid)
    ends = [
        float(np.interp(cut, curve, grid)) for cut in (norm.ppf(2 * alpha), norm.isf(2 * alpha))
    ]
    return 1 / (1 + exp(-ends[0])), 1 / (1 + exp(-ends[1]))


def information(yes: np.ndarray, weights: np.ndarray) -> float:
    """Give the information on the logit as R's `glm.fit` leaves it: of the step before the last."""
    mu = (weights * yes + 0.5) / (weights + 1)
    before = np.inf
    while True:
        heavy = weights * mu * (1 - mu)
        place = float((heavy * (np.log(mu / (1 - mu)) + (yes - mu) / (mu * (1 - mu)))).sum())
        fitted = 1 / (1 + exp(-place / heavy.sum()))
        now = -2 * float((weights * np.where(yes, log(fitted), log(1 - fitted))).sum())
        if abs(now - before) / (abs(now) + 0.1) < 1e-8:
            return float(heavy.sum())
        mu, before = np.full(len(yes), fitted), now


def deviance(p: float, other: float, rows: int) -> float:
    return 2 * rows * (p * log(p / other) + (1 - p) * log((1 - p) / (1 - other)))


def through(x: np.ndarray, y: np.ndarray) -> CubicSpline:
    """Lay the spline of Forsythe, Malcolm and Moler: its ends bend as cubics through four points do."""
    wanted = [
        6 * np.polyfit(x[four] - x[four].mean(), y[four], 3)[0]
        for four in (slice(4), slice(-4, None))
    ]

    def bend(first: float, last: float, values: np.ndarray) -> np.ndarray:
        third = 6 * CubicSpline(x, values, bc_type=((1, first), (1, last))).c[0]
        return np.array([third[0], third[-1]])

    plain, flat = bend(0, 0, y), np.zeros_like(y)
    matrix = np.stack([bend(1, 0, flat), bend(0, 1, flat)], axis=1)
    slopes = np.linalg.solve(matrix, np.array(wanted) - plain)
    return CubicSpline(x, y, bc_type=((1, slopes[0]), (1, slopes[1])))
