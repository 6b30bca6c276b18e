"""The aggregate query for small panels: cells as rows instead of columns.

A query with hundreds of columns takes the engine longer to plan than thirty sites take to add up. Here each
row is repeated once a cell, six sums answer for all cells, and the answer is laid out wide again.
"""

import ibis
import numpy as np
import pyarrow as pa

from opendtm.measure.definitions import OverPlaces
from opendtm.measure.expressions import Column, Table
from opendtm.measure.grammar import Count, Ratio
from opendtm.measure.query import Cell, Query, Shape

KEPT = ("code", "name", "key", "place", "source", "day", "repeated", "barred", "known")
EVERY = ("code", "name", "known", "barred")


def aggregated(marked: Table, query: Query, form: Shape) -> Table:
    """Aggregate marked rows by group and cell (`cell` counts from 0 in the order of the query)."""
    kept = [*KEPT, *(["part"] if query.along else [])]
    each = marked.select(*kept, one=ibis.array(list(_cells(marked, query))).unnest())
    rows = each.select(*kept, cell=each.one["cell"], v=each.one["v"], d=each.one["d"])
    keys = [name for name, used in (("key", query.by != "none"), ("part", query.along)) if used]
    return rows.group_by([*keys, "cell"]).aggregate(**_sums(rows, form))


def _cells(marked: Table, query: Query) -> "list[Column]":
    nothing = ibis.null("float64")
    return [
        ibis.struct(
            {
                "cell": ibis.literal(number, "int32"),
                "v": marked[f"v{number}"].cast("float64"),
                "d": marked[f"d{number}"].cast("float64")
                if f"d{number}" in marked.columns
                else nothing,
            }
        )
        for number, _cell in enumerate(query.cells)
    ]


def _sums(rows: Table, form: Shape) -> dict[str, Column]:
    known = rows.v.notnull()

    def places(where: Column) -> Column:
        return rows.place.nunique(where=where) if form.split else where.sum()

    return {
        "code": rows.code.max(),
        "name": rows.name.min(),
        "known": places(rows.known),
        "barred": places(rows.barred & rows.known),
        "sum": rows.v.sum(),
        "ratio": rows.v.sum() / rows.d.sum().nullif(0.0),
        "largest": rows.v.max(),
        "met": rows.place.nunique(where=rows.v == 1).cast("float64"),
        "n": places(known),
        "nc": places(known & rows.repeated),
        "c": rows.v.sum(where=rows.repeated),
        "metc": rows.place.nunique(where=(rows.v == 1) & rows.repeated).cast("float64"),
        "t": rows.day.max(where=known),
        "s": rows.source.collect(where=known & rows.source.notnull()).sort(),
    }


def widened(found: pa.Table, query: Query, form: Shape) -> pa.Table:
    """Lay an answer out as one row a group, with the columns `v`, `n`, `nc`, `c`, `t`, `s` of each cell."""
    order = [name for name in ("code", "name", "key", "part") if name in found.column_names]
    tall = found.sort_by(
        [(name, "ascending", "at_end") for name in (*order, "cell")]
    ).combine_chunks()
    count = len(query.cells)
    places = np.arange(0, tall.num_rows, count)
    first = tall.take(pa.array(places))
    columns = {name: first[name] for name in (*EVERY, *order)}
    for number, cell in enumerate(query.cells):
        part = tall.take(pa.array(places + number))
        columns |= {
            f"v{number}": _value(part, cell, form),
            f"c{number}": _carried(part, cell, form),
        }
        columns |= {f"{name}{number}": part[name] for name in ("n", "nc", "t", "s")}
    return pa.table(columns)


def _value(part: pa.Table, cell: Cell, form: Shape) -> pa.ChunkedArray:
    if isinstance(cell.value, Ratio):
        return part["ratio"]
    if cell.indicator.over_places is OverPlaces.MAX:
        return part["largest"]
    return part["met"] if form.split and isinstance(cell.value, Count) else part["sum"]


def _carried(part: pa.Table, cell: Cell, form: Shape) -> pa.ChunkedArray:
    return part["metc"] if form.split and isinstance(cell.value, Count) else part["c"]
