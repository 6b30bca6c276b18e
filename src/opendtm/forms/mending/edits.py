"""Changes to the cells of an XLSForm, said before they are made."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from opendtm.forms.workbook import Row, XlsForm
from opendtm.i18n import Message

HEADINGS = 1  # the row in which the headings stand


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell: where it stands, what it holds, what it will hold (`""`: nothing).

    In row 1 it is the heading itself: a new name renames the column, `""` removes it, and a column that is not
    there yet (`before` empty) is added.
    """

    sheet: str
    row: int
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Mend:
    """A cure that is safe because there is only one: what it does, and to which cells."""

    key: str
    message: Message
    edits: tuple[Edit, ...]


def edited(book: XlsForm, edits: Iterable[Edit]) -> XlsForm:
    """Give the form with some cells changed, cells first and headings last; the given form stays as it is."""
    ordered = sorted(edits, key=lambda edit: edit.row == HEADINGS)
    sheets = {name: [dict(row) for row in rows] for name, rows in book.sheets.items()}
    headings = {name: list(columns) for name, columns in book.headings.items()}
    for edit in ordered:
        rows = sheets.setdefault(edit.sheet, [])
        columns = headings.setdefault(edit.sheet, [])
        if edit.row == HEADINGS:
            _rename(rows, columns, edit)
        else:
            _write(rows, edit)
    return replace(
        book,
        sheets={name: tuple[Row, ...](rows) for name, rows in sheets.items()},
        headings={name: tuple(columns) for name, columns in headings.items()},
        sheet_names=tuple(dict.fromkeys([*book.sheet_names, *sheets])),
    )


def _write(rows: list[dict[str, str]], edit: Edit) -> None:
    while len(rows) < edit.row - 1:
        rows.append({})
    row = rows[edit.row - 2]
    row.pop(edit.column, None)
    if edit.after:
        row[edit.column] = edit.after


def _rename(rows: list[dict[str, str]], columns: list[str], edit: Edit) -> None:
    if not edit.before:
        columns.append(edit.after)
        return
    place = columns.index(edit.before)
    columns[place : place + 1] = [edit.after] if edit.after else []
    for row in rows:
        value = row.pop(edit.before, None)
        if value is not None and edit.after:
            row[edit.after] = value
