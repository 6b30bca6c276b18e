"""Displaced positions: inside the area, within the distances, the same in every release, secret."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from opendtm.errors.measure import DistancesImpossible, PositionOutside, SecretTooShort
from opendtm.measure.disclosure import How, Move, anywhere, displaced

SECRET = bytes(range(32))
MOVE = Move(least=500, most=2000, level=3)
AREA = box(18.4, 4.2, 18.8, 4.6)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Give the distance on a sphere of the mean radius."""
    (x1, y1), (x2, y2) = (tuple(map(math.radians, each)) for each in (one, other))
    arc = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(arc))


@given(
    site=st.text(min_size=1, max_size=12),
    longitude=st.floats(18.4, 18.8),
    latitude=st.floats(4.2, 4.6),
)
def test_site_moves_inside_its_area_between_the_distances(
    site: str, longitude: float, latitude: float
) -> None:
    shown = displaced(longitude, latitude, site=site, area=AREA, secret=SECRET, move=MOVE)
    assert shown.how is How.MOVED
    assert AREA.contains(Point(shown.longitude, shown.latitude))
    far = metres((longitude, latitude), (shown.longitude, shown.latitude))
    assert 0.99 * MOVE.least <= far <= 1.01 * MOVE.most


def test_area_with_a_hole_and_an_arm_is_never_left() -> None:
    """A lake of 2 km beside the site, and a border 600 m away."""
    area = Polygon(
        [(18.4, 4.2), (18.8, 4.2), (18.8, 4.6), (18.4, 4.6)],
        holes=[[(18.41, 4.3), (18.43, 4.3), (18.43, 4.32), (18.41, 4.32)]],
    )
    for number in range(200):
        shown = displaced(18.405, 4.31, site=f"S{number}", area=area, secret=SECRET, move=MOVE)
        assert area.contains(Point(shown.longitude, shown.latitude))


def test_hundred_releases_laid_over_each_other_say_no_more_than_one() -> None:
    shown = {
        displaced(18.6, 4.4, site="CAF-017", area=AREA, secret=SECRET, move=MOVE)
        for _release in range(100)
    }
    assert len(shown) == 1
    only = shown.pop()
    assert metres((18.6, 4.4), (only.longitude, only.latitude)) >= 0.99 * MOVE.least


def test_averaging_would_find_the_site_if_each_release_moved_it_anew() -> None:
    """The control: with a new secret every time the mean comes within 250 m of the truth."""
    points = [
        displaced(18.6, 4.4, site="CAF-017", area=AREA, secret=SECRET + bytes([n]), move=MOVE)
        for n in range(100)
    ]
    mean = (
        float(np.mean([point.longitude for point in points])),
        float(np.mean([point.latitude for point in points])),
    )
    assert metres((18.6, 4.4), mean) < 250


def test_sites_at_one_place_move_apart_and_other_secrets_move_them_elsewhere() -> None:
    points = {
        (site, secret): displaced(18.6, 4.4, site=site, area=AREA, secret=secret, move=MOVE)
        for site in ("A", "B")
        for secret in (SECRET, SECRET[::-1])
    }
    assert len(set(points.values())) == 4


def test_moves_are_spread_evenly_over_the_ring() -> None:
    """Of a ring from 500 to 2000 m, 40 % of the surface lies within 1323 m: (1323^2-500^2)/(2000^2-500^2)."""
    far = [
        metres((18.6, 4.4), (point.longitude, point.latitude))
        for point in (
            displaced(18.6, 4.4, site=str(n), area=AREA, secret=SECRET, move=MOVE)
            for n in range(2000)
        )
    ]
    assert np.mean(np.array(far) < 1323) == pytest.approx(0.40, abs=0.04)


def test_area_too_small_shows_a_point_that_does_not_depend_on_the_site() -> None:
    small = box(18.6, 4.4, 18.602, 4.402)
    shown = {
        displaced(longitude, 4.401, site=site, area=small, secret=SECRET, move=MOVE)
        for site, longitude in (("A", 18.6005), ("B", 18.6015))
    }
    assert {point.how for point in shown} == {How.AREA}
    assert len(shown) == 1
    only = shown.pop()
    assert small.contains(Point(only.longitude, only.latitude))


def test_position_outside_its_area_is_refused() -> None:
    with pytest.raises(PositionOutside) as refused:
        displaced(10.0, 4.4, site="S1", area=AREA, secret=SECRET, move=MOVE, area_name="Bimbo")
    assert refused.value.text("en") == "The position of S1 does not lie in Bimbo."


def test_secret_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(SecretTooShort):
        displaced(18.6, 4.4, site="S1", area=AREA, secret=b"short", move=MOVE)


@pytest.mark.parametrize(("least", "most"), [(-1, 5), (500, 500), (900, 100)])
def test_distances_that_make_no_ring_are_refused(least: float, most: float) -> None:
    with pytest.raises(DistancesImpossible):
        displaced(18.6, 4.4, site="S", area=AREA, secret=SECRET, move=Move(least, most, 3))


def test_site_near_a_border_and_on_an_island_stays_in_its_area() -> None:
    """Two islands 200 m apart: a site moves on its own one or on the other, never into the water between."""
    islands = MultiPolygon([box(18.40, 4.40, 18.42, 4.44), box(18.422, 4.40, 18.44, 4.44)])
    points = [
        displaced(18.4199, 4.42, site=f"S{n}", area=islands, secret=SECRET, move=MOVE)
        for n in range(200)
    ]
    assert all(islands.contains(Point(point.longitude, point.latitude)) for point in points)
    assert any(point.longitude > 18.422 for point in points)
    assert {point.how for point in points} == {How.MOVED}


def test_point_anywhere_in_an_area_knows_nothing_of_the_site_and_stays_inside() -> None:
    area = MultiPolygon(
        [
            Polygon(
                [(18.4, 4.2), (18.6, 4.2), (18.6, 4.4), (18.4, 4.4)],
                holes=[[(18.45, 4.25), (18.55, 4.25), (18.55, 4.35), (18.45, 4.35)]],
            ),
            box(18.7, 4.2, 18.8, 4.3),
        ]
    )
    points = [anywhere(site=f"S{n}", area=area, secret=SECRET) for n in range(300)]
    assert all(area.contains(Point(point.longitude, point.latitude)) for point in points)
    assert len(set(points)) == 300
    assert anywhere(site="S1", area=area, secret=SECRET) == points[1]
    assert anywhere(site="S1", area=area, secret=SECRET[::-1]) != points[1]
    share = np.mean([point.longitude > 18.65 for point in points])
    assert share == pytest.approx(0.25, abs=0.08)  # 0.01 of 0.04 square degrees


def test_shown_positions_pretend_no_more_than_a_metre() -> None:
    shown = displaced(18.6, 4.4, site="S", area=AREA, secret=SECRET, move=MOVE)
    assert (round(shown.longitude, 5), round(shown.latitude, 5)) == (
        shown.longitude,
        shown.latitude,
    )
