"""XLSForm to XForm: what a question measures travels inside the XForm, so that its bytes explain themselves.

The columns `opendtm::concept`, `hxl`, `opendtm::sector`, `opendtm::sharing` and `opendtm::informant` become
attributes of the question's bind in the namespace of this project; pyxform does the rest. What the sheet
`settings` says of minutes and pauses becomes attributes of the bind that keeps the start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert as convert_workbook

from opendtm.errors import Where
from opendtm.errors.forms import FormNotConverted
from opendtm.forms.converter_faults import explain, explain_warning
from opendtm.forms.names import DELIBERATELY_NONE, NAMESPACE, column_of
from opendtm.forms.timing import HEADINGS
from opendtm.forms.workbook import Row, XlsForm, open_form
from opendtm.forms.xform import read_form
from opendtm.i18n import Message

_BINDS = {
    "concept": "bind::opendtm:concept",
    "hxl": "bind::opendtm:hxl",
    "sector": "bind::opendtm:sector",
    "sharing": "bind::opendtm:sharing",
    "informant": "bind::opendtm:informant",
}
_DECLARATION = f'opendtm="{NAMESPACE}"'


@dataclass(frozen=True, slots=True)
class ConvertedForm:
    """An XForm ready for a collection server; `warnings` are the converter's remarks."""

    xml: bytes
    form_id: str
    version: str
    title: str
    warnings: tuple[Message, ...] = ()


def convert(path: Path | str) -> ConvertedForm:
    """Convert an XLSForm (.xlsx, .xls, .csv or a Markdown table, told apart by content) to an XForm.

    Raises FormUnreadable, FormArchiveUnsafe or FormNotConverted, each with sheet and row where known.
    """
    return convert_form(open_form(Path(path)))


def convert_form(form: XlsForm) -> ConvertedForm:
    """Convert a form that is already open. Raises FormNotConverted."""
    warnings: list[str] = []
    try:
        xml = convert_workbook(_for_the_converter(form), warnings=warnings).xform.encode()
    except PyXFormError as error:
        raise _not_converted(form, error) from error
    except Exception as error:
        # The converter also fails with plain Python errors on forms that it did not foresee.
        raise _not_converted(form, error) from error
    definition = read_form(xml)
    return ConvertedForm(
        xml,
        definition.form_id,
        definition.version,
        definition.title,
        tuple(explain_warning(text) for text in warnings),
    )


def _not_converted(form: XlsForm, error: Exception) -> FormNotConverted:
    fault = explain(error)
    where = Where(form.name, fault.sheet, fault.row)
    if fault.row is None:
        where = _row_of(form, fault.cause.values) or where
    return FormNotConverted(cause=fault.cause, advice=fault.remedy, where=where)


def _row_of(form: XlsForm, named: Mapping[str, object]) -> Where | None:
    """Find the row that the converter names only by its question or its type."""
    for column in ("name", "type"):
        for number, row in form.rows("survey"):
            if named.get(column) and row.get(column, "").strip() == named[column]:
                return Where(form.name, "survey", number, column)
    return None


def _for_the_converter(form: XlsForm) -> dict[str, Any]:
    names = {
        heading: _BINDS[kind]
        for heading in form.headings.get("survey", ())
        if (kind := column_of(heading))
    }
    book: dict[str, Any] = {
        "sheet_names": list(form.sheet_names),
        "fallback_form_name": Path(form.name).stem,
    }
    for sheet, rows in form.sheets.items():
        book[sheet] = [dict(row) for row in rows]
        book[f"{sheet}_header"] = [dict.fromkeys(form.headings.get(sheet, ()))]
    if "survey" in book:
        book["survey"] = [_renamed(row, names) for row in book["survey"]]
        book["survey_header"] = [
            {names.get(heading, heading): None for heading in form.headings["survey"]}
        ]
    timed = _timed(book, next((row for _number, row in form.rows("settings")), {}))
    if names or timed:
        _declare(book)
    return book


def _timed(book: dict[str, Any], settings: Row) -> bool:
    """Write the minutes that the author expects beside the start of the form; tell whether there were any."""
    said = {
        f"bind::opendtm:{heading.rpartition(':')[2]}": settings[heading].strip()
        for heading in HEADINGS
        if settings.get(heading, "").strip()
    }
    starts = [row for row in book.get("survey", ()) if row.get("type", "").strip() == "start"]
    if not said or not starts:
        return False
    starts[0].update(said)
    book["survey_header"][0].update(dict.fromkeys(said))
    return True


def _renamed(row: Row, names: Mapping[str, str]) -> dict[str, str]:
    """Move the columns that say what a question measures into its bind; groups and notes have none."""
    renamed = {}
    kind = row.get("type", "").strip().lower()
    for heading, value in row.items():
        if heading not in names:
            renamed[heading] = value
        elif value != DELIBERATELY_NONE and not kind.startswith(("begin", "end ", "end_")):
            renamed[names[heading]] = value
    return renamed


def _declare(book: dict[str, Any]) -> None:
    settings: Sequence[dict[str, str]] = book.get("settings") or [{}]
    first = dict(settings[0])
    if NAMESPACE not in first.get("namespaces", ""):
        first["namespaces"] = f"{first.get('namespaces', '')} {_DECLARATION}".strip()
    book["settings"] = [first, *settings[1:]]
    headings: dict[str, None] = book.get("settings_header", [{}])[0]
    book["settings_header"] = [{**headings, "namespaces": None}]
