"""Says in which area a position lies."""

from collections.abc import Iterable, Sequence

import shapely

from opendtm.geo.shapes import AreaShape


class Locator:
    """Finds areas by position, fast for many positions over the same areas."""

    def __init__(self, areas: Iterable[AreaShape]) -> None:
        """Index the areas; they may be of several levels."""
        self._areas = tuple(areas)
        shapely.prepare([area.geometry for area in self._areas])
        self._tree = shapely.STRtree([area.geometry for area in self._areas])

    def containing(self, latitude: float, longitude: float) -> tuple[AreaShape, ...]:
        """Give the areas around a position, upper level first; on a border, the lower P-code first."""
        hits = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        found = [self._areas[index] for index in hits]
        return tuple(sorted(found, key=lambda area: (area.place.level, area.place.code)))

    def locate(self, latitude: float, longitude: float) -> str | None:
        """Give the P-code of the smallest area around a position; None where it lies in none."""
        found = self.containing(latitude, longitude)
        deepest = found[-1].place.level if found else None
        return next((area.place.code for area in found if area.place.level == deepest), None)

    def codes(self, latitude: float, longitude: float) -> dict[int, str]:
        """Give the P-code around a position for each level that has one."""
        found: dict[int, str] = {}
        for area in self.containing(latitude, longitude):
            found.setdefault(area.place.level, area.place.code)
        return found


def locate(areas: Sequence[AreaShape], lat: float, lon: float) -> str | None:
    """Give the P-code of the smallest area around one position (degrees); None where it lies in none.

    For many positions make one `Locator`.
    """
    return Locator(areas).locate(lat, lon)
