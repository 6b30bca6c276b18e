"""The figures of small panels: what each row adds to each cell is asked once, and added up here for all levels.

A query with hundreds of columns that are added up takes an engine longer to plan than thirty sites take to add up,
and grouping thousands of sites by text takes longer than adding numbers by the number of their group. So one query
gives every cell of every row, a short one for each way to group says where a row belongs, and arrays are added.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.columns import LEVEL
from opendtm.measure.engines import DUCKDB, Session, written
from opendtm.measure.panels import Panel
from opendtm.measure.queries import PANEL, marks, values
from opendtm.measure.query import Cell, Query
from opendtm.measure.tall_groups import Facts, facts_of, number_groups
from opendtm.measure.tall_sums import Sums, added_up, columns_of

Groups = Mapping[str, Collection[str]]  # keys of groups by level
Where = tuple[
    str, str | None
]  # a way to group: level, and the concept that figures are taken apart by
GROUP = ("code", "name", "key", "part")
ROW = "_row"
LARGE = 20_000  # rows from which a query of its own for each level is the quicker way
AT_ONCE = 4_000_000  # values that are added up at a time


def is_small(panel: Panel) -> bool:
    """Tell whether a panel is one for this module: sites alone, and few of them."""
    return 0 < panel.table.num_rows < LARGE and LEVEL not in panel.table.column_names


def tall_answers(
    panel: Panel, queries: Sequence[Query], *, groups: Groups | None = None
) -> Iterator[tuple[Query, Sums]]:
    """Run queries over a small panel; give each, or parts of it one after the other, with the sums of its cells.

    With `groups` only those come whose keys they are; where a level has none of them its queries are left out.
    """
    cells = tuple(dict.fromkeys(cell for query in queries for cell in query.cells))
    numbers = {cell: number for number, cell in enumerate(cells)}
    step = max(AT_ONCE // panel.table.num_rows, 1)
    with _opened(panel) as (session, columns):
        wide = session.ask(_values_written(columns, cells))
        read = columns_of(wide.sort_by(ROW), len(cells))
        facts, stands = _standing(session, columns, [(each.by, each.along) for each in queries])
    for query in queries:
        marked = stands[query.by, query.along]
        if groups is not None:
            marked = marked.filter(_among(marked, groups[query.by]))
        if not marked.num_rows:
            continue
        rows = marked[ROW].to_numpy()
        where = number_groups(marked, facts.of(rows), split=panel.split)
        for start in range(0, len(query.cells), step):
            part = replace(query, cells=query.cells[start : start + step])
            asked = [read[numbers[cell]].of(rows) for cell in part.cells]
            yield part, added_up(asked, where, part)


def standing(panel: Panel, levels: Sequence[str]) -> Mapping[str, pa.Table]:
    """Tell at each level where each place of a small panel stands: `place`, and `key`, `code` and `name` of its group.

    The name is the one that figures have: the first of those that places of the group give it.
    """
    with _opened(panel) as (session, columns):
        facts, found = _standing(session, columns, [(by, None) for by in levels])
    return {by: _called(table, facts) for (by, _), table in found.items()}


def _called(marked: pa.Table, facts: Facts) -> pa.Table:
    where = number_groups(marked, facts, split=False)
    groups = where.groups.take(pa.array(where.of))
    return pa.table(
        {"place": marked["place"], **{name: groups[name] for name in ("key", "code", "name")}}
    )


@contextmanager
def _opened(panel: Panel) -> Iterator[tuple[Session, pa.Schema]]:
    """Give a session of the engine in this process that holds the panel, its rows numbered, and the columns there."""
    table = panel.table.append_column(ROW, pa.array(np.arange(panel.table.num_rows)))
    with DUCKDB.small() as session:
        session.hold(PANEL, table)
        yield session, table.schema


def _standing(
    session: Session, columns: pa.Schema, asked: Sequence[Where]
) -> tuple[Facts, Mapping[Where, pa.Table]]:
    """Say of every row what it is, and to which group it belongs for each way to group, in one query."""
    ways = tuple(dict.fromkeys(asked))
    found = session.ask(_marks_written(columns, ways)).sort_by(ROW)

    def of(number: int) -> pa.Table:
        own = [name for name in GROUP if f"{name}_{number}" in found.column_names]
        some = found.select([ROW, "place", *(f"{name}_{number}" for name in own)])
        return some.rename_columns([ROW, "place", *own])

    return facts_of(found), {way: of(number) for number, way in enumerate(ways)}


def _among(marked: pa.Table, keys: Collection[str]) -> pa.ChunkedArray:
    return pc.is_in(marked["key"], value_set=pa.array(keys, pa.string()))


@lru_cache(maxsize=16)
def _values_written(columns: pa.Schema, cells: tuple[Cell, ...]) -> str:
    """Write the query for every cell of every row; the next round of the same form asks the same."""
    rows = ibis.table(ibis.Schema.from_pyarrow(columns), name=PANEL)
    return written(rows.select(rows[ROW], **dict(values(rows, cells))), DUCKDB.dialect)


@lru_cache(maxsize=16)
def _marks_written(columns: pa.Schema, ways: tuple[Where, ...]) -> str:
    """Write the query that says where each row stands: what all ways share, and of each `GROUP` with its number."""
    table = ibis.table(ibis.Schema.from_pyarrow(columns), name=PANEL)
    asked = {ROW: table[ROW]}
    for number, (by, along) in enumerate(ways):
        for name, column in marks(table, Query(by, (), along)):
            asked[f"{name}_{number}" if name in GROUP else name] = column
    return written(table.select(**asked), DUCKDB.dialect)
