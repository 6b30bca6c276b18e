"""Rounds of site lists: what a place held last and now, movements with their residual, origins seen twice."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measuring import in_week, observations, site, weeks

from opendtm.errors.measure import ConceptNotCounted
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.measure import Panel, panel, single_round
from opendtm.measure.disclosure import rule
from opendtm.measure.stock import (
    Area,
    LeftOut,
    Margin,
    Movement,
    Way,
    areas_over,
    cells_of,
    changes_by_area,
    held_over,
    hidden_cells,
    movements,
    observed,
    origins_of,
    origins_seen_twice,
    since,
    totals_by_area,
    with_closed,
    with_margins,
)
from opendtm.vocab import Sharing

PEOPLE = "idp_individuals"


def listed(*rows: tuple[str, float | None, dict[str, Any]]) -> Panel:
    """Give a round of a list: site, persons, and what else is said; the area is N unless told."""
    told = [
        {"site_id": name, PEOPLE: persons, "adm1_code": "N", "access": "yes", **more}
        for name, persons, more in rows
    ]
    return with_closed(single_round(observations(told)), concept=PEOPLE)


def plain(**persons: float | None) -> Panel:
    """Give a round of places of one area."""
    return listed(*((site, count, {}) for site, count in persons.items()))


def moving(rows: Sequence[tuple[str, float | None, float | None, float | None]]) -> Panel:
    """Give a round with arrivals and departures."""
    return listed(
        *(
            (site, persons, {"arrivals_individuals": came, "departures_individuals": left})
            for site, persons, came, left in rows
        )
    )


def accounted(before: Panel, after: Panel, *, level: str | None = None) -> tuple[Movement, ...]:
    """Account for the movements between two rounds, by area of a level."""
    areas = areas_over((before, after), level=level)
    return movements(before, after, concept=PEOPLE, areas=areas)


def test_place_keeps_its_newest_earlier_observation_with_its_age() -> None:
    rounds = [plain(A=10, B=20, C=5), plain(A=12, B=None), plain(A=13, B=None)]
    held = {one.place: one for one in held_over(rounds, concept=PEOPLE)}
    assert (held["A"].now, held["A"].last, held["A"].age) == (13, 12, 1)
    assert (held["B"].now, held["B"].last, held["B"].age) == (None, 20, 2)
    assert (held["C"].state, held["C"].age) == ("not_covered", 2)
    with pytest.raises(ConceptNotCounted):
        held_over(rounds, concept="idp_households")


def test_closed_place_holds_nobody_unless_people_were_counted_there() -> None:
    found = listed(
        ("A", None, {"site_status": "closed"}),
        ("B", 0, {"site_status": "closed"}),
        ("C", 7, {"site_status": "closed"}),
    )
    held = {one.place: (one.state, one.now) for one in held_over([found], concept=PEOPLE)}
    assert held == {"A": ("closed", None), "B": ("closed", None), "C": ("assessed", 7)}


def test_rows_of_earlier_rounds_are_left_out_and_the_panels_stay_the_same() -> None:
    rounds = weeks(4)
    told = [
        {"site_id": "A", PEOPLE: 10.0 * week, "assessment_date": in_week(week)}
        for week in (1, 2, 3)
    ]
    late = {"site_id": "B", PEOPLE: 7.0, "assessment_date": in_week(1), "round": "3"}
    early = {"site_id": "C", PEOPLE: 5.0, "assessment_date": in_week(4), "round": "1"}
    table = observations([*told, late, early])
    kept = since(table, rounds=rounds, first=rounds[2])
    assert kept[PEOPLE].to_pylist() == [30, 7]
    sites = [site(name) for name in "ABC"]
    for at in rounds[2:]:
        both = [panel(each, sites=sites, rounds=rounds, at=at) for each in (table, kept)]
        assert observed(both[0], PEOPLE) == observed(both[1], PEOPLE)
    undated = kept.drop_columns(["assessment_date"])
    assert since(undated, rounds=rounds, first=rounds[3]).num_rows == 1


def test_area_is_that_of_the_newest_round_that_states_one() -> None:
    old = listed(("A", 1, {"adm1_code": "S"}), ("B", 1, {"adm1_code": "S"}))
    new = listed(("A", 1, {"adm1_code": "N"}), ("B", 1, {"adm1_code": None}))
    assert areas_over((old, new), level="adm1") == {"A": Area("N"), "B": Area("S")}
    with pytest.raises(StockTableInvalid):
        areas_over((old, new), level="adm3")


def test_areas_add_up_to_the_whole_and_are_capped_one_by_one() -> None:
    """In N one place of 50 beside 350; in S one of 10 beside 190: 12.5 % of N is refused, 60 of 600 is not."""
    barred = {"access": "no"}
    old = listed(
        ("A", 350, {}),
        ("B", 50, {}),
        *((s, c, {"adm1_code": "S"}) for s, c in (("C", 190), ("D", 10))),
    )
    new = listed(
        ("A", 350, {}), ("B", None, barred), ("C", 190, {"adm1_code": "S"}),
        ("D", None, {**barred, "adm1_code": "S"}),
    )  # fmt: skip
    held = held_over((old, new), concept=PEOPLE, level="adm1")
    areas = areas_over((old, new), level="adm1")
    found = totals_by_area(held, areas=areas, way=Way.CARRY, rounds=4)
    assert {area and area.key: one.value for area, one in found.items()} == {
        None: 600,
        "N": None,
        "S": 200,
    }


def test_change_by_area_names_areas_by_what_both_rounds_state() -> None:
    old = listed(("A", 5, {"adm1_name": "North"}))
    new = listed(("A", 8, {"adm1_code": None, "adm1_name": "North"}))
    found = changes_by_area(old, new, concept=PEOPLE, level="adm1")
    assert {area: one.total for area, one in found.items()} == {"": 3, "North": 3}
    with pytest.raises(StockTableInvalid):
        changes_by_area(plain(A=5), new, concept=PEOPLE, level="adm1")


def test_every_place_left_out_has_its_reason() -> None:
    before = plain(A=10, B=10, C=10, D=10, E=10, F=None)
    answers = moving(
        [("A", 12, 3, 1), ("B", 12, None, 1), ("C", 12, 3, None), ("D", None, 1, 1), ("F", 9, 9, 0)]
    )
    (whole,) = accounted(before, answers)
    assert (whole.n, whole.n_known) == (1, 6)
    assert (whole.opening, whole.expected, whole.closing, whole.residual) == (10, 12, 12, 0)
    assert whole.left_out == {
        LeftOut.NOT_COVERED: 1,
        LeftOut.NO_STOCK: 1,
        LeftOut.NO_STOCK_BEFORE: 1,
        LeftOut.NO_ARRIVALS: 1,
        LeftOut.NO_DEPARTURES: 1,
    }


def test_unknown_arrivals_are_not_nobody() -> None:
    (whole,) = accounted(plain(A=10), moving([("A", 50, None, None)]))
    assert (whole.expected, whole.residual, whole.residual_share) == (None, None, None)


def test_place_closed_in_both_rounds_is_not_known_any_more() -> None:
    shut = {"site_status": "closed"}
    before = listed(("A", 10, {}), ("B", None, shut), ("C", 10, {}))
    after = listed(("A", 10, {}), ("B", None, shut), ("C", None, shut))
    (whole,) = accounted(before, after)
    assert (whole.n_known, whole.left_out[LeftOut.CLOSED]) == (2, 1)


def test_largest_residual_share_stands_first_and_unknown_last() -> None:
    def row(
        site: str, persons: float, area: str, came: float | None
    ) -> tuple[str, float, dict[str, Any]]:
        more = {"arrivals_individuals": came, "departures_individuals": 0.0}
        return site, persons, {"adm1_code": area, **more}

    before = listed(
        *(row(site, 100, area, 0) for site, area in (("A", "N"), ("B", "S"), ("C", "W")))
    )
    after = listed(row("A", 101, "N", 0), row("B", 80, "S", 0), row("C", 100, "W", None))
    found = accounted(before, after, level="adm1")
    assert [one.area and one.area.key for one in found] == [None, "S", "N", "W"]
    assert found[1].residual_share == pytest.approx(-0.25)


counts = st.integers(0, 10_000)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(counts, counts, counts, counts), min_size=1, max_size=6))
def test_residual_is_what_the_answers_leave(rows: list[tuple[int, int, int, int]]) -> None:
    before = plain(**{f"S{n}": row[0] for n, row in enumerate(rows)})
    after = moving([(f"S{n}", *row[1:]) for n, row in enumerate(rows)])
    (whole,) = accounted(before, after)
    assert whole.residual == sum(row[1] - row[0] - row[2] + row[3] for row in rows)


def test_rows_of_one_site_by_origin_keep_their_origins() -> None:
    found = origins_of(
        listed(
            ("A", 60, {"origin_adm1_code": "N"}),
            ("A", 40, {"origin_adm1_code": "S"}),
            ("B", 7, {"origin_adm1_code": None}),
        ),
        concept=PEOPLE,
        level="adm1",
    )
    assert cells_of(found) == {("N", "N"): 60, ("S", "N"): 40, ("", "N"): 7}
    assert found.unknown_share == pytest.approx(7 / 107)


def test_origins_seen_twice_leave_out_what_one_round_saw() -> None:
    def row(site: str, persons: float | None) -> tuple[str, float | None, dict[str, Any]]:
        return site, persons, {"origin_adm1_code": "N"}

    old, new = origins_seen_twice(
        listed(row("A", 10), row("B", 20)),
        listed(row("A", 12), row("C", 30)),
        concept=PEOPLE,
        level="adm1",
    )
    assert (old.total, new.total) == (10, 12)


def test_hidden_cells_protect_a_small_cell_and_its_margins_stay_true() -> None:
    found = origins_of(
        listed(
            *(
                (f"{origin}{area}", persons, {"origin_adm1_code": origin, "adm1_code": area})
                for origin, area, persons in (
                    ("N", "N", 3), ("N", "S", 200), ("S", "N", 150), ("S", "S", 90),
                )
            )
        ),
        concept=PEOPLE,
        level="adm1",
    )  # fmt: skip
    hidden = hidden_cells(found, rule=rule(Sharing.PUBLIC))
    assert ("N", "N") in hidden
    assert len(hidden) >= 4
    sums = with_margins(cells_of(found))
    assert (sums["N", Margin.ALL], sums[Margin.ALL, "N"], sums[Margin.ALL, Margin.ALL]) == (
        203,
        153,
        443,
    )
