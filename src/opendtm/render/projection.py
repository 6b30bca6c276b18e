"""Brings the globe onto the sheet: Lambert's azimuthal equal-area projection, centred on what is shown.

Circles are compared with areas of land, so areas must be true; near its centre the projection is true to
scale in every direction too (0.4 % off at 1,000 km), so one scale bar serves the whole map.
"""

import math
from dataclasses import dataclass

import numpy as np
import shapely

from opendtm.geo import Geometry
from opendtm.geo.outlines import EARTH_RADIUS_KM

Box = tuple[
    float, float, float, float
]  # left, top, right, bottom in units; or west, south, east, north
_REACH = 75.0  # degrees from the centre beyond which nothing is drawn
_NICE = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A place on the globe brought to a place on the sheet: `scale` units a kilometre."""

    longitude: float
    latitude: float
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def points(self, degrees: np.ndarray) -> np.ndarray:
        """Give sheet positions (n, 2) of (longitude, latitude) pairs (n, 2); y grows downwards."""
        angle = np.radians(degrees[:, 0] - self.longitude)
        lat, lat0 = np.radians(degrees[:, 1]), math.radians(self.latitude)
        cosine = math.sin(lat0) * np.sin(lat) + math.cos(lat0) * np.cos(lat) * np.cos(angle)
        stretch = np.sqrt(2 / np.maximum(1 + cosine, 1e-6)) * EARTH_RADIUS_KM * self.scale
        east = stretch * np.cos(lat) * np.sin(angle)
        north = stretch * (
            math.cos(lat0) * np.sin(lat) - math.sin(lat0) * np.cos(lat) * np.cos(angle)
        )
        return np.column_stack((self.x + east, self.y - north))

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Give the sheet position of one place."""
        x, y = self.points(np.array([[longitude, latitude]], dtype=float))[0]
        return float(x), float(y)

    def shape(self, geometry: Geometry) -> Geometry:
        """Give a shape in sheet units (an array of shapes likewise)."""
        return shapely.transform(geometry, self.points)

    def moved(self, *, scale: float, x: float, y: float) -> "Sheet":
        """Give the same centre at another scale and place."""
        return Sheet(self.longitude, self.latitude, scale, x, y)


def centred_on(west: float, south: float, east: float, north: float) -> Sheet:
    """Give the projection centred on a box of degrees, one unit a kilometre, centre at (0, 0)."""
    return Sheet((west + east) / 2, (south + north) / 2)


def within_reach(sheet: Sheet, geometry: Geometry) -> Geometry:
    """Cut away what lies too far around the globe to be drawn."""
    return shapely.clip_by_rect(
        geometry,
        sheet.longitude - _REACH,
        max(sheet.latitude - _REACH, -89.9),
        sheet.longitude + _REACH,
        min(sheet.latitude + _REACH, 89.9),
    )


def fitted(sheet: Sheet, shown: Box, frame: Box) -> Sheet:
    """Scale and move `sheet` so that `shown` (its own units) fills `frame`, centred."""
    wide, high = max(shown[2] - shown[0], 1e-9), max(shown[3] - shown[1], 1e-9)
    scale = min((frame[2] - frame[0]) / wide, (frame[3] - frame[1]) / high)
    x = (frame[0] + frame[2]) / 2 - scale * (shown[0] + shown[2]) / 2
    y = (frame[1] + frame[3]) / 2 - scale * (shown[1] + shown[3]) / 2
    return sheet.moved(scale=sheet.scale * scale, x=x, y=y)


def nice_below(value: float) -> float:
    """Give the largest of 1, 2, 5, 10, 20, 50 ... (and parts of one) that is not above `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(step * power for step in _NICE if step * power <= value * (1 + 1e-9))
