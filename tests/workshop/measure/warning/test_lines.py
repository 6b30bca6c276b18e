"""Where a series of totals may be read across.

1. Rounds in a row make one line; a round without a figure, or mostly carried forward, leaves its place empty.
2. Another method, or over 10 % more or fewer places, breaks the line before the round.
3. The difference to the round before says why it may not be read as a change.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendtm.measure.histories import Series
from opendtm.measure.warning import Break, History, Reading, Since, breaks_of, lines, since


def history(*readings: Reading | float | None) -> History:
    """Give a history; a bare number was observed."""
    return History(
        "A", tuple(Reading(one) if isinstance(one, int | float) else one for one in readings)
    )


def test_observed_rounds_in_a_row_are_one_line() -> None:
    assert lines(history(100, 0, 120)) == (Series("A", 0, (100, 0, 120)),)


def test_round_without_figures_or_without_a_value_ends_the_line() -> None:
    found = lines(history(100, None, 120, Reading(None), 130, 140))
    assert found == (Series("A", 0, (100,)), Series("A", 2, (120,)), Series("A", 4, (130, 140)))


@pytest.mark.parametrize(
    ("reading", "repeated"),
    [
        (Reading(100, carried=50), False),
        (Reading(100, carried=51), True),
        (Reading(0, carried=0), False),
        (Reading(0, n_assessed=0), True),
        (Reading(None, n_assessed=0), False),
    ],
)
def test_value_mostly_carried_forward_is_no_observation(reading: Reading, repeated: bool) -> None:
    assert reading.is_repeated is repeated
    joined = len(lines(history(90, reading, 95))) == 1
    assert joined is (reading.observed is not None)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (Reading(90, basis="head_count"), Reading(95, basis="registration"), Break.METHOD),
        (Reading(90, basis=None), Reading(95, basis="registration"), Break.METHOD),
        (Reading(90, n_places=10), Reading(95, n_places=11), None),
        (Reading(90, n_places=10), Reading(95, n_places=12), Break.COVERAGE),
        (Reading(90, n_places=10), Reading(95, n_places=8), Break.COVERAGE),
        (
            Reading(90, n_places=10, basis="a"),
            Reading(95, n_places=20, basis="b"),
            Break.METHOD,
        ),
    ],
)
def test_method_and_coverage_break_the_line(
    before: Reading, now: Reading, expected: Break | None
) -> None:
    both = history(before, now)
    assert breaks_of(both) == (None, expected)
    assert len(lines(both)) == (1 if expected is None else 2)
    assert since(both) == Since(5, expected, is_repeated=False)


def test_break_is_found_across_a_round_without_figures() -> None:
    found = breaks_of(history(Reading(90, basis="a"), None, Reading(95, basis="b")))
    assert found == (None, None, Break.METHOD)


def test_difference_is_not_known_where_a_round_has_no_figure() -> None:
    assert since(history(100)) is None
    assert since(history(100, None)) is None
    assert since(history(None, 100)) is None
    assert since(history(Reading(None), 100)) is None


def test_difference_to_a_carried_round_says_so() -> None:
    before, carried = Reading(100, basis="a"), Reading(100, carried=100)
    assert since(history(before, carried)) == Since(0, None, is_repeated=True)


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.builds(
                Reading,
                st.one_of(st.none(), st.integers(0, 500)),
                st.integers(0, 500),
                st.integers(0, 20),
                st.integers(0, 20),
                st.sampled_from([None, "a", "b"]),
            ),
        ),
        max_size=12,
    )
)
def test_lines_hold_every_observed_value_once_in_its_place(
    readings: list[Reading | None],
) -> None:
    found = {
        line.first + step: value
        for line in lines(History("A", tuple(readings)))
        for step, value in enumerate(line.values)
    }
    assert found == {
        at: one.observed for at, one in enumerate(readings) if one and one.observed is not None
    }
