"""Every real boundary file that is at hand, against its plain content."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from opendtm.geo import AreaReading, countries_holding, locate, read_areas, simplify, tolerance_for

pytestmark = pytest.mark.shared

P_CODED = [
    # file, column of the P-code, level, share of rows with a parent
    *((f"cod_ab_geojson/caf_adm{level}.geojson", f"admin{level}Pcode", level, True) for level in (1, 2, 3, 4)),
    *((f"cod_ab_geojson/mli_adm{level}.geojson", f"admin{level}Pcode", level, True) for level in (1, 2, 3)),
    *((f"cod_ab_topojson/caf_adm{level}.topojson.json", f"admin{level}Pcode", level, False) for level in (1, 2, 3, 4)),
    *((f"cod_ab_topojson/mli_adm{level}.topojson.json", f"admin{level}Pcode", level, False) for level in (1, 2, 3)),
    *((f"ocha_dtm_viz_topojson/{country}_adm1.json", "", 1, True) for country in ("caf", "mli", "nga", "ssd", "bfa", "eth")),
    ("natural_earth/ne_50m_admin_1_states_provinces.json", "adm1_code", 1, True),
    ("natural_earth/ne_110m_admin_1_states_provinces.json", "adm1_code", 1, True),
]  # fmt: skip
COUNTRIES = ("bfa", "caf", "dji", "eth", "mli", "nga", "sdn", "som", "ssd", "yem")


def properties(path: Path) -> list[dict[str, Any]]:
    """Give the properties of every row, read as plain JSON."""
    content = json.loads(path.read_bytes())
    if "features" in content:
        return [each["properties"] for each in content["features"]]
    return [
        each.get("properties", {})
        for named in content["objects"].values()
        for each in named["geometries"]
    ]


def checks(reading: AreaReading) -> Counter[str]:
    return Counter(finding.check for finding in reading.findings)


@pytest.mark.parametrize(("name", "column", "level", "with_parents"), P_CODED)
def test_p_coded_file_is_read_whole(
    shared: Path, name: str, column: str, level: int, with_parents: bool
) -> None:
    path = shared / "geo" / name
    listed = properties(path)
    column = column or next(
        key for key in listed[0] if key.lower() in {"admin1pcod", "adm1_pcode", "admin1pcode"}
    )
    codes = [
        code for row in listed if (code := str(row[column] or "").strip()) not in {"", "0", "-99"}
    ]
    reading = read_areas(path)
    assert {each.place.code for each in reading.areas} == set(codes)
    assert {each.place.level for each in reading.areas} == {level}
    assert checks(reading)["area_without_code"] == len(listed) - len(codes)
    assert all((each.place.parent is not None) is with_parents for each in reading.areas)
    assert all(shapely.is_valid([each.geometry for each in reading.areas]))
    assert all(finding.message.text("fr") for finding in reading.findings)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("kind", ["geo", "topo"])
def test_country_file_is_read(shared: Path, country: str, kind: str) -> None:
    (area,) = read_areas(shared / "geo/countries_adm0" / f"{country}.{kind}.json").areas
    assert (area.place.level, area.place.code) == (
        0,
        properties(shared / f"geo/countries_adm0/{country}.geo.json")[0]["cca2"].upper(),
    )
    inside = shapely.point_on_surface(area.geometry)
    assert [each.iso3.lower() for each in countries_holding([(inside.x, inside.y)])] == [country]


@pytest.mark.parametrize(
    "name", ["ne_110m_admin_0_countries.json", "ne_110m_admin_0_countries_lakes.json"]
)
def test_world_file_is_read_and_gaps_are_told(shared: Path, name: str) -> None:
    path = shared / "geo/natural_earth" / name
    reading = read_areas(path)
    gaps = checks(reading)["area_without_code"]
    assert len(reading.areas) + gaps == len(properties(path))
    assert gaps == sum(
        {key.lower(): value for key, value in row.items()}["iso_a3"] == "-99"
        for row in properties(path)
    )


def test_files_of_lines_and_points_give_no_areas(shared: Path) -> None:
    paths = [
        path
        for part in ("lines", "places")
        for path in (shared / "geo/natural_earth").glob(f"*{part}*")
    ]
    assert len(paths) == 5
    for path in paths:
        reading = read_areas(path)
        assert (reading.areas, list(checks(reading))) == ((), ["layer_without_areas"])


@pytest.mark.parametrize(
    "name", ["djibouti/DJ_regions.geojson", *(f"cod_ab_simplified/mli_adm{level}.topojson.json" for level in (1, 2, 3))]
)  # fmt: skip
def test_file_without_codes_is_told_once(shared: Path, name: str) -> None:
    reading = read_areas(shared / "geo" / name)
    assert (reading.areas, list(checks(reading))) == ((), ["no_code_column"])


def test_djibouti_is_a_country(shared: Path) -> None:
    (area,) = read_areas(shared / "geo/djibouti/DJ_country.geojson").areas
    assert (area.place.code, area.place.level, area.place.name) == ("DJI", 0, "Djibouti")


def test_shapefile_agrees_with_the_geojson_of_the_same_areas(shared: Path) -> None:
    shapefile = read_areas(shared / "geo/caf_adm1_shapefile")
    geojson = {
        each.place.code: each
        for each in read_areas(shared / "geo/cod_ab_geojson/caf_adm1.geojson").areas
    }
    assert {each.place.code for each in shapefile.areas} == set(geojson)
    assert shapefile.areas[0].place.valid_from == date(2014, 8, 7)
    for each in shapefile.areas:
        other = geojson[each.place.code].geometry
        shared_area = shapely.area(shapely.intersection(each.geometry, other))
        assert shared_area == pytest.approx(shapely.area(other), rel=0.02)
        assert "Ã" not in each.place.name


def test_names_parents_and_dates_of_the_central_african_republic(shared: Path) -> None:
    places = {
        each.place.code: each.place
        for level in (1, 2, 3)
        for each in read_areas(shared / f"geo/cod_ab_geojson/caf_adm{level}.geojson").areas
    }
    assert places["CF11"].name_fr == "Ombella M'Poko"
    assert places["CF1111"].parent == "CF111"
    assert places["CF11"].valid_from == date(2015, 6, 15)
    assert all(place.parent == "CF" or place.parent in places for place in places.values())


@pytest.mark.parametrize(
    ("name", "latitude", "longitude", "code"),
    [
        ("caf_adm1", 4.361, 18.555, "CF71"),
        ("caf_adm1", 10.284, 22.788, "CF53"),
        ("mli_adm1", 16.773, -3.007, "ML06"),
        ("mli_adm1", 14.447, -11.445, "ML01"),
        ("mli_adm1", 4.361, 18.555, None),
    ],
)
def test_towns_lie_in_their_regions(
    shared: Path, name: str, latitude: float, longitude: float, code: str | None
) -> None:
    areas = read_areas(shared / f"geo/cod_ab_geojson/{name}.geojson").areas
    assert locate(areas, latitude, longitude) == code


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [("caf_adm1", 0.02), ("mli_adm1", 0.02), ("caf_adm2", 0.02), ("mli_adm2", 0.015)],
)
def test_real_areas_keep_size_and_borders_when_simplified(
    shared: Path, name: str, tolerance: float
) -> None:
    before = read_areas(shared / f"geo/cod_ab_geojson/{name}.geojson").areas
    drawn_at = tolerance_for(before, width_mm=180)
    assert drawn_at == pytest.approx(tolerance, rel=0.6)
    after = simplify(before, drawn_at)
    was, now = ([each.geometry for each in areas] for areas in (before, after))
    assert shapely.get_num_coordinates(now).sum() < shapely.get_num_coordinates(was).sum() / 4
    assert shapely.area(now).sum() == pytest.approx(shapely.area(was).sum(), rel=0.002)
    small = shapely.area(was) < 100 * drawn_at**2  # some six square millimetres on the page
    assert shapely.area(now)[~small] == pytest.approx(shapely.area(was)[~small], rel=0.02)
    doubled = shapely.area(now).sum() - shapely.area(shapely.union_all(now))
    doubled_before = shapely.area(was).sum() - shapely.area(shapely.union_all(was))
    assert doubled <= doubled_before + 1e-4 * shapely.area(now).sum()
