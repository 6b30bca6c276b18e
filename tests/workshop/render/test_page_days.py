"""Days as a page writes them."""

from datetime import date

import pytest

from opendtm.i18n import day
from opendtm.render.page_days import day_in_year, first_day


@pytest.mark.parametrize(
    ("first", "last", "lang", "written"),
    [
        (date(2026, 11, 9), date(2026, 11, 15), "en", "9"),
        (date(2026, 9, 28), date(2026, 10, 4), "en", "28 September"),
        (date(2026, 9, 28), date(2026, 10, 4), "fr", "28 septembre"),
        (date(2025, 12, 29), date(2026, 1, 4), "en", "29 December 2025"),
        (date(2025, 12, 29), date(2026, 1, 4), "fr", "29 décembre 2025"),
        (date(2026, 11, 1), date(2026, 11, 7), "fr", "1er"),
        (date(2026, 11, 1), date(2026, 11, 7), "en", "1"),
        (date(2026, 10, 11), date(2026, 11, 7), "fr", "11 octobre"),
    ],
)
def test_first_day_leaves_out_what_the_last_one_says(
    first: date, last: date, lang: str, written: str
) -> None:
    assert first_day(first, last, lang) == written


@pytest.mark.parametrize(
    ("year", "lang", "written"),
    [
        (2026, "en", "8 Nov"),
        (2026, "fr", "8 nov."),
        (2027, "en", "8 Nov 2026"),
        (None, "fr", "8 nov. 2026"),
    ],
)
def test_day_leaves_out_its_own_year(year: int | None, lang: str, written: str) -> None:
    assert day_in_year(date(2026, 11, 8), year, lang) == written


def test_first_of_the_month_is_written_as_french_does() -> None:
    first = date(2020, 1, 1)
    assert day(first, "fr") == "1er janvier 2020"
    assert day_in_year(first, 2020, "fr") == "1er janv."
    assert day(first, "en") == "1 January 2020"
    assert day(date(2020, 1, 10), "fr") == "10 janvier 2020"
