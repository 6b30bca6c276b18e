"""Clusters and domains of a sample in memory as numbers, from which `cells` adds up and `declare` checks the design.

Numbering a million rows takes a fraction of the time in which a query over them is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from opendtm.measure.survey.arrays import (
    Codes,
    Domains,
    Floats,
    Stage,
    domain_name,
    encode,
    numbers,
)
from opendtm.measure.survey.design import STRATUM, Design, Finite, has_clusters, unit
from opendtm.measure.survey.terms import Statistic, Term

WIDE = 4  # a range of whole numbers up to so many times the rows is numbered by a table


@dataclass(frozen=True)
class Numbered:
    """A table of interviews with its clusters as numbers: `unit` of each row, and the first stage's facts.

    `names` are the stratum and the cluster of each unit as the table has them.
    """

    table: pa.Table
    weights: Floats
    stage: Stage
    design: Design
    names: tuple[pa.Array, pa.Array]
    by: dict[tuple[str, ...], Domains] = field(default_factory=dict)

    def domains(self, names: Sequence[str]) -> Domains:
        """Give the domains that columns form together, numbered once."""
        if tuple(names) not in self.by:
            self.by[tuple(names)] = _domains(self.table, names)
        return self.by[tuple(names)]

    def can_answer(self, terms: Sequence[Term]) -> bool:
        """Tell whether terms are such that text means the same here as in an engine."""
        shares = (term for term in terms if term.statistic is Statistic.PROPORTION)
        kinds = (self.table.schema.field(term.variable).type for term in shares)
        return all(pa.types.is_string(kind) or pa.types.is_integer(kind) for kind in kinds)


def can_number(design: Design) -> bool:
    """Tell whether a design drew clusters, and in one stage."""
    return design.stages == 1 and has_clusters(design, 1)


def numbered(table: pa.Table, design: Design) -> Numbered | None:
    """Give numbers to the clusters of a sample.

    None for a design of several stages, or without clusters, and where a column of the design has unknown values,
    which no sample may have.
    """
    incomplete = any(table[name].null_count for name in design.columns())
    if not can_number(design) or not table.num_rows or incomplete:
        return None
    rows = table.num_rows
    weights = numbers(table[design.weights]) if design.weights else np.ones(rows)
    whole: tuple[Codes, list[Any]] = np.zeros(rows, np.int64), [""]
    places, strata = _codes(table[design.strata]) if design.strata else whole
    clusters, values = _codes(table[design.clusters[0]])
    units, found = _compact(places * len(values) + clusters, len(strata) * len(values))
    place = found // len(values)
    names = (
        pa.array(strata).take(pa.array(place)),
        pa.array(values).take(pa.array(found % len(values))),
    )
    drawn = np.bincount(place).astype(np.float64)
    fraction = np.zeros(len(drawn))
    if design.finite:
        fraction[places] = numbers(table[design.finite[0]])
        if design.finite_holds is not Finite.FRACTION:
            fraction = np.divide(drawn, fraction, out=np.zeros(len(drawn)), where=fraction != 0)
    stage = Stage(units, place, drawn, fraction, np.ones(len(drawn)))
    return Numbered(table, weights, stage, design, names)


def first_units(sample: Numbered) -> pa.Table | None:
    """Give the units of the first stage with the columns that `declare` reads from an engine.

    None where a weight is below 0 or no number, or a size differs within a cluster: an engine then counts them.
    """
    of, design = sample.stage.unit, sample.design
    count = len(sample.stage.place)
    size = pa.nulls(count, pa.float64())
    if design.finite:
        sizes, stated = numbers(sample.table[design.finite[0]]), np.zeros(count)
        stated[of] = sizes
        if not np.array_equal(stated[of], sizes):
            return None
        size = pa.array(stated)
    if not (sample.weights >= 0).all():
        return None
    none = pa.array(np.zeros(count, np.int64))
    return pa.table(
        {
            STRATUM: sample.names[0],
            unit(1): sample.names[1],
            "rows": np.bincount(of, minlength=count),
            "weighted": np.bincount(of, sample.weights, minlength=count),
            "low": size,
            "high": size,
            "unstated": none,
            "unfit": none,
            "units": np.ones(count, np.int64),
            **{f"lacking{each}": none for each in range(2, len(design.clusters) + 1)},
        }
    )


def _domains(table: pa.Table, names: Sequence[str]) -> Domains:
    whole: Codes = np.zeros(table.num_rows, np.int64)
    inside = np.ones(table.num_rows, np.bool_)
    listed: list[list[Any]] = []
    for name in names:
        codes, values = _codes(table[name])
        inside &= codes >= 0
        whole = whole * max(len(values), 1) + codes
        listed.append(values)
    of, found = _compact(np.where(inside, whole, -1), int(whole.max(initial=0)) + 1)
    return Domains(of, tuple(domain_name(int(code), names, listed) for code in found))


def _codes(column: pa.ChunkedArray) -> tuple[Codes, list[Any]]:
    """Give each value of a column its number as `arrays.encode` does, quicker where they are whole numbers."""
    if not pa.types.is_integer(column.type) or column.null_count or not len(column):
        return encode(column)
    values = column.to_numpy().astype(np.int64, copy=False)
    least = int(values.min())
    codes, found = _compact(values - least, int(values.max()) - least + 1)
    return codes, (found + least).tolist()


def _compact(codes: Codes, size: int) -> tuple[Codes, Codes]:
    """Give the codes that occur (below 0: none) in order, and before them the number of each row's."""
    if size > WIDE * len(codes):
        found, number = np.unique(codes[codes >= 0], return_inverse=True)
        numbered = np.full(len(codes), -1, np.int64)
        numbered[codes >= 0] = number
        return numbered, found
    seen = np.zeros(size + 1, np.bool_)
    seen[codes] = True
    seen[-1] = False
    found = np.flatnonzero(seen)
    place = np.full(size + 1, -1, np.int64)
    place[found] = np.arange(len(found))
    return place[codes], found
