"""Making the files of a release: the same report model in every language and format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from opendtm.render.html import html_fragment

from opendtm import render
from opendtm.i18n import LANGUAGES
from opendtm.render.maps import site_map
from opendtm.report.model import SiteNeedsReport

MEDIA = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "svg": "image/svg+xml",
    "fragment": "text/html; charset=utf-8",
}
DOWNLOADS = ("pdf", "html", "xlsx", "csv", "geojson")
PRODUCT = "site-needs"


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
    return len(LANGUAGES) * (len(DOWNLOADS) + 2 + len(report.sectors))


def make(report: SiteNeedsReport, *, stem: str, figure_url: Callable[[str], str]) -> Iterator[Made]:
    """Make every file, one at a time. `figure_url(key)` gives the address of a figure's page."""
    for lang in LANGUAGES:
        name = f"{stem}_{lang}"
        yield Made(f"{name}.pdf", lang, "pdf", render.pdf(report, lang))
        yield Made(f"{name}.html", lang, "html", render.html(report, lang).encode())
        yield Made(f"{name}.xlsx", lang, "xlsx", render.xlsx(report, lang))
        yield Made(f"{name}.csv", lang, "csv", render.csv(report, lang))
        yield Made(f"{name}.geojson", lang, "geojson", render.geojson(report, lang))
        page = html_fragment(report, lang, figure_url=figure_url)
        yield Made(f"{name}.fragment.html", lang, "fragment", page.encode())
        drawn = site_map(
            report.map, lang, fictional=report.edition.fictional, width_mm=180, height_mm=120
        )
        yield Made(f"{name}.map.svg", lang, "svg", drawn.encode())
        for block in report.sectors:
            extract = render.sector_pdf(report, block.sector, lang)
            yield Made(f"{name}_{block.sector}.pdf", lang, "pdf", extract, block.sector)
