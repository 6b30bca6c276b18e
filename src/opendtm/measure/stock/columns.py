"""Reading the columns of small tables as numbers, with an error that names the row that is wrong."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from opendtm.errors import Where
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Message

Numbers = npt.NDArray[np.float64]


def texts(table: pa.Table, name: str) -> list[str]:
    """Give a column of names; StockTableInvalid where it is absent or a row has none."""
    values: list[str | None] = _column(table, name).cast(pa.string()).to_pylist()
    if None in values:
        raise _wrong(name, Message("the row has no value"), values.index(None) + 1)
    return [value for value in values if value is not None]


def counts(table: pa.Table, name: str) -> Numbers:
    """Give a column of counts or sizes, NaN where empty; StockTableInvalid for one below 0 or infinite."""
    empty = _column(table, name).cast(pa.float64()).is_null().to_numpy()
    values = _column(table, name).cast(pa.float64()).fill_null(0.0).to_numpy()
    wrong = ~np.isfinite(values) | (values < 0)
    if wrong.any():
        raise _wrong(name, Message("it must be a number of 0 or more"), int(wrong.argmax()) + 1)
    return np.where(empty, np.nan, values)


def known_counts(table: pa.Table, name: str) -> Numbers:
    """Give a column of counts that may not be empty; StockTableInvalid otherwise."""
    values = counts(table, name)
    if np.isnan(values).any():
        raise _wrong(name, Message("the row has no value"), int(np.isnan(values).argmax()) + 1)
    return values


def _column(table: pa.Table, name: str) -> pa.ChunkedArray:
    if name not in table.column_names:
        raise StockTableInvalid(column=name, reason=Message("the table has no such column"))
    return table[name]


def _wrong(name: str, reason: Message, row: int) -> StockTableInvalid:
    return StockTableInvalid(column=name, reason=reason, where=Where(row=row, column=name))
