"""Broken, huge, empty and locked files: each is refused with its place and a remedy, never a crash."""

import contextlib
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.workshop.geo.drawing import rows, square, written

from opendtm.errors import InputProblem
from opendtm.errors.geo import (
    BoundariesIncomplete,
    BoundariesNotFound,
    BoundariesTooLarge,
    BoundariesUnreadable,
)
from opendtm.geo import layers, read_areas, sources

GEOPACKAGE = b"SQLite format 3\x00"


def refused(path: Path, problem: type[InputProblem]) -> InputProblem:
    """Read a file that must be refused; give the error, checked for what a person needs."""
    with pytest.raises(problem) as caught:
        read_areas(path)
    error = caught.value
    assert error.where.file
    for lang in ("en", "fr"):
        assert error.text(lang)
        assert error.remedy_text(lang)
        assert str(path.parent) not in error.text(lang)
    assert error.text("en") != error.text("fr")
    return error


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.geojson", b""),
        ("words.geojson", b"these are no borders"),
        ("list.json", b"[1, 2]"),
        ("other.json", b'{"type": "Point", "coordinates": [0, 0]}'),
        ("data.json", b'{"a": 1}'),
        ("cut.geojson", b'{"type": "FeatureCollection", "features": [{"type"'),
        ("deep.geojson", b'{"type":' + b"[" * 200_000),
        ("latin.geojson", b'{"type": "FeatureCollection", "name": "\xe9"}'),
        ("bare.gpkg", GEOPACKAGE),
        ("broken.gpkg", GEOPACKAGE + b"\x00" * 5000),
        ("page.html", b"<html></html>"),
        ("driver.vrt", b"<OGRVRTDataSource/>"),
        ("sheet.csv", b"ADM1_PCODE,WKT\nZZ01,POLYGON EMPTY\n"),
        ("locked.zip", b"PK\x03\x04 but no archive"),
        ("borders.shp", b"\x00\x00\x27\x0a"),
    ],
)
def test_broken_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    expected = BoundariesIncomplete if name.endswith(".shp") else BoundariesUnreadable
    assert refused(path, expected).where.file == name


def test_shapefile_cut_short_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.shp", {"ADM1_PCODE": ["ZZ01"]}, [square()])
    path.write_bytes(path.read_bytes()[:60])
    refused(path, BoundariesUnreadable)


@pytest.mark.parametrize("missing", [".shx", ".dbf"])
def test_shapefile_without_a_part_names_it(tmp_path: Path, missing: str) -> None:
    path = written(tmp_path / "a.shp", {"ADM1_PCODE": ["ZZ01"]}, [square()])
    path.with_suffix(missing).unlink()
    assert f"a{missing}" in refused(path, BoundariesIncomplete).text("en")


def test_absent_file_and_empty_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    refused(tmp_path / "absent.geojson", BoundariesNotFound)
    refused(tmp_path / "nothing", BoundariesNotFound)


def test_archive_without_boundaries_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("readme.txt", "nothing here")
    refused(path, BoundariesNotFound)


def test_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("adm1.geojson", b"\x00" * 30_000_000)
    assert "30" in refused(path, BoundariesTooLarge).text("en")


def test_archive_of_too_many_members_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as opened:
        for number in range(sources.MAX_MEMBERS + 1):
            opened.writestr(f"{number}.geojson", "{}")
    refused(path, BoundariesTooLarge)


def test_locked_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "locked.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("adm1.geojson", b"secret")
    raw = bytearray(path.read_bytes())
    raw[6] |= 1  # the flag of encryption, in the local header
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    path.write_bytes(raw)
    refused(path, BoundariesUnreadable)


def test_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("adm1.geojson", bytes(range(256)) * 40)
    raw = bytearray(path.read_bytes())
    raw[50:90] = b"\xff" * 40
    path.write_bytes(raw)
    refused(path, BoundariesUnreadable)


def test_limits_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = rows(tmp_path / "a.geojson", {"ADM1_PCODE": "ZZ01"}, {"ADM1_PCODE": "ZZ02"})
    for module, limit in ((sources, "MAX_FILE"), (layers, "MAX_AREAS"), (layers, "MAX_VERTICES")):
        with monkeypatch.context() as patched:
            patched.setattr(module, limit, 1)
            refused(path, BoundariesTooLarge)


def test_empty_collection_gives_no_areas(tmp_path: Path) -> None:
    reading = read_areas(rows(tmp_path / "a.geojson"))
    assert reading.areas == ()
    assert reading.findings


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 400), st.binary(max_size=12))
def test_damaged_geojson_never_crashes(tmp_path: Path, position: int, junk: bytes) -> None:
    whole = rows(tmp_path / "whole.geojson", {"ADM1_PCODE": "ZZ01", "ADM1_EN": "x"}).read_bytes()
    path = tmp_path / "a.geojson"
    path.write_bytes(whole[:position] + junk + whole[position + len(junk) :])
    found = 0
    with contextlib.suppress(InputProblem):
        found = 1
        reading = read_areas(path)
        found = len(reading.areas) + len(reading.findings)
    assert found > 0
