"""Boundary files that were made here: formats, projections, encodings, doubts."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
import shapely
from tests.workshop.geo.drawing import feature, geojson, rows, square, written

from opendtm.errors import InputProblem
from opendtm.errors.geo import ProjectionUnknown
from opendtm.geo import AreaReading, read_areas
from opendtm.geo.dates import read_date
from opendtm.records import Severity

COLUMNS = {
    "ADM1_PCODE": ["ZZ01", "ZZ02"],
    "ADM1_EN": ["Mbaré", "Kessou"],
    "ADM0_PCODE": ["ZZ", "ZZ"],
}
SHAPES = (square(0), square(1))
BOWTIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def checks(reading: AreaReading) -> list[str]:
    return [finding.check for finding in reading.findings]


def names(reading: AreaReading) -> list[str]:
    return [each.place.name for each in reading.areas]


@pytest.mark.parametrize("ending", ["shp", "gpkg", "geojson"])
def test_every_format_gives_the_same_areas(tmp_path: Path, ending: str) -> None:
    reading = read_areas(
        written(
            tmp_path / f"a.{ending}", COLUMNS, SHAPES, encoding="UTF-8" if ending == "shp" else None
        )
    )
    assert names(reading) == ["Mbaré", "Kessou"]
    assert [each.place.parent for each in reading.areas] == ["ZZ", "ZZ"]
    assert all(
        each.geometry.equals(shape) for each, shape in zip(reading.areas, SHAPES, strict=True)
    )


def test_topojson_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        '{"type":"Topology","arcs":[[[0,0],[1,0],[1,1],[0,1],[0,0]]],"objects":{"adm1":{"type":'
        '"GeometryCollection","geometries":[{"type":"Polygon","arcs":[[0]],"properties":'
        '{"ADM1_PCODE":"ZZ01","ADM1_FR":"Mbaré"}}]}}}',
        encoding="utf-8",
    )
    (found,) = read_areas(path).areas
    assert found.geometry.equals(square())
    assert (found.place.code, found.place.name_fr) == ("ZZ01", "Mbaré")


def test_shapefile_is_read_as_folder_and_as_archive(tmp_path: Path) -> None:
    folder = tmp_path / "borders"
    folder.mkdir()
    written(folder / "adm1.shp", COLUMNS, SHAPES)
    archive = tmp_path / "borders.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for file in folder.iterdir():
            opened.write(file, f"deep/er/{file.name}")
        opened.writestr("__MACOSX/._adm1.shp", b"rubbish")
        opened.writestr("../../outside.txt", b"never unpacked")
    assert names(read_areas(folder)) == names(read_areas(archive)) == ["Mbaré", "Kessou"]


def test_layers_of_a_geopackage_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "levels.gpkg"
    written(path, {"ADM0_PCODE": ["ZZ"], "ADM0_EN": ["Zedland"]}, [square(size=2)], layer="adm0")
    written(path, COLUMNS, SHAPES, layer="adm1")
    assert [each.place.level for each in read_areas(path).areas] == [0, 1, 1]


@pytest.mark.parametrize(
    ("encoding", "keeps_cpg", "told"),
    [
        ("UTF-8", True, False),
        ("CP1252", True, False),
        ("UTF-8", False, True),
        ("CP1252", False, True),
    ],
)
def test_names_of_a_shapefile_are_read_in_their_encoding(
    tmp_path: Path, encoding: str, keeps_cpg: bool, told: bool
) -> None:
    path = written(tmp_path / "adm1.shp", COLUMNS, SHAPES, encoding=encoding)
    if not keeps_cpg:
        path.with_suffix(".cpg").unlink()
        raw = bytearray(path.with_suffix(".dbf").read_bytes())
        raw[29] = 0  # the header's own word on its encoding
        path.with_suffix(".dbf").write_bytes(raw)
    reading = read_areas(path)
    assert names(reading) == ["Mbaré", "Kessou"]
    assert ("encoding_found" in checks(reading)) is told


@pytest.mark.parametrize("ending", ["shp", "gpkg"])
def test_other_projections_are_brought_to_degrees(tmp_path: Path, ending: str) -> None:
    utm = shapely.box(
        500_000, 0, 600_000, 110_000
    )  # zone 34 N: its middle meridian is 21 degrees east
    path = written(tmp_path / f"a.{ending}", {"ADM1_PCODE": ["ZZ01"]}, [utm], crs="EPSG:32634")
    west, south, east, north = read_areas(path).areas[0].geometry.bounds
    assert (west, south) == pytest.approx((21, 0), abs=1e-6)
    assert (east, north) == pytest.approx((21.899, 0.995), abs=2e-3)


def test_metres_without_a_projection_are_refused(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.shp", {"ADM1_PCODE": ["ZZ01"]}, [square(5000, 5000, 900)], crs=None
    )
    with pytest.raises(ProjectionUnknown) as caught:
        read_areas(path)
    assert caught.value.where.file == "a.shp"
    assert ".prj" in caught.value.remedy_text("en")
    assert "projection" in caught.value.text("fr")


def test_degrees_without_a_projection_are_taken_as_they_are(tmp_path: Path) -> None:
    path = written(tmp_path / "a.shp", COLUMNS, SHAPES, crs=None)
    assert read_areas(path).areas[1].geometry.equals(square(1))


def test_every_row_is_an_area_or_a_finding(tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "adm1.geojson",
        [
            feature({"ADM1_PCODE": "ZZ01", "ADM1_EN": "Whole"}, square()),
            feature({"ADM1_PCODE": None, "ADM1_EN": "No code"}, square(1)),
            feature({"ADM1_PCODE": "-99", "ADM1_EN": "No code either"}, square(2)),
            feature({"ADM1_PCODE": "ZZ04", "ADM1_EN": "No shape"}, None),
            feature({"ADM1_PCODE": "ZZ05", "ADM1_EN": "A point"}, shapely.Point(0, 0)),
            feature({"ADM1_PCODE": "ZZ06", "ADM1_EN": "Bow tie"}, BOWTIE),
            feature({"ADM1_PCODE": "ZZ07", "ADM1_EN": None}, square(3)),
        ],
    )
    reading = read_areas(path)
    assert [each.place.code for each in reading.areas] == ["ZZ01", "ZZ06", "ZZ07"]
    assert reading.areas[2].place.name == "ZZ07"
    by_row = {f.where.row: (f.check, f.severity) for f in reading.findings if f.where.row}
    assert by_row == {
        2: ("area_without_code", Severity.HARD),
        3: ("area_without_code", Severity.HARD),
        4: ("area_without_shape", Severity.HARD),
        5: ("shape_is_no_area", Severity.HARD),
        6: ("shape_mended", Severity.NOTE),
        7: ("area_without_name", Severity.SOFT),
    }
    assert all(shapely.is_valid(each.geometry) for each in reading.areas)


@pytest.mark.parametrize(
    ("first", "second", "check"),
    [
        (("ZZ01", "Balinga"), ("ZZ01", "Balinga"), "parts_joined"),
        (("ZZ01", "Balinga"), ("ZZ01", "Kessou"), "code_with_two_names"),
        (("ZZ01", "Balinga"), ("zz 01", "Balinga"), "code_spellings"),
    ],
)
def test_rows_of_one_code_become_one_area(
    tmp_path: Path, first: tuple[str, str], second: tuple[str, str], check: str
) -> None:
    path = rows(
        tmp_path / "a.geojson", *({"ADM1_PCODE": c, "ADM1_EN": n} for c, n in (first, second))
    )
    reading = read_areas(path)
    (found,) = reading.areas
    assert found.place.code == "ZZ01"
    assert found.geometry.equals(shapely.box(0, 0, 2, 1))
    assert check in checks(reading)


def test_file_without_codes_says_which_columns_it_has(tmp_path: Path) -> None:
    reading = read_areas(rows(tmp_path / "a.geojson", {"name": "Balinga", "km2": 12}))
    (finding,) = reading.findings
    assert (reading.areas, finding.check, finding.severity) == ((), "no_code_column", Severity.HARD)
    assert "name, km2" in finding.message.text("en")
    assert "Nommez la colonne" in finding.remedy.text("fr")


def test_layer_of_points_gives_no_areas(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [feature({"ADM1_PCODE": "ZZ01"}, shapely.Point(1, 1))])
    reading = read_areas(path)
    assert (reading.areas, checks(reading)) == ((), ["layer_without_areas"])


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2019-08-02", date(2019, 8, 2)),
        ("2019/08/02", date(2019, 8, 2)),
        ("2019-08-02T00:00:00.000Z", date(2019, 8, 2)),
        (1564704000000, date(2019, 8, 2)),
        (1564704000000.0, date(2019, 8, 2)),
        (date(2019, 8, 2), date(2019, 8, 2)),
        ("1899-11-30", None),
        ("", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        (1e300, None),
        ("soon", None),
    ],
)
def test_date_is_read_or_unknown(value: object, day: date | None) -> None:
    assert read_date(value) == day


def test_date_given_at_import_outranks_the_file(tmp_path: Path) -> None:
    path = rows(
        tmp_path / "a.geojson", {"ADM1_PCODE": "ZZ01", "ADM1_EN": "x", "validOn": "2015-01-01"}
    )
    assert read_areas(path).areas[0].place.valid_from == date(2015, 1, 1)
    given = read_areas(path, valid_from=date(2026, 1, 1))
    assert given.areas[0].place.valid_from == date(2026, 1, 1)
    assert "no_valid_from" not in checks(given)


def test_problem_is_an_input_problem(tmp_path: Path) -> None:
    with pytest.raises(InputProblem):
        read_areas(tmp_path / "absent.geojson")
