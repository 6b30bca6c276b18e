"""The sums and variances of `taylor` for a million interviews in memory: one pass over numbered clusters and domains.

Writing a query takes longer than adding a million numbers up. Clusters are numbered once a sample and domains once a
question; each variable is then added up by domain and cluster, and what follows is computed from those cells.
"""

from collections.abc import Sequence
from math import isfinite

import numpy as np

from opendtm.measure.survey.arrays import Codes, Floats, Frame, Stage, members
from opendtm.measure.survey.finishing import Moment
from opendtm.measure.survey.grid import Grid
from opendtm.measure.survey.lines import Added, added
from opendtm.measure.survey.numbering import Numbered
from opendtm.measure.survey.terms import Statistic, Term
from opendtm.measure.survey.variance import domain_variances

Groups = Sequence[tuple[tuple[str, str], ...]]


def cell_moments(sample: Numbered, terms: Sequence[Term], by: Sequence[str]) -> list[Moment] | None:
    """Give the moments of terms in each domain, domain by domain, as the one expression would.

    None where `Numbered.grid` is.
    """
    grid = sample.grid(by)
    if grid is None:
        return None
    if not len(grid):
        return []
    small = _of_cells(sample, grid)
    facts = (grid.whole(grid.counts), *members(small, grid.domains))
    found = []
    for term, each in zip(terms, added(sample, terms, grid), strict=True):
        linear = _linear(each, term)[grid.filled]
        variances = domain_variances(small, linear, grid.domains)
        found.append(_moments(term, each, variances, (grid.names, facts)))
    return [each[place] for place in range(len(grid)) for each in found]


def _of_cells(sample: Numbered, grid: Grid) -> Frame:
    """Give the frame of which each row is a cell: a cluster with a member of a domain."""
    whole, there = sample.stage, grid.filled
    stage = Stage(there % grid.units, whole.place, whole.drawn, whole.fraction, whole.above)
    return Frame(np.ones(len(there)), (stage,), sample.design.lonely, {})


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
    told: tuple[Groups, tuple[Floats, Codes, Codes]],
) -> list[Moment]:
    groups, (rows, units, strata) = told
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
        for place, group in enumerate(groups)
    ]
