"""Terms added up by cell, all of a question in one walk over the rows: what is above the line and below it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from opendtm.measure.survey.arrays import Codes, Floats, numbers
from opendtm.measure.survey.grid import Grid
from opendtm.measure.survey.marks import Block, blocks
from opendtm.measure.survey.numbering import Numbered
from opendtm.measure.survey.tally import HEFT
from opendtm.measure.survey.terms import Statistic, Term

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Added:
    """A term added up: by cell what is above and below the line, by domain the sums of which a moment is made."""

    cells: tuple[Floats, Floats]
    above: Floats
    below: Floats
    squares: Floats
    n: Floats
    hits: Floats
    weighted: Floats


def added(sample: Numbered, terms: Sequence[Term], grid: Grid) -> list[Added]:
    """Add terms up by cell and domain."""
    lines = [_Line(sample, term, place) for place, term in enumerate(terms)]
    read = {HEFT: sample.weights, **grid.axes.columns}
    for line in lines:
        read |= line.columns
    span = grid.axes.span
    for block in blocks(read, span):
        cells = grid.axes.cells(block)
        for line in lines:
            line.add(block, cells, span)
    return [line.added(grid) for line in lines]


class _Line:
    """One term while it is added up."""

    def __init__(self, sample: Numbered, term: Term, place: int) -> None:
        self.term, self.above, self.below = term, f"above{place}", f"below{place}"
        self.columns = {self.above: sample.table[term.variable]}
        self.level, self.whole = 0, True
        self.share = term.statistic is Statistic.PROPORTION
        if term.level is not None and self.share:
            marks = sample.marks(term.variable)
            self.level, self.whole = marks.number(term.level), not marks.gaps
            self.columns = {self.above: marks.column}
        if term.below:
            self.columns[self.below] = sample.table[term.below]
        if not self.share:
            self.columns = {name: _plain(column) for name, column in self.columns.items()}
            self.whole = all(_is_whole(column) for column in self.columns.values())
        self.sums: dict[str, Floats] = {}

    def add(self, block: Block, cells: Codes, span: int) -> None:
        """Add a block up by cell."""
        above, below, known = self._read(block)
        weights = block[HEFT] if known is None else block[HEFT] * known
        lines = weights * above
        values: dict[str, npt.NDArray[np.float64] | Flags] = {"wy": lines}
        if known is not None:
            values |= {"w": weights, "n": known}
        if self.share:
            values["hits"] = above
        else:
            values["wyy"] = lines * above
        if below is not None:
            under = weights * below
            values |= {"wx": under, "wxx": under * below, "wxy": lines * below}
        for name, each in values.items():
            found: Floats = np.bincount(cells, each, minlength=span).astype(np.float64, copy=False)
            self.sums[name] = found + self.sums[name] if name in self.sums else found

    def _read(self, block: Block) -> tuple[Floats, Floats | None, Flags | None]:
        """Give what rows add above and below the line (None: one), 0 where unknown, and which are known (None: all)."""
        above = block[self.above]
        if self.share:
            return (
                (above == self.level).astype(np.float64),
                None,
                None if self.whole else above >= 0,
            )
        below = block[self.below] if self.term.below else None
        if self.whole:
            return above, below, None
        known = ~np.isnan(above)
        if below is not None:
            known &= ~np.isnan(below)
            below = np.where(known, below, 0.0)
        return np.where(known, above, 0.0), below, known

    def added(self, grid: Grid) -> Added:
        """Give what was added up."""
        sums = {name: grid.kept(each) for name, each in self.sums.items()}
        w, n, wy = sums.get("w", grid.weighted), sums.get("n", grid.counts), sums["wy"]
        wx = sums.get("wx", w)
        above, below = grid.whole(wy), grid.whole(wx)
        centre = np.divide(above, below, out=np.zeros(len(grid)), where=below != 0)
        squares = [sums.get("wyy", wy), sums.get("wxy", wy), sums.get("wxx", wx)]
        yy, xy, xx = (grid.whole(each) for each in squares)
        return Added(
            (wy, wx),
            above,
            below,
            squares=np.maximum(yy - 2 * centre * xy + centre * centre * xx, 0.0),
            n=grid.whole(n),
            hits=grid.whole(sums.get("hits", n)),
            weighted=grid.whole(w),
        )


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give a column as numbers, NaN where unknown."""
    plain = pa.types.is_integer(column.type) or column.type == pa.float64()
    if plain and not column.null_count:
        return column
    return pa.chunked_array([numbers(column)])


def _is_whole(column: pa.ChunkedArray) -> bool:
    if pa.types.is_integer(column.type):
        return True
    return not any(np.isnan(chunk.to_numpy()).any() for chunk in column.chunks)
