"""The site table as CSV for machines and spreadsheets: names in row 1, HXL hashtags in row 2.

UTF-8 with a byte order mark, because Excel reads accents only then. A text that a spreadsheet would
take for a formula gets an apostrophe before it.
"""

import csv as writer
from datetime import date
from io import StringIO

from opendtm.render.columns import Cell, site_columns
from opendtm.report.model import SiteNeedsReport

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv(report: SiteNeedsReport, lang: str) -> bytes:
    """Write one row a site; unknown is an empty cell, zero is 0, dates are ISO 8601."""
    columns = site_columns(report)
    text = StringIO(newline="")
    rows = writer.writer(text, lineterminator="\r\n")
    rows.writerow([column.name for column in columns])
    rows.writerow([column.hxl for column in columns])
    for site in report.sites:
        rows.writerow([written(column.read(site, lang)) for column in columns])
    return text.getvalue().encode("utf-8-sig")


def written(value: Cell) -> str:
    """Write one cell: numbers with a point and no grouping, text never as a formula."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return harmless(value)
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would compute."""
    return "'" + text if text.startswith(FORMULA_SIGNS) else text
