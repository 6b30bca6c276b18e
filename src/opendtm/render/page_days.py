"""Days as a page writes them: without the year or the month where the words around say it already."""

from datetime import date

from babel.dates import format_date

from opendtm.i18n import day, first_of_month


def first_day(first: date, last: date, lang: str) -> str:
    """Write the first day of a period whose last day is written out: 9 (to 15 November 2026)."""
    if first.year != last.year:
        return day(first, lang)
    pattern = "d" if first.month == last.month else "d MMMM"
    return first_of_month(format_date(first, format=pattern, locale=lang), lang)


def day_in_year(value: date, year: int | None, lang: str) -> str:
    """Write a day, without its year where that is `year`: 8 Nov."""
    if value.year != year:
        return day(value, lang, short=True)
    return first_of_month(format_date(value, format="d MMM", locale=lang), lang)
