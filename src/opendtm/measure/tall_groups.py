"""Where the rows of a small panel belong, as numbers: group, place and record of each row, and how to add by them.

Rows are added one after the other in the order of the panel, so that a sum has the same last digit whatever else is
asked with it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NEVER = -(2**31)  # before every day, where none is known


@dataclass(frozen=True, slots=True)
class Facts:
    """What each row is, however rows are grouped.

    `place` and `record` are numbers, -1 where there is none; `names` are the records', by number. `day` is that of
    the answers; the flags tell whether they are `repeated`, whether the place is `known` and whether `barred`.
    """

    place: Codes
    record: Codes
    names: pa.Array
    day: Codes
    repeated: Flags
    known: Flags
    barred: Flags

    def of(self, rows: Codes) -> "Facts":
        """Give the facts of some rows, by number and in order; itself where they are all."""
        if len(rows) == len(self.day):
            return self
        told = (self.day[rows], self.repeated[rows], self.known[rows], self.barred[rows])
        return Facts(self.place[rows], self.record[rows], self.names, *told)


@dataclass(frozen=True, slots=True)
class Within:
    """Things that lie within groups, such as places: the number of the thing of each row, by group, and its group.

    `of` is -1 for a row without one; `label` says what each thing is, by its number among all that there are.
    """

    of: Codes
    group: Codes
    label: Codes

    def met(self, flags: Flags) -> Flags:
        """Tell of each cell (flags: cells x rows) for which things one of the rows is flagged."""
        size = len(self.group)
        cells, rows = np.nonzero(flags & (self.of >= 0))
        found = np.bincount(cells * size + self.of[rows], minlength=len(flags) * size)
        return (found > 0).reshape(len(flags), size)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Where each row belongs and what it is.

    `groups` is a table of one row a group, in the order of figures: `code`, `name`, `key`, and `part` where a whole
    is taken apart. By row: `of` (its group), and its `facts`. `places` and `records` are numbered within groups.
    """

    groups: pa.Table
    of: Codes
    facts: Facts
    places: Within | None
    records: Within

    def __len__(self) -> int:
        """Give the number of groups."""
        return int(self.groups.num_rows)

    def sums(self, values: npt.NDArray[Any]) -> Floats:
        """Add values (cells x rows) up by group."""
        count, size = len(values), len(self)
        keys = np.arange(count)[:, None] * size + self.of
        sums = np.bincount(keys.ravel(), values.ravel(), minlength=count * size)
        return sums.reshape(count, size).astype(np.float64, copy=False)

    def counts(self, flags: Flags) -> Codes:
        """Count for each cell the places of each group that have a flagged row (cells x rows)."""
        if self.places is None:
            return self.sums(flags).astype(np.int64)
        return _added(self.places.met(flags), self.places.group, len(self))

    def newest(self, flags: Flags) -> Codes:
        """Give for each cell the newest day among the flagged rows of each group; NEVER without one."""
        newest: Codes = self._greatest(np.where(flags, self.facts.day, NEVER))
        return newest

    def greatest(self, flags: Flags, values: Floats) -> Floats:
        """Give for each cell the greatest value among the flagged rows of each group."""
        greatest: Floats = self._greatest(np.where(flags, values, -np.inf))
        return greatest

    def _greatest(self, values: npt.NDArray[Any]) -> Any:
        order = np.argsort(self.of, kind="stable")
        starts = np.searchsorted(self.of[order], np.arange(len(self)))
        return np.maximum.reduceat(values[:, order], starts, axis=1)

    def behind(self, flags: Flags) -> pa.ListArray:
        """List for each cell and group, cell by cell, the records of flagged rows, sorted."""
        cells, found = np.nonzero(self.records.met(flags))
        size = len(self)
        counts = np.bincount(cells * size + self.records.group[found], minlength=len(flags) * size)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return pa.ListArray.from_arrays(offsets, self.facts.names.take(self.records.label[found]))


def _added(flags: Flags, group: Codes, size: int) -> Codes:
    cells, things = np.nonzero(flags)
    counts = np.bincount(cells * size + group[things], minlength=len(flags) * size)
    return counts.reshape(len(flags), size)


def facts_of(marked: pa.Table) -> Facts:
    """Read what each row is from the columns of `queries.marks`."""
    names, record = _numbered(marked["source"])
    _, place = _numbered(marked["place"])
    day = _whole(marked["day"].cast(pa.date32()).cast(pa.int32()), NEVER)
    flags = (_told(marked[name]) for name in ("repeated", "known", "barred"))
    return Facts(place, record, names, day, *flags)


def number_groups(marked: pa.Table, facts: Facts, *, split: bool) -> Grouping:
    """Give numbers to the groups by the columns of `queries.marks`; `split` where a place has several rows."""
    groups, of = _groups(marked)
    places = _within(of, facts.place) if split else None
    return Grouping(groups, of, facts, places, _within(of, facts.record))


def _groups(marked: pa.Table) -> tuple[pa.Table, Codes]:
    """Give one row a group, in order, and the group of each row; its code is the last of its rows', its name the first."""
    whole: Codes = np.zeros(marked.num_rows, np.int64)
    for name in ("key", "part"):
        if name in marked.column_names:
            values, codes = _numbered(marked[name])
            whole = whole * (len(values) + 1) + codes
    _, first, of = np.unique(whole, return_index=True, return_inverse=True)
    columns = {
        "code": _extreme(marked["code"], of, np.maximum),
        "name": _extreme(marked["name"], of, np.minimum),
        **{
            name: marked[name].take(pa.array(first))
            for name in ("key", "part")
            if name in marked.column_names
        },
    }
    groups = pa.table(columns).combine_chunks()
    order = pc.sort_indices(groups, [(name, "ascending", "at_end") for name in columns]).to_numpy()
    return groups.take(pa.array(order)), np.argsort(order)[of]


def _extreme(column: pa.ChunkedArray, of: Codes, which: np.ufunc) -> pa.Array:
    """Give the last or first text of each group in order; null where all are."""
    values, codes = _numbered(column)
    nothing = -1 if which is np.maximum else len(values)
    found = np.full(int(of.max(initial=-1)) + 1, nothing)
    which.at(found, of, np.where(codes >= 0, codes, nothing))
    return values.take(pa.array(found, mask=found == nothing))


def _within(of: Codes, things: Codes) -> Within:
    breadth = int(things.max(initial=-1)) + 1
    there = things >= 0
    found, number = np.unique(of[there] * breadth + things[there], return_inverse=True)
    numbered: Codes = np.full(len(of), -1)
    numbered[there] = number
    return Within(numbered, found // max(breadth, 1), found % max(breadth, 1))


def _numbered(column: pa.ChunkedArray) -> tuple[pa.Array, Codes]:
    """Give the values of a column in order, and the number of each row's; -1 where it is null."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    order = pc.sort_indices(encoded.dictionary)
    place: Codes = np.argsort(order.to_numpy())
    codes = _whole(encoded.indices, -1)
    return encoded.dictionary.take(order), np.where(codes >= 0, place[codes], -1) if len(
        place
    ) else codes


def _whole(column: pa.Array, nothing: int) -> Codes:
    found: Codes = pc.fill_null(column.cast(pa.int64()), nothing).to_numpy()
    return found


def _told(column: pa.ChunkedArray) -> Flags:
    flags: Flags = pc.fill_null(column, fill_value=False).to_numpy()
    return flags
