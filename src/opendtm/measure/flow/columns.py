"""The columns of a registry, of observation sessions and of a survey, read with errors that name the row."""

from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from opendtm.errors import Where
from opendtm.errors.measure_flow import FlowTableInvalid
from opendtm.i18n import Message
from opendtm.vocab import code_list

Numbers = npt.NDArray[np.float64]
INFLOW, OUTFLOW = "inflow", "outflow"


def words(table: pa.Table, name: str) -> list[str]:
    """Give a column of names, none of them empty."""
    return [str(value) for value in _full(table, name)]


def days(table: pa.Table, name: str = "day") -> list[date]:
    """Give a column of days, none of them empty."""
    found = _full(table, name)
    for row, value in enumerate(found, 1):
        if not isinstance(value, date):
            raise _wrong(name, Message("it must be a date"), row)
    return list(found)


def directions(table: pa.Table) -> list[str]:
    """Give the directions, codes of the list `flow_direction`."""
    known, found = code_list("flow_direction").names(), words(table, "direction")
    for row, value in enumerate(found, 1):
        if value not in known:
            raise _wrong("direction", Message("it must be one of {codes}", _codes(known)), row)
    return found


def numbers(table: pa.Table, name: str, *, least: float = 0.0, most: float = np.inf) -> Numbers:
    """Give a column of numbers from `least` to `most`, none of them empty."""
    values = np.array([float(value) for value in _full(table, name)])
    wrong = ~np.isfinite(values) | (values < least) | (values > most)
    if wrong.any():
        raise _wrong(name, _between(least, most), int(wrong.argmax()) + 1)
    return values


def refuse(reason: Message, *, column: str, row: int | None = None) -> FlowTableInvalid:
    """Give the error for a table that cannot be used."""
    return _wrong(column, reason, row)


def _between(least: float, most: float) -> Message:
    if np.isfinite(most):
        return Message("it must be a number from {least} to {most}", {"least": least, "most": most})
    return Message("it must be a number of {least} or more", {"least": least})


def _codes(names: Collection[str]) -> dict[str, object]:
    return {"codes": ", ".join(names)}


def _full(table: pa.Table, name: str) -> list[Any]:
    if name not in table.column_names:
        raise _wrong(name, Message("there is no column {column}", {"column": name}), None)
    values: list[Any] = table[name].to_pylist()
    if None in values:
        raise _wrong(name, Message("the row has no value"), values.index(None) + 1)
    return values


def _wrong(column: str, reason: Message, row: int | None) -> FlowTableInvalid:
    return FlowTableInvalid(reason=reason, where=Where(row=row, column=column))
