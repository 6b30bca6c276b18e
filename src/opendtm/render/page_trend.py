"""The last rounds and the breakdowns as data for a page: titles that state the finding, points, bars."""

from collections.abc import Sequence
from datetime import date

from opendtm.i18n import Label, Message, day, mark, number, percent, translate
from opendtm.render.chart_breaks import WORDS, broken, last_method
from opendtm.render.page_numbers import Data, coverage_data, entry, share_of
from opendtm.report.model import Number, SiteNeedsReport, TrendPoint

_TITLES = {
    "site_type": mark("Where they live"),
    "site_status": mark("Sites by status"),
    "age_sex": mark("Age and sex"),
}
_CHANGED = mark("IDPs were counted by another method: earlier rounds do not compare")
_EMPTY = mark("There is no earlier round to compare with.")


def trend(report: SiteNeedsReport, lang: str) -> Data:
    """Give the points of the last rounds with a title that says where the number went."""
    points = report.trend if len(report.trend) > 1 else ()
    return {
        "title": _finding(points, lang),
        "subtitle": _subtitle(points, lang),
        "points": [
            _point(each, lang, current=each.round == report.edition.round) for each in points
        ],
        "empty": "" if points else translate(_EMPTY, lang),
    }


def breakdowns(report: SiteNeedsReport, lang: str) -> list[Data]:
    """Give each breakdown as rows for bars; one of which all parts are zero or unknown is left out."""
    return [
        _breakdown(name, parts, lang)
        for name, parts in report.breakdowns.items()
        if any(part.value for _, part in parts)
    ]


def day_before(report: SiteNeedsReport) -> date | None:
    """Give the last day of the round before this one; None where the report does not know it."""
    earlier = [
        each.round.ends_on
        for each in report.trend
        if each.round.ends_on < report.edition.round.ends_on
    ]
    return max(earlier, default=None)


def _finding(points: Sequence[TrendPoint], lang: str) -> str:
    known = [each for each in last_method(points) if each.idps.value is not None]
    if len(known) < 2:
        return translate(_CHANGED if broken(points) else mark("Trend"), lang)
    first, last = known[0].idps.value or 0, known[-1].idps.value or 0
    values = {"before": round(first), "after": round(last), "n": len(last_method(points))}
    if abs(last - first) <= 0.01 * first:
        return Message("IDPs stayed near {after} over {n} rounds", values).text(lang)
    if last > first:
        return Message("IDPs rose from {before} to {after} in {n} rounds", values).text(lang)
    return Message("IDPs fell from {before} to {after} in {n} rounds", values).text(lang)


def _subtitle(points: Sequence[TrendPoint], lang: str) -> str:
    if not points:
        return ""
    values = {
        "first": day(points[0].round.ends_on, lang, short=True),
        "last": day(points[-1].round.ends_on, lang, short=True),
    }
    return Message("IDPs at the end of each round, {first} to {last}", values).text(lang)


def _point(point: TrendPoint, lang: str, *, current: bool) -> Data:
    """Write one round; only the current one has its figure in this issue, so only it has a key."""
    figure = entry(point.idps, lang)
    return {
        "label": day(point.round.ends_on, lang, short=True),
        "number": figure if current else figure | {"key": None},
        "coverage": coverage_data(point.coverage, lang),
        "arrivals": _count(point.arrivals, lang),
        "departures": _count(point.departures, lang),
        "break": translate(WORDS, lang) if point.breaks else "",
    }


def _count(value: float | None, lang: str) -> Data:
    return entry(Number(value, "person"), lang)


def _breakdown(name: str, parts: Sequence[tuple[Label, Number]], lang: str) -> Data:
    known = [part.value for _, part in parts if part.value is not None]
    of_sites = bool(parts) and parts[0][1].unit == "site"
    labels = _without_prefix([label.text(lang) for label, _ in parts])
    values = {"n": number(sum(known), lang)}
    said = Message("Sites; n = {n}", values) if of_sites else Message("IDPs; n = {n}", values)
    return {
        "name": name,
        "title": translate(_TITLES.get(name, name), lang),
        "subtitle": said.text(lang),
        "rows": [
            {
                "label": label,
                "number": entry(part, lang),
                "share": share_of(part.value, max(known, default=0)),
                "part": percent(part.value / sum(known), lang) if part.value and sum(known) else "",
            }
            for label, (_, part) in zip(labels, parts, strict=True)
        ],
    }


def _without_prefix(labels: list[str]) -> list[str]:
    """Take off what all labels say before their colon, as in "IDP: female, under 5"."""
    heads = {label.partition(":")[0] for label in labels if ":" in label}
    if len(labels) < 2 or len(heads) != 1 or not all(":" in label for label in labels):
        return labels
    tails = [label.partition(":")[2].strip() for label in labels]
    return [tail[:1].upper() + tail[1:] for tail in tails]
