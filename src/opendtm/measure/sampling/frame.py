"""The sampling frame: a table with one row a cluster and the number of households in it.

Cells that cannot be drawn from are refused with their row: a size that is missing, no number or negative, a
stratum that is missing, a cluster that stands there twice. A size of 0 is a known one: it is kept in the
frame and cannot be drawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors.measure_sampling import ClusterRepeated
from opendtm.i18n import Message, mark
from opendtm.measure.sampling.allocation import Stratum
from opendtm.measure.sampling.drawing import Cluster
from opendtm.tables.numbers import read_numbers
from opendtm.tables.plain import PlainTable

WHOLE = ""  # the name of the only stratum of a frame without strata


@dataclass(frozen=True, slots=True)
class FrameColumns:
    """Which columns of the frame say what; without `size` every row counts one household."""

    name: str | None = None
    size: str | None = None
    stratum: str | None = None
    spread: str | None = None
    order: tuple[str, ...] = ()


def read_clusters(table: PlainTable, columns: FrameColumns) -> list[Cluster]:
    """Read the clusters of a frame. ColumnAbsent, CellUnusable, ClusterRepeated with the row."""
    sizes = _sizes(table, columns)
    strata = _stated(table, columns.stratum) or [WHOLE] * table.height
    rows = table.rows.to_pylist()
    names = _stated(table, columns.name) or [str(row) for row in rows]
    _check_once(table, names, columns.name, strata)
    keys = [_sort_keys(table.text(name)) for name in columns.order]
    return [
        Cluster(names[at], strata[at], sizes[at], at, rows[at], tuple(key[at] for key in keys))
        for at in range(table.height)
    ]


def strata_of(
    clusters: Iterable[Cluster], *, table: PlainTable, columns: FrameColumns
) -> list[Stratum]:
    """Sum the strata of a frame, in the order in which they first appear."""
    together: dict[str, list[Cluster]] = {}
    for one in clusters:
        together.setdefault(one.stratum, []).append(one)
    spreads = table.numbers(columns.spread).to_pylist() if columns.spread else None
    return [
        Stratum(
            name,
            float(sum(one.households for one in found)),
            sum(1 for one in found if one.households > 0),
            1.0 if spreads is None else _spread(table, columns.spread or "", spreads, found),
        )
        for name, found in together.items()
    ]


def _sizes(table: PlainTable, columns: FrameColumns) -> list[Fraction]:
    if columns.size is None:
        return [Fraction(1)] * table.height
    numbers = table.numbers(columns.size)
    if numbers.null_count:
        missing = pc.indices_nonzero(pc.is_null(numbers))[0].as_py()
        sentence = mark("the size of a cluster must be known; rows without it: {count}")
        reason = Message(sentence, {"count": numbers.null_count})
        raise table.unusable(columns.size, missing, reason)
    negative = pc.indices_nonzero(pc.less(numbers, 0))
    if len(negative):
        reason = Message(mark("the size of a cluster is not negative"))
        raise table.unusable(columns.size, negative[0].as_py(), reason)
    return [Fraction(size) for size in numbers.to_pylist()]


def _stated(table: PlainTable, column: str | None) -> list[str] | None:
    if column is None:
        return None
    found = table.text(column)
    if found.null_count:
        missing = pc.indices_nonzero(pc.is_null(found))[0].as_py()
        raise table.unusable(column, missing, Message(mark("it must say which one it is")))
    words: list[str] = found.to_pylist()
    return words


def _check_once(
    table: PlainTable, names: Sequence[str], column: str | None, strata: Sequence[str]
) -> None:
    seen: dict[tuple[str, str], int] = {}
    for at, key in enumerate(zip(strata, names, strict=True)):
        if key in seen:
            first = table.rows[seen[key]].as_py()
            raise ClusterRepeated(name=key[1], first=first, where=table.where(column, at))
        seen[key] = at


def _sort_keys(column: pa.Array) -> list[tuple[bool, float, str]]:
    """Give keys that sort numbers by value and words by letters, empty cells last."""
    read = read_numbers(column)
    numeric = not read.unread
    return [
        (text is None, (number or 0.0) if numeric else 0.0, text or "")
        for text, number in zip(column.to_pylist(), read.values.to_pylist(), strict=True)
    ]


def _spread(
    table: PlainTable, column: str, spreads: Sequence[float | None], found: Sequence[Cluster]
) -> float:
    """Give the one standard deviation that a stratum states; it must be the same in all of its rows."""
    first = spreads[found[0].index]
    for one in found:
        spread = spreads[one.index]
        if spread is None or spread < 0 or spread != first:
            reason = Message(mark("a stratum has one standard deviation, the same in all its rows"))
            raise table.unusable(column, one.index, reason)
    return float(first or 0.0)
