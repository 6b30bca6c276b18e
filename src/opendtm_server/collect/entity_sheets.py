"""Reads a CSV of entities: `label`, perhaps `name` (the id) and `__version`, every other column a property."""

import csv
import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from opendtm.i18n import Message
from opendtm_server.collect.branches import LABEL
from opendtm_server.collect.errors import UploadUnreadable

KEY = "name"
MOST_ROWS = 200_000
KEY_LIMIT = 200
VALUE_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the file that can be taken: its number, the entity's id, and the state it gives."""

    number: int
    key: str
    state: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds: its properties, the lines that can be taken, and what is wrong with the others."""

    properties: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    faults: tuple[tuple[int, Message], ...]


def read_sheet(content: bytes) -> Sheet:
    """Read the bytes of a CSV in UTF-8, with commas or semicolons. UploadUnreadable with the cause."""
    lines = csv.reader(io.StringIO(_text(content)), delimiter=_delimiter(content), strict=True)
    try:
        headings = [heading.strip() for heading in next(lines, [])]
        table = [(lines.line_num, line) for line in lines if any(cell.strip() for cell in line)]
    except csv.Error as error:
        raise UploadUnreadable(cause=Message(gettext_noop("its quotes do not match."))) from error
    _check_headings(headings)
    if len(table) > MOST_ROWS:
        many = Message(gettext_noop("it has more than {most} rows."), {"most": MOST_ROWS})
        raise UploadUnreadable(cause=many)
    return _sheet(headings, table)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError as error:
        raise UploadUnreadable(cause=Message(gettext_noop("it is not in UTF-8."))) from error


def _delimiter(content: bytes) -> str:
    first = content.split(b"\n", 1)[0]
    return ";" if first.count(b";") > first.count(b",") else ","


def _check_headings(headings: list[str]) -> None:
    if LABEL not in headings:
        raise UploadUnreadable(cause=Message(gettext_noop("it has no column “label”.")))
    twice = next((one for one in headings if one and headings.count(one) > 1), None)
    if twice:
        cause = Message(gettext_noop("it has the column “{column}” twice."), {"column": twice})
        raise UploadUnreadable(cause=cause)


def _sheet(headings: list[str], table: list[tuple[int, list[str]]]) -> Sheet:
    properties = tuple(
        one for one in headings if one and one not in {KEY, LABEL} and not one.startswith("__")
    )
    rows: list[SheetRow] = []
    faults: list[tuple[int, Message]] = []
    seen: set[str] = set()
    for number, line in table:
        cells = dict(zip(headings, (cell.strip() for cell in line), strict=False))
        key = cells.get(KEY) or str(uuid.uuid4())
        fault = _fault(cells, key, seen, len(line) - len(headings))
        if fault:
            faults.append((number, fault))
            continue
        seen.add(key)
        state = {LABEL: cells[LABEL], **{name: cells.get(name, "") for name in properties}}
        rows.append(SheetRow(number, key, state))
    return Sheet(properties, tuple(rows), tuple(faults))


def _fault(cells: Mapping[str, str], key: str, seen: set[str], too_many: int) -> Message | None:
    if too_many > 0:
        return Message(gettext_noop("More cells than headings."))
    if not cells.get(LABEL):
        return Message(gettext_noop("No label."))
    if key in seen:
        return Message(gettext_noop("The same id stands in an earlier row."))
    if len(key) > KEY_LIMIT or any(len(cell) > VALUE_LIMIT for cell in cells.values()):
        return Message(gettext_noop("An id or a value is too long."))
    return None
