"""A model tried on the past, round after round, with nothing known that was not known then.

From each origin the model sees the counts up to it, forecasts the horizons ahead, and is compared with what
came. Intervals are empirical (split conformal, absolute errors): at each origin from the errors of targets
that had come by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from opendtm.measure.forecast.models import MODELS
from opendtm.measure.forecast.plan import Plan

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What the trial of one model found, over all horizons together.

    `mase` is the mean absolute error over `targets`, divided by the mean absolute change from round to round
    before the first origin (Hyndman and Koehler 2006); None where nothing changed there. `coverage` is the
    share of `checked` targets that lay in their interval; `origins` the origins forecast from.
    """

    model: str
    mase: float | None
    coverage: float | None
    targets: int
    checked: int
    origins: int


def backtest(past: Sequence[float], *, model: str, plan: Plan) -> Backtest:
    """Try a model of `MODELS` on a series without gaps, from the origin after `plan.start` rounds on."""
    known = np.array(past, dtype=np.float64)
    errors = errors_of(known, model=model, plan=plan)
    told = ~np.isnan(errors)
    inside = [_inside(errors[:, ahead], ahead + 1, plan) for ahead in range(plan.horizon)]
    checked = [each for column in inside for each in column]
    scale = float(np.abs(np.diff(known[: plan.start])).mean())
    return Backtest(
        model=model,
        mase=float(errors[told].mean()) / scale if scale and told.any() else None,
        coverage=sum(checked) / len(checked) if checked else None,
        targets=int(told.sum()),
        checked=len(checked),
        origins=int(told[:, 0].sum()),
    )


def errors_of(known: Numbers, *, model: str, plan: Plan) -> Numbers:
    """Give the absolute errors, a row an origin and a column a horizon; NaN where the target has not come."""
    origins = range(plan.start, len(known))
    errors = np.full((len(origins), plan.horizon), np.nan)
    for row, origin in enumerate(origins):
        came = known[origin : origin + plan.horizon]
        said = MODELS[model](known[:origin], plan.horizon, plan.season)
        errors[row, : len(came)] = np.abs(came - said[: len(came)])
    return errors


def half_width(errors: Numbers, plan: Plan) -> float | None:
    """Give the ceil((n + 1) level)-th smallest of n absolute errors; None where n is too small for the level."""
    rank = ceil(round((len(errors) + 1) * plan.level, 9))
    return float(np.sort(errors)[rank - 1]) if 0 < rank <= len(errors) else None


def _inside(errors: Numbers, ahead: int, plan: Plan) -> list[bool]:
    """Tell for each origin with enough errors known by then whether its target lay in the interval."""
    known = errors[~np.isnan(errors)]
    found = []
    for origin in range(len(known)):
        half = half_width(known[: max(origin - ahead + 1, 0)], plan)
        if half is not None:
            found.append(bool(known[origin] <= half))
    return found
