"""Excel workbooks into grids, after the archive has been looked at from outside.

Cells are read as data only: no formula is computed, no link followed, no macro run.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from xml.etree.ElementTree import ParseError

import openpyxl
import pyarrow as pa
import xlrd
from openpyxl.utils.exceptions import InvalidFileException

from opendtm.errors.tables import (
    CorruptWorkbook,
    EncryptedWorkbook,
    NotATable,
    WorkbookTooLarge,
)
from opendtm.i18n import Message, mark
from opendtm.tables.grid import Grid, grid

MAX_MEMBERS = 500
MAX_BYTES = 50 * 1024 * 1024
MAX_RATIO = 200
MAX_CELLS = 20_000_000
_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    xlrd.XLRDError,
    xlrd.compdoc.CompDocError,
    struct.error,
    ParseError,
    SyntaxError,  # lxml's mistakes are of this family
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    zlib.error,
)


def open_archive(content: bytes) -> zipfile.ZipFile:
    """Open an archive after checking members, unpacked size and ratio; nothing is unpacked before that."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise CorruptWorkbook(reason=str(error)) from error
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise EncryptedWorkbook
    total = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS:
        raise WorkbookTooLarge(reason=_too_many(len(members)))
    if total > MAX_BYTES:
        raise WorkbookTooLarge(reason=_too_big(total))
    if total > MAX_RATIO * max(len(content), 1) or any(map(_bomb, members)):
        raise WorkbookTooLarge(reason=Message(mark("it is packed suspiciously tightly")))
    return archive


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Tell whether an archive is a modern Excel workbook."""
    return any(name.startswith("xl/") for name in archive.namelist())


def has_macros(archive: zipfile.ZipFile) -> bool:
    """Tell whether a workbook carries macros or links to other files, neither of which is ever used."""
    return any("vbaProject" in name or "externalLinks/" in name for name in archive.namelist())


def read_modern(archive: zipfile.ZipFile, content: bytes) -> list[Grid]:
    """Read the visible sheets of an .xlsx or .xlsm workbook whose archive has been checked."""
    _refuse_entities(archive)
    with _as_problem():
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        grids = []
        for sheet in sheets:
            sheet.reset_dimensions()
            grids.append(_grid(sheet.title, sheet.iter_rows(values_only=True)))
        book.close()
    return grids


def read_old(content: bytes) -> list[Grid]:
    """Read the visible sheets of an .xls workbook."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise EncryptedWorkbook
    if "WordDocument".encode("utf-16-le") in content:
        raise NotATable(kind=Message(mark("a text document")))
    with _as_problem():
        book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
        return [
            _grid(sheet.name, _old_rows(sheet, book.datemode))
            for sheet in book.sheets()
            if sheet.visibility == 0
        ]


def _old_rows(sheet: xlrd.sheet.Sheet, datemode: int) -> Iterator[list[object]]:
    for number in range(sheet.nrows):
        yield [_old_value(cell, datemode) for cell in sheet.row(number)]


def _old_value(cell: xlrd.sheet.Cell, datemode: int) -> object:
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment: datetime = xlrd.xldate_as_datetime(cell.value, datemode)
        return moment
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return None if cell.ctype == xlrd.XL_CELL_ERROR else cell.value


def _grid(name: str, rows: Iterable[Iterable[object]]) -> Grid:
    records: list[tuple[str | None, ...]] = []
    exact: set[int] = set()
    cells = filled = 0
    for row in rows:
        values = tuple(row)
        cells += len(values)
        if cells > MAX_CELLS:
            raise WorkbookTooLarge(
                reason=Message(mark("sheet {name} has too many cells"), {"name": name})
            )
        exact.update(index for index, value in enumerate(values) if isinstance(value, float))
        records.append(tuple(map(_text, values)))
        filled = len(records) if any(records[-1]) else filled
    del records[filled:]
    width = max(map(len, records), default=0)
    columns: list[list[str | None]] = [[None] * len(records) for _ in range(width)]
    for number, record in enumerate(records):
        for index, text in enumerate(record):
            columns[index][number] = text
    return grid(name, [pa.array(cells_, pa.string()) for cells_ in columns], exact=frozenset(exact))


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _bomb(member: zipfile.ZipInfo) -> bool:
    return (
        member.file_size > MAX_RATIO * max(member.compress_size, 1) and member.file_size > 1 << 20
    )


def _refuse_entities(archive: zipfile.ZipFile) -> None:
    with _as_problem():
        for member in archive.infolist():
            if member.filename.endswith((".xml", ".rels")):
                with archive.open(member) as part:
                    start = part.read(4096)
                if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                    raise CorruptWorkbook(
                        reason=Message(mark("it declares entities, as no workbook does"))
                    )


@contextmanager
def _as_problem() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        if "encrypted" in str(error).lower():
            raise EncryptedWorkbook from error
        raise CorruptWorkbook(reason=type(error).__name__) from error


def _too_many(count: int) -> Message:
    return Message(
        mark("it holds {count} files, more than {limit}"), {"count": count, "limit": MAX_MEMBERS}
    )


def _too_big(total: int) -> Message:
    megabytes = total // (1024 * 1024)
    return Message(
        mark("it unpacks to {size} MB, more than {limit} MB"),
        {"size": megabytes, "limit": MAX_BYTES // (1024 * 1024)},
    )
