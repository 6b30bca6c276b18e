"""From the sums of a small panel's query to figures: every cell of a query in one go."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.answers import is_listed, repeated_text
from opendtm.measure.exchange import by_text
from opendtm.measure.grammar import Averaged, subjects
from opendtm.measure.panels import Panel
from opendtm.measure.query import Cell, Query
from opendtm.measure.scope import OverPlaces
from opendtm.measure.tall_groups import NEVER, Flags
from opendtm.measure.tall_sums import Sums
from opendtm.records import Figure, Method


def tall_figures(sums: Sums, query: Query, panel: Panel) -> Iterator[tuple[str, pa.Table]]:
    """Give the figures of a query by indicator, in the order of its cells, then of its groups.

    `sums` is an answer of `tall.tall_answers`.
    """
    found = pa.table(_columns(sums, query, panel), schema=Figure.SCHEMA)
    groups = sums.groups.num_rows
    for start, cell in enumerate(query.cells):
        yield cell.indicator.id, found.slice(start * groups, groups)


def _columns(sums: Sums, query: Query, panel: Panel) -> dict[str, Any]:
    cells, (count, groups) = query.cells, sums.value.shape
    known = sums.places > 0
    repeated = sums.repeated * ~_each(cells, is_listed)
    return {
        "indicator": _texts([cell.indicator.id for cell in cells], groups),
        "place_level": repeated_text(query.by, count * groups),
        "place_code": _again(sums.groups["code"], count),
        "place_name": _again(sums.groups["name"], count),
        "by": _by(sums, query),
        "value": _where(known, sums.value, pa.float64()),
        "unit": _texts([cell.indicator.unit for cell in cells], groups),
        "n_places": _numbers(sums.places),
        "as_of": _where(known & (sums.day != NEVER), sums.day, pa.int32()).cast(pa.date32()),
        "round": repeated_text(panel.round, count * groups),
        "method": _method(sums, repeated > 0, cells, panel),
        "n_known": _again(_numbers(sums.known), count),
        "n_assessed": _numbers(sums.places - repeated),
        "n_carried": _numbers(repeated),
        "n_inaccessible": _again(_numbers(sums.barred), count),
        "carried": _carried(sums, cells),
        "sources": _no_sources(count * groups) if sums.sources is None else sums.sources,
        "suppressed": _suppressed(sums, query),
    }


def _each(cells: Sequence[Cell], told: Callable[[Cell], bool]) -> Flags:
    """Tell something of each cell, as a column beside its groups."""
    return np.array([told(cell) for cell in cells], np.bool_)[:, None]


def _texts(words: Sequence[str], times: int) -> pa.Array:
    """Repeat each text some times; much faster than taking it as often."""
    coded = [word.encode() for word in words]
    lengths = np.repeat(np.array([len(word) for word in coded], np.int64), times)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    text = b"".join(word * times for word in coded)
    return pa.StringArray.from_buffers(len(lengths), pa.py_buffer(offsets), pa.py_buffer(text))


def _again(column: pa.Array | pa.ChunkedArray, times: int) -> pa.ChunkedArray:
    """Repeat a column of groups for each cell, without a copy."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return pa.chunked_array([whole] * times, whole.type)


def _numbers(values: Any) -> pa.Array:
    return pa.array(values.ravel().astype(np.int32))


def _where(known: Flags, values: Any, kind: pa.DataType) -> pa.Array:
    return pa.array(values.ravel(), kind, mask=~known.ravel())


def _by(sums: Sums, query: Query) -> pa.Array | pa.ChunkedArray:
    if query.along is None:
        return _texts([by_text(cell.by) for cell in query.cells], sums.groups.num_rows)
    parts = pc.binary_join_element_wise(query.along, sums.groups["part"], "=")
    return _again(parts, len(query.cells))


def _method(sums: Sums, repeated: Flags, cells: Sequence[Cell], panel: Panel) -> pa.Array:
    """Name the weakest method among the places behind each figure."""
    words = pa.array([Method.UNKNOWN, Method.OBSERVED, Method.DERIVED, Method.CARRIED_FORWARD])
    derived = _each(cells, lambda cell: not panel.derived.isdisjoint(subjects(cell.value)))
    basis = np.where(derived, 2, 1)
    numbers = np.where(sums.places > 0, np.where(repeated, 3, basis), 0)
    return words.take(pa.array(numbers.ravel()))


def _carried(sums: Sums, cells: Sequence[Cell]) -> pa.Array:
    """Give the part carried forward: 0 where none was, null where it cannot be told apart or nothing is known."""
    apart = _each(cells, _adds_up)
    part = np.where(_each(cells, is_listed), 0.0, sums.carried)
    return _where(apart & (sums.places > 0), part, pa.float64())


def _adds_up(cell: Cell) -> bool:
    largest = cell.indicator.over_places is OverPlaces.MAX
    return not (largest or isinstance(cell.value, Averaged))


def _no_sources(count: int) -> pa.Array:
    return pa.ListArray.from_arrays(np.zeros(count + 1, np.int32), pa.array([], pa.string()))


def _suppressed(sums: Sums, query: Query) -> pa.Array:
    """Say why small cells of a disaggregation must not be shown in public; null where the rule is silent."""
    least = np.array(
        [
            cell.indicator.suppress_below or 0 if cell.by or query.along else 0
            for cell in query.cells
        ]
    )
    small = (sums.places > 0) & (sums.value > 0) & (sums.value < least[:, None])
    reasons = pa.array([f"below_{each}" for each in least])
    numbers = np.broadcast_to(np.arange(len(least))[:, None], small.shape)
    return reasons.take(pa.array(numbers.ravel(), mask=~small.ravel()))
