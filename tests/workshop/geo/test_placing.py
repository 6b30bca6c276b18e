"""Which area a position lies in, against asking every area in turn."""

import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.workshop.geo.drawing import area, square

from opendtm.geo import AreaShape, Locator, locate

CELLS = st.sets(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), max_size=30)
DEGREES = st.floats(-7, 7, allow_nan=False) | st.integers(-7, 7).map(float)


def country(cells: set[tuple[int, int]]) -> list[AreaShape]:
    """Give one upper area, and a lower one for each cell but those of the first column."""
    if not cells:
        return []
    lower = [
        area(f"ZZ{x + 6:02}{y + 6:02}", square(x, y), level=2, parent="ZZ")
        for x, y in sorted(cells)
        if x > -5
    ]
    whole = shapely.union_all([square(x, y) for x, y in cells])
    return [area("ZZ", whole, level=1), *lower]


def by_asking_all(areas: list[AreaShape], latitude: float, longitude: float) -> str | None:
    point = shapely.Point(longitude, latitude)
    around = [each.place for each in areas if each.geometry.intersects(point)]
    deepest = max((place.level for place in around), default=None)
    return min((place.code for place in around if place.level == deepest), default=None)


@given(CELLS, DEGREES, DEGREES)
def test_locate_agrees_with_asking_every_area(
    cells: set[tuple[int, int]], latitude: float, longitude: float
) -> None:
    areas = country(cells)
    assert locate(areas, latitude, longitude) == by_asking_all(areas, latitude, longitude)


@given(CELLS, DEGREES, DEGREES)
def test_codes_and_containing_tell_the_same(
    cells: set[tuple[int, int]], latitude: float, longitude: float
) -> None:
    locator = Locator(country(cells))
    found = locator.containing(latitude, longitude)
    assert [each.place.level for each in found] == sorted(each.place.level for each in found)
    codes = locator.codes(latitude, longitude)
    assert set(codes) == {each.place.level for each in found}
    assert codes.get(max(codes, default=0)) == locator.locate(latitude, longitude)


def test_position_in_no_area_is_unknown() -> None:
    assert locate([], 0, 0) is None
    assert locate([area("ZZ01", square())], 50, 50) is None


def test_position_on_a_border_takes_the_lower_code() -> None:
    areas = [area("ZZ02", square(1)), area("ZZ01", square(0))]
    assert locate(areas, 0.5, 1.0) == "ZZ01"


def test_latitude_comes_first() -> None:
    assert locate([area("ZZ01", square(20, 5))], 5.5, 20.5) == "ZZ01"
    assert locate([area("ZZ01", square(20, 5))], 20.5, 5.5) is None
