"""Forecasts: models by hand, a trial that knows only its past, and what is offered.

1. Each model gives the numbers of its formula.
2. An interval comes from errors that were known by then.
3. A model is offered only where it beats the last count and its intervals hold.
4. An unknown round is never zero.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.errors.measure_forecast import ForecastPlanInvalid
from opendtm.measure.forecast import (
    MODELS,
    Plan,
    backtest,
    drift,
    forecast,
    naive,
    seasonal_naive,
    smoothed,
)
from opendtm.measure.forecast.backtest import errors_of, half_width
from opendtm.measure.histories import Series

COUNTS = st.lists(st.integers(0, 10_000), min_size=3, max_size=30)


def numbers(*values: float) -> np.ndarray:
    """Make an array of counts."""
    return np.array(values, dtype=np.float64)


def walk(seed: int, *, mean: float, spread: float, rounds: int = 60) -> Series:
    """Make a seeded random walk of counts from 2,000 on."""
    steps = np.random.default_rng(seed).normal(mean, spread, rounds)
    return Series("A", 1, tuple(np.maximum(2000 + np.cumsum(steps), 0).tolist()))


def test_naive_repeats_the_last_count() -> None:
    assert naive(numbers(10, 14, 12), 2).tolist() == [12, 12]


def test_drift_goes_on_with_the_mean_change() -> None:
    assert drift(numbers(10, 14, 12, 16), 3).tolist() == [18, 20, 22]


def test_drift_stops_at_nobody() -> None:
    assert drift(numbers(30, 10), 2).tolist() == [0, 0]


def test_seasonal_naive_repeats_the_last_season() -> None:
    assert seasonal_naive(numbers(9, 1, 2, 3), 5, 3).tolist() == [1, 2, 3, 1, 2]


def test_smoothing_follows_a_level_that_moved_for_good() -> None:
    assert smoothed(numbers(10, 10, 50, 50, 50, 50), 2) == pytest.approx([50, 50], abs=0.01)


def test_smoothing_averages_noise_around_a_level() -> None:
    # errors of one step are least with a small weight: the level stays near the first count
    assert smoothed(numbers(100, 110, 90, 110, 90, 110, 90), 1)[0] == pytest.approx(100, abs=2)


def test_mase_is_the_error_over_the_change_before_the_first_origin() -> None:
    plan = Plan(horizon=1, start=3)
    past = [10, 12, 8, 9, 15, 15]
    # changes 2 and 4: scale 3. Origins after 3, 4, 5 rounds: naive is off by 1, 6, 0.
    found = backtest(past, model="naive", plan=plan)
    assert found.mase == pytest.approx((7 / 3) / 3)
    assert (found.targets, found.origins, found.checked, found.coverage) == (3, 3, 0, None)


def test_drift_has_no_error_on_a_straight_line() -> None:
    found = backtest([10, 12, 14, 16, 18], model="drift", plan=Plan(horizon=2, start=2))
    assert found.mase == 0
    assert found.targets == 5  # three targets one round ahead, two two rounds ahead


def test_errors_stand_by_origin_and_horizon() -> None:
    errors = errors_of(numbers(1, 2, 4, 8), model="naive", plan=Plan(horizon=2, start=2))
    assert errors[0].tolist() == [2, 6]
    assert errors[1, 0] == 4
    assert np.isnan(errors[1, 1])


def test_half_width_is_the_error_of_the_stated_rank() -> None:
    plan = Plan(level=0.8)
    assert half_width(numbers(4, 1, 3, 2), plan) == 4  # rank 5 * 0.8 = 4
    assert half_width(numbers(9, 1, 2, 3, 4, 5, 6, 7, 8), plan) == 8  # rank 10 * 0.8 = 8
    assert half_width(numbers(1, 2, 3), plan) is None  # 3 of 4 is less than 80 %


def test_interval_is_checked_against_errors_known_by_then() -> None:
    # errors one ahead: 1, 1, 1, 1, then 9 (outside: at most 1 was known), then 9 (inside: 9 is known)
    past = [0, 0, 1, 2, 3, 4, 13, 22]
    found = backtest(past, model="naive", plan=Plan(horizon=1, start=2))
    assert (found.checked, found.coverage) == (2, 0.5)


def test_rounds_needed_give_every_horizon_its_checks() -> None:
    plan = Plan(horizon=3, start=8, least_checked=10)
    assert plan.rounds_needed == 26
    values = np.random.default_rng(1).normal(500, 20, 26).tolist()
    found = backtest(values, model="naive", plan=plan)
    assert found.checked == 14 + 12 + 10


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_nothing_is_offered_where_changes_are_pure_chance(seed: int) -> None:
    found = forecast(walk(seed, mean=0, spread=40))
    assert found.offered is None
    assert found.reason is not None
    assert all(each.reason for each in found.judged)
    assert all(not each.steps for each in found.judged)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_drift_is_offered_where_people_keep_coming(seed: int) -> None:
    found = forecast(walk(seed, mean=30, spread=20))
    assert found.offered is not None
    assert found.offered.backtest.model == "drift"
    assert found.baseline is not None
    assert found.baseline.mase is not None
    assert found.offered.backtest.mase is not None
    assert found.offered.backtest.mase < 0.6 * found.baseline.mase
    assert 0.7 <= (found.offered.backtest.coverage or 0) <= 0.9
    assert [step.round for step in found.offered.steps] == [61, 62, 63]
    assert all(step.low <= step.value <= step.high for step in found.offered.steps)


def test_season_is_offered_where_it_returns() -> None:
    chance = np.random.default_rng(5).normal(0, 15, 60)
    values = 1000 + 200 * (np.arange(60) % 4) + chance
    found = forecast(Series("A", 1, tuple(values.tolist())), plan=Plan(season=4))
    assert found.offered is not None
    assert found.offered.backtest.model == "seasonal_naive"


def test_model_with_intervals_that_do_not_hold_is_refused() -> None:
    series = walk(0, mean=30, spread=20)
    found = forecast(series, plan=Plan(least_covered=0.0, most_covered=0.5, start=8))
    drifting = next(each for each in found.judged if each.backtest.model == "drift")
    assert drifting.reason is not None
    assert "interval" in drifting.reason.text("en")
    assert "intervalle" in drifting.reason.text("fr")


def test_equal_mase_as_printed_is_no_lead() -> None:
    # a level that jumps: the best smoothing weight is 1, which repeats the last count
    found = forecast(walk(3, mean=0, spread=40))
    smooth = next(each for each in found.judged if each.backtest.model == "smoothed")
    assert smooth.backtest.mase == pytest.approx(found.baseline and found.baseline.mase, abs=0.005)
    assert smooth.reason is not None


def test_unknown_last_round_gives_a_reason_and_no_figure() -> None:
    series = walk(0, mean=30, spread=20)
    found = forecast(replace(series, values=(*series.values, None)))
    assert (found.used, found.judged, found.offered) == (0, (), None)
    assert found.reason is not None
    assert "not known" in found.reason.text("en")


def test_rounds_before_a_gap_are_left_out() -> None:
    series = walk(0, mean=30, spread=20)
    gapped = replace(series, values=(5.0, None, *series.values))
    found, whole = forecast(gapped), forecast(replace(series, first=3))
    assert (found.used, found.left_out) == (60, 2)
    assert found.judged == whole.judged


def test_gap_near_the_end_is_a_reason() -> None:
    values = (*walk(0, mean=30, spread=20).values, None, 10.0, 12.0)
    found = forecast(Series("A", 1, values))
    assert found.reason is not None
    assert found.reason.text("en") == "The trial needs 26 known rounds in a row, and has 2."
    assert found.reason.text("fr").endswith("il y en a 2.")


def test_counts_that_never_changed_have_no_scale() -> None:
    found = forecast(Series("A", 1, (100.0,) * 40))
    assert found.offered is None
    assert found.judged[0].reason is not None
    assert "no scale" in found.judged[0].reason.text("en")


@pytest.mark.parametrize(
    ("settings_", "key"),
    [
        ({"horizon": 0}, "horizon"),
        ({"start": 1}, "start"),
        ({"season": 12}, "start"),
        ({"season": 1}, "season"),
        ({"level": 0.4}, "level"),
        ({"level": 1.0}, "1 - level"),
        ({"most_covered": 0.5}, "most_covered"),
        ({"least_checked": 0}, "least_checked"),
    ],
)
def test_plan_that_cannot_be_carried_out_is_refused(settings_: dict[str, float], key: str) -> None:
    with pytest.raises(ForecastPlanInvalid) as raised:
        Plan(**settings_)  # type: ignore[arg-type]
    assert raised.value.details["key"] == key
    assert key in raised.value.text("fr")


@settings(deadline=None, max_examples=40)
@given(past=COUNTS, model=st.sampled_from(sorted(MODELS)), horizon=st.integers(1, 4))
def test_no_model_says_less_than_nobody_or_what_is_no_number(
    past: list[int], model: str, horizon: int
) -> None:
    said = MODELS[model](np.array(past, dtype=np.float64), horizon, 3)
    assert said.shape == (horizon,)
    assert np.isfinite(said).all()
    assert (said >= 0).all()


@settings(deadline=None, max_examples=30)
@given(past=st.lists(st.integers(1, 1000), min_size=14, max_size=20), later=st.integers(0, 9999))
def test_errors_of_the_past_do_not_change_with_what_comes_later(
    past: list[int], later: int
) -> None:
    plan = Plan(horizon=2, start=8)
    before = errors_of(np.array(past, float), model="smoothed", plan=plan)
    after = errors_of(np.array([*past, later], float), model="smoothed", plan=plan)
    known = ~np.isnan(before)
    assert (after[: len(before)][known] == before[known]).all()
