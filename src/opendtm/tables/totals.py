"""Rows that are not places: totals and subtotals, and notes under the table.

They are kept out of the observations and reported; a row is a total by its word and its emptiness, or by its
word and its sum.
"""

import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

_WORD = (
    r"(?i)^[\s*]*(grand[\s-]*total|total[\s-]+g[ée]n[ée]ral|sub[\s-]*total|sous[\s-]*total|totals?|totaux"
    r"|overall|ensemble|somme|sum)\s*:?\s*$"
)
_OPENING = r"(?i)^[\s*]*((grand|sub|sous)[\s-]*total|total|totaux)\b"
_NOTE = re.compile(
    r"(?i)^(\*|\(?[0-9]\)|source|note|nb\b|n\.b|remar[kq]|legend|l[ée]gende|disclaimer)|.{40,}"
)


def find_totals(
    columns: Sequence[pa.Array], *, places: Sequence[int], counts: Mapping[int, pa.Array]
) -> tuple[int, ...]:
    """Find totals rows.

    `columns` are all columns as text, `places` those that name a place, `counts` the numeric ones as
    numbers. A cell that says just "Total" is enough; one that only begins so must be followed by the sum.
    """
    named = list(places) or [index for index in range(min(3, len(columns))) if index not in counts]
    looked = sorted({*named, *range(min(2, len(columns)))} - set(counts))
    certain, possible = set[int](), set[int]()
    for index in looked:
        certain.update(_matching(columns[index], _WORD))
        possible.update(_matching(columns[index], _OPENING))
    confirmed = {row for row in possible - certain if _is_sum(row, counts, certain | possible)}
    return tuple(
        sorted(certain | confirmed | _unnamed(columns, named, counts, certain | confirmed))
    )


def find_notes(columns: Sequence[pa.Array]) -> tuple[int, ...]:
    """Find the notes under a table: last rows whose one filled cell reads like a sentence."""
    if len(columns) < 3:
        return ()
    filled = _filled(columns)
    notes = []
    for row in range(len(columns[0]) - 1, -1, -1):
        if filled[row] != 1 or not _NOTE.search(_only_cell(columns, row)):
            break
        notes.append(row)
    return tuple(reversed(notes))


def _only_cell(columns: Sequence[pa.Array], row: int) -> str:
    cells = (column[row].as_py() for column in columns)
    return next((cell for cell in cells if cell), "")


def _filled(columns: Sequence[pa.Array]) -> list[int]:
    count = pa.repeat(pa.scalar(0, pa.int32()), len(columns[0]))
    for column in columns:
        count = pc.add(count, pc.is_valid(column).cast(pa.int32()))
    found: list[int] = count.to_pylist()
    return found


def _matching(column: pa.Array, pattern: str) -> list[int]:
    hit = pc.fill_null(pc.match_substring_regex(column, pattern), fill_value=False)
    rows: list[int] = pc.indices_nonzero(hit).to_pylist()
    return rows


def _unnamed(
    columns: Sequence[pa.Array],
    named: Sequence[int],
    counts: Mapping[int, pa.Array],
    known: set[int],
) -> set[int]:
    """Find a last row without a place whose number is the sum of all rows above."""
    height = len(columns[0]) if columns else 0
    last = height - 1
    if height < 3 or last in known or any(columns[index][last].is_valid for index in named):
        return set()
    return {last} if _is_sum(last, counts, known) else set()


def _is_sum(row: int, counts: Mapping[int, pa.Array], others: set[int]) -> bool:
    for values in counts.values():
        value = values[row].as_py()
        if not value:
            continue
        above = values.slice(0, row)
        skipped = pc.is_in(pa.array(range(row)), value_set=pa.array(sorted(others), pa.int64()))
        total = pc.sum(above.filter(pc.invert(skipped))).as_py()
        if total is not None and abs(total - value) <= max(1.0, 0.001 * abs(value)) and row > 1:
            return True
    return False
