"""What a query over a small panel comes to: the cells of each group, added up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.grammar import Averaged, Count
from opendtm.measure.query import Cell, Query
from opendtm.measure.scope import OverPlaces
from opendtm.measure.tall_groups import Codes, Flags, Floats, Grouping


@dataclass(frozen=True, slots=True)
class Column:
    """What each row adds to a cell, 0 where it is unknown; `below` is the denominator of an average."""

    known: Flags
    above: Floats
    below: Floats | None

    def of(self, rows: Codes) -> "Column":
        """Give some rows, by number and in order; itself where they are all."""
        if len(rows) == len(self.known):
            return self
        below = None if self.below is None else self.below[rows]
        return Column(self.known[rows], self.above[rows], below)


@dataclass(frozen=True, slots=True)
class Sums:
    """What came of a query: arrays of cells x groups, and the groups in the order of figures.

    `value` is that of the kind of cell (a sum, an average, the greatest, a number of places), 0 where no place has
    one; `places` with a value, of them `repeated` (carried forward), `carried` the part of a sum that is, `day` the
    newest. `known` and `barred` count places by group. `sources` lists the records behind, cell by cell; None where
    they were not asked for.
    """

    groups: pa.Table
    value: Floats
    places: Codes
    repeated: Codes
    carried: Floats
    day: Codes
    known: Codes
    barred: Codes
    sources: pa.ListArray | None


def columns_of(wide: pa.Table, cells: int) -> list[Column]:
    """Read the values `v` and denominators `d` of cells by number, from a table of one row a row of the panel."""
    held = set(wide.column_names)
    return [
        Column(*_read(wide[f"v{each}"]), _read(wide[f"d{each}"])[1] if f"d{each}" in held else None)
        for each in range(cells)
    ]


def _read(column: pa.ChunkedArray) -> tuple[Flags, Floats]:
    column = column.cast(pa.float64())
    known = pc.is_valid(column).to_numpy()
    return known, pc.fill_null(column, 0.0).to_numpy()


def added_up(columns: Sequence[Column], where: Grouping, query: Query) -> Sums:
    """Add the cells of a query up by group; `columns` are theirs, in order."""
    above = np.stack([column.above for column in columns])
    known, value = _values(columns, above, where)
    repeated = known & where.facts.repeated
    carried = where.sums(above * where.facts.repeated)
    if largest := _chosen(query, lambda cell: cell.indicator.over_places is OverPlaces.MAX):
        value[largest] = where.greatest(known[largest], above[largest])
    counted = _chosen(query, _counts_places) if where.places is not None else []
    if counted:
        met = known[counted] & (above[counted] == 1)
        value[counted] = where.counts(met)
        carried[counted] = where.counts(met & where.facts.repeated)
    return Sums(
        where.groups,
        value,
        places=where.counts(known),
        repeated=where.counts(repeated),
        carried=carried,
        day=where.newest(known),
        known=where.counts(where.facts.known[None])[0],
        barred=where.counts((where.facts.barred & where.facts.known)[None])[0],
        sources=where.behind(known) if query.sources else None,
    )


def _values(columns: Sequence[Column], above: Floats, where: Grouping) -> tuple[Flags, Floats]:
    """Give which rows are known, and the sum or average of each cell; without anything to divide by none is known."""
    known, value = np.stack([column.known for column in columns]), where.sums(above)
    divided = {place: each.below for place, each in enumerate(columns) if each.below is not None}
    if averaged := list(divided):
        below = where.sums(np.stack(list(divided.values())))
        known[averaged] &= (below != 0)[:, where.of]
        value[averaged] /= np.where(below != 0, below, 1.0)
    return known, value


def _chosen(query: Query, told: Callable[[Cell], bool]) -> list[int]:
    """Give the places of cells of which something is told, and that are no averages."""
    cells = enumerate(query.cells)
    return [place for place, cell in cells if not isinstance(cell.value, Averaged) and told(cell)]


def _counts_places(cell: Cell) -> bool:
    largest = cell.indicator.over_places is OverPlaces.MAX
    return isinstance(cell.value, Count) and cell.value.of_places and not largest
