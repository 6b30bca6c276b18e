"""Writes SVG as text: elements with presentation attributes only, so that a strict page may hold them.

One unit is a tenth of a millimetre. Whole units are fine enough for print and keep a picture small. No
`style` attribute, no script, no id, no outside address: the picture can be put into any page as it is.
"""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely

from opendtm.geo import Geometry

MM = 10.0
POINT = 3.52778  # units in a typographic point
FONT = "Noto Sans, Noto Sans Arabic, sans-serif"
Point = tuple[float, float]


def drawing(
    width_mm: float, height_mm: float, parts: Iterable[str], *, title: str, alt: str
) -> str:
    """Give a whole picture of that size, with its title and its description for who cannot see it."""
    width, height = round(width_mm * MM), round(height_mm * MM)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{fine(width_mm)}mm" height="{fine(height_mm)}mm" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label={quoteattr(alt)} direction="ltr" '
        f'font-family="{FONT}" font-size="{fine(7 * POINT)}">'
    )
    return f"{head}<title>{escape(title)}</title><desc>{escape(alt)}</desc>{''.join(parts)}</svg>"


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Write one element; `stroke_width=2` becomes `stroke-width="2"`, None leaves an attribute out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_value(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def group(parts: Iterable[str], /, **attributes: object) -> str:
    """Write elements that share attributes; nothing where there is none."""
    content = "".join(parts)
    return element("g", content, **attributes) if content else ""


def window(x: float, y: float, width: float, height: float, parts: Iterable[str]) -> str:
    """Write a part that shows nothing outside its rectangle; inside, coordinates are those outside."""
    box = " ".join(fine(side) for side in (x, y, width, height))
    return element("svg", "".join(parts), x=x, y=y, width=width, height=height, viewBox=box)


def text(words: str, x: float, y: float, /, *, points: float = 7, **attributes: object) -> str:
    """Write words with their base line at (x, y), in the size `points`."""
    size = None if points == 7 else points * POINT
    return element("text", escape(words), x=x, y=y, font_size=size, **attributes)


def halo(words: str, x: float, y: float, /, *, points: float = 7, **attributes: object) -> str:
    """Write words with a pale edge around the letters, legible over lines and circles."""
    edge = {
        "stroke": "#fff",
        "stroke_width": 6,
        "stroke_linejoin": "round",
        "paint_order": "stroke",
    }
    return text(words, x, y, points=points, **edge | {"stroke_opacity": 0.85} | attributes)


def area_path(geometry: Geometry) -> str:
    """Write the rings of polygons as the data of one path, to be filled by the even-odd rule."""
    return "".join(
        _run(ring, closed=True) for ring in shapely.get_rings(shapely.get_parts(geometry))
    )


def line_path(geometry: Geometry) -> str:
    """Write the lines of a geometry as the data of one path."""
    return "".join(_run(line, closed=False) for line in shapely.get_parts(geometry))


def _run(line: Geometry, *, closed: bool) -> str:
    points = np.rint(shapely.get_coordinates(line)).astype(int)
    moves = np.diff(points, axis=0)
    moves = moves[moves.any(axis=1)]
    if len(moves) < (3 if closed else 1):
        return ""
    if closed:
        moves = moves[:-1]
    start = f"M{points[0, 0]} {points[0, 1]}l"
    return start + _pairs(moves.ravel().tolist()) + ("z" if closed else "")


def _pairs(numbers: Sequence[int]) -> str:
    written = "".join(f" {number}" if number >= 0 else str(number) for number in numbers)
    return written.removeprefix(" ")


def fine(value: float) -> str:
    """Write a number with at most two decimals and no needless zero."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _value(value: object) -> str:
    return fine(value) if isinstance(value, int | float) else str(value)
