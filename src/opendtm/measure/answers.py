"""From the wide answer of a large panel's query to one row a figure, column by column."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.exchange import by_text
from opendtm.measure.grammar import Averaged, subjects
from opendtm.measure.panels import Panel
from opendtm.measure.query import Cell, Query
from opendtm.measure.scope import OverPlaces
from opendtm.records import Figure, Method

_LISTED = frozenset({"site_status", "site_type"})


def cell_figures(wide: pa.Table, query: Query, panel: Panel) -> Iterator[tuple[str, pa.Table]]:
    """Give for each cell of a query its indicator's id and its figures, one row a group.

    The columns that all cells share are made once and stand in every table without a copy.
    """
    shared = _shared(wide, query, panel.round)
    for number, cell in enumerate(query.cells):
        columns = shared | _own(wide, number, query)
        direct = panel.derived.isdisjoint(subjects(cell.value))
        basis = Method.OBSERVED if direct else Method.DERIVED
        columns["method"] = _method(columns["n_places"], columns["n_carried"], basis)
        yield cell.indicator.id, pa.table(columns, schema=Figure.SCHEMA)


def _shared(wide: pa.Table, query: Query, round_: str | None) -> dict[str, Any]:
    count = wide.num_rows
    return {
        "place_level": repeated_text(query.by, count),
        "place_code": wide["code"],
        "place_name": wide["name"],
        "round": repeated_text(round_, count),
        "n_known": wide["known"].cast(pa.int32()),
        "n_carried": pa.array(np.zeros(count, np.int32)),
        "n_inaccessible": wide["barred"].cast(pa.int32()),
        "sources": pa.ListArray.from_arrays(
            np.zeros(count + 1, np.int32), pa.array([], pa.string())
        ),
        "suppressed": pa.nulls(count, pa.string()),
    }


def _own(wide: pa.Table, number: int, query: Query) -> dict[str, Any]:
    cell, count = query.cells[number], wide.num_rows
    places = wide[f"n{number}"].cast(pa.int32())
    known = pc.greater(places, 0)
    value = wide[f"v{number}"].cast(pa.float64())
    if not pc.all(known).as_py():
        value = pc.if_else(known, value, None)
    own = {
        "indicator": repeated_text(cell.indicator.id, count),
        "by": _by(wide, cell, query, count),
        "value": value,
        "unit": repeated_text(cell.indicator.unit, count),
        "n_places": places,
        "as_of": _day(wide, number, known),
        "n_assessed": places,
        "carried": _carried(wide, number, cell, value),
    }
    if f"nc{number}" in wide.column_names and not is_listed(cell):
        repeated = wide[f"nc{number}"].cast(pa.int32())
        own |= {"n_carried": repeated, "n_assessed": pc.subtract(places, repeated)}
    if query.sources:
        own["sources"] = source_lists(wide[f"s{number}"])
    if (suppressed := _suppressed(value, cell, query)) is not None:
        own["suppressed"] = suppressed
    return own


def is_listed(cell: Cell) -> bool:
    """Tell whether a cell's places are known from the list of sites, whoever was visited."""
    return _LISTED.issuperset(subjects(cell.value))


def repeated_text(value: str | None, count: int) -> pa.Array:
    """Repeat one text; much faster than Arrow's own repetition of strings."""
    if value is None:
        return pa.nulls(count, pa.string())
    word = value.encode()
    offsets = np.arange(count + 1, dtype=np.int32) * len(word)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(word * count))


def source_lists(column: pa.ChunkedArray) -> pa.Array:
    """Give lists of records, empty instead of null where no place has a value."""
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(offsets, pc.list_flatten(column).combine_chunks())


def _by(wide: pa.Table, cell: Cell, query: Query, count: int) -> pa.Array:
    if query.along is None:
        return repeated_text(by_text(cell.by), count)
    return pc.binary_join_element_wise(query.along, wide["part"], "=")


def _day(wide: pa.Table, number: int, known: pa.ChunkedArray) -> pa.Array:
    days = wide[f"t{number}"] if f"t{number}" in wide.column_names else wide["t"]
    return pc.if_else(known, days.cast(pa.date32()), None)


def _method(places: pa.ChunkedArray, repeated: pa.Array, basis: Method) -> pa.Array:
    """Name the weakest method among the places behind each figure; `basis` where none was carried."""
    words = pa.array([Method.UNKNOWN.value, basis.value, Method.CARRIED_FORWARD.value])
    numbers = (np.asarray(places) > 0).astype(np.int8) + (np.asarray(repeated) > 0).astype(np.int8)
    if numbers.size and numbers.min() == numbers.max():
        return repeated_text(words[int(numbers[0])].as_py(), numbers.size)
    return words.take(pa.array(numbers))


def _carried(wide: pa.Table, number: int, cell: Cell, value: pa.ChunkedArray) -> pa.Array:
    """Give the part carried forward: 0 where none was, null where it cannot be told apart or nothing is known."""
    if isinstance(cell.value, Averaged) or cell.indicator.over_places is OverPlaces.MAX:
        return pa.nulls(wide.num_rows, pa.float64())
    name = "" if is_listed(cell) else f"c{number}"
    part = pc.coalesce(wide[name].cast(pa.float64()), 0.0) if name in wide.column_names else 0.0
    return pc.if_else(pc.is_valid(value), part, None)


def _suppressed(value: pa.ChunkedArray, cell: Cell, query: Query) -> pa.Array | None:
    """Say why small cells of a disaggregation must not be shown in public; None where the rule is silent."""
    least = cell.indicator.suppress_below
    if least is None or not (cell.by or query.along):
        return None
    small = pc.and_(pc.greater(value, 0), pc.less(value, least))
    return pc.if_else(pc.fill_null(small, fill_value=False), f"below_{least}", None)
