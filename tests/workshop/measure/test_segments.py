"""One method, one line: a change of method breaks a series, and a round without a figure leaves a gap."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measuring import in_week, observations, site, weeks

from opendtm.measure import basis, breaks, panel, segments, series
from opendtm.measure.panels import Panel

PEOPLE = "idp_individuals"


def held(*visits: tuple[float | None, str | None]) -> Panel:
    """Make the panel of one week from the people and method of each site."""
    rows = [
        {"site_id": f"S{n}", "assessment_date": in_week(1), PEOPLE: people, "method": method}
        for n, (people, method) in enumerate(visits)
    ]
    known = [site(f"S{n}") for n in range(len(visits))]
    rounds = weeks(1)
    return panel(observations(rows), sites=known, rounds=rounds, at=rounds[0])


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        (((100.0, "head_count"), (60.0, "key_informant")), "head_count"),
        (((50.0, "head_count"), (50.0, "key_informant")), "mixed"),
        (((5.0, "head_count"), (90.0, None)), None),
        (((0.0, "head_count"),), None),
        (((None, "head_count"),), None),
    ],
)
def test_method_is_that_of_most_people(
    visits: tuple[tuple[float | None, str | None], ...], expected: str | None
) -> None:
    assert basis(held(*visits), PEOPLE) == expected


def test_panel_without_methods_has_none() -> None:
    rows = observations([{"site_id": "S1", "assessment_date": in_week(1), PEOPLE: 5}])
    rounds = weeks(1)
    assert basis(panel(rows, sites=[site("S1")], rounds=rounds, at=rounds[0]), PEOPLE) is None


def test_line_breaks_where_the_method_changes() -> None:
    assert breaks(["a", "a", "b", "b", None, None]) == (False, False, True, False, True, False)
    assert breaks([]) == ()


def test_series_is_cut_at_a_change_of_method_and_at_a_gap() -> None:
    methods = ["key_informant", "key_informant", "registration_list", None, "registration_list"]
    rows = [
        {"site_id": "S1", "assessment_date": in_week(week), PEOPLE: 10 * week, "method": method}
        for week, method in enumerate(methods, 1)
        if method
    ]
    points = series(observations(rows), sites=[site("S1")], rounds=weeks(5), carry_rounds=0)
    found = segments(points, PEOPLE)
    assert [[point.round.number for point in line] for line in found] == [[1, 2], [3], [5]]


def test_movements_are_not_cut_by_the_method_of_the_stock() -> None:
    rows = [
        {
            "site_id": "S1", "assessment_date": in_week(week), PEOPLE: 5, "method": method,
            "arrivals_individuals": 1,
        }
        for week, method in enumerate(["key_informant", "head_count"], 1)
    ]  # fmt: skip
    points = series(observations(rows), sites=[site("S1")], rounds=weeks(2))
    assert len(segments(points, "arrivals_individuals")) == 1


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", None])))
def test_lines_hold_one_method_each_and_lose_no_round(bases: list[str | None]) -> None:
    lines: list[list[str | None]] = []
    for base, broken in zip(bases, breaks(bases), strict=True):
        if broken or not lines:
            lines.append([])
        lines[-1].append(base)
    assert all(len(set(line)) == 1 for line in lines)
    assert [base for line in lines for base in line] == bases
