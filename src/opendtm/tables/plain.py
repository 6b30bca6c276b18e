"""A table whose columns somebody names: nothing is recognised, nothing is guessed.

A sampling frame, the data set of a survey and a list of analyses are read like this. The first row that
holds anything is the row of headings; a row of HXL hashtags below it is passed over. Cells are text;
"NA" as statistical programs write it is an empty cell.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors.base import Where
from opendtm.errors.tables import EmptyFile
from opendtm.errors.tables_plain import CellUnusable, ColumnAbsent, ColumnRepeated, SheetAbsent
from opendtm.i18n import Message, mark
from opendtm.tables.files import open_file
from opendtm.tables.grid import Grid
from opendtm.tables.numbers import read_numbers

BLANKS = ("NA", "N/A", "#N/A", "NULL", "null", "NaN", "nan")
SHOWN = 40  # headings that a message lists


@dataclass(frozen=True)
class PlainTable:
    """Columns of text by heading; `rows` holds the line of each row in its sheet, from 1.

    `sha256` is the hash of the file's bytes, so that a result can say what it was computed from.
    """

    file: str
    sheet: str
    headings: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: pa.Array
    sha256: str

    @property
    def height(self) -> int:
        """Count the rows below the headings."""
        return len(self.rows)

    def has(self, name: str) -> bool:
        """Tell whether there is a column of this heading."""
        return name in self._places

    def text(self, name: str) -> pa.Array:
        """Give a column as text, null where a cell is empty. ColumnAbsent, ColumnRepeated."""
        return self.columns[self._place(name)]

    def numbers(self, name: str) -> pa.Array:
        """Give a column as float64, null where a cell is empty. CellUnusable at the first that is no number."""
        column = self.text(name)
        read = read_numbers(column)
        lost = pc.indices_nonzero(pc.and_(pc.is_valid(column), pc.is_null(read.values)))
        if len(lost):
            raise self.unusable(name, lost[0].as_py(), Message(mark("it is not a number")))
        return read.values

    def unusable(self, name: str, index: int, reason: Message) -> CellUnusable:
        """Make the error that points at one cell: the row `index` (from 0) of a column."""
        value = self.text(name)[index].as_py()
        empty = Message(mark("An empty cell"))
        shown = empty if value is None else Message(mark("“{value}”"), {"value": value})
        return CellUnusable(value=shown, reason=reason, where=self.where(name, index))

    def where(self, column: str | None = None, index: int | None = None) -> Where:
        """Name a place in the table for a message."""
        row = None if index is None else self.rows[index].as_py()
        sheet = None if self.sheet == Path(self.file).stem else self.sheet
        return Where(file=self.file, sheet=sheet, row=row, column=column)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in reversed(list(enumerate(self.headings)))}

    def _place(self, name: str) -> int:
        if name not in self._places:
            known = [heading for heading in self.headings if heading]
            more = ", …" if len(known) > SHOWN else ""
            raise ColumnAbsent(
                column=name, known=", ".join(known[:SHOWN]) + more, where=self.where()
            )
        count = Counter(self.headings)[name]
        if count > 1:
            raise ColumnRepeated(column=name, count=count, where=self.where())
        return self._places[name]


def read_plain(path: Path, *, sheet: str | None = None) -> PlainTable:
    """Read a file's only table: the sheet asked for, else the first that holds anything.

    InputProblem where the file holds no table, SheetAbsent where it has no such sheet, EmptyFile where no
    row stands below the headings.
    """
    opened = open_file(path)
    grid = _chosen(opened.grids, sheet, path)
    table = _table(grid, path)
    if not table.height:
        raise EmptyFile(where=table.where())
    return table


def _chosen(grids: tuple[Grid, ...], sheet: str | None, path: Path) -> Grid:
    filled = [grid for grid in grids if grid.height]
    if not filled:
        raise EmptyFile(where=Where(file=path.name))
    if sheet is None:
        return filled[0]
    named = [grid for grid in filled if grid.name == sheet]
    if not named:
        known = ", ".join(grid.name for grid in filled)
        raise SheetAbsent(sheet=sheet, known=known, where=Where(file=path.name))
    return named[0]


def _table(grid: Grid, path: Path) -> PlainTable:
    filled = _rows_with_cells(grid)
    head = filled[0].as_py()
    headings = tuple(column[head].as_py() or "" for column in grid.columns)
    below = filled.slice(1)
    if len(below) and _tags(grid, below[0].as_py()):
        below = below.slice(1)
    columns = tuple(_without_blanks(column.take(below)) for column in grid.columns)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return PlainTable(path.name, grid.name, headings, columns, grid.rows.take(below), digest)


def _rows_with_cells(grid: Grid) -> pa.Array:
    held = pc.is_valid(grid.columns[0])
    for column in grid.columns[1:]:
        held = pc.or_(held, pc.is_valid(column))
    return pc.indices_nonzero(held)


def _tags(grid: Grid, index: int) -> bool:
    cells = [column[index].as_py() for column in grid.columns]
    return all(cell.startswith("#") for cell in cells if cell)


def _without_blanks(column: pa.Array) -> pa.Array:
    blank = pc.is_in(column, value_set=pa.array(BLANKS, pa.string()))
    return pc.if_else(blank, pa.scalar(None, pa.string()), column)
