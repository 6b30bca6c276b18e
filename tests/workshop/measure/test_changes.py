"""Change between rounds: the parts are what they say, and they always add up to the whole."""

from dataclasses import replace
from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measuring import in_week, observations, only, site, weeks

from opendtm.errors.measure import ConceptNotCounted
from opendtm.measure import Part, change, figures, panel, series, single_round
from opendtm.measure.panels import Panel
from opendtm.records import Change, Site

PEOPLE = "idp_individuals"
SITES = [f"S{number}" for number in range(6)]
VALUES = st.one_of(
    st.none(), st.integers(min_value=0, max_value=10**6), st.floats(min_value=0, max_value=1e6)
)
VISITS = st.dictionaries(st.sampled_from(SITES), VALUES, max_size=6)


def _at(week: int, visits: dict[str, float | None], known: list[Site]) -> Panel:
    rows = [
        {"site_id": name, "assessment_date": in_week(week), PEOPLE: people}
        for name, people in visits.items()
    ] or [{"site_id": "S0", "assessment_date": in_week(9), PEOPLE: None}]
    rounds = weeks(9)
    return panel(observations(rows), sites=known, rounds=rounds, at=rounds[week - 1])


def _parts(one: Change) -> float:
    return (
        one.matched
        + one.newly_covered
        + one.closed
        + one.lost_access
        + one.corrected
        + one.reclassified
    )


@settings(max_examples=30, deadline=None)
@given(VISITS, VISITS, st.sets(st.sampled_from(SITES)), st.one_of(st.none(), VISITS))
def test_parts_add_up_to_the_whole_change(
    earlier: dict[str, float | None],
    later: dict[str, float | None],
    closed: set[str],
    published: dict[str, float | None] | None,
) -> None:
    known = [site(name) for name in SITES]
    shut = [replace(one, status="closed") if one.site_id in closed else one for one in known]
    quoted = (
        None if published is None else {name: v for name, v in published.items() if v is not None}
    )

    found = change(
        _at(1, earlier, known), _at(2, later, shut), concept=PEOPLE, before_as_published=quoted
    )

    whole = (found.after or 0) - (found.before or 0)
    assert isclose(_parts(found), whole, rel_tol=1e-9, abs_tol=1e-6)
    assert (found.total is None) == (found.before is None or found.after is None)
    assert found.closed <= 0
    assert found.lost_access <= 0
    assert found.newly_covered >= 0


def test_each_part_says_what_happened_to_which_sites() -> None:
    known = [site(name) for name in SITES]
    before = {"S0": 100.0, "S1": 50.0, "S2": 30.0, "S3": 20.0}
    after = {"S0": 130.0, "S1": 40.0, "S4": 8.0}
    later = [replace(one, status="closed") if one.site_id == "S2" else one for one in known]

    found = change(
        _at(1, before, known),
        _at(2, after, later),
        concept=PEOPLE,
        before_as_published={"S0": 90.0, "S1": 50.0, "S2": 30.0, "S3": 20.0},
    )

    assert found == Change(
        before=190,
        after=178,
        matched=20,
        newly_covered=8,
        closed=-30,
        lost_access=-20,
        corrected=10,
        n_matched=2,
        n_new=1,
        n_closed=1,
        n_lost=1,
    )
    assert found.total == -12


KINDS = st.sampled_from(["camp", "other"])
COUNTED = st.dictionaries(
    st.sampled_from(SITES), st.tuples(KINDS, st.integers(min_value=0, max_value=10**6)), max_size=6
)


def _kinds(week: int, visits: dict[str, tuple[str, int]], shut: set[str]) -> Panel:
    rows = [
        {"site_id": name, "assessment_date": in_week(week), PEOPLE: people, "site_type": kind}
        for name, (kind, people) in visits.items()
    ] or [{"site_id": "S0", "assessment_date": in_week(9), PEOPLE: None, "site_type": None}]
    known = [site(name, status="closed" if name in shut else "open") for name in SITES]
    rounds = weeks(9)
    return panel(
        observations(rows), sites=known, rounds=rounds, at=rounds[week - 1], carry_rounds=0
    )


@settings(max_examples=60, deadline=None)
@given(COUNTED, COUNTED, st.sets(st.sampled_from(SITES)))
def test_classes_add_up_exactly_to_their_change_and_to_the_whole(
    earlier: dict[str, tuple[str, int]], later: dict[str, tuple[str, int]], shut: set[str]
) -> None:
    before, after = _kinds(1, earlier, set()), _kinds(2, later, shut)
    classes = [
        change(before, after, concept=PEOPLE, part=Part("site_type", kind))
        for kind in ("camp", "other")
    ]
    whole = change(before, after, concept=PEOPLE)

    for one in classes:
        assert _parts(one) == (one.after or 0) - (one.before or 0)
    assert sum(one.reclassified for one in classes) == 0
    assert whole.reclassified == 0
    for name in ("matched", "newly_covered", "closed", "lost_access"):
        assert sum(getattr(one, name) for one in classes) == getattr(whole, name)


def test_place_that_changed_its_class_is_reclassified_not_moved() -> None:
    before = _kinds(1, {"S0": ("camp", 100), "S1": ("other", 40)}, set())
    after = _kinds(2, {"S0": ("other", 110), "S1": ("other", 40)}, set())
    camp, other = (
        change(before, after, concept=PEOPLE, part=Part("site_type", kind))
        for kind in ("camp", "other")
    )
    assert (camp.before, camp.after, camp.reclassified, camp.matched) == (100, None, -100, 0)
    assert (other.before, other.after, other.reclassified, other.matched) == (40, 150, 100, 10)
    assert (camp.n_reclassified, other.n_reclassified) == (1, 1)


def test_class_of_a_column_that_is_not_there_is_empty() -> None:
    one = _at(1, {"S0": 1.0}, [site("S0")])
    found = change(one, one, concept=PEOPLE, part=Part("displacement_reason", "conflict"))
    assert (found.before, found.after, found.total) == (None, None, None)


def test_carried_value_is_no_change() -> None:
    rounds = weeks(3)
    table = observations([{"site_id": "S1", "assessment_date": in_week(1), PEOPLE: 10}])
    first, second = (panel(table, sites=[site("S1")], rounds=rounds, at=at) for at in rounds[:2])

    found = change(first, second, concept=PEOPLE)

    assert (found.matched, found.n_matched, found.total) == (0, 1, 0)


def test_change_from_an_unknown_round_has_no_total() -> None:
    found = change(_at(1, {}, [site("S0")]), _at(2, {"S0": 5.0}, [site("S0")]), concept=PEOPLE)
    assert (found.before, found.after, found.newly_covered, found.total) == (None, 5, 5, None)


def test_places_that_stand_in_several_rows_are_added_first() -> None:
    parts = [
        {"adm1_code": "X1", "adm0_code": "XX", PEOPLE: n, "displacement_reason": "flood"}
        for n in (3, 4)
    ]
    before = single_round(observations(parts))
    after = single_round(observations([{"adm1_code": "X1", "adm0_code": "XX", PEOPLE: 9}]))
    found = change(before, after, concept=PEOPLE)
    assert (found.before, found.after, found.matched, found.n_matched) == (7, 9, 2, 1)


@pytest.mark.parametrize("name", ["site_name", "need_wash", "people", "returnee_households"])
def test_change_of_what_is_not_counted_is_refused(name: str) -> None:
    one = _at(1, {"S0": 1.0}, [site("S0")])
    with pytest.raises(ConceptNotCounted, match=name):
        change(one, one, concept=name)


def test_series_gives_each_round_what_was_known_in_it() -> None:
    rows = [
        {"site_id": "S1", "assessment_date": in_week(1), PEOPLE: 10, "arrivals_individuals": 1},
        {"site_id": "S2", "assessment_date": in_week(2), PEOPLE: 5, "arrivals_individuals": 2},
        {"site_id": "S1", "assessment_date": in_week(3), PEOPLE: 20, "arrivals_individuals": 4},
    ]
    known = [site("S1"), site("S2", opened_on=in_week(2))]

    points = series(observations(rows), sites=known, rounds=weeks(3), inaccessible={2: {"S1"}})

    assert [point.figures[PEOPLE].value for point in points] == [10, 15, 25]
    assert [point.figures[PEOPLE].carried for point in points] == [0, 10, 5]
    assert [point.figures["arrivals_individuals"].value for point in points] == [1, 2, 4]
    assert [point.coverage.n_known for point in points] == [1, 2, 2]
    assert [point.coverage.n_assessed for point in points] == [1, 1, 1]
    assert [point.coverage.n_inaccessible for point in points] == [0, 1, 0]


def test_last_point_of_a_series_is_the_figure_of_that_round() -> None:
    rows = [{"site_id": "S1", "assessment_date": in_week(2), PEOPLE: 10}]
    rounds = weeks(3)
    points = series(observations(rows), sites=[site("S1")], rounds=rounds, indicators=[PEOPLE])
    last = panel(observations(rows), sites=[site("S1")], rounds=rounds, at=rounds[-1])
    assert points[-1].figures[PEOPLE] == replace(
        only(figures(last, indicators=[PEOPLE])), sources=()
    )
