"""A sheet before anybody knows what it means: columns of trimmed text, empty cells as null.

Delimited text and Excel sheets both become grids, so that everything above reads one shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

SPACES = " \t\r\n\u00a0\u202f\ufeff"


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as columns of text of equal length.

    `rows` holds the number of each row in the file (1 = first line of the sheet). `exact` names the columns
    (from 0) whose numbers Excel itself typed, so that their decimal sign is a full stop.
    """

    name: str
    columns: tuple[pa.Array, ...]
    rows: pa.Array
    exact: frozenset[int] = frozenset()

    @property
    def height(self) -> int:
        """Count the rows, blank ones included."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """Count the columns."""
        return len(self.columns)

    def head(self, count: int) -> list[list[str]]:
        """Give the first rows as lists of cells, "" where a cell is empty."""
        lists = [column.slice(0, count).to_pylist() for column in self.columns]
        return [[cell or "" for cell in row] for row in zip(*lists, strict=True)]

    def body(self, start: int) -> "Grid":
        """Give the rows from `start` (from 0) on."""
        columns = tuple(column.slice(start) for column in self.columns)
        return Grid(self.name, columns, self.rows.slice(start), self.exact)

    def where(self, keep: pa.Array) -> "Grid":
        """Give the rows for which `keep` is true."""
        columns = tuple(column.filter(keep) for column in self.columns)
        return Grid(self.name, columns, self.rows.filter(keep), self.exact)


def grid(
    name: str,
    columns: Sequence[pa.Array | pa.ChunkedArray],
    *,
    rows: pa.Array | None = None,
    exact: frozenset[int] = frozenset(),
) -> Grid:
    """Make a grid from columns of raw text: cells are trimmed, empty ones become null, empty tails go."""
    cleaned = [_clean(column) for column in columns]
    while cleaned and cleaned[-1].null_count == len(cleaned[-1]):
        cleaned.pop()
    height = max((_filled(column) for column in cleaned), default=0)
    numbers = rows if rows is not None else pa.array(range(1, height + 1), pa.int64())
    cut = tuple(column.slice(0, height) for column in cleaned)
    return Grid(name, cut, numbers.slice(0, height), exact)


def any_value(columns: Sequence[pa.Array], *, length: int) -> pa.Array:
    """Say for each row whether any of the columns holds something."""
    answer = pa.repeat(pa.scalar(value=False), length)
    for column in columns:
        answer = pc.or_(answer, pc.is_valid(column))
    return answer


def _clean(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.string())
    trimmed = pc.utf8_trim(whole.cast(pa.string()), characters=SPACES)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _filled(column: pa.Array) -> int:
    valid = pc.indices_nonzero(pc.is_valid(column))
    return valid[-1].as_py() + 1 if len(valid) else 0
