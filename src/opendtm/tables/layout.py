"""Where the table stands on its sheet: title rows, one or two heading rows, an HXL row, the first data row.

Found from the shape of the first rows: below the headings, some columns hold numbers or dates; the headings
of those columns do not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from opendtm.tables import hashtags, headings
from opendtm.tables.grid import Grid
from opendtm.tables.missing import WORDS

SAMPLE_ROWS = 60
TITLE_ROWS = 25
_FIGURE = re.compile(
    r"^[+-]?[0-9][0-9.,'’  \u00a0\u202f]*%?$|^\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}\b.*$"
)
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """A table on its sheet; row numbers count from 0 within the grid.

    `headings`, `lower` (the lower heading row alone) and `tags` have one entry a column, "" where there is
    none. `header_rows` is empty where the table starts with data.
    """

    headings: tuple[str, ...]
    lower: tuple[str, ...]
    tags: tuple[str, ...]
    header_rows: tuple[int, ...]
    hxl_row: int | None
    first_row: int

    @property
    def headerless(self) -> bool:
        """Tell whether nothing names the columns."""
        return not self.header_rows and self.hxl_row is None


def find_layout(grid: Grid) -> Layout:
    """Find the table of a sheet."""
    rows = grid.head(SAMPLE_ROWS)
    hxl = next((n for n, row in enumerate(rows[:TITLE_ROWS]) if hashtags.is_hashtag_row(row)), None)
    if hxl is not None:
        return layout_with(grid, header_rows=_above(rows, hxl - 1), hxl_row=hxl, first_row=hxl + 1)
    bottom = _heading_row(rows)
    if bottom is None:
        return layout_with(grid, header_rows=(), hxl_row=None, first_row=_first_filled(rows))
    return layout_with(grid, header_rows=_above(rows, bottom), hxl_row=None, first_row=bottom + 1)


def layout_with(
    grid: Grid, *, header_rows: tuple[int, ...], hxl_row: int | None, first_row: int
) -> Layout:
    """Describe a table whose rows are known; two heading rows become one heading a column."""
    rows = grid.head(max([*header_rows, hxl_row or 0, -1]) + 1)
    names = _combine([rows[number] for number in header_rows], grid.width)
    lower = tuple(rows[header_rows[-1]]) if header_rows else names
    tags = tuple(rows[hxl_row]) if hxl_row is not None else ("",) * grid.width
    return Layout(names, lower, tags, header_rows, hxl_row, first_row)


def _heading_row(rows: Rows) -> int | None:
    """Give the lowest heading row; None where the sheet starts with data."""
    figures = _figure_columns(rows)
    best = _best_known(rows)
    first = next((n for n, row in enumerate(rows) if _is_data(row, figures)), None)
    if best is not None and (first is None or best < first or _known_count(rows[best]) > 2):
        more = best + 1 < min(first or 0, len(rows)) and _is_heading(rows[best + 1], figures)
        return best + 1 if more else best
    if not figures or first is None:
        return _widest_text_row(rows)
    above = [n for n in range(first) if _is_heading(rows[n], figures)]
    if above:
        return above[-1]
    return None if first == _first_filled(rows) else _widest_text_row(rows[:first])


def _best_known(rows: Rows) -> int | None:
    """Give the row with the most known headings, unless an earlier row is as full: that one names columns."""
    counts = [_known_count(row) for row in rows[:TITLE_ROWS]]
    best = max(counts, default=0)
    if best < 2:
        return None
    number = counts.index(best)
    width = sum(map(bool, rows[number]))
    fuller = any(sum(map(bool, row)) >= width for row in rows[:number])
    return None if fuller and best < 4 else number


def _known_count(row: Sequence[str]) -> int:
    return sum(
        bool(cell) and len(cell) < 80 and headings.concept_of(cell) is not None for cell in row
    )


def _figure_columns(rows: Rows) -> list[int]:
    """Name the columns that hold mostly numbers or dates in the lower part of the sample."""
    lower = rows[max(min(max(len(rows) // 3, 2), 12, len(rows) - 1), 0) :]
    found = []
    for index in range(len(rows[0]) if rows else 0):
        cells = [row[index] for row in lower if row[index] and row[index].lower() not in WORDS]
        if cells and sum(map(_is_figure, cells)) >= 0.7 * len(cells):
            found.append(index)
    return found


def _is_data(row: Sequence[str], figures: list[int]) -> bool:
    cells = [row[index] for index in figures if row[index] and row[index].lower() not in WORDS]
    return bool(cells) and sum(map(_is_figure, cells)) >= 0.5 * len(cells)


def _is_heading(row: Sequence[str], figures: list[int]) -> bool:
    cells = [row[index] for index in figures if row[index] and row[index].lower() not in WORDS]
    filled = sum(bool(cell) for cell in row)
    return bool(cells) and not any(map(_is_figure, cells)) and (filled > 1 or len(row) == 1)


def _widest_text_row(rows: Rows) -> int | None:
    widths = [sum(bool(cell) for cell in row) for row in rows[:TITLE_ROWS]]
    if not widths:
        return None
    return next((n for n, width in enumerate(widths) if width >= 0.5 * max(widths)), None)


def _is_figure(cell: str) -> bool:
    return bool(_FIGURE.match(cell))


def _first_filled(rows: Rows) -> int:
    return next((number for number, row in enumerate(rows) if any(row)), 0)


def _above(rows: Rows, bottom: int) -> tuple[int, ...]:
    """Give the heading rows that end at `bottom`: one, or two where the upper one groups the lower."""
    if bottom < 0 or not any(rows[bottom]):
        return ()
    if bottom and _groups(rows[bottom - 1], rows[bottom]):
        return (bottom - 1, bottom)
    return (bottom,)


def _groups(upper: Sequence[str], lower: Sequence[str]) -> bool:
    over = [index for index, cell in enumerate(upper) if cell]
    if len(over) < 2 or any(len(upper[index]) > 60 for index in over):
        return False
    names = [cell for cell in lower if cell]
    fills_gaps = any(not lower[index] for index in over)
    return fills_gaps or len(set(names)) < len(names)


def _combine(rows: list[list[str]], width: int) -> tuple[str, ...]:
    if not rows:
        return ("",) * width
    if len(rows) == 1:
        return tuple(rows[0])
    upper, lower = _spread(rows[0], rows[1]), rows[1]
    return tuple(" ".join(part for part in pair if part) for pair in zip(upper, lower, strict=True))


def _spread(upper: list[str], lower: list[str]) -> list[str]:
    """Carry a merged heading over the columns it spans: to the right, as long as something stands below."""
    spread: list[str] = []
    for index, cell in enumerate(upper):
        carried = spread[index - 1] if index and lower[index] and lower[index - 1] else ""
        spread.append(cell or carried)
    return spread
