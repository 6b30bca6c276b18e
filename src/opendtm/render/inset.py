"""Where in the world this is: the country in its region, as an inset of a map or alone in a header band."""

import shapely

from opendtm.geo import Geometry, simplified
from opendtm.i18n import Message
from opendtm.render import palette
from opendtm.render.map_ground import Ground, ground, to_units
from opendtm.render.map_layout import Layout
from opendtm.render.projection import Box, Sheet, fitted
from opendtm.render.svg import MM, area_path, drawing, element, window
from opendtm.report.model import MapModel

_REGION = 2.6  # extents of the land that a map of the region shows
_DETAIL = 1.6


def inset(ground_: Ground, layout: Layout, box: Box) -> str:
    """Draw the country in its region into `box`; the extent of a map that shows only a part is outlined."""
    parts = _where(ground_, box)
    if ground_.zoomed:
        parts.append(_extent(ground_, layout, box))
    size = (box[2] - box[0], box[3] - box[1])
    edge = element(
        "rect",
        x=box[0],
        y=box[1],
        width=size[0],
        height=size[1],
        fill="none",
        stroke=palette.QUIET,
        stroke_width=2,
    )
    return window(box[0], box[1], *size, parts) + edge


def locator(map_model: MapModel, lang: str, *, width_mm: float = 30, height_mm: float = 22) -> str:
    """Draw a small map of the country in its region, without words; an empty picture without any place."""
    alt = Message("Small map: where the sites of this report are").text(lang)
    ground_ = ground(map_model)
    box = (0.0, 0.0, width_mm * MM, height_mm * MM)
    parts = _where(ground_, box) if ground_ else []
    return drawing(width_mm, height_mm, parts, title=alt, alt=alt)


def _where(ground_: Ground, box: Box) -> list[str]:
    sheet = _sheet(ground_, box)
    back = element(
        "rect",
        x=box[0],
        y=box[1],
        width=box[2] - box[0],
        height=box[3] - box[1],
        fill=palette.WATER,
    )
    around = to_units([shape for _, shape in ground_.neighbours], ground_.sheet, sheet, box)
    own = to_units([ground_.land], ground_.sheet, sheet, box)
    return [
        back,
        _shapes(around, fill=palette.LAND, stroke="#fff", width=1.6),
        _shapes(own, fill=palette.ACCENT, stroke="#fff", width=1.2),
    ]


def _sheet(ground_: Ground, box: Box) -> Sheet:
    empty = shapely.is_empty(ground_.land)
    west, north, east, south = ground_.shown if empty else shapely.bounds(ground_.land)
    grow = (_REGION - 1) / 2 if ground_.neighbours else 0.15
    wide, high = (east - west) * grow, (south - north) * grow
    return fitted(ground_.sheet, (west - wide, north - high, east + wide, south + high), box)


def _shapes(shapes: list[Geometry], *, fill: str, stroke: str, width: float) -> str:
    areas = [shapely.make_valid(shape) for shape in shapes if shapely.get_dimensions(shape) == 2]
    path = "".join(area_path(shape) for shape in simplified(areas, _DETAIL))
    if not path:
        return ""
    return element(
        "path", d=path, fill=fill, fill_rule="evenodd", stroke=stroke, stroke_width=width
    )


def _extent(ground_: Ground, layout: Layout, box: Box) -> str:
    here, there = layout.sheet, _sheet(ground_, box)
    ratio = there.scale / here.scale
    frame = layout.frame
    return element(
        "rect",
        x=(frame[0] - here.x) * ratio + there.x,
        y=(frame[1] - here.y) * ratio + there.y,
        width=max((frame[2] - frame[0]) * ratio, 12),
        height=max((frame[3] - frame[1]) * ratio, 12),
        fill="none",
        stroke=palette.INK,
        stroke_width=2.4,
    )
