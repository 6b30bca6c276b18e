"""A registry or its sessions as a person keeps them, in CSV or Excel, brought to what flow figures are made of."""

from datetime import date
from pathlib import Path

import pyarrow as pa

from opendtm.i18n import Message, mark
from opendtm.tables.plain import PlainTable, read_plain
from opendtm.vocab import Code, code_list, fold


def registry(path: Path) -> pa.Table:
    """Read a registry: columns `point`, `day`, `direction` and `persons`.

    A direction is a code or its label in either language. ColumnAbsent, CellUnusable with its place.
    """
    read = read_plain(path)
    return pa.table(
        {
            "point": read.text("point"),
            "day": _days(read),
            "direction": _directions(read),
            "persons": read.numbers("persons"),
        }
    )


def sessions(path: Path) -> pa.Table:
    """Read the sessions of observation: columns `point`, `day` and `hours`."""
    read = read_plain(path)
    return pa.table(
        {"point": read.text("point"), "day": _days(read), "hours": read.numbers("hours")}
    )


def _days(read: PlainTable) -> pa.Array:
    found = []
    for index, text in enumerate(read.text("day").to_pylist()):
        try:
            found.append(date.fromisoformat(text[:10]) if text else None)
        except ValueError:
            reason = Message(mark("write a day as 2026-03-21"))
            raise read.unusable("day", index, reason) from None
    return pa.array(found, pa.date32())


def _directions(read: PlainTable) -> pa.Array:
    names = {
        spelling: code.name for code in code_list("flow_direction") for spelling in _said(code)
    }
    found = []
    for index, text in enumerate(read.text("direction").to_pylist()):
        if text is not None and fold(text) not in names:
            known = Message(mark("write inflow, outflow or transit"))
            raise read.unusable("direction", index, known)
        found.append(names.get(fold(text)) if text else None)
    return pa.array(found, pa.string())


def _said(code: Code) -> set[str]:
    return {fold(word) for word in (code.name, code.label.en, code.label.fr)}
