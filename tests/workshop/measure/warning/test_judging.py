"""The last change of a place, judged by detectors tuned on the changes before it.

1. The limit comes from past changes alone: the last one never widens it.
2. Too few past changes give a reason with the number needed, and no verdict.
3. A change that cannot be known is not judged.
4. The forecast begins after the last break.
"""

from math import log

import pytest
from tests.workshop.measure.warning.growth import FIRST, MOVED

from opendtm.errors.measure_alerts import HistoryTooShort, HistoryWithoutChange
from opendtm.measure.alerts import Direction
from opendtm.measure.warning import History, Reading, watched
from opendtm.measure.warning.judging import Kind
from opendtm.measure.warning.outlook import outlook

UP, DOWN = 110.0, 100.0  # with the offset of 10: ln(120/110) up and down, 19 of them


def swinging(*last: float | Reading | None, rounds: int = 20) -> History:
    """Give a place that goes 100, 110, 100, ... for some rounds, and then as said."""
    values = [DOWN if at % 2 == 0 else UP for at in range(rounds)]
    more = [Reading(one) if isinstance(one, int | float) else one for one in last]
    return History("A", (*map(Reading, values), *more))


def test_limit_is_the_largest_of_nineteen_past_changes() -> None:
    found = watched([swinging(109.0)])
    assert (found.changes, found.places, found.rounds, found.judged) == (19, 1, 19, 1)
    assert found.tuned[0].detector is not None
    assert round(found.tuned[0].detector.limit, 9) == round(log(120 / 110), 9)
    assert found.verdicts[0].alerts == {}


def test_sudden_rise_and_fall_raise_an_alert() -> None:
    up, down = watched([swinging(400.0)]), watched([swinging(20.0)])
    assert up.verdicts[0].alerts[Kind.SUDDEN].direction is Direction.RISE
    assert up.verdicts[0].alerts[Kind.SUDDEN].before == UP
    assert down.verdicts[0].alerts[Kind.SUDDEN].direction is Direction.FALL


def test_alert_of_an_earlier_round_is_not_told_as_one_of_the_last() -> None:
    found = watched([*(swinging(100.0, 110.0) for _ in range(9)), swinging(900.0, 905.0)])
    assert found.verdicts[-1].judged
    assert Kind.SUDDEN not in found.verdicts[-1].alerts


def test_rise_that_builds_up_is_found_by_cusum_alone() -> None:
    """Two per cent a round are within what is usual; five times in a row they are not."""
    pattern = (1000, 1030, 1010, 1000, 1020, 990, 1000, 1010, 1040, 1000, 1010, 1000)
    usual = [History("A", tuple(map(Reading, pattern + pattern[:5]))) for _ in range(6)]
    steps = tuple(1000 * 1.02**step for step in range(1, 6))
    found = watched([*usual, History("B", tuple(map(Reading, pattern + steps)))]).verdicts[-1]
    assert set(found.alerts) == {Kind.GRADUAL}
    assert found.alerts[Kind.GRADUAL].direction is Direction.RISE


def test_too_few_changes_give_the_number_needed_and_no_verdict() -> None:
    found = watched([swinging(400.0, rounds=19)])
    for tuned in found.tuned:
        assert isinstance(tuned.reason, HistoryTooShort)
        assert "18" in tuned.reason.text("en")
        assert "19" in tuned.reason.text("en")
    assert not found.verdicts[0].judged
    assert found.verdicts[0].alerts == {}


def test_copied_figures_are_not_tuned_on_by_cusum() -> None:
    found = watched([History("A", tuple(Reading(100) for _ in range(21)))])
    reasons = {tuned.kind: tuned.reason for tuned in found.tuned}
    assert reasons[Kind.SUDDEN] is None
    assert isinstance(reasons[Kind.GRADUAL], HistoryWithoutChange)


def test_change_over_a_break_is_not_judged() -> None:
    other = swinging(Reading(400, basis="registration"))
    gap, carried = swinging(None, 400.0), swinging(Reading(400, carried=400))
    for each in (other, gap, carried):
        found = watched([each])
        assert not found.verdicts[0].judged
        assert found.judged == 0


def test_nothing_to_watch_gives_a_reason() -> None:
    assert watched([]).verdicts == ()
    assert not watched([History("A", (Reading(5),))]).verdicts[0].judged


def test_forecast_counts_the_rounds_since_the_last_break() -> None:
    found = outlook(
        swinging(Reading(100, basis="registration"), Reading(101, basis="registration"))
    )
    assert found.used == 2
    assert found.offered is None
    assert found.reason is not None
    assert found.reason.text("en") == "The trial needs 22 known rounds in a row, and has 2."


def test_forecast_of_a_round_that_was_carried_forward_is_refused() -> None:
    found = outlook(swinging(Reading(400, carried=400)))
    assert found.reason is not None
    assert "last round is not known" in found.reason.text("en")


def test_uneven_growth_is_forecast_by_drift_with_the_trial_beside_it() -> None:
    """It grows by 10 to 30 a round, from 200 to 766 in 29 steps; a MASE by hand from the changes alone."""
    values = [200 + sum(MOVED[:step]) for step in range(len(MOVED) + 1)]
    found = outlook(History("A", tuple(map(Reading, values))))
    assert found.baseline is not None
    naive = (sum(MOVED[7:]) / 22) / (sum(FIRST) / 7)
    assert found.baseline.mase == pytest.approx(naive)
    assert found.offered is not None
    assert found.offered.backtest.model == "drift"
    (step,) = found.offered.steps
    assert (step.round, step.value) == (30, pytest.approx(766 + 566 / 29))
    assert step.high - step.value == pytest.approx(step.value - step.low)
