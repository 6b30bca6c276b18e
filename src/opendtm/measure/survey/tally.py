"""The clusters of a table in memory, counted in two walks over its rows: one adds up, one checks every row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from opendtm.measure.survey.arrays import Codes, Floats
from opendtm.measure.survey.marks import Block, Marks, blocks, together

UNIT, HOME, HEFT, SIZE = "unit", "home", "weight", "size"
SHARED = {HOME: np.int64, SIZE: np.float64}  # what the rows of a cluster share


@dataclass(frozen=True, slots=True)
class Tally:
    """First-stage units by number: the number of each row, and by unit its names, stratum, rows, weights, stated size.

    `there` are the numbers that occur, less the least. `lightest` is the least weight of a row, NaN where one is
    none. `sizes` is None where none are stated.
    """

    marks: Marks
    there: Codes
    clusters: pa.Array
    strata: pa.Array
    homes: Codes
    rows: Codes
    weighted: Floats
    sizes: Floats | None
    lightest: float


def tallied(columns: Mapping[str, pa.ChunkedArray], clusters: Marks, strata: Marks) -> Tally | None:
    """Count the clusters of rows; `columns` are their weights (HEFT) and, where stated, sizes (SIZE).

    None where a row has no cluster or stratum, the sizes of a cluster differ, or one is no number.
    """
    if clusters.gaps or strata.gaps:
        return None
    read = {UNIT: clusters.column, HOME: strata.column, **columns}
    sums = _Sums(clusters, SHARED.keys() & read.keys())
    for block in blocks(read, clusters.span):
        sums.add(block)
    unlike = {name for block in blocks(read, 0) for name in sums.unlike(block)}
    if HOME in unlike:
        return tallied(columns, _apart(clusters, strata), strata)
    if SIZE in unlike:
        return None
    there = np.flatnonzero(sums.rows)
    homes = sums.shared[HOME][there] - strata.least
    return Tally(
        clusters,
        there,
        clusters.named(there),
        strata.named(homes),
        homes,
        sums.rows[there],
        sums.weighted[there],
        sums.shared[SIZE][there] if SIZE in columns else None,
        sums.lightest,
    )


def _apart(clusters: Marks, strata: Marks) -> Marks:
    """Tell clusters of several strata apart that have one number."""
    both = together([strata, clusters])
    own = both.named(np.arange(both.span)).to_numpy() % clusters.span
    return Marks(both.column, 0, both.span, clusters.named(own))


class _Sums:
    """What the first walk adds up by number, and the second checks."""

    def __init__(self, clusters: Marks, shared: Iterable[str]) -> None:
        self.clusters, self.lightest = clusters, float("inf")
        self.rows, self.weighted = np.zeros(clusters.span, np.int64), np.zeros(clusters.span)
        self.shared: dict[str, npt.NDArray[Any]] = {
            name: np.zeros(clusters.span, SHARED[name]) for name in shared
        }

    def add(self, block: Block) -> None:
        """Add a block up; of what the rows of a unit share the last one stays."""
        at, span = self.clusters.codes(block[UNIT]), self.clusters.span
        self.rows += np.bincount(at, minlength=span)
        self.weighted += np.bincount(at, block[HEFT], minlength=span)
        self.lightest = float(np.minimum(self.lightest, block[HEFT].min()))
        for name, values in self.shared.items():
            values[at] = block[name]

    def unlike(self, block: Block) -> set[str]:
        """Name what rows of one unit do not share, in a block."""
        at = self.clusters.codes(block[UNIT])
        return {
            name
            for name, values in self.shared.items()
            if not np.array_equal(values[at], block[name])
        }
