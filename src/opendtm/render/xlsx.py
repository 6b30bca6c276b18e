"""The report as a workbook for information managers: data first, "Read me" last.

Every table has headings in the reader's language in row 1, HXL hashtags in row 2 and data from row 3, in
typed cells. No text is ever written as a formula or a link, whatever it looks like.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from opendtm.i18n import direction
from opendtm.render import read_me, sheets
from opendtm.render.cells import Field, Sheet
from opendtm.report.model import SiteNeedsReport

LONGEST_TEXT = 32_767  # characters in one cell; Excel refuses more
FIRST_YEAR = 1900  # Excel knows no date before
INK, PAPER, RULE, QUIET = "#16202A", "#FFFFFF", "#D5DBE1", "#5B6875"
_BASE = {"font_name": "Noto Sans", "font_size": 9, "font_color": INK, "valign": "top"}
_NUMBER = _BASE | {"align": "right"}
_HEAT = _BASE | {"align": "center", "num_format": "0"}
_LOOKS = {
    "head": _BASE
    | {"bold": True, "text_wrap": True, "bottom": 1, "bottom_color": INK, "valign": "bottom"},
    "tag": _BASE | {"font_color": QUIET, "font_size": 8, "bottom": 1, "bottom_color": RULE},
    "text": _BASE,
    "date": _BASE | {"num_format": "yyyy-mm-dd", "align": "left"},
    "count": _NUMBER | {"num_format": "#,##0"},
    "estimate": _NUMBER | {"num_format": "#,##0.0"},
    "degree": _NUMBER | {"num_format": "0.00000"},
    "share": _NUMBER | {"num_format": "0%"},
    "name": _BASE | {"bold": True},
    "sentence": _BASE | {"text_wrap": True},
    "level0": _HEAT | {"bg_color": "#E8EFF6"},
    "level1": _HEAT | {"bg_color": "#B9CFE3"},
    "level2": _HEAT | {"bg_color": "#4F86B8", "font_color": PAPER},
    "level3": _HEAT | {"bg_color": "#0E3A66", "font_color": PAPER},
}


def xlsx(report: SiteNeedsReport, lang: str) -> bytes:
    """Write the workbook; unknown is an empty cell, zero is 0, dates are dates."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(target, options)
    _describe(book, report, lang)
    writer = _Writer(book, lang)
    for sheet in sheets.tables(report, lang):
        writer.table(sheet)
    writer.lines(read_me.title(lang), read_me.lines(report, lang))
    book.close()
    return target.getvalue()


def _describe(book: Any, report: SiteNeedsReport, lang: str) -> None:
    edition = report.edition
    book.set_properties(
        {
            "title": f"{read_me.product(report, lang)} - {edition.operation}",
            "subject": edition.round.label or str(edition.round.number),
            "comments": edition.source.text(lang),
            "created": edition.made_at.replace(tzinfo=None),
        }
    )


@dataclass
class _Writer:
    """Writes the sheets of one workbook and keeps its formats, one of a kind."""

    book: Any
    lang: str
    formats: dict[str, Any] = field(default_factory=dict)

    def table(self, sheet: Sheet) -> None:
        """Write headings, hashtags and typed rows, with a filter, frozen panes and widths."""
        page = self._page(sheet.title)
        for i, column in enumerate(sheet.fields):
            page.set_column(i, i, column.width)
            page.write_string(0, i, _fitting(column.heading), self._format("head"))
            page.write_string(1, i, column.hxl, self._format("tag"))
        for line, values in enumerate(sheet.rows, 2):
            for i, value in enumerate(values):
                self._cell(page, (line, i), value, sheet.fields[i])
        page.set_row(0, 38)
        page.freeze_panes(2, sheet.frozen)
        page.autofilter(1, 0, len(sheet.rows) + 1, len(sheet.fields) - 1)
        page.repeat_rows(0, 1)
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def lines(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """Write the sheet of explanations: a name and a sentence in each row."""
        page = self._page(title)
        page.set_column(0, 0, 26)
        page.set_column(1, 1, 105)
        for line, (name, sentence) in enumerate(lines):
            page.write_string(line, 0, _fitting(name), self._format("name"))
            page.write_string(line, 1, _fitting(sentence), self._format("sentence"))

    def _page(self, title: str) -> Any:
        page = self.book.add_worksheet(title)
        page.hide_gridlines(1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        if direction(self.lang) == "rtl":
            page.right_to_left()
        return page

    def _cell(self, page: Any, at: tuple[int, int], value: object, column: Field) -> None:
        if value is None:
            return
        look = _look(value, column)
        if look == "date" and isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001 Excel has no zones
            page.write_datetime(*at, moment, self._format(look))
        elif isinstance(value, int | float):
            page.write_number(*at, value, self._format(look))
        else:
            page.write_string(*at, _fitting(str(value)), self._format(look))

    def _format(self, look: str) -> Any:
        if look not in self.formats:
            self.formats[look] = self.book.add_format(_LOOKS[look])
        return self.formats[look]


def _look(value: object, column: Field) -> str:
    """Choose the format of a cell: by the column where it asks for one, else by the value."""
    if isinstance(value, date):
        return "date" if value.year >= FIRST_YEAR else "text"
    if not isinstance(value, int | float):
        return "text"
    if column.look == "level":
        return f"level{int(value)}"
    return column.look or ("count" if float(value).is_integer() else "estimate")


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
