"""Origin and destination: shares, diversity, fitting to known stocks, and the least flows between two rounds."""

from math import log

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from opendtm.errors.measure_stock import (
    MarginsDiffer,
    MarginsUnreachable,
    NotReconciled,
    StockTableInvalid,
)
from opendtm.measure.stock import Matrix, diversity, matrix, minimum_flow, reconcile
from opendtm.measure.stock.minimum_flow import LABEL, OUTSIDE


def surveyed(cells: list[list[float]]) -> Matrix:
    """Make a matrix of origins A, B, ... and places X, Y, ... from its cells."""
    persons = np.array(cells, float)
    origins = tuple("ABCDEF"[: persons.shape[0]])
    return Matrix(origins, tuple("UVWXYZ"[-persons.shape[1] :]), persons)


def margins(of: Matrix, rows: list[float], columns: list[float]) -> dict[str, dict[str, float]]:
    """Name totals by the origins and places of a matrix."""
    by_origin = dict(zip(of.origins, rows, strict=True))
    return {"by_origin": by_origin, "by_place": dict(zip(of.places, columns, strict=True))}


def test_matrix_adds_groups_up_and_gives_shares() -> None:
    table = pa.table(
        {
            "origin": ["B", "A", "A", "A"],
            "place": ["X", "X", "Y", "X"],
            "persons": [10, 20, 10, 10.0],
        }
    )
    found = matrix(table)
    assert (found.origins, found.places) == (("A", "B"), ("X", "Y"))
    assert found.persons.tolist() == [[30, 10], [10, 0]]
    assert (found.out_of().tolist(), found.into().tolist(), found.total()) == (
        [40, 10],
        [40, 10],
        50,
    )
    assert found.share_of_origin().tolist() == [[0.75, 0.25], [1, 0]]
    assert found.share_of_place().tolist() == [[0.75, 1], [0.25, 0]]
    assert found.table().num_rows == 3


def test_share_of_nobody_is_zero_and_never_undefined() -> None:
    found = surveyed([[0, 0], [3, 1]])
    assert found.share_of_origin().tolist() == [[0, 0], [0.75, 0.25]]


def test_diversity_of_two_equal_origins() -> None:
    found = diversity(np.array([50.0, 50.0, 0.0]))
    assert found is not None
    assert found.entropy == pytest.approx(log(2))
    assert (found.evenness, found.herfindahl, found.origins) == (pytest.approx(1), 0.5, 2)


def test_diversity_of_one_origin_and_of_nobody() -> None:
    found = diversity(np.array([7.0, 0.0]))
    assert found is not None
    assert (found.entropy, found.evenness, found.herfindahl) == (0, None, 1)
    assert diversity(np.zeros(2)) is None


@settings(deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_diversity_stays_within_its_bounds(persons: list[int]) -> None:
    assume(any(persons))
    found = diversity(np.array(persons, float))
    assert found is not None
    assert 1 / found.origins - 1e-12 <= found.herfindahl <= 1 + 1e-12
    assert -1e-12 <= found.entropy <= log(found.origins) + 1e-12


@pytest.mark.parametrize("column", ["origin", "place", "persons"])
def test_matrix_without_a_column_is_refused(column: str) -> None:
    table = pa.table({"origin": ["A"], "place": ["X"], "persons": [1.0]}).drop_columns([column])
    with pytest.raises(StockTableInvalid, match=column):
        matrix(table)


def test_reconciled_matrix_of_two_by_two_is_the_one_with_the_odds_ratio_of_the_survey() -> None:
    of = surveyed([[40, 30], [35, 50]])
    found = reconcile(of, **margins(of, [150, 300], [180, 270]))
    cells = found.matrix.persons
    assert cells.sum(axis=1) == pytest.approx([150, 300], rel=1e-8)
    assert cells.sum(axis=0) == pytest.approx([180, 270], rel=1e-8)
    odds = cells[0, 0] * cells[1, 1] / (cells[0, 1] * cells[1, 0])
    assert odds == pytest.approx(40 * 50 / (30 * 35))
    assert found.matrix.modelled == "reconciled"


def test_reconciling_to_its_own_totals_changes_nothing() -> None:
    of = surveyed([[4, 3], [5, 1]])
    found = reconcile(of, **margins(of, [7, 6], [9, 4]))
    assert found.matrix.persons == pytest.approx(of.persons)
    assert found.passes == 1


def test_empty_cell_stays_empty() -> None:
    of = surveyed([[4, 0], [5, 1]])
    found = reconcile(of, **margins(of, [8, 6], [12, 2]))
    assert found.matrix.persons[0, 1] == 0
    assert found.matrix.persons == pytest.approx(np.array([[8, 0], [4, 2]]))


def test_totals_of_different_size_are_refused() -> None:
    of = surveyed([[1, 1], [1, 1]])
    with pytest.raises(MarginsDiffer, match="10"):
        reconcile(of, **margins(of, [5, 5], [5, 6]))


def test_total_of_an_origin_that_nobody_came_from_is_refused_by_name() -> None:
    of = surveyed([[0, 0], [1, 1]])
    with pytest.raises(MarginsUnreachable, match="A"):
        reconcile(of, **margins(of, [3, 7], [5, 5]))


def test_totals_that_the_empty_cells_do_not_allow_are_refused() -> None:
    of = surveyed([[1, 0], [1, 1]])  # people of A are in Y only; Y has fewer than A
    with pytest.raises(MarginsUnreachable, match=r"at [AYZ]"):
        reconcile(of, **margins(of, [6, 4], [5, 5]))


def test_matrix_without_anybody_meets_totals_of_nobody_only() -> None:
    of = surveyed([[0, 0], [0, 0]])
    assert reconcile(of, **margins(of, [0, 0], [0, 0])).matrix.total() == 0
    with pytest.raises(MarginsUnreachable):
        reconcile(of, **margins(of, [1, 0], [0, 1]))


def test_too_few_passes_are_said() -> None:
    of = surveyed([[1, 1000], [1000, 1]])
    with pytest.raises(NotReconciled, match="1 passes"):
        reconcile(of, **margins(of, [1, 99], [40, 60]), passes=1)


def test_totals_must_name_the_places_of_the_matrix() -> None:
    of = surveyed([[1, 1], [1, 1]])
    with pytest.raises(StockTableInvalid, match="Q"):
        reconcile(of, by_origin={"A": 1, "B": 1, "Q": 1}, by_place={"Y": 1, "Z": 2})


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 50), min_size=3, max_size=3), min_size=2, max_size=4),
    st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=4, max_size=4),
)
def test_reconciled_totals_are_those_asked_for(
    cells: list[list[int]], other: list[list[int]]
) -> None:
    of = surveyed([[float(value) for value in row] for row in cells])
    wanted = np.array(other[: len(cells)], float)
    rows, columns = wanted.sum(axis=1).tolist(), wanted.sum(axis=0).tolist()
    found = reconcile(of, **margins(of, rows, columns)).matrix.persons
    size = max(wanted.sum(), 1)
    assert np.abs(found.sum(axis=1) - rows).max() <= 1e-8 * size
    assert np.abs(found.sum(axis=0) - columns).max() <= 1e-8 * size
    assert (found >= 0).all()


def test_least_flow_is_what_one_place_lost_and_another_won() -> None:
    found = minimum_flow({"A": {"X": 100, "Y": 50}}, {"A": {"X": 70, "Y": 80}})
    cells = dict(zip(found.flows.places, found.flows.persons.tolist(), strict=True))
    assert found.moved == 30
    assert cells["X"][found.flows.places.index("Y")] == 30
    assert cells["X"][found.flows.places.index("X")] == 70
    assert (found.from_outside, found.to_outside) == (0, 0)


def test_more_people_than_before_came_from_outside() -> None:
    found = minimum_flow({"A": {"X": 10}}, {"A": {"X": 10, "Y": 5}})
    assert (found.moved, found.from_outside, found.to_outside) == (5, 5, 0)
    assert OUTSIDE in found.flows.places


def test_origins_are_solved_one_by_one() -> None:
    before = {"A": {"X": 10, "Y": 0}, "B": {"X": 0, "Y": 10}}
    after = {"A": {"X": 0, "Y": 10}, "B": {"X": 10, "Y": 0}}
    assert minimum_flow(before, after).moved == 20  # the places' totals did not change at all


def test_cost_chooses_the_nearer_of_equal_tables() -> None:
    before, after = {"A": {"P": 10, "Q": 10}}, {"A": {"R": 10, "S": 10}}
    near = {("P", "S"): 1.0, ("Q", "R"): 1.0, ("P", "R"): 9.0, ("Q", "S"): 9.0}
    found = minimum_flow(before, after, cost=near)
    at = {place: number for number, place in enumerate(found.flows.places)}
    assert found.flows.persons[at["P"], at["S"]] == pytest.approx(10)
    assert found.flows.persons[at["P"], at["R"]] == pytest.approx(0)


def test_least_flow_is_called_modelled_and_a_lower_bound() -> None:
    assert minimum_flow({}, {}).flows.modelled == "lower_bound"
    assert LABEL.text("en") == "Modelled, lower bound"
    assert LABEL.text("fr") == "Modélisé, borne inférieure"


@pytest.mark.parametrize("wrong", [-1.0, float("nan")])
def test_impossible_stock_is_refused(wrong: float) -> None:
    with pytest.raises(StockTableInvalid):
        minimum_flow({"A": {"X": wrong}}, {})


def test_cost_of_nothing_is_refused() -> None:
    with pytest.raises(StockTableInvalid, match="cost"):
        minimum_flow({"A": {"X": 1}}, {"A": {"Y": 1}}, cost={("X", "Y"): 0})


stocks = st.dictionaries(
    st.sampled_from("AB"), st.dictionaries(st.sampled_from("XYZ"), st.integers(0, 500))
)


@settings(deadline=None)
@given(stocks, stocks)
def test_least_flows_lead_from_one_round_to_the_other(
    before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]
) -> None:
    found = minimum_flow(before, after)
    names = found.flows.places[:-1]
    for stocks_of, axis in ((before, 1), (after, 0)):
        held = dict(zip(found.flows.places, found.flows.persons.sum(axis=axis), strict=True))
        for name in names:
            expected = sum(of.get(name, 0) for of in stocks_of.values())
            assert held[name] == pytest.approx(expected, abs=1e-6)
    grown = sum(
        max(after.get(o, {}).get(n, 0) - before.get(o, {}).get(n, 0), 0)
        for o in "AB"
        for n in "XYZ"
    )
    shrunk = sum(
        max(before.get(o, {}).get(n, 0) - after.get(o, {}).get(n, 0), 0)
        for o in "AB"
        for n in "XYZ"
    )
    fewest = sum(
        max(
            sum(max(after.get(o, {}).get(n, 0) - before.get(o, {}).get(n, 0), 0) for n in "XYZ"),
            sum(max(before.get(o, {}).get(n, 0) - after.get(o, {}).get(n, 0), 0) for n in "XYZ"),
        )
        for o in "AB"
    )
    assert found.moved == pytest.approx(fewest, abs=1e-6)
    assert max(grown, shrunk) <= found.moved + 1e-6
