"""Numbers of a page: their text by locale, their mark, the way to the figure behind them; changes, coverage."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from opendtm.i18n import Message, mark, number, percent, signed, translate
from opendtm.records import Change, Coverage, Grade, Method
from opendtm.render.page_days import day_in_year
from opendtm.report.model import Number

Data = dict[str, Any]
UNKNOWN = "–"
_MARKS = {Method.CARRIED_FORWARD: "carried", Method.DERIVED: "derived"}
_PARTS = (
    ("matched", mark("Sites seen both times")),
    ("newly_covered", mark("Newly covered sites")),
    ("closed", mark("Closed sites")),
    ("lost_access", mark("Access lost")),
    ("corrected", mark("Corrections")),
)


def entry(figure: Number | None, lang: str) -> Data:
    """Write a number as `{text, mark, key, low}`; an en dash where it is unknown or withheld.

    `low` says that the confidence in it is low.
    """
    if figure is None:
        return {"text": UNKNOWN, "mark": "unknown", "key": None}
    if figure.suppressed:
        return {"text": UNKNOWN, "mark": "suppressed", "key": figure.key}
    if figure.value is None:
        return {"text": UNKNOWN, "mark": "unknown", "key": figure.key}
    written = number(figure.value, lang)
    sign = _MARKS.get(figure.method, "")
    low = figure.confidence is Grade.LOW
    return {"text": written, "mark": sign, "key": figure.key, "low": low}


def change_data(
    change: Change | None, lang: str, *, since: date | None, year: int | None = None
) -> Data | None:
    """Write a difference to the round before with its parts; None where one side is unknown.

    `since` is the last day of that round; its year is left out where it is `year`.
    """
    total = change.total if change else None
    if change is None or total is None:
        return None
    return {
        "text": _with_share(total, change.before, lang),
        "sense": _sense(total),
        "since": _since(since, year, lang),
        "parts": _parts(change, lang),
    }


def matched_data(change: Change | None, lang: str) -> Data | None:
    """Write the difference at the places seen both times alone; None where none was.

    For what is never carried forward, such as arrivals: where fewer places were seen, their lesser sum is no fall.
    """
    if change is None or not change.n_matched:
        return None
    return {
        "text": signed(round(change.matched), lang),
        "sense": _sense(change.matched),
        "since": translate(mark("at the same sites"), lang),
        "parts": [],
    }


def _sense(difference: float) -> str:
    return "same" if round(difference) == 0 else "up" if difference > 0 else "down"


def coverage_data(coverage: Coverage, lang: str, *, of_areas: bool = False) -> Data:
    """Write how many of the known places stand behind a figure, and how the others stand."""
    return {
        "text": _covered(coverage, of_areas=of_areas).text(lang),
        "share": coverage.share,
        "parts": _coverage_parts(coverage, lang),
    }


def _covered(coverage: Coverage, *, of_areas: bool) -> Message:
    values = {"n": coverage.n_assessed, "known": coverage.n_known}
    if of_areas:
        return Message("data from {n} of {known} areas", values)
    if not coverage.n_known:
        return Message("no site is known")
    if coverage.n_known == 1:
        return Message("data from {n} of 1 site", values)
    if coverage.n_assessed < 2:
        return Message("data from only {n} of {known} sites", values)
    return Message("data from {n} of {known} sites", values)


def share_of(part: float | None, whole: float | None) -> float:
    """Give a part of a whole as 0 to 1, 0 where either is unknown; for the length of bars."""
    return min(max(part / whole, 0.0), 1.0) if part and whole else 0.0


def marks_in(data: object) -> frozenset[str]:
    """Collect the marks of all numbers in page data."""
    return frozenset(_marks(data))


def _marks(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        if data.get("mark"):
            yield data["mark"]
        if data.get("low"):
            yield "low"
        for value in data.values():
            yield from _marks(value)
    elif isinstance(data, list):
        for value in data:
            yield from _marks(value)


def _with_share(total: float, before: float | None, lang: str) -> str:
    written = signed(round(total), lang)
    if not before or round(total) == 0:
        return written
    part = percent(abs(total) / before, lang)
    if part == percent(0, lang):
        return written
    return f"{written} ({'+' if total > 0 else '−'}{part})"


def _since(since: date | None, year: int | None, lang: str) -> str:
    if since is None:
        return translate(mark("since the round before"), lang)
    return Message("since {day}", {"day": day_in_year(since, year, lang)}).text(lang)


def _parts(change: Change, lang: str) -> list[Data]:
    found = [(label, getattr(change, name)) for name, label in _PARTS]
    return [
        {"label": translate(label, lang), "text": signed(round(value), lang)}
        for label, value in found
        if round(value)
    ]


def _coverage_parts(coverage: Coverage, lang: str) -> list[Data]:
    assessed, carried = coverage.n_assessed, coverage.n_carried
    rest = max(coverage.n_known - assessed - carried, 0)
    found = (
        ("assessed", mark("Visited in this round"), assessed),
        ("carried", mark("Carried forward"), carried),
        ("missing", mark("Without a figure"), rest),
    )
    return [
        {
            "kind": kind,
            "label": translate(label, lang),
            "count": number(count, lang),
            "share": share_of(count, coverage.n_known),
        }
        for kind, label, count in found
        if count
    ]
