"""The sums and variances of `taylor` for a million interviews in memory: one pass over numbered clusters and domains.

Writing a query takes longer than adding a million numbers up. Clusters are numbered once a sample and domains once a
question; each variable is then added up by domain and cluster, and what follows is computed from those cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.survey.arrays import (
    Codes,
    Domains,
    Floats,
    Frame,
    Stage,
    members,
    numbers,
)
from opendtm.measure.survey.finishing import Moment
from opendtm.measure.survey.numbering import Numbered
from opendtm.measure.survey.terms import Statistic, Term
from opendtm.measure.survey.variance import domain_variances

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


@dataclass(frozen=True, slots=True)
class Grid:
    """Domains by clusters: the cell of each row (those in no domain behind all others), and which cells have one."""

    of: Codes
    domains: int
    units: int
    counts: Floats

    @property
    def there(self) -> Codes:
        """Give the cells that hold a row."""
        return np.flatnonzero(self.counts)

    def sums(self, values: npt.NDArray[Any]) -> Floats:
        """Add rows up by cell."""
        found = np.bincount(self.of, values, minlength=(self.domains + 1) * self.units)
        return found[: self.domains * self.units].astype(np.float64, copy=False)

    def whole(self, cells: Floats) -> Floats:
        """Add cells up by domain."""
        whole: Floats = cells.reshape(self.domains, self.units).sum(axis=1)
        return whole


def cell_moments(sample: Numbered, terms: Sequence[Term], by: Sequence[str]) -> list[Moment]:
    """Give the moments of terms in each domain, domain by domain, as the one expression would."""
    cut = sample.domains(by)
    if not len(cut):
        return []
    grid = _grid(cut, sample.stage)
    small = _of_cells(sample, grid)
    domains = Domains(grid.there // grid.units, cut.names)
    facts = (grid.whole(grid.counts), *members(small, domains))
    found = []
    for term in terms:
        added = _added(sample, term, grid)
        linear = _linear(added, term)[grid.there]
        variances = domain_variances(small, linear, domains)
        found.append(_moments(term, added, variances, (cut, facts)))
    return [each[place] for place in range(len(cut)) for each in found]


def _grid(cut: Domains, stage: Stage) -> Grid:
    units = len(stage.place)
    of = np.where(cut.of >= 0, cut.of, len(cut)) * units + stage.unit
    counts = np.bincount(of, minlength=(len(cut) + 1) * units)[: len(cut) * units]
    return Grid(of, len(cut), units, counts.astype(np.float64))


def _of_cells(sample: Numbered, grid: Grid) -> Frame:
    """Give the frame of which each row is a cell: a cluster with a member of a domain."""
    whole, there = sample.stage, grid.there
    stage = Stage(there % grid.units, whole.place, whole.drawn, whole.fraction, whole.above)
    return Frame(np.ones(len(there)), (stage,), sample.design.lonely, {})


def _added(sample: Numbered, term: Term, grid: Grid) -> Added:
    above, below, known = _columns(sample.table, term)
    weights = sample.weights if known is None else sample.weights * known
    lines = weights * above
    wy, w = grid.sums(lines), grid.sums(weights)
    wx = w if below is None else grid.sums(weights * below)
    share = term.statistic is Statistic.PROPORTION
    n = grid.counts if known is None else grid.sums(known)
    sums = grid.whole(wy), grid.whole(wx)
    yy = sums[0] if share else grid.whole(grid.sums(lines * above))
    xy = sums[0] if below is None else grid.whole(grid.sums(lines * below))
    xx = sums[1] if below is None else grid.whole(grid.sums(weights * below * below))
    centre = np.divide(sums[0], sums[1], out=np.zeros(grid.domains), where=sums[1] != 0)
    return Added(
        (wy, wx),
        *sums,
        squares=np.maximum(yy - 2 * centre * xy + centre * centre * xx, 0.0),
        n=grid.whole(n),
        hits=grid.whole(grid.sums(above) if share else n),
        weighted=grid.whole(w),
    )


def _linear(added: Added, term: Term) -> Floats:
    """Give each cell its linearised value, 0 where the denominator is 0."""
    above, below = added.cells
    if term.statistic is Statistic.TOTAL:
        return above
    units = len(above) // len(added.above)
    whole = np.where(added.below != 0, added.below, 1.0)
    ratio = np.repeat(added.above / whole, units)
    linear = (above - ratio * below) / np.repeat(whole, units)
    told: Floats = np.where(np.repeat(added.below != 0, units), linear, 0.0)
    return told


def _moments(
    term: Term,
    added: Added,
    variances: Floats,
    told: tuple[Domains, tuple[Floats, Codes, Codes]],
) -> list[Moment]:
    cut, (rows, units, strata) = told
    total = term.statistic is Statistic.TOTAL
    return [
        Moment(
            term=term,
            group=group,
            above=float(added.above[place]),
            below=1.0 if total else float(added.below[place]),
            variance=float(variances[place]) if isfinite(variances[place]) else None,
            squares=float(added.squares[place]),
            n=int(added.n[place]),
            hits=int(added.hits[place]),
            rows=int(rows[place]),
            weighted=float(added.weighted[place]),
            units=int(units[place]),
            strata=int(strata[place]),
        )
        for place, group in enumerate(cut.names)
    ]


def _columns(table: pa.Table, term: Term) -> tuple[Floats, Floats | None, Flags | None]:
    """Give what rows add above and below the line (None: one), 0 where unknown, and which are known (None: all)."""
    column = table[term.variable]
    known = _known(column)
    if term.statistic is Statistic.PROPORTION:
        column = pc.equal(column.cast(pa.string()), term.level).cast(pa.int8())
    above = numbers(column)
    below = numbers(table[term.below]) if term.below else None
    if term.below and (other := _known(table[term.below])) is not None:
        known = other if known is None else known & other
    if known is None:
        return above, below, None
    zero = [None if each is None else np.where(known, each, 0.0) for each in (above, below)]
    return np.where(known, above, 0.0), zero[1], known


def _known(column: pa.ChunkedArray) -> Flags | None:
    values = numbers(column) if pa.types.is_floating(column.type) else None
    if values is not None:
        unknown = np.isnan(values)
        return ~unknown if unknown.any() else None
    return None if column.null_count == 0 else pc.is_valid(column).to_numpy()
