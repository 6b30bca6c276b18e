"""Change alerts: limits by hand, the stated rate of false alarms kept, gaps, causes, and the track record.

1. The limit of a ratio is an empirical quantile; that of a sum is found by a seeded simulation.
2. Where nothing happens, alerts come at the stated rate.
3. A change over an unknown round is not judged, and that is counted.
4. A labelled history gives precision and lead.
"""

from math import log

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.errors.measure_alerts import HistoryTooShort, HistoryWithoutChange, RateInvalid
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.measure.alerts import (
    Alert,
    Cusum,
    Direction,
    Event,
    LogRatio,
    Watch,
    changes_of,
    events_of,
    track,
    tuned_cusum,
    tuned_ratio,
    watch,
    with_causes,
)
from opendtm.measure.histories import Series

SUM = Cusum(
    rate=0.05, limit=2.0, centre=0.0, scale=1.0, allowance=0.5, changes=100, offset=10.0, seed=1
)
RATIO = LogRatio(rate=0.05, limit=0.5, changes=100, offset=10.0)


def calm(seed: int, *, places: int, rounds: int, spread: float = 0.1) -> list[Series]:
    """Make places where nothing happens: counts whose log-ratios are chance alone."""
    steps = np.random.default_rng(seed).normal(0, spread, (places, rounds))
    counts = np.round(5000 * np.exp(np.cumsum(steps, axis=1)))
    return [Series(f"P{row}", 1, tuple(counts[row].tolist())) for row in range(places)]


def by_changes(*sizes: float) -> Series:
    """Make a series with these log-ratios (offset 10)."""
    levels = np.exp(np.cumsum([log(1e6), *sizes]))
    return Series("A", 1, tuple((levels - 10).tolist()))


def alert(place: str, number: int) -> Alert:
    """Make an alert."""
    return Alert(place, number, Direction.RISE, 100, 300, 1.0, 0.5, 0.05)


def test_change_is_the_log_ratio_with_the_offset() -> None:
    first, second = changes_of(Series("A", 4, (90, 190, 0)))
    assert (first.round, first.before, first.count) == (5, 90, 190)
    assert first.size == pytest.approx(log(2))
    assert second.size == pytest.approx(log(10 / 200))  # an observed zero can be computed with


def test_change_over_an_unknown_round_is_unknown() -> None:
    sizes = [change.size for change in changes_of(Series("A", 1, (90, None, 90, 90)))]
    assert sizes == [None, None, 0]


def test_limit_of_a_ratio_is_the_stated_rank() -> None:
    past = [by_changes(0.1, -0.9, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.8)]
    assert tuned_ratio(past, rate=0.1).limit == pytest.approx(0.9)  # rank 10 * 0.9 = 9
    assert tuned_ratio(past, rate=0.2).limit == pytest.approx(0.8)  # rank 10 * 0.8 = 8
    assert tuned_ratio(past, rate=0.2).changes == 9


def test_known_events_are_no_ordinary_changes() -> None:
    past = [by_changes(0.1, 0.2, 3.0, 0.3, 0.4)]
    tuned = tuned_ratio(past, rate=0.2, leaving_out=frozenset({("A", 4)}))
    assert (tuned.changes, tuned.limit) == (4, pytest.approx(0.4))


@pytest.mark.parametrize("rate", [0.01, 0.02, 0.05])
def test_ratio_keeps_the_stated_rate_where_nothing_happens(rate: float) -> None:
    tuned = tuned_ratio(calm(1, places=200, rounds=40), rate=rate)
    seen = watch(calm(2, places=400, rounds=40), detector=tuned)
    assert seen.judged == 400 * 39
    assert len(seen.alerts) / seen.judged == pytest.approx(rate, abs=0.25 * rate)


@pytest.mark.parametrize("rate", [0.01, 0.03])
def test_sum_keeps_the_stated_rate_where_nothing_happens(rate: float) -> None:
    tuned = tuned_cusum(calm(3, places=200, rounds=40), rate=rate, seed=11)
    seen = watch(calm(4, places=400, rounds=53), detector=tuned)
    assert len(seen.alerts) / seen.judged == pytest.approx(rate, abs=0.25 * rate)


def test_simulation_is_the_same_from_the_same_seed() -> None:
    past = calm(5, places=30, rounds=30)
    assert tuned_cusum(past, rate=0.05, seed=7) == tuned_cusum(past, rate=0.05, seed=7)


def test_way_of_tuning_is_said_in_both_languages() -> None:
    assert RATIO.way.text("en") == "Empirical quantile of past changes"
    assert SUM.way.text("fr") == "Simulation à partir des variations passées"


def test_sum_builds_up_and_starts_again_after_an_alert() -> None:
    # 0.5, 1.0, 1.5, 2.0 (not beyond 2), 2.5 (alert), then from 0: 0.5
    assert SUM.signals([1, 1, 1, 1, 1, 1]) == (0, 0, 0, 0, 2.5, 0)


def test_sum_of_falls_is_negative() -> None:
    assert SUM.signals([-3, 0]) == (-2.5, 0)


def test_sum_starts_again_after_an_unknown_change() -> None:
    assert SUM.signals([1, 1, 1, 1, None, 1]) == (0, 0, 0, 0, None, 0)


def test_slow_growth_is_found_by_the_sum_and_not_by_the_ratio() -> None:
    past = calm(6, places=200, rounds=40, spread=0.1)
    growing = [by_changes(*[0.12] * 12)]
    assert watch(growing, detector=tuned_ratio(past, rate=0.01)).alerts == ()
    found = watch(growing, detector=tuned_cusum(past, rate=0.01, seed=1)).alerts
    assert found
    assert found[0].direction is Direction.RISE


def test_alert_says_place_round_and_counts() -> None:
    seen = watch([Series("B", 3, (90, 390, 390, 40))], detector=RATIO)
    rise, fall = seen.alerts
    assert (rise.place, rise.round, rise.before, rise.count) == ("B", 4, 90, 390)
    assert rise.direction is Direction.RISE
    assert rise.signal == pytest.approx(log(4))
    assert (rise.limit, rise.rate, rise.cause) == (0.5, 0.05, None)
    assert (fall.round, fall.direction) == (6, Direction.FALL)


def test_unknown_rounds_are_counted_and_raise_nothing() -> None:
    seen = watch([Series("A", 1, (5000, None, 5000)), Series("B", 1, (50, 50))], detector=RATIO)
    assert seen == Watch((), judged=1, unjudged=2)


def test_everybody_gone_is_an_alert_and_nobody_asked_is_none() -> None:
    gone = watch([Series("A", 1, (500, 0))], detector=RATIO)
    assert [each.count for each in gone.alerts] == [0]
    assert watch([Series("A", 1, (500, None))], detector=RATIO).alerts == ()


def test_cause_is_that_of_the_nearest_report() -> None:
    events = [Event("A", 5, "flood"), Event("A", 3, "clashes"), Event("B", 4, "eviction")]
    first, second = with_causes([alert("A", 4), alert("C", 4)], events=events)
    assert first.cause == "clashes"  # both one round away: the earlier
    assert second.cause is None


def test_report_too_far_away_gives_no_cause() -> None:
    (found,) = with_causes([alert("A", 9)], events=[Event("A", 3, "flood")], within=2)
    assert found.cause is None


def test_events_are_read_from_a_table() -> None:
    table = pa.table({"place": ["A", "B"], "round": [2, 3], "cause": ["flood", None]})
    assert events_of(table) == (Event("A", 2, "flood"), Event("B", 3, None))
    with pytest.raises(StockTableInvalid):
        events_of(table.drop_columns(["cause"]))


def test_track_record_of_a_labelled_history() -> None:
    watched = Watch((alert("A", 4), alert("A", 5), alert("B", 9), alert("C", 2)), 200, 0)
    events = [Event("A", 6), Event("B", 8), Event("D", 3)]
    found = track(watched, events=events, before=2, after=1)
    assert (found.alerts, found.right, found.others) == (4, 3, 1)
    assert found.precision == 0.75
    assert found.recall == pytest.approx(2 / 3)
    assert found.leads == (2, -1)  # the alert at A came two rounds before, at B one after
    assert found.lead == 0.5
    assert found.false_rate == 1 / 200


def test_track_record_of_nothing_has_no_shares() -> None:
    found = track(Watch((), 0, 0), events=[])
    assert (found.precision, found.recall, found.lead, found.false_rate) == (None,) * 4


def test_history_too_short_for_the_rate_is_refused() -> None:
    with pytest.raises(HistoryTooShort) as raised:
        tuned_ratio([by_changes(*[0.1] * 18)], rate=0.05)
    assert raised.value.details == {"known": 18, "needed": 19}
    assert "fausses alertes" in raised.value.text("fr")


def test_history_of_copied_figures_is_refused() -> None:
    with pytest.raises(HistoryWithoutChange):
        tuned_cusum([Series("A", 1, (100,) * 40)], rate=0.05, seed=1)


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.1])
def test_rate_that_means_nothing_is_refused(rate: float) -> None:
    with pytest.raises(RateInvalid):
        tuned_ratio([by_changes(*[0.1] * 40)], rate=rate)


def test_settings_that_are_not_above_zero_are_refused() -> None:
    past = calm(8, places=5, rounds=30)
    with pytest.raises(RateInvalid):
        tuned_cusum(past, rate=0.05, seed=1, allowance=0)
    with pytest.raises(RateInvalid):
        tuned_ratio(past, rate=0.05, offset=0)


@settings(deadline=None, max_examples=50)
@given(
    sizes=st.lists(st.floats(-2, 2), min_size=20, max_size=60),
    rates=st.tuples(st.floats(0.06, 0.9), st.floats(0.06, 0.9)),
)
def test_lower_rate_never_has_a_lower_limit(sizes: list[float], rates: tuple[float, float]) -> None:
    past = [by_changes(*sizes)]
    strict, loose = (tuned_ratio(past, rate=rate).limit for rate in sorted(rates))
    assert strict >= loose


@settings(deadline=None, max_examples=50)
@given(sizes=st.lists(st.one_of(st.none(), st.floats(-3, 3)), max_size=30))
def test_rises_and_falls_are_judged_alike(sizes: list[float | None]) -> None:
    mirrored = [None if size is None else -size for size in sizes]
    for detector in (SUM, RATIO):
        turned = [None if each is None else -each for each in detector.signals(mirrored)]
        assert list(detector.signals(sizes)) == turned
