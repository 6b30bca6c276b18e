"""The panel: which visit speaks for a site, what is carried forward, and what stays unknown."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.workshop.measuring import FIRST_DAY, in_week, observations, site, weeks

from opendtm.errors.measure import RoundUnknown
from opendtm.measure import panel
from opendtm.measure.panels import Panel
from opendtm.records import Coverage, Round, Severity, Site


def _visit(week: int, people: float | None, *, day: int = 1, **more: Any) -> dict[str, Any]:
    facts = {"site_id": "S1", "assessment_date": in_week(week, day=day), "idp_individuals": people}
    return facts | {"arrivals_individuals": 5.0, "need_wash": "serious", "access": "yes"} | more


def _row(
    rows: list[dict[str, Any]], *, at: int, sites: list[Site] | None = None, **more: Any
) -> dict[str, Any]:
    """Give the one row of the panel of week `at`."""
    rounds = weeks(12)
    known = sites or [site("S1")]
    made = panel(observations(rows), sites=known, rounds=rounds, at=rounds[at - 1], **more)
    (row,) = made.table.to_pylist()
    found: dict[str, Any] = row
    return found


def test_site_visited_in_the_round_is_assessed_and_observed() -> None:
    row = _row([_visit(3, 100)], at=3)

    assert (row["_state"], row["_method"], row["_age"]) == ("assessed", "observed", 0)
    assert row["_as_of"] == in_week(3)
    assert row["_source"] == "t.csv#t!2"
    assert row["idp_individuals"] == 100
    assert row["arrivals_individuals"] == 5


def test_site_not_covered_keeps_its_stock_and_needs_but_no_flow() -> None:
    row = _row([_visit(3, 100)], at=5)

    assert (row["_state"], row["_method"], row["_age"]) == ("not_covered", "carried_forward", 2)
    assert row["_as_of"] == in_week(3)
    assert row["_source"] == "t.csv#t!2"
    assert row["idp_individuals"] == 100
    assert row["need_wash"] == "serious"
    assert row["arrivals_individuals"] is None


@pytest.mark.parametrize(("at", "people"), [(6, 100), (7, 100), (8, None), (9, None)])
def test_last_answer_expires_after_the_rounds_allowed(at: int, people: float | None) -> None:
    row = _row([_visit(3, 100)], at=at)

    assert row["idp_individuals"] == people
    assert row["_method"] == ("unknown" if people is None else "carried_forward")
    assert (row["_source"] is None) == (people is None)


def test_nothing_is_carried_where_no_round_is_allowed() -> None:
    assert _row([_visit(3, 100)], at=4, carry_rounds=0)["idp_individuals"] is None


def test_site_never_visited_is_unknown_and_not_zero() -> None:
    row = _row([_visit(3, 100, site_id="S9")], at=3)

    assert (row["_state"], row["_method"], row["_age"]) == ("not_covered", "unknown", None)
    assert row["idp_individuals"] is None


def test_visit_without_access_carries_the_last_visit_with_access() -> None:
    barred = _visit(5, None, access="no", arrivals_individuals=None, need_wash=None)
    row = _row(
        [_visit(3, 100), _visit(4, None, access="no", arrivals_individuals=None), barred], at=5
    )

    assert (row["_state"], row["_method"], row["_age"]) == ("inaccessible", "carried_forward", 2)
    assert row["idp_individuals"] == 100


def test_visit_without_access_that_gives_figures_keeps_them() -> None:
    row = _row([_visit(3, 100), _visit(5, 80, access="no")], at=5)

    assert (row["_state"], row["_method"], row["idp_individuals"]) == ("assessed", "observed", 80)


def test_site_listed_without_access_carries_forward() -> None:
    row = _row([_visit(3, 100)], at=4, inaccessible={"S1"})
    assert (row["_state"], row["_method"]) == ("inaccessible", "carried_forward")


def test_site_listed_without_access_but_visited_keeps_the_visit() -> None:
    row = _row([_visit(4, 90)], at=4, inaccessible={"S1"})
    assert (row["_state"], row["_method"], row["idp_individuals"]) == (
        "inaccessible",
        "observed",
        90,
    )


def test_site_without_access_and_without_earlier_visit_is_unknown() -> None:
    row = _row([_visit(6, 100)], at=4, inaccessible={"S1"})
    assert (row["_state"], row["_method"], row["idp_individuals"]) == (
        "inaccessible",
        "unknown",
        None,
    )


def test_empty_answer_of_a_visit_is_not_filled_from_an_earlier_one() -> None:
    row = _row([_visit(3, 100), _visit(4, None)], at=4)
    assert (row["_state"], row["_method"], row["idp_individuals"]) == ("assessed", "observed", None)


def test_zero_of_a_visit_stays_an_observed_zero() -> None:
    assert _row([_visit(3, 100), _visit(4, 0)], at=4)["idp_individuals"] == 0


def test_later_visits_are_not_looked_at() -> None:
    assert _row([_visit(3, 100), _visit(6, 500)], at=4)["idp_individuals"] == 100


def test_visit_between_two_rounds_counts_as_the_earlier_round_when_carried() -> None:
    gap = [
        Round(FIRST_DAY + timedelta(days=14 * n), FIRST_DAY + timedelta(days=14 * n + 4), n + 1)
        for n in range(3)
    ]
    rows = [_visit(1, 70, assessment_date=FIRST_DAY + timedelta(days=8))]

    first = panel(observations(rows), sites=[site("S1")], rounds=gap, at=gap[0])
    second = panel(observations(rows), sites=[site("S1")], rounds=gap, at=gap[1])

    assert first.table["_method"].to_pylist() == ["unknown"]
    assert second.table["_method"].to_pylist() == ["carried_forward"]
    assert second.table["_age"].to_pylist() == [1]


@pytest.mark.parametrize("named", ["4", "Week 4", "week  4"])
def test_round_that_a_row_names_comes_before_its_day(named: str) -> None:
    row = _row([_visit(5, 100, round=named)], at=4)
    assert (row["_state"], row["_as_of"]) == ("assessed", in_week(5))


def test_row_without_day_counts_in_the_round_it_names() -> None:
    row = _row([_visit(4, 100, assessment_date=None, round="4")], at=4)
    assert (row["_state"], row["_as_of"], row["idp_individuals"]) == ("assessed", None, 100)


def _one(rows: list[dict[str, Any]], known: list[Site], *, at: int = 3) -> Panel:
    rounds = weeks(6)
    return panel(observations(rows), sites=known, rounds=rounds, at=rounds[at - 1])


def test_several_visits_in_a_round_leave_the_latest_and_say_so() -> None:
    made = _one([_visit(3, 100, day=4), _visit(3, 90, day=1)], [site("S1")])

    assert made.table["idp_individuals"].to_pylist() == [100]
    (finding,) = made.findings
    assert (finding.check, finding.severity, finding.source) == (
        "several_visits",
        Severity.NOTE,
        "t.csv#t!2",
    )
    assert "visited 2 times" in finding.message.text("en")


def test_visits_of_one_day_are_told_apart_by_their_record() -> None:
    rows = [_visit(3, 100, _source="uuid:b"), _visit(3, 90, _source="uuid:a")]
    assert _one(rows, [site("S1")]).table["_source"].to_pylist() == ["uuid:b"]


def test_closed_site_has_no_value_even_when_it_was_visited() -> None:
    made = _one([_visit(3, 100)], [site("S1", status="closed", closed_on=in_week(2))])

    (row,) = made.table.to_pylist()
    assert (row["_state"], row["idp_individuals"], row["_source"]) == ("closed", None, None)
    assert row["site_status"] == "closed"
    (finding,) = made.findings
    assert (finding.check, finding.severity) == ("closed_site_with_people", Severity.HARD)


def test_site_closed_after_the_round_was_open_in_it() -> None:
    made = _one([_visit(3, 100)], [site("S1", status="closed", closed_on=in_week(5))])
    assert made.table.select(["_state", "site_status"]).to_pylist() == [
        {"_state": "assessed", "site_status": "open"}
    ]


def test_site_opened_after_the_round_is_not_in_its_panel() -> None:
    made = _one([_visit(3, 100)], [site("S1"), site("S2", opened_on=in_week(4))])
    assert made.table["site_id"].to_pylist() == ["S1"]


def test_visit_of_a_site_outside_the_register_is_told_and_not_counted() -> None:
    made = _one(
        [_visit(3, 100), _visit(3, 7, site_id="S7"), _visit(3, 8, site_id=None)], [site("S1")]
    )

    assert made.table["idp_individuals"].to_pylist() == [100]
    assert [(each.check, each.source) for each in made.findings] == [
        ("unknown_site", "t.csv#t!3"),
        ("unknown_site", "t.csv#t!4"),
    ]


def test_register_says_where_and_what_a_site_is() -> None:
    rows = [_visit(3, 100, site_name="Old name", adm1_code="X9", site_type="other", latitude=9.0)]
    (row,) = _one(rows, [site("S1", site_type="camp", latitude=4.5)]).table.to_pylist()

    assert (row["site_name"], row["adm1_code"], row["adm0_name"]) == ("Site S1", "X1", "Xland")
    assert (row["site_type"], row["latitude"]) == ("camp", 4.5)


def test_visit_fills_what_the_register_does_not_know() -> None:
    rows = [_visit(3, 100, site_type="other", latitude=9.0, adm2_code="X12")]
    (row,) = _one(rows, [site("S1")]).table.to_pylist()
    assert (row["site_type"], row["latitude"], row["adm2_code"]) == ("other", 9.0, "X12")


def test_personal_answers_never_enter_the_panel() -> None:
    made = _one([_visit(3, 100, contact_name="x", contact_phone="y")], [site("S1")])
    assert not {"contact_name", "contact_phone"} & set(made.table.column_names)


def test_coverage_counts_places_by_what_became_of_them() -> None:
    known = [
        site("S1"),
        site("S2"),
        site("S3"),
        site("S4", status="closed"),
        site("S5", status="planned"),
        site("S6"),
    ]
    rows = [
        _visit(3, 1),
        _visit(2, 2, site_id="S2"),
        _visit(3, None, site_id="S3", access="no", arrivals_individuals=None),
    ]

    assert _one(rows, known).coverage() == Coverage(
        n_known=4, n_assessed=1, n_carried=1, n_inaccessible=1
    )


def test_panel_knows_its_round_and_that_it_holds_the_register() -> None:
    made = _one([_visit(3, 1)], [site("S1")])
    assert (made.round, made.register, made.split) == ("Week 3", True, False)


def test_panel_of_no_observations_at_all_knows_the_sites() -> None:
    made = _one([_visit(3, 1, site_id="S9")], [site("S1"), site("S2")])
    assert made.coverage() == Coverage(n_known=2, n_assessed=0)


def test_round_outside_the_list_is_refused() -> None:
    with pytest.raises(RoundUnknown, match="Round 99"):
        panel(
            observations([_visit(3, 1)]),
            sites=[site("S1")],
            rounds=weeks(3),
            at=Round(date(2030, 1, 1), date(2030, 1, 7), 99),
        )
