"""Dates in English and French, from Excel, and the question whether the day or the month comes first."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendtm.tables.dates import MONTHS, a_date, date_order, read_dates

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))
FRENCH = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def read(*cells: str | None, order: str | None = None) -> list[date | None]:
    return read_dates(pa.array(cells, pa.string()), order=order).values.to_pylist()


@given(st.lists(DAYS, min_size=1, max_size=20))
def test_iso_dates_read_back_as_themselves(days: list[date]) -> None:
    assert read(*[day.isoformat() for day in days]) == days


@given(DAYS)
def test_dates_with_french_months_read_back_as_themselves(day: date) -> None:
    assert read(f"{day.day} {FRENCH[day.month - 1]} {day.year}") == [day]


@given(DAYS)
def test_dates_with_english_months_read_back_as_themselves(day: date) -> None:
    assert read(day.strftime("%d %b %Y"), day.strftime("%B %d, %Y")) == [day, day]


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(["dmy", "mdy"]))
def test_dates_in_figures_follow_the_order_that_is_said(days: list[date], order: str) -> None:
    shape = "%d/%m/%Y" if order == "dmy" else "%m/%d/%Y"
    assert read(*[day.strftime(shape) for day in days], order=order) == days


@given(st.lists(DAYS, min_size=1, max_size=20))
def test_excel_day_numbers_read_back_as_dates(days: list[date]) -> None:
    serials = [str((day - date(1899, 12, 30)).days) for day in days]
    column = read_dates(pa.array(serials))
    assert column.values.to_pylist() == days
    assert column.serial == len(days)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17 May 2013", date(2013, 5, 17)),
        ("1er mars 2020", date(2020, 3, 1)),
        ("3 août 2021", date(2021, 8, 3)),
        ("01-May-13", date(2013, 5, 1)),
        ("2024-11-15 00:00:00.000000", date(2024, 11, 15)),
        ("2017-03-30T00:00:00", date(2017, 3, 30)),
        ("01/09/2014 12:45:00", date(2014, 9, 1)),
        ("20141231", date(2014, 12, 31)),
        ("31.12.2014", date(2014, 12, 31)),
        ("2014/12/31", date(2014, 12, 31)),
        ("31/02/2014", None),
        ("soon", None),
    ],
)
def test_date_in_one_of_the_usual_forms_is_read(text: str, expected: date | None) -> None:
    assert a_date(text, order="dmy") == expected


def test_order_of_a_column_is_decided_by_the_day_above_twelve() -> None:
    assert date_order(["1/2/2014", "13/2/2014"]) == "dmy"
    assert date_order(["10/15/03", "1/1/96"]) == "mdy"


def test_order_that_nothing_decides_is_ambiguous() -> None:
    column = read_dates(pa.array(["1/2/2014", "3/4/2014"]))
    assert column.ambiguous
    assert column.values.to_pylist() == [date(2014, 2, 1), date(2014, 4, 3)]


def test_date_that_contradicts_its_column_is_unread() -> None:
    column = read_dates(pa.array(["13/2/2014", "14/2/2014", "2/15/2014"]))
    assert column.unread == {"2/15/2014": 1}


def test_month_alone_becomes_its_first_day_and_is_counted() -> None:
    column = read_dates(pa.array(["May 2013", "mai 2013"]))
    assert column.values.to_pylist() == [date(2013, 5, 1)] * 2
    assert column.months == 2


def test_every_month_has_a_name_in_both_languages() -> None:
    assert sorted(set(MONTHS.values())) == list(range(1, 13))
