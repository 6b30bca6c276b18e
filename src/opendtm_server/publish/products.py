"""Making the files of a release: the same report model in every language and format."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from urllib.parse import quote

from opendtm import render
from opendtm.i18n import LANGUAGES
from opendtm.render.html import html_fragment
from opendtm.render.maps import site_map
from opendtm.report.model import SiteNeedsReport
from opendtm_server.publish import island
from opendtm_server.publish.disclosure import shown_figures

MEDIA = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "svg": "image/svg+xml",
    "svg_narrow": "image/svg+xml",
    "points": "application/geo+json",
    "areas": "application/geo+json",
    "fragment": "text/html; charset=utf-8",
    "figures": "application/json",
}
DOWNLOADS = ("pdf", "html", "xlsx", "csv", "geojson")
PARTS = ("fragment", "svg", "svg_narrow", "points")
PRODUCT = "site-needs"
MAP_MM, NARROW_MM = (180, 120), (86, 100)


@dataclass(frozen=True)
class Made:
    """One file of a release before it is kept."""

    name: str
    language: str
    format: str
    content: bytes
    sector: str = ""


def steps(report: SiteNeedsReport) -> int:
    """Count the files that `make` gives for a report, for a progress bar."""
    return 2 + len(LANGUAGES) * (len(DOWNLOADS) + len(PARTS) + len(report.sectors))


def figure_address(key: str) -> str:
    """Give the address of a figure's page, seen from its release's page."""
    return f"figures/{quote(key, safe='')}/"


def make(
    report: SiteNeedsReport,
    *,
    stem: str,
    names: Mapping[str, str],
    figure_url: Callable[[str], str],
    pool: Executor | None = None,
) -> Iterator[Made]:
    """Make every file, one at a time; with a `pool` every language in a process of its own.

    `names` gives the operation's name by language, `figure_url(key)` the address of a figure's page.
    """
    shown = json.dumps(shown_figures(report), indent=0, sort_keys=True).encode()
    yield Made(f"{stem}.figures.json", "", "figures", shown)
    yield Made(f"{stem}.areas.geojson", "", "areas", island.areas(report.map))
    stems = [f"{stem}_{lang}" for lang in LANGUAGES]
    reports = [_named(report, names.get(lang)) for lang in LANGUAGES]
    work = (reports, LANGUAGES, stems, [figure_url] * len(LANGUAGES))
    for files in pool.map(_whole_language, *work) if pool else map(_in_language, *work):
        yield from files


def _named(report: SiteNeedsReport, name: str | None) -> SiteNeedsReport:
    """Give the report of an operation under its name in one language."""
    if not name:
        return report
    return replace(report, edition=replace(report.edition, operation=name))


def _whole_language(
    report: SiteNeedsReport, lang: str, name: str, figure_url: Callable[[str], str]
) -> list[Made]:
    return list(_in_language(report, lang, name, figure_url))


def _in_language(
    report: SiteNeedsReport, lang: str, name: str, figure_url: Callable[[str], str]
) -> Iterator[Made]:
    yield Made(f"{name}.pdf", lang, "pdf", render.pdf(report, lang))
    yield Made(f"{name}.html", lang, "html", render.html(report, lang).encode())
    yield Made(f"{name}.xlsx", lang, "xlsx", render.xlsx(report, lang))
    yield Made(f"{name}.csv", lang, "csv", render.csv(report, lang))
    yield Made(f"{name}.geojson", lang, "geojson", render.geojson(report, lang))
    page = html_fragment(report, lang, figure_url=figure_url)
    yield Made(f"{name}.fragment.html", lang, "fragment", page.encode())
    yield Made(f"{name}.map.svg", lang, "svg", _map(report, lang, MAP_MM))
    yield Made(f"{name}.map-narrow.svg", lang, "svg_narrow", _map(report, lang, NARROW_MM))
    yield Made(f"{name}.points.geojson", lang, "points", island.points(report, lang))
    for block in report.sectors:
        extract = render.sector_pdf(report, block.sector, lang)
        yield Made(f"{name}_{block.sector}.pdf", lang, "pdf", extract, block.sector)


def _map(report: SiteNeedsReport, lang: str, size_mm: tuple[int, int]) -> bytes:
    width, height = size_mm
    fictional = report.edition.fictional
    drawn = site_map(report.map, lang, fictional=fictional, width_mm=width, height_mm=height)
    return drawn.encode()
