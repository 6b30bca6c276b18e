"""Means, totals, ratios and proportions: textbook values by hand, domains, unknown answers, suppression."""

import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measure.survey.interviews import INTERVIEWS, ONE_STAGE, TWO_STAGE

from opendtm.errors.measure_survey import NotANumber, SurveyColumnMissing
from opendtm.measure.survey import (
    Bounds,
    Design,
    Estimate,
    Interval,
    Reason,
    Reference,
    Shape,
    declare,
    estimates_table,
    mean,
    proportion,
    ratio,
    total,
)

T_95 = {3: 3.182446305284263, 4: 2.7764451051977934}  # two-sided t quantiles, from a table


def only(estimates: list[Estimate]) -> Estimate:
    assert len(estimates) == 1
    return estimates[0]


def test_mean_of_a_simple_random_sample_is_the_textbook_one() -> None:
    """Y = 2, 4, 6, 8 of 20: mean 5, s^2 = 20/3, se^2 = (1 - 4/20) (20/3) / 4 = 4/3."""
    table = pa.table({"y": [2, 4, 6, 8], "w": [5.0] * 4, "N": [20] * 4})
    found = only(mean(declare(table, Design(weights="w", finite=("N",))), "y"))
    assert found.value == 5
    assert found.se == pytest.approx(math.sqrt(4 / 3), rel=1e-14)
    assert found.df == 3
    assert found.low == pytest.approx(5 - T_95[3] * math.sqrt(4 / 3), rel=1e-12)
    assert found.deff == pytest.approx(1, rel=1e-12)
    assert (found.n, found.n_total, found.n_missing, found.n_weighted) == (4, 4, 0, 20)
    assert found.suppressed_reason is None


def test_ratio_by_hand() -> None:
    """Y = 1, 3, 8; x = 1, 2, 3: R = 2, residuals -1, -1, 2 with s^2 = 3; se^2 = 3 x 3 / 6^2 = 1/4."""
    table = pa.table({"y": [1, 3, 8], "x": [1, 2, 3], "w": [1.0] * 3})
    found = only(ratio(declare(table, Design(weights="w")), ("y", "x")))
    assert (found.value, found.variable) == (2, "y/x")
    assert found.se == pytest.approx(0.5, rel=1e-14)


def test_clusters_outside_a_domain_count_as_zeros() -> None:
    """Three villages, the domain in two of them with totals 4 and 8: sum of squares 4 + 8 and 0 around 4.

    (0 - 4)^2 + (4 - 4)^2 + (8 - 4)^2 = 32, times 3 / 2 = 48. Filtered first it would be 2 x 8 = 16.
    """
    table = pa.table({"village": [1, 2, 3, 3], "y": [4, 8, 5, 7], "g": ["a", "a", "b", "b"]})
    sample = declare(table, Design(clusters=("village",)))
    inside = total(sample, "y", by=["g"])[0]
    assert inside.value == 12
    assert inside.se == pytest.approx(math.sqrt(48), rel=1e-14)
    filtered = declare(table.slice(0, 2), Design(clusters=("village",)))
    assert only(total(filtered, "y")).se == pytest.approx(4, rel=1e-14)


def test_unknown_answers_leave_the_domain_and_are_counted() -> None:
    table = INTERVIEWS.set_column(
        6, "y", pa.array([None, float("nan")] + [float(n) for n in range(13)])
    )
    sample = declare(table, ONE_STAGE)
    found = only(mean(sample, "y"))
    assert (found.n, found.n_missing) == (13, 2)
    known = pa.array(["no", "no"] + ["yes"] * 13)
    marked = table.append_column("known", known).set_column(
        6, "y", pa.array([0.0, 0.0] + [float(n) for n in range(13)])
    )
    as_domain = mean(declare(marked, ONE_STAGE), "y", by=["known"])[1]
    assert (found.value, found.se) == pytest.approx((as_domain.value, as_domain.se))


def test_several_variables_and_groups_come_in_one_pass_in_order() -> None:
    sample = declare(INTERVIEWS, ONE_STAGE)
    found = mean(sample, "y", "x", by=["stratum", "group"])
    assert [(each.variable, each.group) for each in found[:3]] == [
        ("y", (("stratum", "A"), ("group", "u"))),
        ("x", (("stratum", "A"), ("group", "u"))),
        ("y", (("stratum", "A"), ("group", "v"))),
    ]
    assert len(found) == 8


def test_interview_without_a_group_is_in_none() -> None:
    group = pa.array([None] + ["u"] * 14)
    sample = declare(INTERVIEWS.set_column(8, "group", group), ONE_STAGE)
    assert only(mean(sample, "y", by=["group"])).n == 14


def test_proportions_of_a_question_add_up_and_say_who_answered() -> None:
    sample = declare(INTERVIEWS, TWO_STAGE)
    found = proportion(sample, "group")
    assert [each.level for each in found] == ["u", "v"]
    assert sum(each.value or 0 for each in found) == pytest.approx(1, rel=1e-14)
    assert sum(each.n for each in found) == found[0].n_total == 15
    assert sum(each.n_weighted for each in found) == pytest.approx(found[0].n_weighted_total)


def test_interval_can_be_normal_or_on_the_domain() -> None:
    sample = declare(INTERVIEWS, ONE_STAGE)
    design, domain, normal = (
        mean(sample, "y", by=["stratum"], interval=Interval(reference=each))[0]
        for each in Reference
    )
    assert (design.df, domain.df, normal.df) == (4, 2, None)
    assert design.value is not None
    assert design.se is not None
    assert design.high == pytest.approx(design.value + T_95[4] * design.se, rel=1e-12)
    assert domain.high is not None
    assert normal.high is not None
    assert normal.high < design.high < domain.high


@pytest.mark.parametrize(
    ("table", "design", "bounds", "reason"),
    [
        ({"y": [None, None], "x": [1, 1]}, Design(), Bounds(), Reason.NOBODY),
        ({"y": [1, 2], "x": [0, 0]}, Design(), Bounds(), Reason.ZERO_BELOW),
        ({"y": [1, 2], "x": [1, 1]}, Design(), Bounds(least=3), Reason.FEW),
        ({"y": [1, 2], "x": [1, 1]}, Design(strata="h", lonely="remove"), Bounds(), Reason.NO_DF),
        ({"y": [1, 9], "x": [1, 1]}, Design(), Bounds(cv=0.1), Reason.CV),
    ],
)
def test_what_cannot_be_said_has_no_value_and_a_reason(
    table: dict[str, list[float]], design: Design, bounds: Bounds, reason: Reason
) -> None:
    kinds = {name: pa.array(values, pa.float64()) for name, values in table.items()}
    sample = declare(pa.table(kinds | {"h": ["A", "B"]}), design)
    found = only(ratio(sample, ("y", "x"), bounds=bounds))
    assert found.suppressed_reason is reason
    assert (found.value, found.se, found.low, found.high, found.cv, found.deff) == (None,) * 6
    assert found.suppressed_reason.text("fr") != found.suppressed_reason.text("en")


def test_domain_whose_strata_are_all_lonely_has_no_variance_under_average() -> None:
    table = pa.table({"h": list("AABBC"), "y": [1, 2, 3, 4, 5], "g": list("uuuuv")})
    sample = declare(table, Design(strata="h", lonely="average"))
    inside, lonely = mean(sample, "y", by=["g"])
    assert inside.value == 2.5
    assert lonely.suppressed_reason is Reason.LONELY
    assert lonely.value is None


def test_words_have_no_mean_and_unknown_columns_no_estimate() -> None:
    sample = declare(INTERVIEWS, ONE_STAGE)
    with pytest.raises(NotANumber):
        mean(sample, "group")
    with pytest.raises(SurveyColumnMissing) as missing:
        mean(sample, "z")
    assert "__weight" not in str(missing.value.remedy_text("en"))
    with pytest.raises(SurveyColumnMissing):
        mean(sample, "y", by=["nowhere"])


def test_estimates_are_written_as_a_table_in_both_languages() -> None:
    estimates = proportion(declare(INTERVIEWS, TWO_STAGE), "group", by=["stratum"])
    english, french = (estimates_table(estimates, lang=lang) for lang in ("en", "fr"))
    assert english.schema == Estimate.SCHEMA
    assert english["group_values"].to_pylist() == [["A"], ["A"], ["B"], ["B"]]
    assert english["method"][0].as_py() == (
        "Taylor linearisation; logit interval of 95 %, t with the design's degrees of freedom (4); "
        "lonely strata: fail"
    )
    assert "linéarisation de Taylor" in french["method"][0].as_py()
    assert english["value"].to_pylist() == [each.value for each in estimates]


values = st.lists(st.integers(-50, 50), min_size=3, max_size=12)


@settings(max_examples=10, deadline=None)
@given(values=values, scale=st.integers(2, 9))
def test_weights_times_a_number_change_totals_alone(values: list[int], scale: int) -> None:
    weights = [1.0 + n % 3 for n in range(len(values))]
    one, other = (
        declare(pa.table({"y": values, "w": [w * by for w in weights]}), Design(weights="w"))
        for by in (1, scale)
    )
    means = [only(mean(sample, "y")) for sample in (one, other)]
    totals = [only(total(sample, "y")) for sample in (one, other)]
    assert means[1].value == pytest.approx(means[0].value, abs=1e-9)
    assert means[1].se == pytest.approx(means[0].se, abs=1e-9)
    assert totals[1].value == pytest.approx((totals[0].value or 0) * scale)
    assert totals[1].se == pytest.approx((totals[0].se or 0) * scale)


@settings(max_examples=10, deadline=None)
@given(values=values, order=st.randoms())
def test_order_of_rows_changes_nothing(values: list[int], order: object) -> None:
    rows = [(value, n % 4, "uv"[n % 2]) for n, value in enumerate(values)]
    mixed = list(rows)
    order.shuffle(mixed)
    found = []
    for each in (rows, mixed):
        columns = dict(zip(("y", "village", "g"), map(list, zip(*each, strict=True)), strict=True))
        sample = declare(pa.table(columns), Design(clusters=("village",)))
        found.append(total(sample, "y", by=["g"]))
    for one, other in zip(*found, strict=True):
        assert (one.group, one.n, one.value) == (other.group, other.n, pytest.approx(other.value))
        assert one.se == pytest.approx(other.se, abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(values=values)
def test_totals_of_domains_add_up_to_the_whole(values: list[int]) -> None:
    table = pa.table({"y": values, "g": ["abc"[n % 3] for n in range(len(values))]})
    sample = declare(table, Design())
    parts = total(sample, "y", by=["g"])
    assert sum(each.value or 0 for each in parts) == pytest.approx(only(total(sample, "y")).value)


@settings(max_examples=10, deadline=None)
@given(values=values, more=st.integers(1, 40))
def test_simple_random_sample_has_the_textbook_error(values: list[int], more: int) -> None:
    n, size = len(values), len(values) + more
    table = pa.table({"y": values, "w": [size / n] * n, "N": [size] * n})
    found = only(mean(declare(table, Design(weights="w", finite=("N",))), "y"))
    centre = sum(values) / n
    spread = sum((value - centre) ** 2 for value in values) / (n - 1)
    assert found.value == pytest.approx(centre, abs=1e-12)
    assert found.se == pytest.approx(math.sqrt((1 - n / size) * spread / n), rel=1e-9, abs=1e-9)


def test_shape_of_a_proportion_is_logit_unless_asked() -> None:
    sample = declare(INTERVIEWS, ONE_STAGE)
    logit, wald = (
        proportion(sample, "group", interval=Interval(shape=shape))[0]
        for shape in (None, Shape.MEAN)
    )
    assert logit.low is not None
    assert wald.low is not None
    assert logit.low > 0
    assert (wald.high or 0) - (wald.value or 0) == pytest.approx((wald.value or 0) - wald.low)
