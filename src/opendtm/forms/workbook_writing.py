"""Writes an XLSForm as a plain Excel workbook: the sheets of the form, every cell as text, rows where they stood."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter

from opendtm.forms.workbook import Row, XlsForm

_SAME_DAY = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same form, the same bytes
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
WIDTH = 24


def workbook_bytes(form: XlsForm) -> bytes:
    """Give the form as .xlsx. Sheets that are no part of an XLSForm, colours and widths are not kept."""
    output = BytesIO()
    with xlsxwriter.Workbook(output, _OPTIONS) as book:
        book.set_properties({"created": _SAME_DAY})
        bold = book.add_format({"bold": True})
        for name, rows in form.sheets.items():
            sheet = book.add_worksheet(name)
            headings = form.headings.get(name, ())
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(len(headings) - 1, 0), WIDTH)
            for column, heading in enumerate(headings):
                sheet.write_string(0, column, heading, bold)
            for line, row in enumerate(rows, start=1):
                for column, value in _cells(headings, row):
                    sheet.write_string(line, column, value)
    return output.getvalue()


def _cells(headings: Sequence[str], row: Row) -> list[tuple[int, str]]:
    return [(column, row[name]) for column, name in enumerate(headings) if row.get(name)]
