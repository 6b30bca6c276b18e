"""Checks of a whole table: rows against their earlier rows, and nothing looked up that nobody gave."""

from datetime import date, timedelta

from opendtm.clean import check_observations
from opendtm.forms import observations_table
from opendtm.records import Round, Site

DAY = date(2026, 11, 2)


def visit(
    number: int, week: int, site: str = "A", **values: object
) -> tuple[str, dict[str, object]]:
    return f"uuid:{number}", {
        "site_id": site,
        "assessment_date": DAY + timedelta(weeks=week),
        **values,
    }


def test_findings_name_their_rows_in_the_order_of_the_table() -> None:
    table = observations_table(
        [
            ("file#sheet!2", {"site_id": "A", "idp_individuals": 1, "idp_households": 2}),
            ("file#sheet!3", {"site_id": "B", "idp_individuals": 10, "idp_households": 2}),
            ("file#sheet!4", {"site_id": "C", "idp_individuals": -1}),
        ]
    )

    found = check_observations(table)

    assert [(finding.source, finding.check) for finding in found] == [
        ("file#sheet!2", "individuals_below_households"),
        ("file#sheet!4", "negative_count"),
    ]


def test_rows_are_left_as_they_are() -> None:
    table = observations_table([("r", {"site_id": "A", "idp_individuals": 1, "idp_households": 2})])
    before = table.to_pylist()

    check_observations(table)

    assert table.to_pylist() == before


def test_earlier_rows_of_the_site_are_its_history_whatever_their_order() -> None:
    table = observations_table(
        [
            visit(3, 2, idp_individuals=500, idp_households=100),
            visit(1, 0, idp_individuals=500, idp_households=100),
            visit(2, 1, idp_individuals=500, idp_households=100),
            visit(4, 3, idp_individuals=1500, idp_households=300),
            visit(5, 0, "B", idp_individuals=1500, idp_households=300),
        ]
    )

    found = {finding.source: finding.check for finding in check_observations(table)}

    assert found == {"uuid:3": "unchanged_three_rounds", "uuid:4": "sudden_change"}


def test_second_visit_on_one_day_is_found_once() -> None:
    table = observations_table(
        [visit(1, 0, site_name="Camp"), visit(2, 0, site_name="Camp"), visit(3, 0, "B")]
    )

    (finding,) = check_observations(table)

    assert (finding.check, finding.source) == ("site_visited_twice", "uuid:2")
    assert finding.message.text("fr") == "Le site Camp a une autre visite le 2 novembre 2026."


def test_sites_are_looked_up_only_where_they_are_given() -> None:
    table = observations_table([visit(1, 0, "A"), visit(2, 0, "Z")])

    assert check_observations(table) == ()
    assert [finding.source for finding in check_observations(table, sites=[Site("A", "Camp")])] == [
        "uuid:2"
    ]


def test_round_and_today_bound_the_dates() -> None:
    table = observations_table([visit(1, 0), visit(2, 2, "B")])
    turn = Round(DAY, DAY + timedelta(days=6), 1)

    found = check_observations(table, round_=turn, today=DAY + timedelta(days=8))

    assert [(finding.source, finding.check) for finding in found] == [
        ("uuid:2", "date_outside_round"),
        ("uuid:2", "date_in_future"),
    ]


def test_table_without_sites_or_dates_is_checked_row_by_row() -> None:
    table = observations_table([("a", {"site_name": "X", "idp_individuals": 99})])

    assert [finding.check for finding in check_observations(table)] == ["coded_missing"]


def test_empty_table_has_no_findings() -> None:
    assert check_observations(observations_table([])) == ()
