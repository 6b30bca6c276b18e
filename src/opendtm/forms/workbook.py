"""Opens an XLSForm by what the file holds, not by what it is called, and gives its sheets as rows of text.

An old .xls named .xlsx opens, a CSV in cp1252 opens, a workbook that would unpack to gigabytes does not.
The rows go to the converter and to the checks of this floor alike, so both speak of the same row numbers.
"""

import csv
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import DefinitionData, get_xlsform

from opendtm.errors import Where
from opendtm.errors.forms import FormArchiveUnsafe, FormUnreadable
from opendtm.forms.converter_faults import explain
from opendtm.i18n import Message, mark

MAX_BYTES = 30_000_000
MAX_UNPACKED = 50_000_000
MAX_MEMBERS = 500
MAX_RATIO = 200
_PIECE = 1 << 16
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class XlsForm:
    """An XLSForm as read: per sheet its column headings and its rows (the first row has number 2).

    Rows that are empty in the file are kept as empty rows, so that numbers agree with what Excel shows; in
    CSV and Markdown numbers count from the heading of each table.
    """

    name: str
    sheets: Mapping[str, Sequence[Row]]
    headings: Mapping[str, tuple[str, ...]]
    sheet_names: tuple[str, ...]

    def rows(self, sheet: str) -> Iterator[tuple[int, Row]]:
        """Go through the rows of one sheet that hold something, with their numbers."""
        for number, row in enumerate(self.sheets.get(sheet, ()), start=2):
            if any(str(value).strip() for value in row.values() if value is not None):
                yield number, row

    def has(self, sheet: str) -> bool:
        """Tell whether the form has that sheet at all."""
        return sheet in self.sheets


def open_form(path: Path) -> XlsForm:
    """Read an XLSForm (.xlsx, .xls, .csv or a Markdown table) with every cell as text.

    Raises FormUnreadable for another kind of file, FormArchiveUnsafe for a workbook that unpacks to too much.
    """
    return open_content(path.name, path.read_bytes())


def open_content(name: str, content: bytes) -> XlsForm:
    """Read the bytes of an XLSForm; `name` is only what the file is called. Raises as `open_form`."""
    where = Where(file=name)
    if len(content) > MAX_BYTES:
        raise FormArchiveUnsafe(
            where=where,
            cause=Message(
                mark("it has {found} bytes, more than {limit}."),
                {"found": len(content), "limit": MAX_BYTES},
            ),
        )
    kind, content = _kind(content, where)
    try:
        with warnings.catch_warnings():
            # The readers complain of styles and extensions, which no form needs.
            warnings.simplefilter("ignore")
            return _form(name, get_xlsform(content, file_type=kind))
    except PyXFormError as error:
        fault = explain(error)
        raise FormUnreadable(
            cause=fault.cause, where=Where(name, fault.sheet, fault.row)
        ) from error
    except Exception as error:
        # Damaged workbooks fail in the readers in too many ways to list; each is the same news to a person.
        reason = Message(
            mark("the file is damaged ({reason})."),
            {"reason": f"{type(error).__name__}: {error}"[:200]},
        )
        raise FormUnreadable(cause=reason, where=where) from error


def _kind(content: bytes, where: Where) -> tuple[str, bytes]:
    if content.startswith(_OLD_EXCEL):
        return ".xls", content
    if content.startswith(_ZIP):
        check_archive(content, where)
        return ".xlsx", content
    if not content.strip() or (
        b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        raise FormUnreadable(
            cause=Message(mark("it is empty, or of an unknown kind.")), where=where
        )
    text = _text(content)
    first = text.lstrip().splitlines()[0].strip()
    if first.startswith("|") or (first.startswith("#") and text.count("|") > text.count(",")):
        return ".md", text.encode()
    if first.startswith("<"):
        raise FormUnreadable(cause=Message(mark("it holds XML or HTML, not a table.")), where=where)
    return ".csv", _with_sheets(text, where).encode()


def _with_sheets(text: str, where: Where) -> str:
    """Give a CSV whose first column names the sheets; one that holds the sheet `survey` alone gets that column."""
    rows = list(csv.reader(StringIO(text, newline="")))
    headings = {cell.strip().lower() for cell in rows[0]}
    if {"type", "name"} <= headings:
        output = StringIO(newline="")
        csv.writer(output).writerows([["survey"], *(["", *row] for row in rows)])
        return output.getvalue()
    if not any(row and row[0].strip().lower() == "survey" for row in rows):
        raise FormUnreadable(
            cause=Message(mark("its first column does not name the sheet “survey”.")), where=where
        )
    return text


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def check_archive(content: bytes, where: Where) -> None:
    """Refuse a zip archive whose directory, or whose real content, is larger than any real form.

    The directory may lie, so every member is unpacked once in small pieces and counted.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            _check_directory(members, where)
            for member in members:
                _read_through(archive, member)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise FormUnreadable(
            cause=Message(mark("the file is damaged ({reason})."), {"reason": str(error)}),
            where=where,
        ) from error


def _check_directory(members: Sequence[zipfile.ZipInfo], where: Where) -> None:
    total = sum(member.file_size for member in members)
    ratio = max(
        (
            member.file_size / max(member.compress_size, 1)
            for member in members
            if member.file_size > _PIECE
        ),
        default=0,
    )
    found = (
        (mark("it has {found} parts, more than {limit}."), len(members), MAX_MEMBERS),
        (mark("it unpacks to {found} bytes, more than {limit}."), total, MAX_UNPACKED),
        (mark("a part grows {found} times when unpacked, more than {limit}."), ratio, MAX_RATIO),
    )
    for sentence, value, limit in found:
        if value > limit:
            raise FormArchiveUnsafe(
                where=where, cause=Message(sentence, {"found": value, "limit": limit})
            )


def _read_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    # zipfile stops at the declared size and then fails on the checksum, so a lie is caught within one piece.
    with archive.open(member) as stream:
        while stream.read(_PIECE):
            pass


def _form(name: str, data: DefinitionData) -> XlsForm:
    sheets: dict[str, Sequence[Row]] = {}
    headings: dict[str, tuple[str, ...]] = {}
    for sheet in SHEETS:
        rows: Any = getattr(data, sheet)
        if rows is not None:
            sheets[sheet] = [_texts(row) for row in rows]
            header: Any = getattr(data, f"{sheet}_header")
            headings[sheet] = tuple(header[0]) if header else ()
    return XlsForm(name, sheets, headings, tuple(data.sheet_names or ()))


def _texts(row: Mapping[str, Any]) -> Row:
    return {
        str(key): str(value) for key, value in row.items() if value is not None and key is not None
    }
