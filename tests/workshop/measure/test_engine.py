"""The engine: totals by place, unknown kept unknown, dates, methods, coverage, sources, parts."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measuring import by_place, in_week, observations, only, site, weeks

from opendtm.errors.measure import IndicatorUnknown, LevelNotStated
from opendtm.measure import compute, compute_levels, figures, panel, single_round, tall
from opendtm.measure.exchange import by_pairs, by_text, figures_from_table, figures_table
from opendtm.measure.panels import Panel
from opendtm.measure.place_doubts import place_findings
from opendtm.records import Coverage, Figure, Method

IDPS = ["idp_individuals"]
COUNTS = st.one_of(st.none(), st.integers(min_value=0, max_value=100_000))
PLACED = st.lists(
    st.fixed_dictionaries(
        {
            "adm1_code": st.sampled_from(["X1", "X2", None]),
            "adm1_name": st.sampled_from(["First", "FIRST ", "Second", None]),
            "site_type": st.sampled_from(["camp", "unknown", None]),
            "idp_individuals": COUNTS,
            "idp_households": COUNTS,
            "need_wash": st.sampled_from(["none", "some", "serious", "critical", "unknown", None]),
        }
    ),
    min_size=1,
    max_size=12,
)


def _panel(rows: list[dict[str, Any]]) -> Panel:
    named = [{"site_id": f"S{number}", **row} for number, row in enumerate(rows)]
    return single_round(observations(named))


def _known(values: list[float | None]) -> list[float]:
    return [value for value in values if value is not None]


@settings(max_examples=8, deadline=None)
@given(PLACED)
def test_totals_are_the_same_at_every_level(rows: list[dict[str, Any]]) -> None:
    made = _panel(rows)
    told = _known([row["idp_individuals"] for row in rows])

    for by in ("none", "adm1", "site"):
        found = figures(made, indicators=IDPS, by=by)
        assert sum(_known([figure.value for figure in found])) == sum(told)
        assert sum(figure.n_places for figure in found) == len(told)
        assert sum(figure.coverage.n_known for figure in found) == len(rows)
        assert sorted(source for figure in found for source in figure.sources) == sorted(
            f"t.csv#t!{number}"
            for number, row in enumerate(rows, start=2)
            if row["idp_individuals"] is not None
        )


@settings(max_examples=6, deadline=None)
@given(PLACED)
def test_figure_is_unknown_exactly_where_no_place_has_a_value(rows: list[dict[str, Any]]) -> None:
    for figure in figures(_panel(rows), by="adm1"):
        assert (figure.value is None) == (figure.n_places == 0)
        assert (figure.method is Method.UNKNOWN) == (figure.value is None)
        assert (figure.carried is None) == (
            figure.value is None or figure.indicator == "household_size"
        )
        assert 0 <= figure.n_places <= figure.coverage.n_known


@settings(max_examples=6, deadline=None)
@given(PLACED)
def test_need_counts_agree_with_counting_by_hand(rows: list[dict[str, Any]]) -> None:
    found = {figure.indicator: figure for figure in figures(_panel(rows))}
    answered = [row for row in rows if row["need_wash"] in {"none", "some", "serious", "critical"}]
    in_need = [row for row in answered if row["need_wash"] in {"serious", "critical"}]
    people = _known([row["idp_individuals"] for row in in_need])
    told = len(answered) - len(in_need) + len(people)

    sites, idps = found["need_sites_wash"], found["need_idps_wash"]
    assert (sites.value, sites.n_places) == (len(in_need) if answered else None, len(answered))
    assert (idps.value, idps.n_places) == (sum(people) if told else None, told)
    assert sites.coverage.n_known == len(rows)


@settings(max_examples=6, deadline=None)
@given(PLACED)
def test_parts_of_a_disaggregation_add_up_to_the_total(rows: list[dict[str, Any]]) -> None:
    found = figures(_panel(rows), indicators=IDPS, by="adm1", disaggregate=True)
    totals = {(one.place_code, one.place_name): one for one in found if not one.by}

    for place, total in totals.items():
        parts = [one for one in found if (one.place_code, one.place_name) == place and one.by]
        if parts:
            assert {dimension for one in parts for dimension, _ in one.by} == {"site_type"}
            assert sum(_known([one.value for one in parts])) == (total.value or 0)
            assert sum(one.n_places for one in parts) == total.n_places


@settings(max_examples=6, deadline=None)
@given(PLACED)
def test_figures_survive_the_table_and_back(rows: list[dict[str, Any]]) -> None:
    made = _panel(rows)
    found = figures(made, by="adm1", disaggregate=True)

    assert figures_from_table(figures_table(found)) == found
    assert figures_table(found).equals(compute(made, by="adm1", disaggregate=True, sources=True))


def test_ratio_is_computed_anew_at_each_level() -> None:
    made = _panel(
        [
            {"adm1_code": "X1", "idp_individuals": 50, "idp_households": 10},
            {"adm1_code": "X1", "idp_individuals": 90, "idp_households": 10},
            {"adm1_code": "X2", "idp_individuals": 30, "idp_households": 10},
            {"adm1_code": "X2", "idp_individuals": 7, "idp_households": 0},
        ]
    )
    size = ["household_size"]

    assert only(figures(made, indicators=size)).value == pytest.approx(170 / 30)
    areas = by_place(figures(made, indicators=size, by="adm1"))
    assert {code: (one.value, one.n_places) for code, one in areas.items()} == {
        "X1": (7, 2),
        "X2": (3, 1),
    }
    sites = by_place(figures(made, indicators=size, by="site"))
    assert [sites[code].value for code in ("S0", "S1", "S2", "S3")] == [5, 9, 3, None]


def test_places_are_grouped_by_code_whatever_their_name() -> None:
    made = _panel(
        [
            {"adm1_code": "CF61", "adm1_name": "Basse-Kotto", "idp_individuals": 1},
            {"adm1_code": "CF61", "adm1_name": "Basse-kotto", "idp_individuals": 2},
            {"adm1_code": "CF62", "adm1_name": "Basse-Kotto", "idp_individuals": 4},
        ]
    )

    found = by_place(figures(made, indicators=IDPS, by="adm1"))

    assert {code: one.value for code, one in found.items()} == {"CF61": 3, "CF62": 4}
    (finding,) = place_findings(made, by="adm1")
    assert (finding.check, finding.value) == ("several_names_for_code", "CF61")


def test_name_without_code_is_a_place_of_its_own_and_told() -> None:
    made = _panel(
        [
            {"adm1_code": "X1", "adm1_name": "First", "idp_individuals": 1},
            {"adm1_code": None, "adm1_name": "First", "idp_individuals": 2},
            {"adm1_code": None, "adm1_name": " first", "idp_individuals": 4},
            {"adm1_code": None, "adm1_name": None, "idp_individuals": 8},
        ]
    )

    found = [
        (one.place_code, one.place_name.strip() if one.place_name else None, one.value)
        for one in figures(made, indicators=IDPS, by="adm1")
    ]

    assert found[0] == ("X1", "First", 1)
    assert set(found[1:]) == {(None, None, 8), (None, "first", 6)}
    checks = [finding.check for finding in place_findings(made, by="adm1")]
    assert checks == ["area_without_code", "area_without_code", "area_not_stated"]


def test_same_name_in_two_provinces_is_two_districts() -> None:
    made = _panel(
        [
            {"adm1_code": "X1", "adm2_name": "Bassa", "idp_individuals": 1},
            {"adm1_code": "X2", "adm2_name": "Bassa", "idp_individuals": 2},
        ]
    )
    assert sorted(one.value or 0 for one in figures(made, indicators=IDPS, by="adm2")) == [1, 2]


def test_level_that_the_table_does_not_name_keeps_the_total_and_is_told() -> None:
    made = _panel(
        [{"adm3_name": "A", "idp_individuals": 3}, {"adm3_name": "B", "idp_individuals": 4}]
    )

    figure = only(figures(made, indicators=IDPS, by="adm1"))

    assert (figure.place_code, figure.place_name, figure.value) == (None, None, 7)
    (finding,) = place_findings(made, by="adm1")
    assert "adm3, site" in finding.remedy.text("fr")


def test_level_of_no_name_is_refused() -> None:
    with pytest.raises(LevelNotStated, match="province"):
        figures(_panel([{"idp_individuals": 3}]), by="province")


def test_indicator_of_no_name_is_refused() -> None:
    with pytest.raises(IndicatorUnknown):
        figures(_panel([{"idp_individuals": 3}]), indicators=["people"])


def test_indicator_that_the_columns_cannot_answer_is_left_out_unless_asked_for() -> None:
    made = _panel([{"idp_individuals": 3}])

    assert "returnee_individuals" not in {one.indicator for one in figures(made)}
    asked = only(figures(made, indicators=["returnee_individuals"]))
    assert (asked.value, asked.n_places, asked.method) == (None, 0, Method.UNKNOWN)


def test_foreign_table_does_not_say_how_many_sites_were_not_reached() -> None:
    found = {one.indicator: one.value for one in figures(_panel([{"idp_individuals": 3}]))}
    assert found["sites_known"] == 1
    assert not {"sites_not_covered", "sites_inaccessible"} & set(found)


def test_foreign_table_with_sites_out_of_reach_counts_them() -> None:
    made = _panel([{"access": "no", "idp_individuals": 3}, {"access": "yes", "idp_individuals": 4}])
    found = {one.indicator: one.value for one in figures(made)}
    assert (found["sites_inaccessible"], found["sites_assessed"], found["idp_individuals"]) == (
        1,
        1,
        7,
    )


def _carried() -> Panel:
    rounds = weeks(4)
    rows = [
        {
            "site_id": "S1",
            "assessment_date": in_week(3),
            "idp_individuals": 100,
            "arrivals_individuals": 9,
        },
        {
            "site_id": "S2",
            "assessment_date": in_week(2),
            "idp_individuals": 40,
            "arrivals_individuals": 3,
        },
        {
            "site_id": "S3",
            "assessment_date": in_week(3),
            "idp_individuals": None,
            "arrivals_individuals": 1,
        },
    ]
    known = [site("S1"), site("S2"), site("S3"), site("S4"), site("S5", status="closed")]
    return panel(observations(rows), sites=known, rounds=rounds, at=rounds[2], inaccessible={"S4"})


def test_carried_part_of_a_total_is_told_with_the_weakest_method() -> None:
    total = only(figures(_carried(), indicators=IDPS))

    assert (total.value, total.carried, total.method) == (140, 40, Method.CARRIED_FORWARD)
    assert total.coverage == Coverage(n_known=4, n_assessed=1, n_carried=1, n_inaccessible=1)
    assert (total.n_places, total.as_of, total.round) == (2, in_week(3), "Week 3")
    assert total.sources == ("t.csv#t!2", "t.csv#t!3")


def test_arrivals_of_an_earlier_round_are_not_counted_again() -> None:
    total = only(figures(_carried(), indicators=["arrivals_individuals"]))
    assert (total.value, total.carried, total.method, total.n_places) == (10, 0, Method.OBSERVED, 2)


def test_each_site_says_how_its_figure_came_about() -> None:
    sites = by_place(figures(_carried(), indicators=IDPS, by="site"))

    assert {code: (one.value, one.method.value, one.as_of) for code, one in sites.items()} == {
        "S1": (100, "observed", in_week(3)),
        "S2": (40, "carried_forward", in_week(2)),
        "S3": (None, "unknown", None),
        "S4": (None, "unknown", None),
        "S5": (None, "unknown", None),
    }
    assert {code: one.coverage.n_known for code, one in sites.items()} == {
        "S1": 1,
        "S2": 1,
        "S3": 1,
        "S4": 1,
        "S5": 0,
    }
    assert sites["S1"].place_name == "Site S1"
    assert sites["S2"].carried == 40
    assert sites["S2"].sources == ("t.csv#t!3",)
    assert sites["S4"].sources == ()


def test_coverage_of_a_register_is_counted_as_sites() -> None:
    found = {one.indicator: one.value for one in figures(_carried())}
    counted = {
        name: found[f"sites_{name}"]
        for name in ("known", "assessed", "inaccessible", "not_covered", "open", "closed")
    }
    assert counted == {
        "known": 4,
        "assessed": 2,
        "inaccessible": 1,
        "not_covered": 1,
        "open": 4,
        "closed": 1,
    }


def test_answer_with_several_codes_meets_a_sector_by_any_of_them() -> None:
    made = _panel(
        [
            {"priority_needs": ["food", "hygiene"]},
            {"priority_needs": ["wash"]},
            {"priority_needs": ["dnk", "food"]},
            {"priority_needs": ["dnk", "pnta"]},
            {"priority_needs": []},
            {"priority_needs": None},
        ]
    )
    found = {
        one.indicator: (one.value, one.n_places)
        for one in figures(made)
        if one.indicator.startswith("priority")
    }
    assert found["priority_sites_wash"] == (2, 3)
    assert found["priority_sites_food_security"] == (2, 3)
    assert found["priority_sites_education"] == (0, 3)


def test_small_cells_of_a_disaggregation_are_marked_and_totals_are_not() -> None:
    made = _panel(
        [{"site_type": "camp", "idp_individuals": 4}, {"site_type": "other", "idp_individuals": 0}]
    )
    found = {
        by_text(one.by): one.suppressed for one in figures(made, indicators=IDPS, disaggregate=True)
    }
    assert found == {"": None, "site_type=camp": "below_5", "site_type=other": None}


def test_figures_computed_from_a_derived_column_say_so() -> None:
    table = observations([{"site_id": "S1", "idp_individuals": 50, "idp_households": 10}])
    schema = table.schema.set(
        1 + 1, table.schema.field("idp_individuals").with_metadata({b"opendtm.derived": b"x 5"})
    )
    made = single_round(table.cast(schema))

    found = {one.indicator: one.method for one in figures(made)}

    assert found["idp_individuals"] is Method.DERIVED
    assert found["household_size"] is Method.DERIVED
    assert found["idp_households"] is Method.OBSERVED


def test_figures_without_sources_are_the_same_but_for_them() -> None:
    made = _carried()
    with_sources, without = figures(made, by="adm1"), figures(made, by="adm1", sources=False)
    assert [one.value for one in with_sources] == [one.value for one in without]
    assert {one.sources for one in without} == {()}


def test_order_is_by_indicator_then_place_total_first() -> None:
    made = _panel(
        [
            {"adm1_code": "X2", "site_type": "camp", "idp_individuals": 1},
            {"adm1_code": "X1", "site_type": "camp", "idp_individuals": 1},
        ]
    )
    found = figures(
        made, indicators=["idp_individuals", "sites_known"], by="adm1", disaggregate=True
    )
    assert [(one.indicator, by_text(one.by), one.place_code) for one in found] == [
        ("idp_individuals", "", "X1"),
        ("idp_individuals", "", "X2"),
        ("idp_individuals", "site_type=camp", "X1"),
        ("idp_individuals", "site_type=camp", "X2"),
        ("sites_known", "", "X1"),
        ("sites_known", "", "X2"),
        ("sites_known", "site_type=camp", "X1"),
        ("sites_known", "site_type=camp", "X2"),
    ]


def test_panel_of_no_rows_gives_unknown_totals() -> None:
    empty = panel(
        observations([{"site_id": "S1", "idp_individuals": 1.0}]).slice(0, 0),
        sites=[],
        rounds=weeks(1),
        at=weeks(1)[0],
    )
    assert only(figures(empty, indicators=IDPS)).value is None
    assert figures(empty, indicators=IDPS, by="site") == []


@given(
    st.lists(
        st.tuples(st.sampled_from(["sex", "age"]), st.sampled_from(["f", "0_4", "60_plus"])),
        max_size=3,
    )
)
def test_text_of_a_disaggregation_reads_back(pairs: list[tuple[str, str]]) -> None:
    assert by_pairs(by_text(pairs)) == tuple(pairs)


def test_figures_table_has_the_schema_of_the_record() -> None:
    assert compute(_carried()).schema.equals(Figure.SCHEMA)
    assert figures_table([]).schema.equals(Figure.SCHEMA)
    assert isinstance(compute(_carried()), pa.Table)


def _mixed() -> Panel:
    rows = [
        {"adm1_code": "X1", "site_type": "camp", "idp_individuals": 900, "idp_households": 180},
        {"adm1_code": "X1", "site_type": None, "idp_individuals": None, "idp_households": 7},
        {"adm1_code": "X2", "site_type": "camp", "idp_individuals": 3, "idp_households": 1},
        {"adm1_code": None, "site_type": "unknown", "need_wash": "serious"},
    ]
    return _panel(rows)


def test_several_levels_in_one_go_are_the_tables_of_each() -> None:
    made, levels = _mixed(), (("none", True), ("adm1", True), ("site", False))
    apart = [compute(made, by=by, disaggregate=cut, sources=True) for by, cut in levels]
    together = compute_levels(made, levels, sources=True)
    assert together.equals(pa.concat_tables(apart))


def test_large_panel_gives_the_figures_of_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = (("none", True), ("adm1", True), ("site", False))
    small = compute_levels(_mixed(), levels, sources=True)
    monkeypatch.setattr(tall, "LARGE", 0)
    assert compute_levels(_mixed(), levels, sources=True).equals(small)


def test_no_indicator_gives_no_figure_at_any_level() -> None:
    found = compute_levels(_mixed(), (("none", True), ("site", False)), indicators=[])
    assert found.equals(Figure.SCHEMA.empty_table())


def test_no_known_place_at_all_is_unknown_of_no_place() -> None:
    rounds = weeks(2)
    nothing = panel(observations([]), sites=[], rounds=rounds, at=rounds[0])
    found = compute_levels(nothing, (("none", False), ("adm1", False), ("site", False)))
    assert set(found["place_level"].to_pylist()) == {"none"}
    assert set(found["value"].to_pylist()) == {None}
    assert set(found["n_known"].to_pylist()) == set(found["n_inaccessible"].to_pylist()) == {0}
