"""The figures of small panels: what each row adds to each cell is asked once, and added up here for all levels.

A query with hundreds of columns that are added up takes an engine longer to plan than thirty sites take to add up,
and grouping thousands of sites by text takes longer than adding numbers by the number of their group. So one query
gives every cell of every row, a short one for each way to group says where a row belongs, and arrays are added.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import duckdb
import ibis
import numpy as np
import pyarrow as pa

from opendtm.measure.columns import LEVEL
from opendtm.measure.panels import Panel
from opendtm.measure.queries import PANEL, marks, values
from opendtm.measure.query import Cell, Query
from opendtm.measure.tall_groups import Grouping, number_groups
from opendtm.measure.tall_sums import Sums, added_up, columns_of

ROW = "_row"
LARGE = 20_000  # rows from which a query of its own for each level is the quicker way
AT_ONCE = 4_000_000  # values that are added up at a time


def is_small(panel: Panel) -> bool:
    """Tell whether a panel is one for this module: sites alone, and few of them."""
    return 0 < panel.table.num_rows < LARGE and LEVEL not in panel.table.column_names


def tall_answers(panel: Panel, queries: Sequence[Query]) -> Iterator[tuple[Query, Sums]]:
    """Run queries over a small panel; give each, or parts of it one after the other, with the sums of its cells."""
    cells = tuple(dict.fromkeys(cell for query in queries for cell in query.cells))
    numbers = {cell: number for number, cell in enumerate(cells)}
    table = panel.table.append_column(ROW, pa.array(np.arange(panel.table.num_rows)))
    step = max(AT_ONCE // table.num_rows, 1)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register(PANEL, table)
        wide = connection.sql(_values_written(table.schema, cells)).to_arrow_table()
        columns = columns_of(wide.sort_by(ROW), len(cells))
        for query in queries:
            where = _where(connection, table.schema, query, split=panel.split)
            for start in range(0, len(query.cells), step):
                part = replace(query, cells=query.cells[start : start + step])
                asked = [columns[numbers[cell]] for cell in part.cells]
                yield part, added_up(asked, where, part)


def _where(
    connection: duckdb.DuckDBPyConnection, columns: pa.Schema, query: Query, *, split: bool
) -> Grouping:
    written = _marks_written(columns, query.by, query.along)
    marked = connection.sql(written).to_arrow_table()
    return number_groups(marked.sort_by(ROW), split=split)


@lru_cache(maxsize=16)
def _values_written(columns: pa.Schema, cells: tuple[Cell, ...]) -> str:
    """Write the query for every cell of every row; the next round of the same form asks the same."""
    rows = ibis.table(ibis.Schema.from_pyarrow(columns), name=PANEL)
    return str(ibis.to_sql(rows.select(rows[ROW], **dict(values(rows, cells))), dialect="duckdb"))


@lru_cache(maxsize=64)
def _marks_written(columns: pa.Schema, by: str, along: str | None) -> str:
    """Write the query that says of every row to which group it belongs, and what the group is called."""
    table = ibis.table(ibis.Schema.from_pyarrow(columns), name=PANEL)
    marked = table.select(table[ROW], **dict(marks(table, Query(by, (), along))))
    group = ibis.window(group_by=["key", "part"] if along else ["key"])
    named = marked.mutate(code=marked.code.max().over(group), name=marked.name.min().over(group))
    return str(ibis.to_sql(named, dialect="duckdb"))
