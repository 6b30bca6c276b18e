"""What needs action now: at most eight lines, one a site, in an order that never wavers."""

from datetime import date

import pytest

from opendtm.records import Method
from opendtm.report.actions import MOST, actions
from opendtm.report.model import Number, SiteRow
from opendtm.report.rows import Standing


def standing(
    site_id: str, *, idps: float | None = 100, state: str = "assessed", **more: object
) -> Standing:
    """Give a line of the site table with what a test says about it."""
    arrivals = more.pop("arrivals", None)
    numbers = {
        "idp_individuals": Number(idps, "person"),
        "arrivals_individuals": Number(arrivals, "person"),  # type: ignore[arg-type]
    }
    row = SiteRow(
        site_id=site_id,
        name=f"Site {site_id}",
        admin_names=(),
        admin_codes=(),
        site_type=None,
        state=state,
        as_of=more.pop("as_of", date(2026, 11, 3)),  # type: ignore[arg-type]
        method=Method.OBSERVED,
        numbers=numbers,
        needs=more.pop("needs", {}),  # type: ignore[arg-type]
    )
    return Standing(row, more.pop("age", 0), more.pop("status", "open"))  # type: ignore[arg-type]


def test_critical_need_in_a_mission_sector() -> None:
    (action,) = actions([standing("A", needs={"wash": 3, "health": 3, "education": 3})])
    assert (action.sector, action.site_id) == ("wash", "A")
    assert action.reason.text("en") == "Critical need: water, sanitation and hygiene; health."


def test_critical_need_outside_the_mission_is_no_action() -> None:
    assert actions([standing("A", needs={"education": 3})]) == ()


def test_critical_need_in_an_empty_site_is_no_action() -> None:
    assert actions([standing("A", idps=0, needs={"wash": 3})]) == ()


@pytest.mark.parametrize(
    ("arrivals", "present", "acts"),
    [(49, 100, False), (50, 501, False), (50, 500, True), (50, None, True)],
)
def test_large_arrivals_by_size_and_share(
    arrivals: float, present: float | None, *, acts: bool
) -> None:
    assert bool(actions([standing("A", arrivals=arrivals, idps=present)])) is acts


def test_lost_access_with_the_last_day() -> None:
    (action,) = actions([standing("A", state="inaccessible")])
    assert action.reason.text("en") == "No access; last seen on 3 November 2026."


@pytest.mark.parametrize(("age", "acts"), [(1, False), (2, True), (None, True)])
def test_overdue_by_age(age: int | None, *, acts: bool) -> None:
    assert bool(actions([standing("A", state="not_covered", age=age)])) is acts


def test_planned_site_is_not_overdue() -> None:
    assert actions([standing("A", state="not_covered", age=None, status="planned")]) == ()


def test_site_stands_once_with_its_weightiest_reason() -> None:
    (action,) = actions([standing("A", needs={"wash": 3}, arrivals=99)])
    assert action.sector == "wash"


def test_more_people_come_first_and_ties_by_identifier() -> None:
    lines = [
        standing(name, idps=idps, needs={"wash": 3})
        for name, idps in (("B", 5), ("C", 9), ("A", 5))
    ]
    assert [action.site_id for action in actions(lines)] == ["C", "A", "B"]
    assert actions(lines) == actions(lines[::-1])


def test_no_kind_pushes_the_others_off_the_page() -> None:
    lines = [standing(f"C{n}", idps=1000 + n, needs={"wash": 3}) for n in range(20)]
    lines += [standing(f"R{n}", arrivals=90) for n in range(5)]
    lines += [standing("X", state="inaccessible"), standing("O", state="not_covered", age=3)]
    found = actions(lines)
    assert len(found) == MOST
    assert [action.site_id[0] for action in found] == list("CCCCRRXO")


def test_free_places_go_to_the_other_kinds() -> None:
    lines = [standing(f"C{n}", needs={"wash": 3}) for n in range(20)]
    assert len(actions(lines)) == MOST


def test_nothing_to_do_gives_nothing() -> None:
    assert actions([standing("A"), standing("B", needs={"wash": 2})]) == ()
