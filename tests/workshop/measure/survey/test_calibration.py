"""Weights brought to known totals: sums hold, R's numbers with unequal weights, and refusals."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measure.survey.interviews import INTERVIEWS, ONE_STAGE, UNSTRATIFIED

from opendtm.errors.measure_survey import NotForThisDesign, TargetsUnfit
from opendtm.measure.survey import (
    Design,
    Sample,
    calibrate,
    declare,
    mean,
    poststratify,
    quantile,
    rake,
    ratio_total,
    separate_ratio_total,
    total,
)

GROUPS = {"u": 40, "v": 30}


def sizes(sample: Sample, by: str) -> dict[str, float]:
    return {each.group[0][1]: each.n_weighted for each in mean(sample, "y", by=[by])}


def test_poststratified_errors_are_those_of_r() -> None:
    sample = poststratify(declare(INTERVIEWS, ONE_STAGE), "group", GROUPS)
    found = mean(sample, "y")[0]
    assert (found.value, found.se) == pytest.approx((5.1415384615384614, 0.7178039141500727))
    totals = total(sample, "y", by=["stratum"])
    assert [each.value for each in totals] == pytest.approx(
        [198.51794871794871, 161.38974358974360]
    )
    assert [each.se for each in totals] == pytest.approx(
        [61.59974909096271, 45.14126509605123], rel=1e-12
    )
    assert sizes(sample, "group") == pytest.approx(GROUPS)
    assert found.method.text("en").endswith("post-stratified by group")


def test_calibrated_errors_are_those_of_r() -> None:
    sample = calibrate(declare(INTERVIEWS, ONE_STAGE), {"group": GROUPS, "x": 290})
    found = mean(sample, "y")[0]
    assert (found.value, found.se) == pytest.approx(
        (5.2983277059577567, 0.4181988748084308), rel=1e-12
    )
    known = total(sample, "x")[0]
    assert known.value == pytest.approx(290)
    assert known.se == pytest.approx(0, abs=1e-9)


def test_raked_weights_are_those_of_r() -> None:
    margins = {"group": GROUPS, "stratum": {"A": 38, "B": 32}}
    sample = rake(declare(INTERVIEWS, ONE_STAGE), margins)
    found = mean(sample, "y")[0]
    assert found.value == pytest.approx(5.1422732512426581, rel=1e-10)
    weights = sample.table["__weight"].to_pyarrow().to_pylist()
    assert weights[:3] == pytest.approx(
        [4.192845896348779, 5.678590172752032, 6.289268844523171], rel=1e-9
    )
    assert sizes(sample, "group") == pytest.approx(GROUPS)
    assert sizes(sample, "stratum") == pytest.approx({"A": 38, "B": 32})


def test_known_sizes_have_no_error() -> None:
    table = INTERVIEWS.append_column("one", pa.array([1.0] * 15))
    margins = {"group": GROUPS, "stratum": {"A": 38, "B": 32}}
    for sample in (
        poststratify(declare(table, UNSTRATIFIED), "group", GROUPS),
        rake(declare(table, UNSTRATIFIED), margins),
        calibrate(declare(table, UNSTRATIFIED), margins),
    ):
        found = total(sample, "one", by=["group"])
        assert [each.value for each in found] == pytest.approx([40, 30])
        assert [each.se for each in found] == pytest.approx([0, 0], abs=1e-7)


def test_steps_follow_each_other() -> None:
    first = poststratify(declare(INTERVIEWS, ONE_STAGE), "group", GROUPS)
    second = poststratify(
        first,
        ["stratum", "group"],
        {
            ("A", "u"): 20,
            ("A", "v"): 18,
            ("B", "u"): 20,
            ("B", "v"): 12,
        },
    )
    assert len(second.adjustments) == 2
    assert sizes(second, "stratum") == pytest.approx({"A": 38, "B": 32})
    assert mean(second, "y")[0].se is not None


def test_quantiles_take_the_new_weights() -> None:
    sample = declare(INTERVIEWS, UNSTRATIFIED)
    heavy = poststratify(sample, "group", {"u": 1, "v": 1000})
    assert quantile(heavy, "y")[0].value == quantile(sample, "y", by=["group"])[1].value


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ({"u": 40}, "no total for v"),
        ({"u": 40, "v": 30, "w": 5}, "nobody of w"),
    ],
)
def test_totals_that_do_not_fit_the_sample(totals: dict[str, float], said: str) -> None:
    with pytest.raises(TargetsUnfit, match=said):
        poststratify(declare(INTERVIEWS, ONE_STAGE), "group", totals)
    with pytest.raises(TargetsUnfit, match=said):
        calibrate(declare(INTERVIEWS, ONE_STAGE), {"group": totals})


def test_row_without_the_known_variable_is_refused() -> None:
    table = INTERVIEWS.set_column(8, "group", pa.array([None, *["u"] * 7, *["v"] * 7]))
    with pytest.raises(TargetsUnfit, match="1 rows have no value of group"):
        poststratify(declare(table, ONE_STAGE), "group", GROUPS)


def test_margins_of_different_sizes_are_refused() -> None:
    with pytest.raises(TargetsUnfit, match="different sizes: 70; 137"):
        rake(declare(INTERVIEWS, ONE_STAGE), {"group": GROUPS, "stratum": {"A": 38, "B": 99}})


def test_margins_that_the_sample_cannot_reach_never_settle() -> None:
    """All of A is u and all of B is v, so that the sizes of strata are those of groups."""
    table = pa.table({"h": list("AABB"), "g": list("uuvv"), "y": [1, 2, 3, 4]})
    with pytest.raises(TargetsUnfit, match="cannot be reached together"):
        rake(declare(table, Design()), {"h": {"A": 60, "B": 40}, "g": {"u": 50, "v": 50}})


def test_raking_stops_after_the_rounds_given() -> None:
    margins = {"group": GROUPS, "stratum": {"A": 38, "B": 32}}
    with pytest.raises(TargetsUnfit, match="did not settle in 2 rounds"):
        rake(declare(INTERVIEWS, ONE_STAGE), margins, rounds=2)


def test_totals_that_follow_from_others_are_refused() -> None:
    table = INTERVIEWS.append_column(
        "twice", pa.array([2 * n for n in INTERVIEWS["x"].to_pylist()])
    )
    with pytest.raises(TargetsUnfit, match="follow from others"):
        calibrate(declare(table, ONE_STAGE), {"x": 290, "twice": 580})


def test_ratio_total_is_the_known_total_times_the_ratio() -> None:
    sample = declare(INTERVIEWS, ONE_STAGE)
    found = ratio_total(sample, "y", "x", known=100)
    assert found.value == pytest.approx(128.007889546351095)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def test_separate_ratio_needs_strata_and_their_totals() -> None:
    with pytest.raises(NotForThisDesign, match="no strata"):
        separate_ratio_total(declare(INTERVIEWS, UNSTRATIFIED), "y", "x", known={"A": 1})
    with pytest.raises(TargetsUnfit):
        separate_ratio_total(declare(INTERVIEWS, ONE_STAGE), "y", "x", known={"A": 1})


@settings(max_examples=15, deadline=None)
@given(
    weights=st.lists(st.integers(1, 20), min_size=12, max_size=12),
    known=st.tuples(st.integers(5, 90), st.integers(5, 90), st.integers(5, 90)),
)
def test_any_sizes_are_reached(weights: list[int], known: tuple[int, ...]) -> None:
    table = pa.table({"w": [float(w) for w in weights], "g": list("abc" * 4), "y": [1.0] * 12})
    totals = dict(zip("abc", known, strict=True))
    sample = declare(table, Design(weights="w"))
    for after in (poststratify(sample, "g", totals), calibrate(sample, {"g": totals})):
        assert sizes(after, "g") == pytest.approx(totals)
        assert after.facts.weighted == pytest.approx(sum(known))
