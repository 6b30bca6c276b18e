"""From the tall answer of a small panel's query to figures: every cell of a query in one go."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.answers import is_listed, repeated_text, source_lists
from opendtm.measure.exchange import by_text
from opendtm.measure.grammar import Averaged, Count, subjects
from opendtm.measure.panels import Panel
from opendtm.measure.query import Cell, Query
from opendtm.measure.scope import OverPlaces
from opendtm.records import Figure, Method


def tall_figures(tall: pa.Table, query: Query, panel: Panel) -> Iterator[tuple[str, pa.Table]]:
    """Give the figures of a query by indicator, in the order of its cells, then of its groups.

    `tall` is an answer of `tall.tall_answers`.
    """
    found = pa.table(_columns(tall, query, panel), schema=Figure.SCHEMA)
    groups = tall.num_rows // len(query.cells)
    for start, cell in enumerate(query.cells):
        yield cell.indicator.id, found.slice(start * groups, groups)


def _columns(tall: pa.Table, query: Query, panel: Panel) -> dict[str, Any]:
    cells, count = _Cells(query.cells, tall["cell"]), tall.num_rows
    places = tall["n"].cast(pa.int32())
    value = pc.if_else(pc.greater(places, 0), _value(tall, cells, panel), None)
    repeated = pc.if_else(cells.listed, pa.scalar(0, pa.int32()), tall["nc"].cast(pa.int32()))
    return {
        "indicator": cells.each(lambda cell: cell.indicator.id),
        "place_level": repeated_text(query.by, count),
        "place_code": tall["code"],
        "place_name": tall["name"],
        "by": _by(tall, cells, query),
        "value": value,
        "unit": cells.each(lambda cell: cell.indicator.unit),
        "n_places": places,
        "as_of": pc.if_else(pc.greater(places, 0), tall["t"].cast(pa.date32()), None),
        "round": repeated_text(panel.round, count),
        "method": _method(places, repeated, cells, panel),
        "n_known": tall["known"].cast(pa.int32()),
        "n_assessed": pc.subtract(places, repeated),
        "n_carried": repeated,
        "n_inaccessible": tall["barred"].cast(pa.int32()),
        "carried": _carried(tall, value, cells, panel),
        "sources": source_lists(tall["s"]) if query.sources else _no_sources(count),
        "suppressed": _suppressed(value, cells, query),
    }


class _Cells:
    """What is true of the cell of each row, as columns."""

    def __init__(self, cells: Sequence[Cell], numbers: pa.ChunkedArray) -> None:
        self._cells, self._numbers = cells, numbers
        self.ratio = self.each(lambda cell: isinstance(cell.value, Averaged))
        self.largest = self.each(lambda cell: cell.indicator.over_places is OverPlaces.MAX)
        self.counted = self.each(
            lambda cell: isinstance(cell.value, Count) and cell.value.of_places
        )
        self.listed = self.each(is_listed)

    def each(self, told: Any) -> pa.ChunkedArray:
        return pa.array([told(cell) for cell in self._cells]).take(self._numbers)


def _value(tall: pa.Table, cells: _Cells, panel: Panel) -> pa.ChunkedArray:
    added = pc.if_else(cells.counted, tall["met"], tall["sum"]) if panel.split else tall["sum"]
    whole = pc.if_else(cells.largest, tall["largest"], added)
    return pc.if_else(cells.ratio, tall["ratio"], whole)


def _by(tall: pa.Table, cells: _Cells, query: Query) -> pa.ChunkedArray:
    if query.along is None:
        return cells.each(lambda cell: by_text(cell.by))
    return pc.binary_join_element_wise(query.along, tall["part"], "=")


def _method(
    places: pa.ChunkedArray, repeated: pa.ChunkedArray, cells: _Cells, panel: Panel
) -> pa.ChunkedArray:
    """Name the weakest method among the places behind each figure."""
    basis = cells.each(
        lambda cell: (
            (
                Method.OBSERVED
                if panel.derived.isdisjoint(subjects(cell.value))
                else Method.DERIVED
            ).value
        )
    )
    known = pc.if_else(pc.greater(repeated, 0), Method.CARRIED_FORWARD.value, basis)
    return pc.if_else(pc.greater(places, 0), known, Method.UNKNOWN.value)


def _carried(
    tall: pa.Table, value: pa.ChunkedArray, cells: _Cells, panel: Panel
) -> pa.ChunkedArray:
    """Give the part carried forward: 0 where none was, null where it cannot be told apart or nothing is known."""
    part = pc.if_else(cells.counted, tall["metc"], tall["c"]) if panel.split else tall["c"]
    part = pc.if_else(cells.listed, 0.0, pc.coalesce(part, 0.0))
    told = pc.and_(pc.is_valid(value), pc.invert(pc.or_(cells.ratio, cells.largest)))
    return pc.if_else(told, part, None)


def _no_sources(count: int) -> pa.Array:
    return pa.ListArray.from_arrays(np.zeros(count + 1, np.int32), pa.array([], pa.string()))


def _suppressed(value: pa.ChunkedArray, cells: _Cells, query: Query) -> pa.ChunkedArray:
    """Say why small cells of a disaggregation must not be shown in public; null where the rule is silent."""
    least = cells.each(
        lambda cell: float(cell.indicator.suppress_below or 0) if cell.by or query.along else 0.0
    )
    small = pc.fill_null(pc.and_(pc.greater(value, 0), pc.less(value, least)), fill_value=False)
    reasons = cells.each(lambda cell: f"below_{cell.indicator.suppress_below}")
    return pc.if_else(small, reasons, None)
