"""The report as PDF: tagged for accessibility, fonts embedded, the same data as the web page.

Data go into the layout as JSON only, so that text from the field is never read as markup. The layout is
in `templates/`; it holds no words.
"""

import json
from functools import cache
from pathlib import Path
from typing import Literal

import typst

from opendtm.i18n import Message
from opendtm.render import charts, maps
from opendtm.render.legible import REPLACEMENT, legible_data, loses
from opendtm.render.outlines import outlined
from opendtm.render.page_numbers import Data
from opendtm.render.pages import lists_areas, page_data, sector_page_data
from opendtm.render.tokens import tokens
from opendtm.report.model import SiteNeedsReport

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
STANDARD: Literal["ua-1"] = "ua-1"


def pdf(report: SiteNeedsReport, lang: str) -> bytes:
    """Make the whole report in `lang` as PDF/UA-1, A4 portrait."""
    data = page_data(report, lang)
    size = _map_size(data)
    data["pictures"] = {
        "locator": maps.locator(report.map, lang, width_mm=30, height_mm=22),
        "map": maps.site_map(report.map, lang, width_mm=size[0], height_mm=size[1]),
        "trend": _trend(report, lang) if data["trend"]["points"] else "",
        "trend_alt": charts.trend_alt(report.trend, lang, of_areas=lists_areas(report)),
    }
    return _made("report.typ", data, report)


def _map_size(data: Data) -> tuple[float, float]:
    """Give width and height of the map in mm: what the rest of the first page leaves."""
    if data["sectors"]["blocks"]:
        return 112, 92
    return (112, 136) if data["actions"]["rows"] else (180, 140)


def _trend(report: SiteNeedsReport, lang: str) -> str:
    areas = lists_areas(report)
    return charts.trend(report.trend, lang, width_mm=180, height_mm=72, of_areas=areas)


def sector_pdf(report: SiteNeedsReport, sector: str, lang: str) -> bytes:
    """Make the page of one sector in `lang`. KeyError where the report does not speak of that sector."""
    data = sector_page_data(report, sector, lang)
    data["pictures"] = {
        "locator": maps.locator(report.map, lang, width_mm=30, height_mm=22),
        "map": maps.sector_map(report.map, sector, lang, width_mm=96, height_mm=84),
    }
    return _made("sector.typ", data, report)


def _made(template: str, data: Data, report: SiteNeedsReport) -> bytes:
    shown = legible_data(data)
    if loses(shown):
        lost = Message(
            "Some names hold letters that this document cannot show ({sign}); the web page and the tables have "
            "them in full.",
            {"sign": REPLACEMENT},
        )
        shown["lost"] = lost.text(data["lang"])
    shown["pictures"] = {name: outlined(each) for name, each in shown["pictures"].items()}
    inputs = {
        "data": json.dumps({"lost": ""} | shown | {"icons": _icons()}, ensure_ascii=False),
        "tokens": json.dumps(tokens()),
    }
    return typst.compile(
        _TEMPLATES / template,
        root=_TEMPLATES,
        font_paths=typst_fonts(),
        sys_inputs=inputs,
        pdf_standards=[STANDARD],
        timestamp=report.edition.made_at.replace(microsecond=0),
    )


@cache
def typst_fonts() -> typst.Fonts:
    """Find the fonts that travel with the program, and no others."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"]
    )


@cache
def _icons() -> dict[str, str]:
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted((_HERE / "icons").glob("*.svg"))
    }
