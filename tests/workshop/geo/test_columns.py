"""The columns of boundary files, in the spellings of those who publish them."""

from pathlib import Path

import pytest
from tests.workshop.geo.drawing import rows

from opendtm.geo import read_areas
from opendtm.geo.columns import level_in, recognise

SPELLINGS = [
    # columns, title, code, level, name, French name, parent
    ("ADM1_EN ADM1_PCODE ADM0_EN ADM0_PCODE", "", "ADM1_PCODE", 1, "ADM1_EN", None, "ADM0_PCODE"),
    ("ADM2_FR ADM2_PCODE ADM1_PCODE", "", "ADM2_PCODE", 2, "ADM2_FR", "ADM2_FR", "ADM1_PCODE"),
    ("ADM1_AR ADM1_EN ADM1_PCODE", "", "ADM1_PCODE", 1, "ADM1_EN", None, None),
    ("admin1Name admin1Pcod admin0Name admin0Pcod", "", "admin1Pcod", 1, "admin1Name", None, "admin0Pcod"),
    (
        "admin2Name admin2Name_fr admin2Pcode admin1Pcode",
        "", "admin2Pcode", 2, "admin2Name", "admin2Name_fr", "admin1Pcode",
    ),
    ("adm3_name1 adm3_name adm3_pcode adm2_pcode", "", "adm3_pcode", 3, "adm3_name", None, "adm2_pcode"),
    ("ADM0_FR ADM0_PCODE", "", "ADM0_PCODE", 0, "ADM0_FR", "ADM0_FR", None),
    ("GID_1 NAME_1 GID_0", "", "GID_1", 1, "NAME_1", None, "GID_0"),
    ("shapeName shapeISO shapeGroup", "geoBoundaries-MLI-ADM1", "shapeISO", 1, "shapeName", None, "shapeGroup"),
    ("adm1_code name adm0_a3", "", "adm1_code", 1, "name", None, "adm0_a3"),
    ("ISO_A3 ADMIN", "", "ISO_A3", 0, "ADMIN", None, None),
    ("pcode name level parent", "", "pcode", None, "name", None, "parent"),
    ("P-Code Nom Niveau", "limites niveau 2", "P-Code", 2, "Nom", "Nom", None),
    ("pcode name name_fr", "adm3", "pcode", 3, "name", "name_fr", None),
    ("cca2", "", "cca2", 0, None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "title", "code", "level", "name", "name_fr", "parent"), SPELLINGS
)
def test_columns_are_recognised(
    names: str,
    title: str,
    code: str,
    level: int | None,
    name: str | None,
    name_fr: str | None,
    parent: str | None,
) -> None:
    for order in (names.split(), names.split()[::-1]):
        found = recognise(order, title=title)
        assert (found.code, found.level) == (code, level)
        assert (found.name, found.name_fr, found.parent) == (name, name_fr, parent)


@pytest.mark.parametrize("names", ["", "name", "OBJECTID Shape_Leng", "latitude longitude name_fr"])
def test_columns_without_a_code_give_none(names: str) -> None:
    assert recognise(names.split()).code is None


@pytest.mark.parametrize(
    ("column", "kind"),
    [("validOn", "valid_from"), ("valid_from", "valid_from"), ("validTo", "valid_to"), ("valid_to", "valid_to")],
)  # fmt: skip
def test_columns_of_dates_are_recognised(column: str, kind: str) -> None:
    assert getattr(recognise(["ADM1_PCODE", column]), kind) == column


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("mli_admbnda_adm2_1m", 2),
        ("ADM1", 1),
        ("Admin 3", 3),
        ("level_0", 0),
        ("niveau 2", 2),
        ("2", 2),
        (2, 2),
        (2.0, 2),
        ("2014", None),
        ("adm12", None),
        ("Région", None),
        (None, None),
        ("", None),
    ],
)
def test_level_is_read_out_of_words(words: object, level: int | None) -> None:
    assert level_in(words) == level


def test_generic_columns_give_levels_and_parents(tmp_path: Path) -> None:
    path = rows(
        tmp_path / "areas.geojson",
        {"pcode": "ZZ", "name": "Zedland", "level": 0, "parent": None},
        {"pcode": "ZZ01", "name": "Balinga", "level": 1, "parent": "ZZ"},
        {"pcode": "ZZ0101", "name": "Kessou", "level": 2, "parent": "ZZ01"},
    )
    reading = read_areas(path)
    found = [(each.place.code, each.place.level, each.place.parent) for each in reading.areas]
    assert found == [("ZZ", 0, None), ("ZZ01", 1, "ZZ"), ("ZZ0101", 2, "ZZ01")]
    assert {finding.check for finding in reading.findings} == {"no_valid_from"}


def test_row_without_a_level_is_told(tmp_path: Path) -> None:
    path = rows(
        tmp_path / "areas.geojson",
        {"pcode": "ZZ01", "name": "Balinga", "level": 2, "parent": "ZZ"},
        {"pcode": "ZZ02", "name": "Kessou", "level": None, "parent": "ZZ"},
    )
    reading = read_areas(path)
    told = [finding for finding in reading.findings if finding.check == "level_assumed"]
    assert [finding.where.row for finding in told] == [2]
    assert [(each.place.code, each.place.level) for each in reading.areas] == [
        ("ZZ02", 1),
        ("ZZ01", 2),
    ]


def test_whole_numbers_with_a_gap_stay_whole(tmp_path: Path) -> None:
    path = rows(
        tmp_path / "adm1.geojson",
        {"adm1_code": 12, "name": "One"},
        {"adm1_code": None, "name": "Two"},
    )
    reading = read_areas(path)
    assert [each.place.code for each in reading.areas] == ["12"]
    assert "area_without_code" in {finding.check for finding in reading.findings}


def test_country_without_a_name_takes_it_from_its_code(tmp_path: Path) -> None:
    place = read_areas(rows(tmp_path / "x.geojson", {"cca2": "cf"})).areas[0].place
    assert (place.code, place.name, place.name_fr) == (
        "CF", "Central African Republic", "République centrafricaine",
    )  # fmt: skip
