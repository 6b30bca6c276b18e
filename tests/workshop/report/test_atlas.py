"""The map's areas and neighbours: simplified, closed, and framed by what is drawn."""

import pytest
import shapely
from tests.workshop.factories import make_areas
from tests.workshop.observing import table

from opendtm.geo import AreaShape, Country
from opendtm.records import Place
from opendtm.report import home_countries, homelands, neighbours, outlines, surroundings
from opendtm.report.model import Area


def shape(code: str, west: float, level: int = 1) -> AreaShape:
    return AreaShape(Place(code, f"Area {code}", level), shapely.box(west, 0, west + 1, 1))


def test_outlines_keep_codes_names_levels_and_close_their_rings() -> None:
    found = outlines([shape("A", 0), shape("B", 1)])
    assert [(area.code, area.name, area.level) for area in found] == [
        ("A", "Area A", 1),
        ("B", "Area B", 1),
    ]
    assert all(ring[0] == ring[-1] for area in found for ring in area.rings)


def test_outlines_leave_plain_areas_as_they_are() -> None:
    assert outlines(make_areas()) == make_areas()


def test_outlines_of_nothing() -> None:
    assert outlines([]) == ()


def test_neighbours_become_areas_of_level_zero() -> None:
    country = Country("Norland", "NOR", shapely.box(0, 0, 1, 1))
    (found,) = neighbours([country])
    assert (found.code, found.name, found.level) == ("NOR", "Norland", 0)
    plain = Area("X", "X", 0, ())
    assert neighbours([plain]) == (plain,)


def test_surroundings_follow_the_positions() -> None:
    observations = table([{"site_id": "A", "latitude": 6.0, "longitude": 20.0}])
    assert "CAF" in {area.code for area in surroundings(observations, ())}


@pytest.mark.parametrize(
    "position", [{}, {"latitude": None, "longitude": None}, {"latitude": 0.0, "longitude": 0.0}]
)
def test_surroundings_of_nothing_placed(position: dict[str, float | None]) -> None:
    assert surroundings(table([{"site_id": "A", **position}]), ()) == ()


def test_surroundings_follow_the_areas_where_there_are_some() -> None:
    observations = table([{"site_id": "A", "latitude": 6.0, "longitude": 20.0}])
    far = AreaShape(Place("X", "X", 1), shapely.box(-72.5, 18.4, -72.2, 18.6))
    assert "HTI" in {area.code for area in surroundings(observations, (far,))}


def test_homeland_is_the_country_of_the_sites_without_strays() -> None:
    rows = [{"site_id": f"S{n}", "latitude": 6.0, "longitude": 20.0} for n in range(99)]
    rows.append({"site_id": "stray", "latitude": 18.5, "longitude": -72.3})
    assert [country.iso3 for country in home_countries(table(rows))] == ["CAF"]
    (area,) = homelands(table(rows))
    assert (area.code, area.level) == ("CAF", 0)


def test_homelands_of_the_whole_world_are_none() -> None:
    places = [(6.0, 20.0), (18.5, -72.3), (33.0, 44.0), (50.0, 30.0), (-13.5, 34.0)]
    rows = [{"site_id": str(n), "latitude": y, "longitude": x} for n, (y, x) in enumerate(places)]
    assert len(home_countries(table(rows))) == 5
    assert homelands(table(rows)) == ()
