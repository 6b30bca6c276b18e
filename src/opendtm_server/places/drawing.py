"""Draws areas and sites as plain shapes for a small SVG, so that a page shows where before any script runs.

Degrees are flattened with the cosine of the middle latitude; good enough for a country on a screen.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from opendtm_server.places.models import Area, Site

WIDTH = 640.0
MARGIN = 12.0
AROUND = 0.01
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """An area as an SVG path."""

    code: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A site as a circle in the SVG's units."""

    code: str
    name: str
    x: float
    y: float
    status: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole small map: size in its own units, areas below, sites above."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    dots: tuple[Dot, ...]


def draw(areas: Sequence[Area], sites: Iterable[tuple[Site, str]] = ()) -> Drawing | None:
    """Draw areas of one level and sites with their statuses; None where nothing has a position."""
    placed = [
        (site, status)
        for site, status in sites
        if site.latitude is not None and site.longitude is not None
    ]
    points = [point for area in areas for ring in _rings(area.geometry) for point in ring]
    points += [(site.longitude or 0.0, site.latitude or 0.0) for site, _status in placed]
    if not points:
        return None
    plane = Plane(_box(points))
    shapes = tuple(Shape(area.code, area.name, plane.path(area.geometry)) for area in areas)
    dots = tuple(
        Dot(site.code, site.name, *plane.place(site.longitude or 0.0, site.latitude or 0.0), status)
        for site, status in placed
    )
    return Drawing(WIDTH, plane.height, shapes, dots)


def mark_points(
    subject: tuple[str, str, float | None, float | None], around: Iterable[Site]
) -> Drawing | None:
    """Draw one place (code, name, latitude, longitude) among sites, without land; None without its position."""
    code, name, latitude, longitude = subject
    if latitude is None or longitude is None:
        return None
    near = [site for site in around if site.latitude is not None and site.longitude is not None]
    points = [(site.longitude or 0.0, site.latitude or 0.0) for site in near]
    west, south, east, north = _box([(longitude, latitude), *points])
    room = max(east - west, north - south, AROUND) / 2
    plane = Plane((west - room, south - room, east + room, north + room))
    dots = [
        Dot(site.code, site.name, *plane.place(*point))
        for site, point in zip(near, points, strict=True)
    ]
    dots.append(Dot(code, name, *plane.place(longitude, latitude)))
    return Drawing(WIDTH, plane.height, (), tuple(dots))


class Plane:
    """Turns degrees into units of the drawing; one unit is about one pixel of a phone."""

    def __init__(self, box: Box) -> None:
        """Fit the box (west, south, east, north) into the width."""
        west, south, east, north = box
        self.west, self.north = west, north
        self.flat = math.cos(math.radians((south + north) / 2)) or 1.0
        across = max((east - west) * self.flat, (north - south) / 1.2, 1e-6)
        self.scale = (WIDTH - 2 * MARGIN) / across
        self.left = (WIDTH - (east - west) * self.flat * self.scale) / 2
        self.height = round((north - south) * self.scale + 2 * MARGIN, 1)

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Give a position's units from the left and from the top."""
        x = self.left + (longitude - self.west) * self.flat * self.scale
        y = MARGIN + (self.north - latitude) * self.scale
        return round(x, 1), round(y, 1)

    def path(self, geometry: dict[str, Any]) -> str:
        """Give an area's outline; points closer than half a unit fall together."""
        return "".join(self._ring(ring) for ring in _rings(geometry))

    def _ring(self, ring: list[tuple[float, float]]) -> str:
        kept: list[tuple[float, float]] = []
        for longitude, latitude in ring:
            point = self.place(longitude, latitude)
            if not kept or math.dist(point, kept[-1]) >= 0.5:
                kept.append(point)
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z" if len(kept) > 2 else ""


def _rings(geometry: dict[str, Any]) -> list[list[tuple[float, float]]]:
    polygons = (
        geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    )
    return [[(point[0], point[1]) for point in ring] for polygon in polygons for ring in polygon]


def _box(points: Sequence[tuple[float, float]]) -> Box:
    longitudes, latitudes = [x for x, _y in points], [y for _x, y in points]
    west, south, east, north = min(longitudes), min(latitudes), max(longitudes), max(latitudes)
    room = 0.02 if len(points) == 1 else 0.0
    return west - room, south - room, east + room, north + room
