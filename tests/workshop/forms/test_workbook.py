"""Opening an XLSForm by content: names that lie, encodings, and archives that would burst."""

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from opendtm.errors.forms import FormArchiveUnsafe, FormUnreadable
from opendtm.forms import check, convert
from opendtm.forms.workbook import open_form

ROWS = [
    ["type", "name", "label"],
    ["integer", "age", "Âge"],
    [None, None, None],
    ["text", "why", "Why"],
]
CSV = 'survey,,,\n,type,name,label\n,integer,age,"Âge, en années"\n,text,why,Why\n'


def save_xlsx(path: Path) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "survey"
    for row in ROWS:
        sheet.append(row)
    book.save(path)
    return path


def test_xlsx_named_xls_is_opened_by_content(tmp_path: Path) -> None:
    form = open_form(save_xlsx(tmp_path / "form.xls"))

    assert [(number, row["name"]) for number, row in form.rows("survey")] == [
        (2, "age"),
        (4, "why"),
    ]
    assert form.headings["survey"] == ("type", "name", "label")


@pytest.mark.shared
def test_old_xls_named_xlsx_is_opened_by_content(tmp_path: Path, shared: Path) -> None:
    old = next((shared / "xlsforms" / "field" / "hotosm_osm-fieldwork").glob("*health.xls"))
    renamed = tmp_path / "form.xlsx"
    renamed.write_bytes(old.read_bytes())

    assert open_form(renamed).headings == open_form(old).headings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_in_the_encodings_that_exist(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "form.csv"
    path.write_bytes(CSV.encode(encoding))

    assert next(row for _number, row in open_form(path).rows("survey"))["label"] == "Âge, en années"


def test_csv_of_the_survey_sheet_alone_is_read(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("type,name,label\ninteger,age,Age\n", encoding="utf-8")

    assert b"/survey/age" in convert(path).xml or b"/data/age" in convert(path).xml


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "unknown kind"),
        (b"<html><table/></html>", "XML or HTML"),
        (b"list_name,name,label\na,b,c\n", "does not name the sheet"),
        (b"PK\x03\x04 this is no archive", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 this is no workbook", "damaged|cannot be read"),
    ],
)
def test_other_files_are_refused_with_the_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)

    with pytest.raises(FormUnreadable, match=reason) as caught:
        check(path)

    assert caught.value.where.file == "form.xlsx"
    assert caught.value.remedy_text("fr").startswith("Enregistrez")


def test_zip_without_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")

    with pytest.raises(FormUnreadable):
        open_form(path)


def test_column_twice_is_refused_with_its_name(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "survey"
    sheet.append(["type", "name", "label", "label"])
    sheet.append(["text", "a", "A", "B"])
    path = tmp_path / "form.xlsx"
    book.save(path)

    with pytest.raises(FormUnreadable, match="“label” stands there twice"):
        open_form(path)


def bomb(*, members: int = 1, size: int = 1_000, name: str = "xl/worksheets/sheet{}.xml") -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(members):
            archive.writestr(name.format(number), b"0" * size)
    return output.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bomb(size=60_000_000), "unpacks to"),
        (bomb(size=20_000_000), "times when unpacked"),
        (bomb(members=501), "501 parts"),
        (b"PK\x03\x04" + b"\x00" * 30_000_000, "bytes"),
    ],
)
def test_archive_bomb_is_refused_before_it_is_opened(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(content)

    with pytest.raises(FormArchiveUnsafe, match=reason):
        open_form(path)


def test_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    honest = bomb(size=40_000_000)
    lying = honest.replace(struct.pack("<L", 40_000_000), struct.pack("<L", 1_000))
    path = tmp_path / "liar.xlsx"
    path.write_bytes(lying)

    with pytest.raises(FormUnreadable, match="damaged"):
        open_form(path)
