"""Makes a shape usable: polygons only, valid, not empty; says what it had to do."""

from collections.abc import Sequence
from enum import StrEnum

import shapely

from opendtm.geo.shapes import Geometry

AREAL = {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}
NO_AREA = {
    shapely.GeometryType.POINT,
    shapely.GeometryType.MULTIPOINT,
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.MULTILINESTRING,
}


class Mend(StrEnum):
    """What was wrong with a shape."""

    NONE = "area_without_shape"
    NOT_AREA = "shape_is_no_area"
    INVALID = "shape_mended"


def mended(geometry: Geometry | None) -> tuple[Geometry | None, Mend | None]:
    """Give the valid polygons of `geometry` and what was wrong; (None, why) where nothing is left."""
    if geometry is None or shapely.is_empty(geometry):
        return None, Mend.NONE
    if shapely.get_type_id(geometry) not in AREAL | {shapely.GeometryType.GEOMETRYCOLLECTION}:
        return None, Mend.NOT_AREA
    if shapely.is_valid(geometry) and shapely.get_type_id(geometry) in AREAL:
        return _ordered(geometry), None
    whole = areal(shapely.make_valid(geometry, method="structure", keep_collapsed=False))
    return (None, Mend.NONE) if shapely.is_empty(whole) else (_ordered(whole), Mend.INVALID)


def _ordered(geometry: Geometry) -> Geometry:
    """Give the same shape for the same area: parts in order, outer rings anticlockwise as in GeoJSON."""
    return shapely.orient_polygons(shapely.normalize(geometry))


def has_areas(geometries: Sequence[Geometry | None]) -> bool:
    """Tell whether a layer holds areas; an empty one, or one of empty shapes, still might."""
    kinds = {int(kind) for kind in shapely.get_type_id(list(geometries))} - {-1}
    return not kinds or bool(kinds - NO_AREA)


def areal(geometry: Geometry) -> Geometry:
    """Keep the polygons of a geometry of any type, as one polygon or multipolygon."""
    if shapely.get_type_id(geometry) in AREAL:
        return geometry
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.union_all([part for part in parts if shapely.get_type_id(part) in AREAL])
