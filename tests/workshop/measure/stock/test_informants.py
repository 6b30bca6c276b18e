"""Several informants of one place: median, range, agreement, and the spread that small places borrow.

1. Half of the credibility lies on each side of the figure.
2. Agreement is highest over lowest; above 1.3 somebody asks again.
3. A place with one or two informants takes the spread of all places.
4. The range is of informants, and is called so.
"""

from math import exp, inf, log, sqrt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.measure.stock import by_informants, credibility, informed_table
from opendtm.measure.stock.informants import RANGE


def answers(*rows: tuple[str, float | None], **more: list[object]) -> pa.Table:
    """Make a table of answers from (place, value) pairs."""
    return pa.table(
        {"place": [row[0] for row in rows], "value": pa.array([row[1] for row in rows], "f8")}
        | more
    )


def test_figure_of_three_informants_is_the_middle_answer() -> None:
    (found,) = by_informants(answers(("A", 100), ("A", 130), ("A", 110)))
    assert (found.value, found.lowest, found.highest, found.informants) == (110, 100, 130, 3)


def test_figure_of_two_informants_is_half_way() -> None:
    (found,) = by_informants(answers(("A", 100), ("A", 120)))
    assert found.value == 110


def test_an_informant_with_a_list_weighs_twice() -> None:
    table = answers(("A", 100), ("A", 120), ("A", 300), ki_has_list=["no", None, "yes"])
    weights = credibility(table)
    (found,) = by_informants(table.append_column("weight", weights))
    assert weights.to_pylist() == [1, 1, 2]
    assert found.value == 210  # 1 + 1 of 4 lie at or below 120: the middle of 120 and 300


def test_an_answer_that_does_not_match_what_was_seen_weighs_half() -> None:
    table = answers(("A", 100), ("A", 120), kis_match_observation=["no", "yes"])
    (found,) = by_informants(table.append_column("weight", credibility(table)))
    assert found.value == 120


@pytest.mark.parametrize(
    ("lowest", "highest", "agreement", "follow_up"),
    [(100, 130, 1.3, False), (100, 131, 1.31, True), (0, 0, 1, False), (0, 5, inf, True)],
)
def test_disagreement_above_the_threshold_asks_for_a_follow_up(
    lowest: float, highest: float, agreement: float, follow_up: bool
) -> None:
    (found,) = by_informants(answers(("A", lowest), ("A", highest)))
    assert (found.agreement, found.follow_up) == (agreement, follow_up)


def test_one_informant_agrees_with_nobody() -> None:
    (found,) = by_informants(answers(("A", 100)))
    assert (found.agreement, found.follow_up, found.low, found.high) == (None, False, None, None)


def test_small_places_take_the_pooled_spread() -> None:
    rows = [
        ("A", 100),
        ("A", 100 * exp(0.2)),
        ("B", 50),
        ("C", 80),
        ("C", 80),
        ("C", 80 * exp(0.3)),
    ]
    first, second, third = by_informants(answers(*rows))
    pooled = sqrt((1 * 0.02 + 2 * 0.03) / 3)  # A: 0.2²/2 with 1 degree; C: 0.06/2 with 2
    assert first.spread == pytest.approx(pooled)
    assert second.spread == pytest.approx(pooled)
    assert third.spread == pytest.approx(sqrt(0.03))
    assert second.high == pytest.approx(50 * exp(1.64 * pooled))
    assert third.low == pytest.approx(80 / exp(1.64 * sqrt(0.03) / sqrt(3)))


def test_a_zero_among_the_answers_gives_no_range() -> None:
    first, second = by_informants(answers(("A", 0), ("A", 10), ("B", 10), ("B", 20)))
    assert (first.low, first.high, first.spread) == (None, None, None)
    assert second.low is not None


def test_an_informant_who_does_not_know_is_left_out() -> None:
    (found,) = by_informants(answers(("A", None), ("A", 10), ("B", None)))
    assert (found.place, found.informants, found.value) == ("A", 1, 10)


def test_the_range_is_called_a_range_of_informants() -> None:
    assert RANGE.en == "Range of informants"
    assert "confiance" not in RANGE.fr


def test_informed_places_become_a_table_with_a_row_each() -> None:
    table = informed_table(by_informants(answers(("A", 10), ("B", 20))))
    assert table["place"].to_pylist() == ["A", "B"]
    assert table["low"].to_pylist() == [None, None]


@pytest.mark.parametrize(
    ("column", "table"),
    [
        ("place", pa.table({"value": [1.0]})),
        ("value", pa.table({"place": ["A"], "value": [-1.0]})),
        ("value", pa.table({"place": ["A"], "value": [inf]})),
        ("weight", pa.table({"place": ["A"], "value": [1.0], "weight": [0.0]})),
    ],
)
def test_unusable_answers_are_refused_with_their_row(column: str, table: pa.Table) -> None:
    with pytest.raises(StockTableInvalid) as refused:
        by_informants(table)
    assert refused.value.details["column"] == column
    assert refused.value.text("fr") != refused.value.text("en")


people = st.integers(min_value=1, max_value=100_000)


@settings(deadline=None)
@given(st.lists(people, min_size=1, max_size=9), st.randoms())
def test_figure_lies_within_its_range_and_does_not_depend_on_order(
    values: list[int], chance
) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)
    (one,) = by_informants(answers(*(("A", value) for value in values)))
    (other,) = by_informants(answers(*(("A", value) for value in shuffled)))
    assert one == other
    assert one.lowest <= one.value <= one.highest
    if one.low is not None and one.high is not None:
        assert one.low <= one.value <= one.high
        assert log(one.high / one.value) == pytest.approx(log(one.value / one.low), abs=1e-9)


@settings(deadline=None)
@given(st.lists(people, min_size=1, max_size=9))
def test_equal_weights_give_the_ordinary_median(values: list[int]) -> None:
    (found,) = by_informants(answers(*(("A", value) for value in values)))
    ordered = sorted(values)
    middle = len(ordered) // 2
    expected = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    assert found.value == expected
