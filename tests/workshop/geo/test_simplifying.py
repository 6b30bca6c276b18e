"""Simplified areas: neighbours keep their common border, areas keep their size."""

import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.geo.drawing import area, square

from opendtm.geo import AreaShape, simplify, tolerance_for


def wavy(seed: int, *, columns: int = 3, rows: int = 3, points: int = 40) -> list[AreaShape]:
    """Give a grid of areas whose common borders are bent in many small bends."""

    def bend(t: float, line: int) -> float:
        return 0.06 * math.sin(7 * t + seed + line) + 0.015 * math.sin(61 * t + 3 * seed)

    def across(y: int, x: int) -> list[tuple[float, float]]:
        return [
            (x + i / points, y + bend(x + i / points, y) * math.sin(math.pi * i / points))
            for i in range(points)
        ]

    def up(x: int, y: int) -> list[tuple[float, float]]:
        return [
            (x + bend(y + i / points, x + 9) * math.sin(math.pi * i / points), y + i / points)
            for i in range(points)
        ]

    found = []
    for x in range(columns):
        for y in range(rows):
            corner, left, top = [(x + 1, y + 1)], [(x, y)], [(x, y + 1)]
            ring = [
                *across(y, x),
                *up(x + 1, y),
                *corner,
                *across(y + 1, x)[:0:-1],
                *top,
                *up(x, y)[:0:-1],
                *left,
            ]
            found.append(area(f"ZZ{x}{y}", shapely.Polygon(ring), level=2, parent=f"ZZ{x}"))
    return found


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 50), st.floats(0.001, 0.05))
def test_neighbours_leave_neither_gaps_nor_overlaps(seed: int, tolerance: float) -> None:
    before = wavy(seed)
    assert shapely.coverage_is_valid([each.geometry for each in before])
    after = simplify(before, tolerance, decimals=6)
    shapes = [each.geometry for each in after]
    whole = shapely.union_all(shapes)
    assert shapely.coverage_is_valid(shapes)
    assert sum(shapely.area(shapes)) == pytest.approx(shapely.area(whole), rel=1e-9)
    assert len(shapely.get_rings(shapely.get_parts(whole))) == 1
    assert [each.place for each in after] == [each.place for each in before]
    for one, other in zip(before, after, strict=True):
        assert shapely.area(other.geometry) == pytest.approx(shapely.area(one.geometry), rel=0.02)


def test_simplified_areas_have_fewer_corners() -> None:
    before = wavy(1)
    after = simplify(before, 0.02)
    count = [
        sum(shapely.get_num_coordinates([each.geometry for each in areas]))
        for areas in (before, after)
    ]
    assert count[1] < count[0] / 2


def test_upper_areas_are_made_of_the_lower_ones() -> None:
    lower = wavy(2)
    upper = [
        area(
            f"ZZ{x}",
            shapely.union_all([each.geometry for each in lower if each.place.parent == f"ZZ{x}"]),
        )
        for x in range(3)
    ]
    after = simplify([*upper, *lower], 0.03, decimals=6)
    for each in after[:3]:
        children = [a.geometry for a in after[3:] if a.place.parent == each.place.code]
        assert shapely.union_all(children).equals(each.geometry)


def test_small_areas_stay_and_islets_go() -> None:
    islets = shapely.MultiPolygon([square(0), square(5, 5, 0.001)])
    tiny = square(9, 9, 0.001)
    first, second = simplify([area("ZZ01", islets), area("ZZ02", tiny)], 0.1)
    assert first.geometry.geom_type == "Polygon"
    assert not second.geometry.is_empty
    assert second.geometry.is_valid


def test_coordinates_are_rounded() -> None:
    (after,) = simplify([area("ZZ01", square(1 / 3, 1 / 7))], 0.001, decimals=2)
    assert after.geometry.bounds == (0.33, 0.14, 1.33, 1.14)


def test_nothing_gives_nothing() -> None:
    assert simplify([], 0.1) == ()
    assert tolerance_for([], width_mm=180) == 0


def test_tolerance_follows_the_width_of_the_map() -> None:
    assert tolerance_for(
        [area("ZZ01", square(size=18))], width_mm=180, detail_mm=0.25
    ) == pytest.approx(0.025)
