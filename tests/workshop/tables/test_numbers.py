"""Numbers as people write them. The sign is decided once a column; doubt is said, nothing is guessed."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendtm.tables.numbers import decimal_sign, read_numbers

COUNTS = st.lists(st.integers(min_value=0, max_value=9_999_999), min_size=2, max_size=40)
GROUP_SIGNS = st.sampled_from([" ", "\u00a0", "\u202f", "'", "’"])


def read(*cells: str | None, **manner: object) -> list[float | None]:
    return read_numbers(pa.array(cells, pa.string()), **manner).values.to_pylist()


@given(COUNTS, GROUP_SIGNS)
def test_counts_with_grouped_thousands_read_back_as_themselves(
    counts: list[int], sign: str
) -> None:
    written = [f"{count:,}".replace(",", sign) for count in counts]
    assert read(*written, whole=True) == [float(count) for count in counts]


@given(COUNTS)
def test_counts_with_commas_keep_their_total(counts: list[int]) -> None:
    written = [f"{count:,}" for count in counts]
    assert sum(filter(None, read(*written, whole=True))) == sum(counts)


@given(st.lists(st.decimals(min_value=-999, max_value=99_999, places=2), min_size=1, max_size=30))
def test_decimals_with_a_comma_read_back_as_themselves(values: list[object]) -> None:
    written = [f"{value:.2f}".replace(".", ",") for value in values]
    assert read(*written) == [pytest.approx(float(value)) for value in values]


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=30)
)
def test_numbers_written_by_a_machine_read_back_exactly(values: list[float]) -> None:
    assert read(*map(repr, values)) == values


@pytest.mark.parametrize(
    ("cells", "whole", "expected"),
    [
        (("1,234", "56"), True, [1234, 56]),  # a comma before three digits groups people
        (("1,234", "5678"), True, [1234, 5678]),
        (("1,234", "5.5"), False, [1234, 5.5]),
        (("12,5", "3"), True, [12.5, 3]),
        (("1.234,5", "2"), True, [1234.5, 2]),
        (("1,234.5", "2,000"), True, [1234.5, 2000]),
        (("1.234.567", "2"), True, [1234567, 2]),
        (("1.234", "77"), True, [1234, 77]),  # French and German thousands
        (("36.123", "44.2"), False, [36.123, 44.2]),  # degrees
        (("36.123", "44.201"), False, [36.123, 44.201]),
        (("1 305 790,5",), True, [1305790.5]),
        (("−12", "+3"), True, [-12, 3]),
        (("45%",), False, [0.45]),
        (("5e+05",), True, [500000]),
    ],
)
def test_numbers_of_a_column_share_one_sign(
    cells: tuple[str, ...], whole: bool, expected: list[float]
) -> None:
    assert read(*cells, whole=whole) == expected


def test_numbers_typed_by_excel_never_have_a_point_for_thousands() -> None:
    assert read("1.234", "77", whole=True, exact=True) == [1.234, 77]


def test_decimal_sign_of_a_mapping_wins() -> None:
    assert read("1,234", decimal=",") == [1.234]


@pytest.mark.parametrize(
    "word", ["NULL", "NaT", "-", "n/a", "Not available", "NSP", "dnk", "#N/A", "–"]
)
def test_words_for_unknown_are_unknown_and_not_unread(word: str) -> None:
    read_column = read_numbers(pa.array([word, "0"]), whole=True)
    assert read_column.values.to_pylist() == [None, 0.0]
    assert read_column.unread == {}


def test_words_that_are_no_numbers_are_counted() -> None:
    column = read_numbers(pa.array(["many", "many", "12", None]), whole=True)
    assert column.values.to_pylist() == [None, None, 12.0, None]
    assert column.unread == {"many": 2}


def test_number_that_another_sign_would_change_is_doubtful() -> None:
    assert read_numbers(pa.array(["1.234", "12"]), whole=True).doubtful == ("1.234",)
    assert read_numbers(pa.array(["1 234", "12"]), whole=True).doubtful == ()


def test_one_strange_cell_does_not_change_the_sign_of_the_others() -> None:
    assert decimal_sign(["9.6453", "9.5171", "9.5,1"], whole=False) == "."
