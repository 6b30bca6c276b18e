"""Rings, label points, bounds and distances."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.workshop.geo.drawing import square

from opendtm.geo import bounds, centroid, distance_km, from_rings, label_point, rings

HOLED = shapely.Polygon(square(size=4).exterior, [square(1, 1).exterior])
CRESCENT = shapely.Point(0, 0).buffer(3).difference(shapely.Point(1, 0).buffer(2.5))
SHAPES = [
    square(),
    square().reverse(),
    HOLED,
    HOLED.reverse(),
    shapely.MultiPolygon([HOLED, square(9)]),
    shapely.MultiPolygon([HOLED, square(1.2, 1.2, 0.5)]),
    CRESCENT,
]
LONGITUDES, LATITUDES = st.floats(-180, 180), st.floats(-90, 90)


@pytest.mark.parametrize("shape", SHAPES)
def test_rings_are_closed_and_oriented(shape: shapely.Geometry) -> None:
    found = rings(shape)
    assert len(found) == len(shapely.get_rings(shapely.get_parts(shape)))
    assert all(ring[0] == ring[-1] for ring in found)
    signed = sum(
        abs(shapely.Polygon(r).area) * (1 if shapely.LinearRing(r).is_ccw else -1) for r in found
    )
    assert signed == pytest.approx(shapely.area(shape))


@pytest.mark.parametrize("shape", SHAPES)
def test_rings_make_the_shape_again(shape: shapely.Geometry) -> None:
    assert from_rings(rings(shape)).equals(shape)


def test_rings_are_rounded() -> None:
    assert rings(square(1 / 3), decimals=1)[0][0] in {
        (0.3, 0.0),
        (1.3, 0.0),
        (0.3, 1.0),
        (1.3, 1.0),
    }


def test_rings_too_short_are_left_out() -> None:
    assert from_rings([((0, 0), (1, 1)), *rings(square())]).equals(square())


@pytest.mark.parametrize("shape", SHAPES)
def test_label_point_lies_inside(shape: shapely.Geometry) -> None:
    assert shape.contains(shapely.Point(label_point(shape)))


def test_label_point_lies_in_the_largest_part() -> None:
    x, _ = label_point(shapely.MultiPolygon([square(0, 0, 1), square(10, 0, 3)]))
    assert x > 10


def test_centroid_and_bounds() -> None:
    assert centroid(square(2, 4)) == (2.5, 4.5)
    assert bounds([square(2, 4), square(-1, 0)]) == (-1, 0, 3, 5)
    assert bounds([]) is None
    assert bounds([shapely.Polygon()]) is None


def test_distance_of_a_degree_of_latitude() -> None:
    assert distance_km((18.5, 4), (18.5, 5)) == pytest.approx(111.195, abs=0.001)
    assert distance_km((0, 0), (180, 0)) == pytest.approx(20015.1, abs=0.1)


@given(LONGITUDES, LATITUDES, LONGITUDES, LATITUDES)
def test_distance_is_the_same_both_ways(x1: float, y1: float, x2: float, y2: float) -> None:
    there = distance_km((x1, y1), (x2, y2))
    assert there == pytest.approx(distance_km((x2, y2), (x1, y1)))
    assert 0 <= there <= 20015.2
