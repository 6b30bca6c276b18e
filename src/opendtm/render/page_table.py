"""The table of all sites as data for a page: columns that the report can fill, rows, totals."""

from collections.abc import Callable
from dataclasses import dataclass

from opendtm.i18n import Message, mark, translate
from opendtm.render.columns import code_text
from opendtm.render.page_numbers import Data, entry
from opendtm.render.page_sectors import heat_cell, more, place_of, sector_data
from opendtm.report.model import Number, SectorBlock, SiteNeedsReport, SiteRow
from opendtm.vocab import code_list, concept

_COUNTS = {
    "idp_individuals": mark("IDPs"),
    "idp_households": mark("Households"),
    "returnee_individuals": mark("Returnees"),
    "returnee_households": mark("Returnee households"),
    "host_individuals": mark("Host persons"),
    "host_households": mark("Host households"),
    "arrivals_individuals": mark("Arrivals"),
    "departures_individuals": mark("Departures"),
}
_BESIDE_NEEDS = ("idp_individuals", "idp_households", "arrivals_individuals")
MOST_ROWS = 40  # more never fit the page of one sector
_EMPTY = mark("No site is known in this operation yet.")


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: key, heading, kind, how a row fills it, and its total."""

    key: str
    heading: str
    kind: str
    read: Callable[[SiteRow], Data]
    total: Data
    sector: Data | None = None


def table(report: SiteNeedsReport, lang: str) -> Data:
    """Give the table of all sites with its totals; heat cells where the source speaks of needs."""
    columns = [_first(lang), *_facts(report, lang), *_counts(report, lang), *_heat(report, lang)]
    n = len(report.sites)
    subtitle = Message("{n} sites; figures as of the day of the last visit", {"n": n})
    if n == 1:
        subtitle = Message("One site; figures as of the day of the last visit")
    return _written(columns, report.sites) | {
        "title": _title(report, lang),
        "subtitle": subtitle.text(lang) if report.sites else "",
        "empty": "" if report.sites else translate(_EMPTY, lang),
    }


def sector_table(report: SiteNeedsReport, block: SectorBlock, lang: str) -> Data:
    """Give the table of the sites in need of one sector, the worst first."""
    rows, n = block.sites[:MOST_ROWS], len(block.sites)
    columns = [_first(lang), *_facts(report, lang), *_counts(report, lang, totals=False)]
    columns.append(_need(block.sector, translate(mark("Need"), lang), lang))
    subtitle = Message("{n} sites, the highest need first, then by number of IDPs", {"n": n})
    if n == 1:
        subtitle = Message("One site")
    return _written(columns, rows) | {
        "title": translate(mark("Sites in need"), lang),
        "subtitle": subtitle.text(lang) if rows else "",
        "empty": "" if rows else translate(mark("No site to list."), lang),
        "more": [more(n - shown, lang) for shown in range(len(rows) + 1)],
    }


def _title(report: SiteNeedsReport, lang: str) -> str:
    if any(headline.indicator == "areas" for headline in report.headlines):
        return translate(mark("All areas"), lang)
    return translate(mark("All sites"), lang)


def _written(columns: list[_Column], rows: tuple[SiteRow, ...]) -> Data:
    return {
        "columns": [
            {
                "key": each.key,
                "heading": each.heading,
                "kind": each.kind,
                "sector": each.sector,
            }
            for each in columns
        ],
        "rows": [
            {"site_id": row.site_id, "cells": [each.read(row) for each in columns]} for row in rows
        ],
        "totals": [each.total for each in columns],
    }


def _first(lang: str) -> _Column:
    def read(row: SiteRow) -> Data:
        return {"text": row.name, "place": place_of(row)}

    total = {"text": translate(mark("Total"), lang), "place": ""}
    return _Column("site_name", translate(mark("Site"), lang), "text", read, total)


def _facts(report: SiteNeedsReport, lang: str) -> list[_Column]:
    """Give the columns in words: type of site where needs leave room, and the day of the figure."""
    found = []
    if not report.has_needs and any(row.site_type for row in report.sites):
        found.append(_type(lang))
    if any(row.as_of for row in report.sites):
        found.append(_as_of(lang))
    return found


def _type(lang: str) -> _Column:
    def read(row: SiteRow) -> Data:
        return {"text": code_text("site_type", row.site_type, lang) or "–"}

    heading = concept("site_type").label.text(lang)
    return _Column("site_type", heading, "text", read, {"text": ""})


def _as_of(lang: str) -> _Column:
    def read(row: SiteRow) -> Data:
        return {"text": row.as_of.strftime("%d/%m/%y") if row.as_of else "–"}

    return _Column("as_of", translate(mark("As of"), lang), "date", read, {"text": ""})


def _counts(report: SiteNeedsReport, lang: str, *, totals: bool = True) -> list[_Column]:
    asked = _BESIDE_NEEDS if report.has_needs else tuple(_COUNTS)
    return [
        _count(name, lang, total=report.totals.get(name) if totals else None)
        for name in asked
        if name in report.totals and any(name in row.numbers for row in report.sites)
    ]


def _count(name: str, lang: str, *, total: Number | None) -> _Column:
    def read(row: SiteRow) -> Data:
        return entry(row.numbers.get(name), lang)

    heading = translate(_COUNTS[name], lang)
    return _Column(name, heading, "number", read, entry(total, lang) if total else {"text": ""})


def _heat(report: SiteNeedsReport, lang: str) -> list[_Column]:
    asked = {block.sector for block in report.sectors}
    return [_need(code.name, None, lang) for code in code_list("sector") if code.name in asked]


def _need(sector: str, heading: str | None, lang: str) -> _Column:
    def read(row: SiteRow) -> Data:
        return heat_cell(row.needs.get(sector), lang)

    about = sector_data(sector, lang)
    return _Column(f"need_{sector}", heading or about["short"], "heat", read, {"text": ""}, about)
