"""Series of one place: a round without an answer is unknown, never an observed zero."""

import pyarrow as pa
import pytest

from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.measure.histories import Series, series_of


def table(*rows: tuple[str, float, float | None]) -> pa.Table:
    """Make a table of counts from (place, round, count)."""
    return pa.table(
        {
            "place": [row[0] for row in rows],
            "round": [row[1] for row in rows],
            "count": pa.array([row[2] for row in rows], "f8"),
        }
    )


def test_rounds_of_a_place_are_put_in_order() -> None:
    (found,) = series_of(table(("A", 3, 30), ("A", 2, 20), ("A", 4, 0)))
    assert found == Series("A", 2, (20, 30, 0))
    assert found.last == 4


def test_round_without_a_row_is_unknown_and_not_zero() -> None:
    first, second = series_of(table(("B", 1, 5), ("A", 1, 10), ("A", 4, 40)))
    assert first.values == (10, None, None, 40)
    assert second.values == (5, None, None, None)  # nobody has said anything of B since


def test_row_without_a_count_is_unknown() -> None:
    (found,) = series_of(table(("A", 1, 10), ("A", 2, None), ("A", 3, 30), ("A", 4, 40)))
    assert found.values == (10, None, 30, 40)
    assert found.tail == (30, 40)


def test_tail_is_empty_where_the_last_round_is_unknown() -> None:
    assert Series("A", 1, (1, 2, None)).tail == ()


def test_table_without_rows_has_no_series() -> None:
    assert series_of(table()) == ()


@pytest.mark.parametrize(
    "rows",
    [
        [("A", 1, 10), ("A", 1, 11)],
        [("A", 1.5, 10)],
        [("A", 1, -1)],
        [("A", 1, float("inf"))],
    ],
    ids=["same round twice", "half a round", "below zero", "infinite"],
)
def test_rows_that_are_wrong_are_refused(rows: list[tuple[str, float, float | None]]) -> None:
    with pytest.raises(StockTableInvalid):
        series_of(table(*rows))


def test_error_names_the_row_in_french() -> None:
    with pytest.raises(StockTableInvalid) as raised:
        series_of(table(("A", 1, 10), ("A", 1, 11)))
    assert raised.value.where.row == 2
    assert "deux fois" in raised.value.text("fr")
