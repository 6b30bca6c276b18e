"""Four simple models of a series of counts: no change, the mean change, the last season, and smoothing.

Formulas: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, sections 5.2 and 8.1.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from scipy import optimize

Numbers = npt.NDArray[np.float64]
Model = Callable[[Numbers, int, int | None], Numbers]


def naive(past: Numbers, horizon: int, season: int | None = None) -> Numbers:  # noqa: ARG001 - every model is called alike
    """Repeat the last count."""
    return np.full(horizon, past[-1])


def drift(past: Numbers, horizon: int, season: int | None = None) -> Numbers:  # noqa: ARG001 - every model is called alike
    """Go on with the mean change a round, x_T + h (x_T - x_1) / (T - 1), never below zero."""
    change = (past[-1] - past[0]) / (len(past) - 1)
    ahead = past[-1] + change * np.arange(1, horizon + 1)
    return np.asarray(np.maximum(ahead, 0.0), dtype=np.float64)


def seasonal_naive(past: Numbers, horizon: int, season: int | None) -> Numbers:
    """Repeat the counts of the last `season` rounds; the last count where there is no season."""
    length = season or 1
    return past[-length:][np.arange(horizon) % length]


def smoothed(past: Numbers, horizon: int, season: int | None = None) -> Numbers:  # noqa: ARG001 - every model is called alike
    """Repeat the exponentially smoothed level, started at the first count.

    l_t = a x_t + (1 - a) l_{t-1}, with the a in [0, 1] of the least squared one-step errors so far.
    """
    best = optimize.minimize_scalar(_one_step, bounds=(0.0, 1.0), args=(past,), method="bounded")
    return np.full(horizon, _levels(float(best.x), past)[-1])


MODELS: Mapping[str, Model] = {
    "naive": naive,
    "drift": drift,
    "seasonal_naive": seasonal_naive,
    "smoothed": smoothed,
}


def _levels(weight: float, past: Numbers) -> Numbers:
    levels = [float(past[0])]
    for value in past[1:].tolist():
        levels.append(weight * value + (1 - weight) * levels[-1])
    return np.array(levels)


def _one_step(weight: float, past: Numbers) -> float:
    return float(((past[1:] - _levels(weight, past)[:-1]) ** 2).sum())
