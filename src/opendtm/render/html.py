"""The report as a web page: a file that opens from disk, and an article for the portal.

Both hold the same article, made from the same data as the PDF. Text from the field is escaped; pictures
are inline SVG with presentation attributes, so that the article passes a strict content policy: no
`style` attribute, no script, no outside address.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from opendtm.render import charts, maps
from opendtm.render.page_numbers import Data
from opendtm.render.pages import lists_areas, page_data
from opendtm.render.tokens import tokens
from opendtm.report.model import SiteNeedsReport

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
_WIDE, _WHOLE, _NARROW, _LOCATOR = (124.0, 88.0), (200.0, 110.0), (78.0, 96.0), (34.0, 25.0)
_TREND_WIDE, _TREND_NARROW = (200.0, 72.0), (78.0, 78.0)
_VIEW_BOX = re.compile(r'viewBox="([^"]*)"')
_LETTERS = {400: "NotoSans-Regular", 600: "NotoSans-SemiBold"}
FigureUrl = Callable[[str], str]


def html(report: SiteNeedsReport, lang: str) -> str:
    """Make the report in `lang` as one file: styles and pictures inside, nothing fetched when it opens."""
    data = page_data(report, lang)
    page = _environment().get_template("standalone.html")
    return page.render(
        data,
        styles=Markup(_styles()),  # noqa: S704
        article=Markup(_article(report, data, figure_url=None)),  # noqa: S704
    )


def html_fragment(
    report: SiteNeedsReport, lang: str, *, figure_url: FigureUrl | None = None
) -> str:
    """Make the report in `lang` as one `<article class="report">` for a page that links `report.css`.

    Every number with a key becomes a link to `figure_url(key)`; withheld numbers have no page to go to.
    """
    return _article(report, page_data(report, lang), figure_url=figure_url)


def along(shares: Sequence[float]) -> Iterator[tuple[str, str]]:
    """Lay shares of a whole side by side: start and length of each as percentages."""
    start = 0.0
    for share in shares:
        yield f"{start * 100:.2f}%", f"{share * 100:.2f}%"
        start += share


def _article(report: SiteNeedsReport, data: Data, *, figure_url: FigureUrl | None) -> str:
    def link(number: Mapping[str, Any]) -> str:
        key = number.get("key")
        return figure_url(key) if figure_url and key and number["mark"] != "suppressed" else ""

    page = _environment().get_template("report.html")
    return page.render(data, link=link, pictures=_pictures(report, data), icons=_icons())


def _pictures(report: SiteNeedsReport, data: Data) -> dict[str, Markup]:
    """Draw the pictures; map and trend twice, since letters must stay legible on a phone."""
    beside = data["sectors"]["blocks"] or data["actions"]["rows"]
    drawn = {
        "map_wide": _drawn_map(maps.site_map, report, data, _WIDE if beside else _WHOLE),
        "map_narrow": _drawn_map(maps.site_map, report, data, _NARROW),
        "locator": _drawn_map(maps.locator, report, data, _LOCATOR),
    }
    if data["trend"]["points"]:
        drawn["trend_wide"] = _drawn_trend(report, data, _TREND_WIDE)
        drawn["trend_narrow"] = _drawn_trend(report, data, _TREND_NARROW)
    return {name: Markup(picture) for name, picture in drawn.items()}  # noqa: S704 - made by our own writer


def _drawn_map(
    draw: Callable[..., str], report: SiteNeedsReport, data: Data, size: tuple[float, float]
) -> str:
    return draw(report.map, data["lang"], width_mm=size[0], height_mm=size[1])


def _drawn_trend(report: SiteNeedsReport, data: Data, size: tuple[float, float]) -> str:
    return charts.trend(
        report.trend,
        data["lang"],
        width_mm=size[0],
        height_mm=size[1],
        of_areas=lists_areas(report),
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["along"] = along
    return made


@cache
def _icons() -> dict[str, tuple[str, Markup]]:
    """Give the icons as view box and content, to be put once into a page and used many times."""
    found = {}
    for path in sorted((_HERE / "icons").glob("*.svg")):
        drawing = path.read_text(encoding="utf-8").strip()
        head, _, rest = drawing.partition(">")
        box = _VIEW_BOX.search(head)
        if box:
            found[path.stem] = (box[1], Markup(rest.removesuffix("</svg>")))  # noqa: S704 - shipped file
    return found


@cache
def _styles() -> str:
    files = ("standalone.css", "report.css")
    sheets = [(_TEMPLATES / name).read_text(encoding="utf-8") for name in files]
    return "\n".join([*_faces(), tokens_as_css(), *sheets])


def _faces() -> Iterator[str]:
    """Put the letters into the file itself, so that it looks the same where Noto Sans is not installed."""
    for weight, name in _LETTERS.items():
        path = _HERE / "fonts" / f"{name}.woff"
        local = f'local("{name}")'
        if path.exists():
            kept = b64encode(path.read_bytes()).decode()
            local += f', url("data:font/woff;base64,{kept}") format("woff")'
        yield f'@font-face{{font-family:"Noto Sans";font-weight:{weight};src:{local}}}'


def tokens_as_css() -> str:
    """Write the design tokens as CSS custom properties, under the names that the portal uses."""
    found = tokens()
    values = dict(_named(found["colour"]))
    values |= {f"type-{size}": f"{size / 16:g}rem" for size in found["type"]["screen_px"]}
    values |= {f"space-{step}": f"{step / 16:g}rem" for step in found["space"]["screen_px"]}
    values["corner"] = f"{found['space']['corner_px']}px"
    return ":root{" + "".join(f"--{name}:{value};" for name, value in values.items()) + "}"


def _named(colours: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in colours.items():
        whole = name.replace("_", "-")
        if isinstance(value, str):
            yield whole, value
        else:
            yield from ((f"{whole}-{place}", each) for place, each in enumerate(value, 1))
