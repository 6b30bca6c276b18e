"""Somebody else's table: nothing is added up twice, and every choice is told."""

from datetime import date
from typing import Any

from tests.workshop.measuring import by_place, observations, only

from opendtm.measure import figures, single_round
from opendtm.measure.panels import Panel
from opendtm.records import Method

IDPS = ["idp_individuals"]


def _value(made: Panel, *, by: str = "none") -> dict[str | None, float | None]:
    return {
        code: one.value for code, one in by_place(figures(made, indicators=IDPS, by=by)).items()
    }


def _checks(made: Panel) -> list[str]:
    return [finding.check for finding in made.findings]


def test_each_row_of_a_site_list_is_a_site() -> None:
    made = single_round(
        observations(
            [{"site_name": "A", "idp_individuals": 1}, {"site_name": "A", "idp_individuals": 2}]
        )
    )
    total = only(figures(made, indicators=IDPS))
    assert (total.value, total.n_places, made.findings) == (3, 2, ())


def test_row_that_names_nothing_is_a_place_of_its_own() -> None:
    made = single_round(observations([{"idp_individuals": 1}, {"idp_individuals": 2}]))
    assert only(figures(made, indicators=IDPS)).n_places == 2


def test_row_without_name_in_a_site_list_is_still_a_site() -> None:
    rows = [
        {"site_name": "A", "adm1_name": "P", "idp_individuals": 1},
        {"site_name": None, "adm1_name": "P", "idp_individuals": 2},
    ]
    assert _value(single_round(observations(rows))) == {None: 3}


def test_latest_day_of_a_site_counts() -> None:
    rows = [
        {"site_id": "S1", "assessment_date": date(2024, 1, 5), "idp_individuals": 10},
        {"site_id": "S1", "assessment_date": date(2024, 2, 5), "idp_individuals": 12},
        {"site_id": "S2", "assessment_date": date(2024, 1, 9), "idp_individuals": 5},
    ]
    made = single_round(observations(rows))
    assert _value(made, by="site") == {"S1": 12, "S2": 5}
    assert _checks(made) == ["earlier_rows_left_out"]
    assert only(figures(made, indicators=IDPS)).method is Method.OBSERVED


def _rounds(*told: tuple[str, str, float]) -> Panel:
    rows = [
        {"site_id": name, "round": number, "idp_individuals": people, "arrivals_individuals": 1}
        for name, number, people in told
    ]
    return single_round(observations(rows))


def test_site_missing_from_the_newest_round_is_carried_forward_and_told() -> None:
    made = _rounds(("S1", "9", 10), ("S1", "10", 12), ("S2", "9", 5))

    total = only(figures(made, indicators=IDPS))

    assert (total.value, total.carried, total.method) == (17, 5, Method.CARRIED_FORWARD)
    assert only(figures(made, indicators=["arrivals_individuals"])).value == 1
    assert _checks(made) == ["earlier_rows_left_out", "sites_carried_forward"]


def test_site_last_seen_too_many_rounds_ago_is_unknown() -> None:
    made = _rounds(*(("S1", str(number), 10) for number in range(1, 8)), ("S2", "2", 5))
    assert _value(made, by="site") == {"S1": 10, "S2": None}
    assert "sites_expired" in _checks(made)


def test_rows_of_one_site_and_day_are_parts_and_told() -> None:
    rows = [
        {
            "site_id": "S1",
            "site_type": "camp",
            "displacement_reason": "flood",
            "idp_individuals": 10,
        },
        {
            "site_id": "S1",
            "site_type": "camp",
            "displacement_reason": "drought",
            "idp_individuals": 4,
        },
    ]
    made = single_round(observations(rows))

    found = {one.indicator: one for one in figures(made)}

    assert (found["idp_individuals"].value, found["idp_individuals"].n_places) == (14, 1)
    assert (found["sites_camp"].value, found["sites_known"].value) == (1, 1)
    assert found["sites_known"].coverage.n_known == 1
    assert _checks(made) == ["place_repeated"]
    parts = figures(made, indicators=IDPS, disaggregate=True)
    assert {
        one.by[0][1]: one.value for one in parts if one.by and one.by[0][0] == "displacement_reason"
    } == {"flood": 10, "drought": 4}


def _area(level: int, people: float | None, **more: Any) -> dict[str, Any]:
    codes = {
        "adm0_code": "XX",
        "adm1_code": "X1" if level else None,
        "adm2_code": "X11" if level > 1 else None,
    }
    told = {
        "operation": "Floods",
        "round": "2",
        "assessment_date": date(2024, 6, 1),
        "displacement_reason": "flood",
    }
    return codes | told | {"idp_individuals": people} | more


def test_levels_are_taken_one_at_a_time() -> None:
    rows = [
        _area(0, 30),
        _area(1, 20),
        _area(1, 10, adm1_code="X2"),
        _area(2, 20),
        _area(2, 10, adm1_code="X2", adm2_code="X21"),
    ]
    made = single_round(observations(rows))

    assert _value(made) == {None: 30}
    assert _value(made, by="adm0") == {"XX": 30}
    assert _value(made, by="adm1") == {"X1": 20, "X2": 10}
    assert _value(made, by="adm2") == {"X11": 20, "X21": 10}
    assert _checks(made) == ["levels_repeated"]


def test_levels_that_disagree_are_told() -> None:
    made = single_round(observations([_area(0, 30), _area(1, 20)]))
    assert _value(made) == {None: 30}
    assert _value(made, by="adm1") == {"X1": 20}
    assert _checks(made) == ["levels_repeated", "levels_disagree"]
    assert "30" in made.findings[1].message.text("en")


def test_branch_that_is_stated_only_above_stays_in_the_total() -> None:
    rows = [_area(1, 20), _area(2, 20), _area(1, 7, adm1_code="X2")]
    made = single_round(observations(rows))
    assert _value(made) == {None: 27}
    assert _value(made, by="adm2") == {"X11": 20, None: 7}


def test_newest_round_of_each_operation_counts_and_its_reasons_add_up() -> None:
    rows = [
        _area(1, 100, round="1", assessment_date=date(2024, 1, 1)),
        _area(1, 20),
        _area(1, 5, displacement_reason="conflict"),
        _area(1, 50, adm1_code="X2", round="1", assessment_date=date(2024, 1, 1)),
    ]
    made = single_round(observations(rows))

    total = only(figures(made, indicators=IDPS))

    assert (total.value, total.n_places) == (25, 1)
    assert _checks(made) == ["earlier_rounds_left_out"]
    assert "2 rows" in made.findings[0].message.text("en")
    assert "1 areas" in made.findings[0].message.text("en")


def test_rounds_are_ordered_by_day_before_number() -> None:
    rows = [
        _area(1, 9, round="9", assessment_date=date(2023, 1, 1)),
        _area(1, 10, round="10", assessment_date=date(2023, 2, 1)),
        _area(1, 1, round="1"),
    ]
    assert _value(single_round(observations(rows))) == {None: 1}


def test_operation_that_ended_long_ago_is_left_out_and_told() -> None:
    rows = [_area(0, 30), _area(0, 500, operation="Earthquake", assessment_date=date(2021, 1, 1))]
    made = single_round(observations(rows))
    assert _value(made) == {None: 30}
    assert _checks(made) == ["operation_ended"]


def test_operations_of_one_year_are_added_and_told() -> None:
    rows = [_area(0, 30), _area(0, 500, operation="Conflict", assessment_date=date(2024, 1, 1))]
    made = single_round(observations(rows))
    assert _value(made) == {None: 530}
    assert _checks(made) == ["operations_added"]


def test_sum_of_which_some_rows_are_empty_is_told() -> None:
    made = single_round(
        observations([_area(1, 20), _area(1, None, displacement_reason="conflict")])
    )
    assert _value(made) == {None: 20}
    assert _checks(made) == ["partly_known"]


def test_areas_beside_sites_say_only_what_no_site_says() -> None:
    sites = observations(
        [{"site_id": "S1", "adm1_code": "X1", "idp_individuals": 4, "returnee_individuals": None}],
        sheet="t#sites",
    )
    areas = observations(
        [{"site_id": None, "adm1_code": "X1", "idp_individuals": 9, "returnee_individuals": 6}],
        sheet="t#areas",
    )
    import pyarrow as pa

    made = single_round(pa.concat_tables([sites, areas]))

    found = {one.indicator: one.value for one in figures(made)}
    assert (found["idp_individuals"], found["returnee_individuals"], found["sites_known"]) == (
        4,
        6,
        1,
    )
    assert "areas_beside_sites" in _checks(made)


def test_table_of_areas_counts_no_sites() -> None:
    found = {one.indicator for one in figures(single_round(observations([_area(1, 20)])))}
    assert found == {"idp_individuals"}
