"""Simplifies areas for drawing, so that neighbours still share their border exactly.

Borders are shared edges of a coverage, simplified once for both sides (Visvalingam-Whyatt, as GEOS does it).
An upper level is put together from the simplified level below it, so that levels fit each other too.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from opendtm.geo.mending import areal
from opendtm.geo.shapes import AreaShape, Geometry

_SAME_AREA = 0.01  # an upper area is its children's union where they differ by less than this share


def simplify(
    areas: Sequence[AreaShape], tolerance: float, *, decimals: int = 4
) -> tuple[AreaShape, ...]:
    """Simplify `areas`, keeping shared borders shared, and round coordinates to `decimals` of a degree.

    `tolerance` in degrees is about the smallest bend that stays; see `tolerance_for`. Order and places are
    kept; no area disappears.
    """
    done: dict[int, AreaShape] = {}
    levels = sorted({area.place.level for area in areas}, reverse=True)
    for level in levels:
        indices = [index for index, area in enumerate(areas) if area.place.level == level]
        children = [done[index] for index in done if areas[index].place.level == level + 1]
        done |= _level(areas, indices, children, tolerance)
    return tuple(
        replace(done[index], geometry=rounded(done[index].geometry, decimals))
        for index in range(len(areas))
    )


def _level(
    areas: Sequence[AreaShape],
    indices: Sequence[int],
    children: Sequence[AreaShape],
    tolerance: float,
) -> dict[int, AreaShape]:
    unions = [_from_children(areas[index], children) for index in indices]
    if all(union is not None for union in unions):
        shapes = unions
    else:
        shapes = simplified([areas[index].geometry for index in indices], tolerance)
    return {
        index: AreaShape(areas[index].place, shape)
        for index, shape in zip(indices, shapes, strict=True)
    }


def _from_children(area: AreaShape, children: Sequence[AreaShape]) -> Geometry | None:
    own = [child.geometry for child in children if child.place.parent == area.place.code]
    if not own:
        return None
    union = shapely.union_all(own)
    difference = abs(shapely.area(union) - shapely.area(area.geometry))
    return areal(union) if difference <= _SAME_AREA * shapely.area(area.geometry) else None


def simplified(geometries: Sequence[Geometry], tolerance: float) -> list[Geometry]:
    """Simplify polygons that share borders; islets below `tolerance` squared go, but never a whole area."""
    if not len(geometries):
        return []
    simple = shapely.coverage_simplify(list(geometries), tolerance)
    return [
        _kept(_without_islets(shape, tolerance), original)
        for shape, original in zip(simple, geometries, strict=True)
    ]


def _kept(shape: Geometry, original: Geometry) -> Geometry:
    whole = shape if shapely.is_valid(shape) else areal(shapely.make_valid(shape))
    return original if shapely.is_empty(whole) else whole


def _without_islets(shape: Geometry, tolerance: float) -> Geometry:
    parts = shapely.get_parts(shape)
    if len(parts) < 2:
        return shape
    sizes = shapely.area(parts)
    kept = parts[(sizes >= tolerance**2) | (sizes == sizes.max())]
    return shapely.multipolygons(kept) if len(kept) > 1 else kept[0]


def rounded(geometry: Geometry, decimals: int) -> Geometry:
    """Round coordinates; shared borders stay shared, because equal corners round to equal corners."""
    shape = shapely.transform(geometry, lambda xy: np.round(xy, decimals))
    if shapely.is_valid(shape):
        return shape
    whole = areal(shapely.make_valid(shape))
    return geometry if shapely.is_empty(whole) else whole


def tolerance_for(areas: Sequence[AreaShape], *, width_mm: float, detail_mm: float = 0.25) -> float:
    """Give the tolerance in degrees at which bends below `detail_mm` go on a map `width_mm` wide."""
    if not areas:
        return 0.0
    west, south, east, north = shapely.total_bounds([area.geometry for area in areas])
    return float(max(east - west, north - south)) / width_mm * detail_mm
