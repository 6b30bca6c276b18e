"""Columns of a table in memory as whole numbers, gone through a block of rows at a time.

A block is small enough for the processor to keep near. Fresh memory for a million rows costs more than adding them
up, so whole numbers in a small range are taken as they lie in the table, and nothing is laid out for all rows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.survey.arrays import WIDE, Codes, compact, encode

BLOCK = 1 << 16
Block = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Marks:
    """A column as whole numbers from `least` on, `span` of them at most, that tell its values apart.

    `values` names them from 0 on, None where they are the values. With `gaps` some rows have -1, for no value.
    """

    column: pa.ChunkedArray
    least: int
    span: int
    values: pa.Array | None = None
    gaps: bool = False

    def named(self, codes: Codes) -> pa.Array:
        """Name numbers, given less `least`, as the table does."""
        found = pa.array(codes + self.least)
        return found if self.values is None else self.values.take(found)

    def number(self, word: str) -> int:
        """Give the number of the value that is written so; one that no row has, where there is none."""
        if self.values is None:
            whole = word.removeprefix("-").isdecimal() and str(int(word)) == word
            return int(word) if whole else self.least + self.span
        place = self.values.cast(pa.string()).index(word).as_py()
        return int(place) if place >= 0 else self.span

    def codes(self, block: npt.NDArray[Any]) -> Codes:
        """Give the numbers of a block from 0 on."""
        codes: Codes = block - self.least if self.least else block
        return codes


def marks(column: pa.ChunkedArray) -> Marks:
    """Give whole numbers for the values of a column: themselves, where they lie in a range not far above the rows."""
    if is_whole(column.type) and not column.null_count and len(column):
        ends = pc.min_max(column).as_py()
        if ends["max"] - ends["min"] < WIDE * len(column):
            span = ends["max"] - ends["min"] + 1
            return Marks(column.cast(pa.int64()), ends["min"], span)
    codes, values = encode(column)
    gaps = bool(codes.min(initial=0) < 0)
    named = pa.array(values, pa.string() if not values else None)
    return Marks(pa.chunked_array([codes]), 0, len(values), named, gaps)


def is_whole(kind: pa.DataType) -> bool:
    """Tell whether a type is of whole numbers that fit 64 bits."""
    return bool(pa.types.is_integer(kind)) and kind != pa.uint64()


def alike(rows: int) -> Marks:
    """Give the same number to all rows."""
    return Marks(pa.chunked_array([np.zeros(rows, np.int64)]), 0, 1, pa.array([""]))


def together(parts: list[Marks]) -> Marks:
    """Give numbers to the combinations of columns that occur; they are named by their place among all that could."""
    whole: Codes = np.zeros(len(parts[0].column), np.int64)
    inside = np.ones(len(whole), np.bool_)
    size = 1
    for part in parts:
        codes = part.codes(part.column.to_numpy())
        inside &= codes >= 0
        whole, size = whole * part.span + codes, size * part.span
    codes, found = compact(np.where(inside, whole, -1), size)
    return Marks(pa.chunked_array([codes]), 0, len(found), pa.array(found), not inside.all())


def blocks(columns: Mapping[str, pa.ChunkedArray], span: int) -> Iterator[Block]:
    """Give rows in blocks; none much shorter than the `span` of what they are added up to."""
    table = pa.table(dict(columns))
    for batch in table.to_batches(max_chunksize=max(BLOCK, span)):
        yield {name: batch[name].to_numpy(zero_copy_only=False) for name in table.column_names}
