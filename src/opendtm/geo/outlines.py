"""Numbers of a shape that drawing needs: rings, a point for its name, its bounds, distances."""

import math
from collections.abc import Iterable

import shapely

from opendtm.geo.shapes import Geometry

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
Ring = tuple[tuple[float, float], ...]
Box = tuple[float, float, float, float]  # west, south, east, north in degrees


def rings(geometry: Geometry, *, decimals: int | None = None) -> tuple[Ring, ...]:
    """Give all rings as closed (longitude, latitude); fill them by the even-odd rule.

    Outer rings run anticlockwise, inner ones clockwise; `decimals` rounds the degrees.
    """
    parts = shapely.orient_polygons(shapely.get_parts(geometry))
    found = []
    for ring in shapely.get_rings(parts):
        points = shapely.get_coordinates(ring).tolist()
        found.append(tuple((_round(x, decimals), _round(y, decimals)) for x, y in points))
    return tuple(found)


def _round(value: float, decimals: int | None) -> float:
    return value if decimals is None else round(value, decimals)


def from_rings(closed: Iterable[Ring]) -> Geometry:
    """Make the area of even-odd filled rings; the inverse of `rings`. Rings below four points are left out."""
    usable = [shapely.linearrings(ring) for ring in closed if len(ring) >= 4]
    if len(usable) == 1:
        return shapely.polygons(usable[0])
    return shapely.build_area(shapely.geometrycollections(usable))


def label_point(geometry: Geometry) -> tuple[float, float]:
    """Give the (longitude, latitude) inside the largest part that lies farthest from its borders."""
    parts = shapely.get_parts(geometry)
    largest = parts[int(shapely.area(parts).argmax())]
    west, south, east, north = shapely.bounds(largest)
    centre = shapely.maximum_inscribed_circle(
        largest, tolerance=max(east - west, north - south) / 50
    )
    x, y = shapely.get_coordinates(centre)[0]
    return float(x), float(y)


def centroid(geometry: Geometry) -> tuple[float, float]:
    """Give the centre of gravity as (longitude, latitude); it may lie outside a crescent."""
    point = shapely.centroid(geometry)
    return float(point.x), float(point.y)


def bounds(geometries: Iterable[Geometry]) -> Box | None:
    """Give west, south, east, north of everything together; None where there is nothing."""
    shapes = list(geometries)
    if not shapes:
        return None
    box = shapely.total_bounds(shapes)
    west, south, east, north = (float(side) for side in box)
    return None if math.isnan(west) else (west, south, east, north)


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Give the great-circle distance of two (longitude, latitude) points (haversine, mean radius)."""
    lon1, lat1, lon2, lat2 = map(math.radians, (*one, *other))
    chord = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))
