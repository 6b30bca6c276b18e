"""The aggregate queries for small panels: cells as rows instead of columns.

A query with hundreds of columns takes the engine longer to plan than thirty sites take to add up. Here one
query gives every cell of every row, whatever levels are asked for; it is laid out as one row a place and
cell, and a short query a level adds those up.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import duckdb
import ibis
import numpy as np
import pyarrow as pa

from opendtm.measure.columns import LEVEL
from opendtm.measure.expressions import Column, Table
from opendtm.measure.panels import Panel
from opendtm.measure.queries import PANEL, marks, values
from opendtm.measure.query import Cell, Query

CELLS = "cells"
ROW = "_row"
LARGE = 20_000  # rows from which a query of its own for each level is the quicker way
_CELL_COLUMNS = ibis.schema({"row": "int64", "cell": "int32", "v": "float64", "d": "float64"})


def is_small(panel: Panel) -> bool:
    """Tell whether a panel is one for this module: sites alone, and few of them."""
    return 0 < panel.table.num_rows < LARGE and LEVEL not in panel.table.column_names


def tall_answers(panel: Panel, queries: Sequence[Query]) -> Iterator[tuple[Query, pa.Table]]:
    """Run queries over a small panel; give each with its answer, one row a cell and group.

    Rows lie in the order of the query's cells, then of codes and names. Columns: `cell` (its number in the
    query), `code`, `name`, `part` (the code of `along`), `known` and `barred` (places); `sum`, `ratio`
    and `largest` (the value, by kind of cell), `n` (places with a value), `nc` (carried ones), `c` (the carried
    part), `t` (newest day), `s` (sources); where places stand in several rows also `met` and `metc` (the places
    that meet a condition, and the carried ones).
    """
    cells = tuple(dict.fromkeys(cell for query in queries for cell in query.cells))
    numbers = {cell: number for number, cell in enumerate(cells)}
    table = panel.table.append_column(ROW, pa.array(np.arange(panel.table.num_rows)))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register(PANEL, table)
        wide = connection.sql(_values_written(table.schema, cells)).to_arrow_table()
        connection.register(CELLS, _one_row_a_cell(wide, len(cells)))
        for query in queries:
            asked = tuple(numbers[cell] for cell in query.cells)
            sql, schema = _sums_written(table.schema, query, asked, panel.split)
            found = connection.sql(sql).to_arrow_table().cast(schema)
            yield query, _in_order(found, asked)


@lru_cache(maxsize=16)
def _values_written(columns: pa.Schema, cells: tuple[Cell, ...]) -> str:
    """Write the query for every cell of every row; the next round of the same form asks the same."""
    rows = ibis.table(ibis.Schema.from_pyarrow(columns), name=PANEL)
    return str(ibis.to_sql(rows.select(rows[ROW], **dict(values(rows, cells))), dialect="duckdb"))


def _one_row_a_cell(wide: pa.Table, count: int) -> pa.Table:
    held, nothing = set(wide.column_names), pa.nulls(wide.num_rows, pa.float64())

    def column(letter: str) -> pa.ChunkedArray:
        names = (f"{letter}{number}" for number in range(count))
        return pa.chunked_array(
            wide[name].cast(pa.float64()).combine_chunks() if name in held else nothing
            for name in names
        )

    numbers = np.repeat(np.arange(count, dtype=np.int32), wide.num_rows)
    rows = np.tile(wide[ROW].to_numpy(), count)
    return pa.table({"row": rows, "cell": numbers, "v": column("v"), "d": column("d")})


@lru_cache(maxsize=64)
def _sums_written(
    columns: pa.Schema,
    query: Query,
    asked: tuple[int, ...],
    split: bool,  # noqa: FBT001 - part of the key
) -> tuple[str, pa.Schema]:
    """Write the query that adds cells up by group, with the schema of its answer."""
    table = ibis.table(ibis.Schema.from_pyarrow(columns), name=PANEL)
    marked = table.select(**dict(marks(table, query)), row=table[ROW])
    cells = ibis.table(_CELL_COLUMNS, name=CELLS)
    rows = cells.filter(cells.cell.isin(asked)).join(marked, "row")
    keys = [name for name, used in (("key", query.by != "none"), ("part", query.along)) if used]
    summed = rows.group_by([*keys, "cell"]).aggregate(**_sums(rows, split=split))
    return str(ibis.to_sql(summed, dialect="duckdb")), summed.schema().to_pyarrow()


def _sums(rows: Table, *, split: bool) -> dict[str, Column]:
    known = rows.v.notnull()
    nothing = rows.d.sum() == 0  # an average without anything to divide by is unknown

    def places(where: Column) -> Column:
        return rows.place.nunique(where=where) if split else where.sum()

    sums = {
        "code": rows.code.max(),
        "name": rows.name.min(),
        "known": places(rows.known),
        "barred": places(rows.barred & rows.known),
        "sum": rows.v.sum(),
        "ratio": rows.v.sum() / rows.d.sum().nullif(0.0),
        "largest": rows.v.max(),
        "n": ibis.cases((nothing, ibis.literal(0)), else_=places(known)),
        "nc": ibis.cases((nothing, ibis.literal(0)), else_=places(known & rows.repeated)),
        "c": rows.v.sum(where=rows.repeated),
        "t": rows.day.max(where=known),
        "s": ibis.cases(
            (nothing, ibis.null("array<string>")),
            else_=rows.source.collect(where=known & rows.source.notnull(), distinct=split).sort(),
        ),
    }
    if not split:
        return sums
    met = rows.v == 1
    return sums | {
        "met": rows.place.nunique(where=met).cast("float64"),
        "metc": rows.place.nunique(where=met & rows.repeated).cast("float64"),
    }


def _in_order(found: pa.Table, asked: Sequence[int]) -> pa.Table:
    """Give the cells the numbers that they have in the query, and sort."""
    place = np.zeros(max(asked) + 1, np.int32)
    place[list(asked)] = np.arange(len(asked))
    cell = pa.array(place[found["cell"].to_numpy()])
    table = found.set_column(found.column_names.index("cell"), "cell", cell)
    order = [name for name in ("code", "name", "key", "part") if name in table.column_names]
    return table.sort_by(
        [(name, "ascending", "at_end") for name in ("cell", *order)]
    ).combine_chunks()
