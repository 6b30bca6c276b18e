"""Excel workbooks: data only, looked at from outside before they are opened."""

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from opendtm.errors.tables import CorruptWorkbook, EncryptedWorkbook, NotATable, WorkbookTooLarge
from opendtm.tables import inspect, read_tables, workbooks

Rows = list[list[object]]


def workbook(path: Path, **sheets: Rows) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def test_sheet_with_figures_is_found_behind_a_readme(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "sites.csv",  # the ending is wrong on purpose
        **{
            "Read me": [["About this file"], ["Figures are estimates."]],
            "Data": [["Site name", "IDP ind"], ["A", 4], ["B", 5]],
        },
    )
    reading = read_tables(path)
    assert [sheet.read for sheet in reading.sheets] == [False, True]
    assert reading.observations["_source"].to_pylist() == ["sites.csv#Data!2", "sites.csv#Data!3"]
    assert "sheet_left_out" in {finding.check for finding in reading.findings}


def test_same_people_at_a_coarser_level_are_not_read_twice(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "b.xlsx",
        Regions=[["Province", "IDP ind"], ["P", 9]],
        Sites=[["Province", "Site name", "IDP ind"], ["P", "A", 4], ["P", "B", 5]],
    )
    reading = read_tables(path)
    assert sum(reading.observations["idp_individuals"].to_pylist()) == 9
    assert [sheet.read for sheet in reading.sheets] == [False, True]


def test_cells_keep_their_dates_and_numbers(tmp_path: Path) -> None:
    rows: Rows = [
        ["Site name", "Date of visit", "IDP ind", "Latitude"],
        ["A", date(2024, 5, 1), 1204, 4.123],
        ["B", date(2024, 5, 2), 7, 4.5],
    ]
    table = read_tables(workbook(tmp_path / "b.xlsx", Data=rows)).observations
    assert [day.isoformat() for day in table["assessment_date"].to_pylist()] == [
        "2024-05-01",
        "2024-05-02",
    ]
    assert table["idp_individuals"].to_pylist() == [1204, 7]
    assert table["latitude"].to_pylist() == [4.123, 4.5]


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "b.xlsx",
        Data=[["Site name", "IDP ind"], ["A", 4]],
        Old=[["Site name", "IDP ind"], ["Z", 9]],
    )
    book = openpyxl.load_workbook(path)
    book["Old"].sheet_state = "hidden"
    book.save(path)
    assert [sheet.name for sheet in inspect(path).sheets] == ["Data"]


def test_archive_with_too_many_members_is_refused(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "b.xlsx",
        {f"xl/{number}.xml": b"" for number in range(workbooks.MAX_MEMBERS + 1)},
    )
    with pytest.raises(WorkbookTooLarge):
        inspect(path)


def test_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    noise = b"".join(number.to_bytes(4, "big") * 40 for number in range(400_000))
    path = archive(tmp_path / "b.xlsx", {"xl/a.xml": noise})
    assert len(noise) > workbooks.MAX_BYTES
    with pytest.raises(WorkbookTooLarge):
        inspect(path)


def test_archive_packed_beyond_reason_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = archive(tmp_path / "b.xlsx", {"xl/workbook.xml": b"0" * 30_000_000})
    with pytest.raises(WorkbookTooLarge) as problem:
        inspect(path)
    assert problem.value.where.file == "b.xlsx"


def test_workbook_that_declares_entities_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">]><a>&x;</a>'
    with pytest.raises(CorruptWorkbook):
        inspect(archive(tmp_path / "b.xlsx", {"xl/workbook.xml": bomb}))


def test_workbook_cut_off_in_transfer_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", Data=[["Site name", "IDP ind"], ["A", 4]])
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(CorruptWorkbook):
        inspect(path)


@pytest.mark.parametrize("stream", ["EncryptedPackage"])
def test_workbook_behind_a_password_is_refused(tmp_path: Path, stream: str) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le"))
    with pytest.raises(EncryptedWorkbook):
        inspect(path)


def test_text_document_is_refused_although_its_container_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "b.xls"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le")
    )
    with pytest.raises(NotATable):
        inspect(path)


def test_archive_around_one_table_is_read_and_around_two_is_not(tmp_path: Path) -> None:
    content = b"Site name,IDP ind\nA,4\n"
    one = archive(tmp_path / "one.zip", {"sites.csv": content})
    two = archive(tmp_path / "two.zip", {"a.csv": content, "b.csv": content})
    assert read_tables(one).observations["idp_individuals"].to_pylist() == [4]
    with pytest.raises(NotATable):
        inspect(two)


def test_archive_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("sites.csv", "Site name,IDP ind\nA,4\n")
    with pytest.raises(NotATable):
        inspect(archive(tmp_path / "outer.zip", {"inner.csv": inner.getvalue()}))


def test_macros_are_reported_and_not_used(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsm", Data=[["Site name", "IDP ind"], ["A", 4]])
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("xl/vbaProject.bin", b"x")
    assert "macros_ignored" in {finding.check for finding in read_tables(path).findings}


def test_formula_without_a_stored_value_is_unknown(tmp_path: Path) -> None:
    rows: Rows = [["Site name", "IDP ind", "IDP hh"], ["A", 4, 1], ["B", "=1+4", 2]]
    table = read_tables(workbook(tmp_path / "b.xlsx", Data=rows)).observations
    assert table["idp_individuals"].to_pylist() == [4, None]
