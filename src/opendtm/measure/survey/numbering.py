"""Clusters and domains of a sample in memory as numbers, from which `cells` adds up and `declare` checks the design.

Numbering a million rows takes a fraction of the time in which a query over them is written, or an engine opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.survey.arrays import Floats, Stage
from opendtm.measure.survey.design import STRATUM, Design, Finite, has_clusters, unit
from opendtm.measure.survey.grid import Grid, grid
from opendtm.measure.survey.marks import Marks, alike, marks
from opendtm.measure.survey.tally import HEFT, SIZE, Tally, tallied
from opendtm.measure.survey.terms import Statistic, Term


@dataclass(frozen=True)
class Numbered:
    """A table of interviews with its clusters counted, and the first stage of its design.

    `stage` has the number of each unit where others have that of each row. `columns` and `grids` keep what was
    numbered for an earlier question.
    """

    table: pa.Table
    weights: pa.ChunkedArray
    stage: Stage
    tally: Tally
    design: Design
    columns: dict[str, Marks] = field(default_factory=dict)
    grids: dict[tuple[str, ...], Grid | None] = field(default_factory=dict)

    def marks(self, name: str) -> Marks:
        """Give a column as numbers, numbered once."""
        if name not in self.columns:
            self.columns[name] = marks(self.table[name])
        return self.columns[name]

    def grid(self, names: Sequence[str]) -> Grid | None:
        """Give the domains that columns form together, crossed with the clusters once; None where that is too many."""
        if tuple(names) not in self.grids:
            cuts = {name: self.marks(name) for name in names}
            self.grids[tuple(names)] = grid(cuts, self.tally, self.weights)
        return self.grids[tuple(names)]

    def levels(self, name: str) -> list[str]:
        """List the values of a column that occur, in order."""
        found = self.marks(name)
        values = pc.unique(found.column).sort() if found.values is None else found.values
        return [str(value) for value in values.to_pylist()]

    def can_answer(self, terms: Sequence[Term]) -> bool:
        """Tell whether terms are such that text means the same here as in an engine."""
        shares = (term for term in terms if term.statistic is Statistic.PROPORTION)
        return all(self.means_the_same(term.variable) for term in shares)

    def means_the_same(self, name: str) -> bool:
        """Tell whether the values of a column are written the same here as in an engine."""
        kind = self.table.schema.field(name).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        return bool(pa.types.is_string(kind) or pa.types.is_integer(kind))


def can_number(design: Design) -> bool:
    """Tell whether a design drew clusters, and in one stage."""
    return design.stages == 1 and has_clusters(design, 1)


def numbered(table: pa.Table, design: Design) -> Numbered | None:
    """Give numbers to the clusters of a sample.

    None for a design of several stages, or without clusters; and where a row lacks a value of the design, its weight
    is below 0 or no number, or its size is not that of its cluster: an engine then counts such rows.
    """
    incomplete = any(table[name].null_count for name in design.columns())
    if not can_number(design) or not table.num_rows or incomplete:
        return None
    clusters = marks(table[design.clusters[0]])
    strata = marks(table[design.strata]) if design.strata else alike(table.num_rows)
    if design.weights:
        weights = table[design.weights].cast(pa.float64())
    else:
        weights = pa.chunked_array([np.ones(table.num_rows)])
    columns = {HEFT: weights}
    if design.finite:
        columns[SIZE] = table[design.finite[0]].cast(pa.float64())
    found = tallied(columns, clusters, strata)
    if found is None or not found.lightest >= 0:
        return None
    return Numbered(table, weights, _stage(found, design), found, design)


def _stage(found: Tally, design: Design) -> Stage:
    place = np.unique(found.homes, return_inverse=True)[1].astype(np.int64)
    drawn = np.bincount(place).astype(np.float64)
    fraction: Floats = np.zeros(len(drawn))
    if found.sizes is not None:
        fraction[place] = found.sizes
        if design.finite_holds is not Finite.FRACTION:
            fraction = np.divide(drawn, fraction, out=np.zeros(len(drawn)), where=fraction != 0)
    return Stage(np.arange(len(place)), place, drawn, fraction, np.ones(len(drawn)))


def first_units(sample: Numbered) -> pa.Table:
    """Give the units of the first stage with the columns that `declare` reads from an engine."""
    found, count = sample.tally, len(sample.tally.rows)
    size = pa.nulls(count, pa.float64()) if found.sizes is None else pa.array(found.sizes)
    none = pa.array(np.zeros(count, np.int64))
    return pa.table(
        {
            STRATUM: found.strata,
            unit(1): found.clusters,
            "rows": found.rows,
            "weighted": found.weighted,
            "low": size,
            "high": size,
            "unstated": none,
            "unfit": none,
            "units": np.ones(count, np.int64),
            **{f"lacking{each}": none for each in range(2, len(sample.design.clusters) + 1)},
        }
    )
