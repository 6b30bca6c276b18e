"""The ground of a map: land, borders and neighbours, brought to kilometres around the centre of what is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from opendtm.geo import Geometry, bounds, country_name, from_rings, simplified
from opendtm.render import palette
from opendtm.render.projection import Box, Sheet, centred_on, within_reach
from opendtm.render.svg import area_path, element, line_path
from opendtm.report.model import Area, MapModel, SiteRow

_ZOOM_BELOW = (
    0.4  # share of the land's extent below which only the surroundings of the sites are shown
)
_LEAST_KM = 12.0  # the least extent of what is shown around sites
_DETAIL = 1.3  # units: bends below this are not drawn
_LINES = {0: (2.6, palette.BORDER), 1: (2.4, "#fff"), 2: (1.1, "#fff"), 3: (0.7, "#fff")}


@dataclass(frozen=True, slots=True)
class Ground:
    """Shapes in kilometres: this operation's by level, the land they make, and the countries around."""

    sheet: Sheet
    levels: Mapping[int, Sequence[tuple[Area, Geometry]]]
    land: Geometry
    neighbours: Sequence[tuple[Area, Geometry]]
    shown: Box  # what must be on the map, in kilometres
    zoomed: bool


def ground(model: MapModel) -> Ground | None:
    """Bring a map's areas and sites to kilometres; None where there is nothing that has a place."""
    shapes = [(area, from_rings(area.rings)) for area in model.areas]
    positions = np.array(
        [(row.longitude, row.latitude) for row in model.sites if is_placed(row)], dtype=float
    )
    extent = bounds(shape for _, shape in shapes) or _extent(positions)
    if extent is None:
        return None
    sheet = centred_on(*extent)
    levels: dict[int, list[tuple[Area, Geometry]]] = {}
    for area, shape in shapes:
        levels.setdefault(area.level, []).append((area, sheet.shape(shape)))
    land = _land(levels)
    sites = sheet.points(positions) if len(positions) else positions
    shown, zoomed = _shown(land, sites)
    neighbours = [(area, _flat(sheet, area)) for area in model.context]
    return Ground(sheet, levels, land, neighbours, shown, zoomed)


def is_placed(row: SiteRow) -> bool:
    """Tell whether a site has a position on the globe."""
    if row.latitude is None or row.longitude is None:
        return False
    return abs(row.latitude) <= 90 and abs(row.longitude) <= 180


def _extent(positions: np.ndarray) -> Box | None:
    if not len(positions):
        return None
    (west, south), (east, north) = positions.min(axis=0), positions.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _flat(sheet: Sheet, area: Area) -> Geometry:
    return sheet.shape(within_reach(sheet, from_rings(area.rings)))


def _land(levels: Mapping[int, Sequence[tuple[Area, Geometry]]]) -> Geometry:
    if not levels:
        return shapely.GeometryCollection()
    return _joined([shape for _, shape in levels[min(levels)]])


def _shown(land: Geometry, sites: np.ndarray) -> tuple[Box, bool]:
    around = _padded(sites) if len(sites) else None
    if shapely.is_empty(land):
        return around or (-_LEAST_KM, -_LEAST_KM, _LEAST_KM, _LEAST_KM), False
    whole: Box = tuple(float(side) for side in shapely.bounds(land))  # type: ignore[assignment]
    if around is None or not _is_small(around, whole):
        return whole, False
    return around, True


def _padded(sites: np.ndarray) -> Box:
    low, high = sites.min(axis=0), sites.max(axis=0)
    middle, half = (low + high) / 2, np.maximum((high - low) * 0.62, _LEAST_KM / 2)
    return tuple(float(side) for side in (*(middle - half), *(middle + half)))  # type: ignore[return-value]


def _is_small(part: Box, whole: Box) -> bool:
    wide, high = whole[2] - whole[0], whole[3] - whole[1]
    inside = part[0] < whole[2] and part[2] > whole[0] and part[1] < whole[3] and part[3] > whole[1]
    return inside and max((part[2] - part[0]) / wide, (part[3] - part[1]) / high) < _ZOOM_BELOW


def to_units(shapes: Iterable[Geometry], base: Sheet, sheet: Sheet, frame: Box) -> list[Geometry]:
    """Bring shapes from kilometres around `base` to units on `sheet`, cut a little outside `frame`."""
    edge = 20.0
    moved = shapely.transform(
        list(shapes), lambda km: km * sheet.scale / base.scale + (sheet.x, sheet.y)
    )
    return list(
        shapely.clip_by_rect(
            moved, frame[0] - edge, frame[1] - edge, frame[2] + edge, frame[3] + edge
        )
    )


def drawn(ground_: Ground, sheet: Sheet, frame: Box) -> list[str]:
    """Draw neighbours, land and borders in units, for a window that is `frame`."""
    around = to_units([shape for _, shape in ground_.neighbours], ground_.sheet, sheet, frame)
    path = "".join(area_path(shape) for shape in simplified(_kept(around), _DETAIL))
    parts = [
        element(
            "path",
            d=path,
            fill=palette.NEIGHBOUR,
            stroke=palette.NEIGHBOUR_BORDER,
            stroke_width=3,
            fill_rule="evenodd",
        )
    ]
    return (parts if path else []) + _own(ground_, sheet, frame)


def _own(ground_: Ground, sheet: Sheet, frame: Box) -> list[str]:
    parts, lines = [], []
    for level in sorted(ground_.levels, reverse=True):
        shapes = to_units(
            [shape for _, shape in ground_.levels[level]], ground_.sheet, sheet, frame
        )
        simple = simplified(_kept(shapes), _DETAIL)
        whole = _joined(simple) if level in {min(ground_.levels), max(ground_.levels)} else None
        if whole is not None and level == max(ground_.levels):
            parts.append(_filled(whole))
        lines.append(_bordered(simple, min(level, 3)))
        if whole is not None and level == min(ground_.levels):
            lines.append(_bordered([whole], 0))
    return parts + lines


def _joined(shapes: Sequence[Geometry]) -> Geometry:
    """Join areas that share borders; those of a source with overlaps too."""
    try:
        whole = shapely.coverage_union_all(shapes)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapes)
    return whole if shapely.is_valid(whole) else shapely.union_all(shapes)


def _filled(whole: Geometry) -> str:
    return element("path", d=area_path(whole), fill=palette.LAND, fill_rule="evenodd")


def _bordered(shapes: Sequence[Geometry], level: int) -> str:
    lines = shapely.line_merge(shapely.union_all(shapely.boundary(list(shapes))))
    thickness, colour = _LINES[level]
    return element(
        "path",
        d=line_path(lines),
        fill="none",
        stroke=colour,
        stroke_width=thickness,
        stroke_linejoin="round",
    )


def _kept(shapes: Iterable[Geometry]) -> list[Geometry]:
    """Keep polygons: cutting at the edge of the map may leave points and lines."""
    kept = []
    for shape in shapes:
        polygons = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2]
        if polygons:
            kept.append(shapely.make_valid(shapely.multipolygons(polygons)))
    return kept


def name_of(area: Area, lang: str) -> str:
    """Name an area for a reader: a country by its code in that language, any other as it is called."""
    return (country_name(area.code, lang) if area.level == 0 else None) or area.name
