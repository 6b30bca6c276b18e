"""A table of results as one file for a person or a program: CSV or a workbook, by the ending of its name.

CSV is plain UTF-8 with full precision, for statistical programs; a text that a spreadsheet would compute
gets an apostrophe before it. In a workbook text is never a formula.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from xlsxwriter import Workbook

from opendtm.render.csv import harmless

ENDINGS = (".csv", ".xlsx")
SHEET_ROWS = 1_048_576 - 1
_LONGEST_TEXT = 32_767
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_plain(table: pa.Table, path: Path, *, title: str = "table") -> None:
    """Write a table with its column names in the first row; unknown is an empty cell, zero is 0.

    A workbook goes on in a second sheet where the table is longer than one can be.
    """
    if path.suffix.lower() == ".xlsx":
        _workbook(table, path, title)
    else:
        _comma(table, path)


def _comma(table: pa.Table, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([harmless(name) for name in table.column_names])
        writer.writerows([_text(value) for value in row] for row in _rows(table))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return harmless(value) if isinstance(value, str) else str(value)


def _workbook(table: pa.Table, path: Path, title: str) -> None:
    book = Workbook(str(path), _OPTIONS)
    head, day = (
        book.add_format({"bold": True, "bottom": 1}),
        book.add_format({"num_format": "yyyy-mm-dd"}),
    )
    page = None
    for number, row in enumerate(_rows(table)):
        if number % SHEET_ROWS == 0:
            page = _page(book, title, number // SHEET_ROWS, table.column_names, head)
        for place, value in enumerate(row):
            _cell(page, (number % SHEET_ROWS + 1, place), value, day)
    if page is None:
        _page(book, title, 0, table.column_names, head)
    book.close()


def _page(book: Any, title: str, number: int, names: list[str], head: Any) -> Any:
    page = book.add_worksheet(title if number == 0 else f"{title} {number + 1}")
    page.freeze_panes(1, 0)
    for place, name in enumerate(names):
        page.write_string(0, place, name, head)
        page.set_column(place, place, min(max(len(name) + 2, 12), 40))
    return page


def _cell(page: Any, at: tuple[int, int], value: Any, day: Any) -> None:
    if isinstance(value, bool):
        page.write_boolean(*at, value)
    elif isinstance(value, int | float):
        page.write_number(*at, value)
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001 Excel has no zones
        page.write_datetime(*at, moment, day)
    elif value is not None:
        page.write_string(*at, str(value)[:_LONGEST_TEXT])


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(max_chunksize=50_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
