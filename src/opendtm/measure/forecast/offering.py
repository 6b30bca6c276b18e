"""Which forecast may be shown: only one that beat "no change" on the past, with intervals that kept their word.

Where none may be, the record says why, model by model, beside the trial of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opendtm.i18n import Message
from opendtm.measure.forecast.backtest import Backtest, backtest, errors_of, half_width
from opendtm.measure.forecast.models import MODELS
from opendtm.measure.forecast.plan import Plan
from opendtm.measure.histories import Series

BASELINE = "naive"
DIGITS = 2  # of MASE: a lead that cannot be printed is none


@dataclass(frozen=True, slots=True)
class Step:
    """One round ahead: the count forecast, and the interval that holds it with the level of the plan."""

    round: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Judged:
    """One model beside its trial: `steps` where it is offered, else the `reason` why it is not."""

    backtest: Backtest
    steps: tuple[Step, ...] = ()
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What can be said ahead of one place.

    `used` rounds without a gap were computed with, `left_out` lie before the last unknown one. `baseline` is
    the trial of the naive model, which is never offered. Where no model is, `reason` says why.
    """

    place: str
    plan: Plan
    used: int
    left_out: int
    baseline: Backtest | None = None
    judged: tuple[Judged, ...] = ()
    reason: Message | None = None

    @property
    def offered(self) -> Judged | None:
        """Give the offered model of the least MASE; None where none is offered."""
        kept = [each for each in self.judged if each.reason is None]
        return min(kept, key=lambda each: each.backtest.mase or 0.0, default=None)


def forecast(series: Series, *, plan: Plan | None = None) -> Forecast:
    """Forecast the counts of a place from its rounds after the last unknown one, or say why not.

    A round that is not known is never taken for zero and never filled in. A series must be of one method: a
    change of method begins a new series.
    """
    settings = plan or Plan()
    past = series.tail
    left_out = len(series.values) - len(past)
    reason = _too_little(past, settings)
    if reason is not None:
        return Forecast(series.place, settings, len(past), left_out, reason=reason)
    baseline = backtest(past, model=BASELINE, plan=settings)
    judged = tuple(
        _judge(past, model, baseline, settings, series.last) for model in _tried(settings)
    )
    return Forecast(
        place=series.place,
        plan=settings,
        used=len(past),
        left_out=left_out,
        baseline=baseline,
        judged=judged,
        reason=None
        if any(each.reason is None for each in judged)
        else Message("No model did better than the last count with intervals that hold."),
    )


def _tried(plan: Plan) -> list[str]:
    skipped = {BASELINE} | (set() if plan.season else {"seasonal_naive"})
    return [name for name in MODELS if name not in skipped]


def _too_little(past: Sequence[float], plan: Plan) -> Message | None:
    if not past:
        return Message("The last round is not known, so nothing can be forecast from it.")
    if len(past) < plan.rounds_needed:
        values = {"known": len(past), "needed": plan.rounds_needed}
        return Message("The trial needs {needed} known rounds in a row, and has {known}.", values)
    return None


def _judge(past: Sequence[float], model: str, baseline: Backtest, plan: Plan, last: int) -> Judged:
    tried = backtest(past, model=model, plan=plan)
    reason = _refused(tried, baseline, plan)
    return (
        Judged(tried, reason=reason) if reason else Judged(tried, _steps(past, model, plan, last))
    )


def _refused(tried: Backtest, baseline: Backtest, plan: Plan) -> Message | None:
    if tried.mase is None or baseline.mase is None:
        return Message("The first rounds did not change, so errors have no scale.")
    if round(tried.mase, DIGITS) >= round(baseline.mase, DIGITS):
        values: dict[str, object] = {"mase": f"{tried.mase:.{DIGITS}f}"}
        values["naive"] = f"{baseline.mase:.{DIGITS}f}"
        return Message("MASE {mase}; repeating the last count has {naive}.", values)
    if tried.coverage is None or not plan.least_covered <= tried.coverage <= plan.most_covered:
        values = {
            "found": f"{100 * (tried.coverage or 0):.0f}",
            "least": f"{100 * plan.least_covered:.0f}",
            "most": f"{100 * plan.most_covered:.0f}",
        }
        return Message(
            "{found} % of the rounds lay in the interval, not {least} to {most} %.", values
        )
    return None


def _steps(past: Sequence[float], model: str, plan: Plan, last: int) -> tuple[Step, ...]:
    known = np.array(past, dtype=np.float64)
    errors = errors_of(known, model=model, plan=plan)
    values = MODELS[model](known, plan.horizon, plan.season)
    steps = []
    for ahead, value in enumerate(values.tolist()):
        column = errors[:, ahead]
        half = half_width(column[~np.isnan(column)], plan) or 0.0
        steps.append(Step(last + ahead + 1, value, max(value - half, 0.0), value + half))
    return tuple(steps)
