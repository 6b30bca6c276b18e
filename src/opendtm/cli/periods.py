"""Days and weeks as people type them on a command line, and weekly rounds made from them."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from opendtm.errors.report import NotOneDay
from opendtm.i18n import Message, mark
from opendtm.records import Finding, Round, Severity

_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)
_DAYS = timedelta(days=6)
_GAP = timedelta(days=60)
_FEW = 0.01  # of the dated rows


def day_of(value: str) -> date:
    """Read a day written as 2026-11-15; NotOneDay where it is none."""
    try:
        return date.fromisoformat(value.strip())
    except ValueError as error:
        raise NotOneDay(value=value) from error


def week_of(value: str) -> Round:
    """Read an ISO week written as 2026-W46 as a round, Monday to Sunday; NotOneDay where it is none."""
    found = _WEEK.fullmatch(value.strip())
    if not found:
        raise NotOneDay(value=value)
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError as error:
        raise NotOneDay(value=value) from error
    return _week(monday)


def weeks_until(last: Round, *, since: date) -> tuple[Round, ...]:
    """List the weeks from the one that holds `since` to `last`, in their order."""
    monday = since - timedelta(days=since.weekday())
    count = (last.starts_on - monday).days // 7
    earlier = (_week(monday + timedelta(weeks=n)) for n in range(count))
    return (*earlier, last)


def lonely_days(days: Sequence[date | None]) -> tuple[Finding, ...]:
    """Warn where the newest days stand far from all others: they would date the whole report.

    Far is more than 60 days; lonely is less than one row in a hundred.
    """
    known = sorted(day for day in days if day)
    for n, (earlier, later) in enumerate(pairwise(reversed(known)), 1):
        if n > _FEW * len(known):
            break
        if earlier - later > _GAP:
            values = {"n": n, "first": known[-n], "last": later}
            return (Finding("lonely_day", Severity.SOFT, _lonely(values), remedy=_REMEDY),)
    return ()


def _lonely(values: dict[str, object]) -> Message:
    return Message(
        mark("The newest dates stand alone: {n} of them from {first} on, all others until {last}."),
        values,
    )


_REMEDY = Message(mark("If they are mistakes, correct them or leave them out with --as-of."))


def _week(monday: date) -> Round:
    year, week, _ = monday.isocalendar()
    return Round(monday, monday + _DAYS, week, f"{year}-W{week:02d}")
