"""Suppressed tables against the attacker.

Requirements: no small cell is published; what the attacker learns of any hidden cell is a range of at least
the stated width; of a small cell the range begins where everybody's knowledge begins; primary suppression
alone does not reach that; what need not be hidden is shown.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from tests.workshop.measure.disclosure.tables import (
    AGE,
    PUBLIC,
    SEX,
    any_ledger,
    flat,
    places,
    shown,
)

from opendtm.errors.measure import CountImpossible, TotalsDisagree
from opendtm.measure.disclosure import (
    Cell,
    Ledger,
    Standing,
    adds_up,
    crossed,
    ledger,
    ranges,
    rule,
    suppress,
    whole_ranges,
)
from opendtm.vocab import Sharing


@given(any_ledger())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_attacker_narrows_no_hidden_cell_to_less_than_the_width(table: Ledger) -> None:
    chosen = suppress(table)
    assert not np.any(table.small & ~chosen.hidden)
    assert chosen.exposed.size == 0
    for attack in (ranges, whole_ranges):
        found = attack(table, chosen.hidden)
        assert np.array_equal(found.cells, np.flatnonzero(chosen.hidden))
        truth = table.values[found.cells]
        assert np.all((found.low <= truth + 1e-6) & (truth <= found.high + 1e-6))
        assert np.all(found.high - found.low >= table.width[found.cells] - 1e-6)


@given(any_ledger())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_range_of_a_small_cell_begins_where_common_knowledge_does(table: Ledger) -> None:
    """With everything hidden the attacker still knows that shown zeros are zero and hidden cells are not."""
    chosen = suppress(table)
    found = ranges(table, chosen.hidden)
    nothing = ranges(table, table.open | chosen.hidden)
    floor = dict(zip(nothing.cells.tolist(), nothing.low, strict=True))
    for cell, low, high in zip(found.cells.tolist(), found.low, found.high, strict=True):
        if table.small[cell]:
            assert low == floor[cell]
            assert high >= floor[cell] + table.width[cell]


@given(any_ledger())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_zeros_are_shown_and_only_positive_cells_are_hidden(table: Ledger) -> None:
    assert np.all(table.values[suppress(table).hidden] > 0)


def test_primary_suppression_alone_is_broken() -> None:
    """The control: 3 hidden alone in its row is the row's total minus the rest."""
    table = flat([[3, 40, 50], [60, 70, 80]])
    found = ranges(table, table.small)
    assert (found.low.tolist(), found.high.tolist()) == ([3.0], [3.0])


def test_two_hidden_cells_in_a_row_with_small_total_are_broken_by_a_width() -> None:
    """The control: 3 + 4 = 7 is published, so each lies between 1 and 6; but columns pin both."""
    table = flat([[3, 4], [60, 70]])
    assert ranges(table, table.small).low.tolist() == [3.0, 4.0]


def test_smallest_rectangle_is_hidden_with_a_small_cell() -> None:
    """Of the rectangles through the 3, the one over 12, 20 and 15 is the cheapest, and enough."""
    table = flat([[3, 12, 500], [20, 15, 600], [700, 800, 900]])
    seen = shown(table, suppress(table))
    hidden = {key for key, value in seen.items() if value is None}
    assert hidden == {("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1")}


def test_table_without_small_cells_is_shown_whole() -> None:
    assert not suppress(flat([[5, 6], [0, 9]])).hidden.any()


def test_single_small_cell_takes_its_total_along() -> None:
    """One site in a commune: the commune's total is the same number."""
    place = places(3, per_commune=1, per_province=3)
    table = crossed({("s0",): 3.0, ("s1",): 40.0, ("s2",): 50.0}, [place], rule=PUBLIC)
    seen = shown(table, suppress(table))
    assert seen[("s0",)] is None
    assert seen[("c0",)] is None
    assert seen[("country",)] == 93.0


def test_margins_over_three_dimensions_are_all_there() -> None:
    table = crossed({("s0", "f", "0-4"): 7.0}, [places(4), SEX, AGE], rule=PUBLIC)
    assert len(table.keys) == (4 + 2 + 1 + 1) * 3 * 4
    values = dict(zip(table.keys, table.values, strict=True))
    assert values[("country", "both", "any")] == 7.0
    assert values[("c0", "f", "any")] == 7.0
    assert values[("c0", "m", "any")] == 0.0
    assert abs(table.relations @ table.values).max() == 0


def test_attacker_knows_that_counts_are_whole() -> None:
    """2a + 2b = 7 + c with a, b, c hidden counts from 1: c is odd, which the integer attacker sees."""
    cells = [
        Cell(name, value, "site", standing=Standing.HIDDEN) for name, value in (("a", 2), ("b", 2))
    ]
    cells += [
        Cell("c", 1, "site", standing=Standing.HIDDEN),
        Cell("seven", 7, "site", standing=Standing.SHOWN),
    ]
    table = ledger(cells, [(("a", 2.0), ("b", 2.0), ("c", -1.0), ("seven", -1.0))], rule=PUBLIC)
    hidden = table.hidden
    assert ranges(table, hidden).low.tolist() == [1.0, 1.0, 1.0]
    cells[2] = Cell("c", 1, "site", standing=Standing.SHOWN)
    table = ledger(cells, [(("a", 2.0), ("b", 2.0), ("c", -1.0), ("seven", -1.0))], rule=PUBLIC)
    assert whole_ranges(table, table.hidden).high.tolist() == [3.0, 3.0]


def test_estimates_with_decimals_are_protected_as_well() -> None:
    cells = [
        Cell(name, value, "person") for name, value in (("a", 2.5), ("b", 30.25), ("t", 32.75))
    ]
    table = ledger(cells, [adds_up("t", ["a", "b"])], rule=PUBLIC)
    chosen = suppress(table)
    assert shown(table, chosen) == {"a": None, "b": None, "t": 32.75}
    found = ranges(table, chosen.hidden)
    assert np.all(found.high - found.low >= 5)


def test_sensitive_data_hide_zeros_and_groups_under_eleven() -> None:
    cells = [
        Cell(name, value, "event") for name, value in (("a", 0), ("b", 10), ("c", 11), ("t", 21))
    ]
    table = ledger(cells, [adds_up("t", "abc")], rule=rule(Sharing.SENSITIVE))
    assert table.small.tolist() == [True, True, False, False]
    found = ranges(table, suppress(table).hidden)
    assert found.low.min() == 0
    assert np.all(found.high - found.low >= 11)


def test_total_that_is_no_sum_is_refused() -> None:
    cells = [Cell("a", 2, "person"), Cell("b", 3, "person"), Cell("t", 6, "person")]
    with pytest.raises(TotalsDisagree) as refused:
        ledger(cells, [adds_up("t", "ab")], rule=PUBLIC)
    assert refused.value.text("en") == "t is 6, but its parts add up to 5."
    assert "6" in refused.value.text("fr")


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_count_below_zero_or_no_number_is_refused(value: float) -> None:
    with pytest.raises(CountImpossible):
        ledger([Cell("a", value, "person")], [], rule=PUBLIC)
