"""Figures of a survey: weighted, with their error, by area and by answer, nothing known kept unknown."""

from typing import Any

import pytest
from tests.workshop.measuring import observations

from opendtm.errors.measure import IndicatorOfOtherRecord, InterviewsAddedUp
from opendtm.measure import figures
from opendtm.measure.interviews import interview_figures, interview_panel
from opendtm.measure.panels import Panel
from opendtm.measure.survey import Bounds, Design, Reason, declare, mean
from opendtm.records import Method

ANSWERS: list[dict[str, Any]] = [
    {"adm1_code": "X1", "head_sex": "female", "move_plan": "return"},
    {"adm1_code": "X1", "head_sex": "female", "move_plan": "stay"},
    {"adm1_code": "X1", "head_sex": "male", "move_plan": "return"},
    {"adm1_code": "X2", "head_sex": "male", "move_plan": "stay"},
    {"adm1_code": "X2", "head_sex": "male", "move_plan": "relocate"},
    {"adm1_code": "X2", "head_sex": None, "move_plan": "dnk"},
]
WEIGHTS = [2.0, 1.0, 1.0, 3.0, 1.0, 9.0]


def _panel(rows: list[dict[str, Any]] = ANSWERS) -> Panel:
    table = observations(rows)
    return interview_panel(table.append_column("_weight", [WEIGHTS[: table.num_rows]]), round_="R1")


def test_share_is_that_of_known_answers() -> None:
    (found,) = interview_figures(_panel(), names=["intend_return"])
    assert found.figure.value == pytest.approx(2 / 5)
    assert (found.figure.n_places, found.figure.coverage.n_known) == (5, 6)
    assert (found.figure.unit, found.figure.round) == ("share", "R1")
    assert found.estimate.low is not None
    assert found.estimate.high is not None
    assert 0 < found.estimate.low < 0.4 < found.estimate.high < 1


def test_weights_of_the_design_count() -> None:
    (found,) = interview_figures(
        _panel(), names=["intend_return"], design=Design(weights="_weight")
    )
    assert found.figure.value == pytest.approx((2 + 1) / (2 + 1 + 1 + 3 + 1))


def test_error_is_that_of_the_survey_estimator() -> None:
    rows = [{"site_id": f"S{n % 4}", "way_minutes": 10 * n} for n in range(6)]
    panel = _panel(rows)
    design = Design(weights="_weight", clusters=("site_id",))
    (found,) = interview_figures(panel, names=["pdm_way_minutes"], design=design)
    (alone,) = mean(declare(panel.table, design), "way_minutes")
    assert found.figure.value == pytest.approx(alone.value)
    assert found.estimate.se == pytest.approx(alone.se)
    assert found.estimate.df == alone.df == 3


def test_figures_by_area_and_by_answer() -> None:
    found = interview_figures(_panel(), names=["intend_return"], by="adm1", along="head_sex")
    values = {(one.figure.place_code, one.figure.by): one.figure.value for one in found}
    assert values["X1", (("head_sex", "female"),)] == pytest.approx(0.5)
    assert values["X1", (("head_sex", "male"),)] == 1
    assert values["X2", (("head_sex", "male"),)] == 0
    assert values["X2", (("head_sex", "unknown"),)] is None


def test_all_indicators_that_the_columns_can_answer_come_in_one_pass() -> None:
    found = [one.figure.indicator for one in interview_figures(_panel())]
    assert found == ["intend_relocate", "intend_return", "intend_stay"]


def test_nothing_known_is_unknown_with_the_reason() -> None:
    rows = [{"move_plan": "dnk"}, {"move_plan": None}]
    (found,) = interview_figures(_panel(rows), names=["intend_return"])
    assert (found.figure.value, found.figure.n_places) == (None, 0)
    assert found.figure.method is Method.UNKNOWN
    assert found.estimate.suppressed_reason is Reason.NOBODY


def test_too_few_interviews_are_withheld_with_the_reason() -> None:
    (found,) = interview_figures(_panel(), names=["intend_return"], bounds=Bounds(least=30))
    assert found.figure.value is None
    assert found.estimate.suppressed_reason is Reason.FEW


def test_interviews_are_not_added_up() -> None:
    with pytest.raises(InterviewsAddedUp) as problem:
        figures(_panel())
    assert problem.value.code == "OD938"


def test_indicator_of_places_is_refused() -> None:
    with pytest.raises(IndicatorOfOtherRecord):
        interview_figures(_panel(), names=["idp_individuals"])
