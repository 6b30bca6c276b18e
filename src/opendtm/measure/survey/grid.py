"""Domains by clusters: the cells in which rows in memory are added up before anything else is computed of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
import pyarrow as pa

from opendtm.measure.survey.arrays import WIDE, Codes, Domains, Floats, domain_name
from opendtm.measure.survey.marks import Block, Marks, blocks, together
from opendtm.measure.survey.tally import HEFT, UNIT, Tally

MANY = 1 << 16  # cells that are never too many


@dataclass(frozen=True)
class Axes:
    """What cells are counted along: domains (`cuts`, column by column), then units."""

    cuts: Sequence[Marks]
    units: Marks

    @property
    def columns(self) -> dict[str, pa.ChunkedArray]:
        """Give the columns that `cells` reads of a block."""
        cuts = {f"cut{place}": cut.column for place, cut in enumerate(self.cuts)}
        return {UNIT: self.units.column, **cuts}

    @property
    def domains(self) -> int:
        """Give how many domains there could be."""
        return prod(cut.span for cut in self.cuts)

    @property
    def span(self) -> int:
        """Give how many cells there could be, with those of rows in no domain behind all others."""
        return (self.domains + 1) * self.units.span

    def cells(self, block: Block) -> Codes:
        """Give the cell of each row."""
        cells = self.units.codes(block[UNIT])
        stride, outside = self.units.span, None
        for place, cut in reversed(list(enumerate(self.cuts))):
            codes = cut.codes(block[f"cut{place}"])
            if cut.gaps:
                outside = codes < 0 if outside is None else outside | (codes < 0)
            cells = cells + codes * stride
            stride *= cut.span
        return cells if outside is None else np.where(outside, self.span - 1, cells)


@dataclass(frozen=True)
class Grid:
    """The cells of a question: `found` domains by number, `units` that there are; by cell its rows and weights."""

    axes: Axes
    found: Codes
    there: Codes
    names: tuple[tuple[tuple[str, str], ...], ...]
    counts: Floats
    weighted: Floats

    def __len__(self) -> int:
        """Give the number of domains."""
        return len(self.names)

    @property
    def units(self) -> int:
        """Give the number of units."""
        return len(self.there)

    @cached_property
    def filled(self) -> Codes:
        """Give the cells that hold a row."""
        return np.flatnonzero(self.counts)

    @cached_property
    def domains(self) -> Domains:
        """Give the domain of each cell that holds a row."""
        return Domains(self.filled // self.units, self.names)

    def kept(self, sums: Floats) -> Floats:
        """Leave cells of domains and units out that do not occur."""
        return _kept(sums, self.axes, self.found, self.there)

    def whole(self, cells: Floats) -> Floats:
        """Add cells up by domain."""
        whole: Floats = cells.reshape(len(self), self.units).sum(axis=1)
        return whole


def grid(cuts: Mapping[str, Marks], tally: Tally, weights: pa.ChunkedArray) -> Grid | None:
    """Cross the domains that columns form together with the first-stage units, and count rows and weights.

    None where that makes far more cells than there are rows.
    """
    axes, most = Axes(list(cuts.values()), tally.marks), WIDE * len(weights) + MANY
    if len(cuts) > 1 and axes.span > most:
        axes = Axes([together(list(cuts.values()))], tally.marks)
    if axes.span > most:
        return None
    counts, weighted = np.zeros(axes.span), np.zeros(axes.span)
    for block in blocks({HEFT: weights, **axes.columns}, axes.span):
        cells = axes.cells(block)
        counts += np.bincount(cells, minlength=axes.span)
        weighted += np.bincount(cells, block[HEFT], minlength=axes.span)
    by_domain = counts[: axes.domains * axes.units.span].reshape(axes.domains, axes.units.span)
    found = np.flatnonzero(by_domain.any(axis=1))
    kept = [_kept(each, axes, found, tally.there) for each in (counts, weighted)]
    return Grid(axes, found, tally.there, _names(cuts, axes, found), *kept)


def _kept(sums: Floats, axes: Axes, found: Codes, there: Codes) -> Floats:
    table = sums[: axes.domains * axes.units.span].reshape(axes.domains, axes.units.span)
    kept: Floats = table[np.ix_(found, there)].ravel()
    return kept


def _names(
    cuts: Mapping[str, Marks], axes: Axes, found: Codes
) -> tuple[tuple[tuple[str, str], ...], ...]:
    joined = len(cuts) > 1 and len(axes.cuts) == 1
    numbers = axes.cuts[0].named(found).to_numpy() if joined else found
    listed = [cut.named(np.arange(cut.span)).to_pylist() for cut in cuts.values()]
    return tuple(domain_name(int(number), list(cuts), listed) for number in numbers)
