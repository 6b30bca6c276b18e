"""The workbook: a sheet a table, then the data dictionary and what there is to know. No text is ever a formula.

Written row by row; a table longer than a sheet can hold goes on in a second one.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from opendtm.i18n import mark, translate
from opendtm.render.raw.counting import check_count
from opendtm.render.raw.layout import RawTable
from opendtm.render.raw.options import RawOptions
from opendtm.render.raw.rows import RawWriter
from opendtm.render.raw.words import dictionary, explanations, heading, worded

SHEET_ROWS = 1_048_576 - 1
LONGEST_TEXT, LONGEST_NAME = 32_767, 31
FIRST_YEAR = 1900
_FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "use_zip64": True,  # the XML of a full sheet is larger than the 4 GB of an older archive
}
READ_ME, DICTIONARY = mark("Read me"), mark("Dictionary")
GOES_ON = mark("{table} has more rows than a sheet can hold: it goes on up to the sheet {last}.")


def workbook(rows: RawWriter, target: Path, options: RawOptions) -> None:
    """Write the workbook; unknown is an empty cell, zero is 0, dates are dates."""
    with closing(Workbook(str(target), {**OPTIONS, "tmpdir": str(rows.folder)})) as book:
        writer, said = _Writer(book), translate(GOES_ON, options.lang)
        last = {table.title: writer.table(rows, table, options) for table in rows.plan.tables}
        goes_on = [
            said.format(table=table.title, last=last[table.title])
            for table in rows.plan.tables
            if rows.counts[table.repeat] > SHEET_ROWS
        ]
        writer.plain(translate(DICTIONARY, options.lang), dictionary(rows.plan, options))
        lines = chain(explanations(rows.plan, rows.counts, options), goes_on)
        writer.plain(translate(READ_ME, options.lang), ((line,) for line in lines))


class _Writer:
    """Writes the sheets of one workbook, each under a name of its own."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.names: set[str] = set()

    def table(self, rows: RawWriter, table: RawTable, options: RawOptions) -> str:
        """Write a table on as many sheets as it needs; give the name of the last."""
        heads = [heading(column, options) for column in table.columns]
        writers = [worded(column, options) for column in table.columns]
        count, page = 0, None
        for batch in rows.again(table):
            for line in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                if page is None or count % SHEET_ROWS == 0:
                    page = self._page(table.title, heads)
                self._line(
                    page, count % SHEET_ROWS + 1, [w(v) for w, v in zip(writers, line, strict=True)]
                )
                count += 1
        page = page or self._page(table.title, heads)
        check_count(rows, table, count)
        return str(page.get_name())

    def plain(self, title: str, lines: Iterable[Sequence[str]]) -> None:
        page = self.book.add_worksheet(self._name(title))
        for number, line in enumerate(lines):
            self._line(page, number, line)

    def _page(self, title: str, heads: Sequence[str]) -> Any:
        page = self.book.add_worksheet(self._name(title))
        page.freeze_panes(1, 1)
        for place, words in enumerate(heads):
            page.write_string(0, place, _fitting(words), self.head)
        return page

    def _line(self, page: Any, number: int, cells: Sequence[Any]) -> None:
        for place, value in enumerate(cells):
            if isinstance(value, bool):
                page.write_boolean(number, place, value)
            elif isinstance(value, date) and value.year >= FIRST_YEAR:
                moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001 Excel has no zones
                page.write_datetime(number, place, moment, self.day)
            elif isinstance(value, int | float):
                page.write_number(number, place, value)
            elif value is not None:
                page.write_string(number, place, _fitting(str(value)))

    def _name(self, title: str) -> str:
        plain = _FORBIDDEN.sub("_", title).strip()[:LONGEST_NAME] or "table"
        name, number = plain, 1
        while name.casefold() in self.names:
            number += 1
            name = f"{plain[: LONGEST_NAME - 4]}_{number}"
        self.names.add(name.casefold())
        return name


def _fitting(text: str) -> str:
    plain = _CONTROL.sub("", text)
    return plain if len(plain) <= LONGEST_TEXT else plain[: LONGEST_TEXT - 1] + "…"
