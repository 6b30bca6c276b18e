"""Values beyond sums: ratios with zeros, shares, means, indices, conditions of which one is enough."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measuring import observations, only

from opendtm import catalogue
from opendtm.errors.measure import IndicatorInvalid, IndicatorOfOtherRecord
from opendtm.measure import Indicator, engine, figures, reading, single_round, tall
from opendtm.measure.grammar import AnyOf, Bound, Count, Counted, Index, Mean, Share
from opendtm.measure.parsing import parse
from opendtm.measure.reading import indicator, read_indicator
from opendtm.measure.telling import formula
from opendtm.records import Figure

SITES = st.lists(
    st.fixed_dictionaries(
        {
            "adm1_code": st.sampled_from(["X1", "X2"]),
            "idp_individuals": st.one_of(st.none(), st.integers(0, 900)),
            "latrines_working": st.one_of(st.none(), st.integers(0, 9)),
            "need_wash": st.sampled_from(["none", "critical", "unknown", None]),
            "need_health": st.sampled_from(["some", "critical", None]),
        }
    ),
    min_size=1,
    max_size=10,
)


def _made(value: dict[str, Any], **more: Any) -> Indicator:
    raw: dict[str, Any] = deepcopy(catalogue.read_yaml("indicators/household_size.yaml"))
    return read_indicator(raw | {"value": value} | more)


def _compute(
    monkeypatch: pytest.MonkeyPatch, one: Indicator, rows: list[dict[str, Any]], by: str = "none"
) -> list[Figure]:
    monkeypatch.setattr(engine, "choose", lambda _names: (one,))
    named = [{"site_id": f"S{number}", **row} for number, row in enumerate(rows)]
    return figures(single_round(observations(named)), indicators=["any"], by=by)


@settings(max_examples=10, deadline=None)
@given(SITES)
def test_sites_without_latrines_raise_the_number_for_each(rows: list[dict[str, Any]]) -> None:
    named = [{"site_id": f"S{number}", **row} for number, row in enumerate(rows)]
    found = only(figures(single_round(observations(named)), indicators=["persons_per_latrine"]))
    known = [
        row
        for row in rows
        if row["idp_individuals"] is not None and row["latrines_working"] is not None
    ]
    people = sum(row["idp_individuals"] for row in known)
    latrines = sum(row["latrines_working"] for row in known)
    assert found.value == (pytest.approx(people / latrines) if latrines else None)
    assert found.n_places == (len(known) if latrines else 0)


@settings(max_examples=10, deadline=None)
@given(SITES)
def test_one_critical_sector_is_enough_and_an_unknown_one_leaves_it_open(
    rows: list[dict[str, Any]],
) -> None:
    named = [{"site_id": f"S{number}", **row} for number, row in enumerate(rows)]
    found = only(figures(single_round(observations(named)), indicators=["sites_critical_any"]))
    critical = [row for row in rows if "critical" in (row["need_wash"], row["need_health"])]
    clear = [row for row in rows if row["need_wash"] == "none" and row["need_health"] == "some"]
    answered = len(critical) + len(clear)
    assert (found.value, found.n_places) == (len(critical) if answered else None, answered)


@settings(max_examples=5, deadline=None)
@given(SITES)
def test_small_and_large_tables_give_the_same_figures(rows: list[dict[str, Any]]) -> None:
    named = [{"site_id": f"S{number}", **row} for number, row in enumerate(rows)]
    made = single_round(observations(named))
    asked = ["persons_per_latrine", "sites_critical_any", "idps_critical_any"]
    small = [figures(made, indicators=asked, by=by) for by in ("adm1", "site")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tall, "LARGE", 0)
        assert [figures(made, indicators=asked, by=by) for by in ("adm1", "site")] == small


def test_share_leaves_out_what_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    one = _made(
        {"share": {"latrine_locks": ["no"]}, "among": {"latrine_state": ["good", "not_so_good"]}},
        unit="share",
    )
    rows = [
        {"latrine_locks": "no", "latrine_state": "good"},
        {"latrine_locks": "yes", "latrine_state": "not_so_good"},
        {"latrine_locks": "yes", "latrine_state": "good"},
        {"latrine_locks": "unknown", "latrine_state": "good"},
        {"latrine_locks": "no", "latrine_state": "unusable"},
        {"latrine_locks": "no", "latrine_state": None},
    ]
    found = only(_compute(monkeypatch, one, rows))
    assert (found.value, found.n_places) == (pytest.approx(1 / 3), 3)
    assert found.carried is None


def test_mean_is_over_the_rows_that_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    one = _made({"mean": "rooms", "where": {"tenure": ["owner"]}}, unit="item")
    rows = [
        {"rooms": 3, "tenure": "owner"},
        {"rooms": 0, "tenure": "owner"},
        {"rooms": None, "tenure": "owner"},
        {"rooms": 9, "tenure": "renter"},
    ]
    found = only(_compute(monkeypatch, one, rows))
    assert (found.value, found.n_places) == (1.5, 2)


def test_numeric_bounds_are_inclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    one = _made({"share": {"fcs_score": {"at_least": 21.5, "at_most": 35}}}, unit="share")
    rows = [{"fcs_score": score} for score in (21, 21.5, 35, 35.5, None)]
    found = only(_compute(monkeypatch, one, rows))
    assert (found.value, found.n_places) == (0.5, 4)


def test_index_weighs_its_items_and_refuses_too_many_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scores = {"yes": 1, "no": 0}
    one = _made(
        {
            "index": [
                {"concept": "health_access", "weight": 3, "scores": scores},
                {"concept": "school_access", "weight": 1, "scores": scores},
            ],
            "minimum": 0.75,
        },
        unit="score",
    )
    rows = [
        {"health_access": "yes", "school_access": "no"},
        {"health_access": "no", "school_access": None},
        {"health_access": None, "school_access": "yes"},
    ]
    found = {each.place_code: each.value for each in _compute(monkeypatch, one, rows, by="site")}
    assert found == {"S0": 75, "S1": 0, "S2": None}


def test_index_reads_a_table_that_lacks_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"ds_housing_adequate": "yes"}]
    assert only(_compute(monkeypatch, indicator("solutions_housing"), rows)).value is None


def test_indicator_of_another_kind_of_record_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = _made({"mean": "rooms"}, unit="item", record="interview")
    with pytest.raises(IndicatorOfOtherRecord) as problem:
        _compute(monkeypatch, other, [{"rooms": 2}])
    assert problem.value.code == "OD935"
    assert "interview" in problem.value.text("fr")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (
            {"count": "records", "where": {"_any": {"access": ["no"], "idp_individuals": {"at_most": 0}}}},
            Count((AnyOf((parse({"count": "places", "where": {"access": ["no"]}}).where[0], Bound("idp_individuals", None, 0.0))),), Counted.RECORDS),
        ),
        ({"mean": "idp_individuals"}, Mean("idp_individuals")),
        (
            {"share": {"idp_individuals": {"at_least": 5}}},
            Share((Bound("idp_individuals", 5.0, None),)),
        ),
    ],
)  # fmt: skip
def test_values_are_parsed(raw: dict[str, Any], value: object) -> None:
    assert parse(raw) == value


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ({"mean": "access"}, "access is not a number"),
        ({"share": {"idp_individuals": {"at_least": "many"}}}, "a limit is a number"),
        ({"share": {"idp_individuals": {"above": 3}}}, "no code list"),
        ({"index": [], "minimum": 0.5}, "names no concept"),
        ({"index": [{"concept": "access"}], "minimum": 0.5}, "an item has a concept"),
        (
            {"index": [{"concept": "access", "weight": 1, "scores": {"yes": 2}}], "minimum": 0.5},
            "scores from 0 to 1",
        ),
        (
            {"index": [{"concept": "access", "weight": 1, "scores": {"so": 1}}], "minimum": 0.5},
            "not in the code list: so",
        ),
        ({"index": [{"concept": "access"}], "minimum": 2}, "it is none of"),
        ({"ratio": {"numerator": {"sum": "idp_individuals"}}}, "no numerator and denominator"),
        ({"sum": "idp_individuals", "where": {"_beyond": {"threshold": "x"}}}, "are expected here"),
        ({"share": {"safe_way": ["no"]}}, "sensitive or personal"),
        ({"mean": "card_number"}, "sensitive or personal"),
    ],
)
def test_value_outside_the_grammar_is_refused(raw: dict[str, Any], reason: str) -> None:
    with pytest.raises(IndicatorInvalid, match=reason):
        parse(raw)


def test_every_formula_can_be_said_in_both_languages() -> None:
    for one in reading.indicators():
        english, french = formula(one.value, "en"), formula(one.value, "fr")
        assert english != french
        assert "{" not in english + french


def test_formula_names_threshold_agency_and_phase() -> None:
    said = formula(indicator("sites_latrines_beyond_unhcr_emergency").value, "fr")
    assert "Personnes par toilette" in said
    assert "(HCR, phase d'urgence)" in said


def test_formula_of_an_index_gives_weights_and_worth() -> None:
    value = indicator("solutions_safety").value
    assert isinstance(value, Index)
    said = formula(value, "en")
    assert "Weighted mean of 3 answers" in said
    assert "(33.33 %; Yes = 0, No = 100)" in said
