"""A sample as arrays, for what is no sum over groups: quantiles, tests, calibration, replicate weights.

All columns of a question come in one reading, so that rows keep one order whatever the engine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.engines import fetched
from opendtm.measure.survey.design import (
    STRATUM,
    WEIGHT,
    Column,
    Design,
    Finite,
    Lonely,
    has_clusters,
    size,
    unit,
)
from opendtm.measure.survey.sample import Sample

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
WIDE = 4  # codes in a range up to so many times as many as they are counted in a table


@dataclass(frozen=True, slots=True)
class Stage:
    """Who drew whom at one stage, by number.

    `unit` (rows): the unit of each row. `place` (units): the stratum, or unit above, of each unit. By
    place: `drawn` units, `fraction` of them all, and `above`, the product of the fractions above it.
    """

    unit: Codes
    place: Codes
    drawn: Floats
    fraction: Floats
    above: Floats


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows of a sample: weights, stages, and the columns that were asked for."""

    weights: Floats
    stages: tuple[Stage, ...]
    lonely: Lonely
    columns: Mapping[str, pa.ChunkedArray]
    adjustments: tuple[Any, ...] = ()

    @property
    def rows(self) -> int:
        """Give the number of rows."""
        return len(self.weights)

    def numbers(self, name: str) -> Floats:
        """Give a column as numbers, NaN where unknown."""
        return numbers(self.columns[name])


@dataclass(frozen=True, slots=True)
class Domains:
    """The domain of each row, -1 for none, and what each is called."""

    of: Codes
    names: tuple[tuple[tuple[str, str], ...], ...]

    def __len__(self) -> int:
        """Give the number of domains."""
        return len(self.names)

    def sums(self, values: npt.NDArray[Any]) -> Floats:
        """Add values of rows up by domain."""
        inside = self.of >= 0
        sums = np.bincount(self.of[inside], values[inside], minlength=len(self))
        return sums.astype(np.float64)


def occurring(codes: Codes, size: int) -> Codes:
    """Give the codes below `size` that occur (those below 0: none), in order."""
    if size > WIDE * len(codes):
        return np.unique(codes[codes >= 0], sorted=True)
    seen = np.zeros(size + 1, np.bool_)
    seen[codes] = True
    seen[-1] = False
    return np.flatnonzero(seen)


def compact(codes: Codes, size: int) -> tuple[Codes, Codes]:
    """Give each code its number among those that occur, below 0 where it is; and before them, those in order."""
    found = occurring(codes, size)
    if len(found) == size:
        return codes, found
    if size > WIDE * len(codes):
        return np.where(codes >= 0, np.searchsorted(found, codes), -1), found
    place = np.full(size + 1, -1, np.int64)
    place[found] = np.arange(len(found))
    return place[codes], found


def members(frame: Frame, domains: Domains) -> tuple[Codes, Codes]:
    """Count for each domain the first-stage units, and the strata, that hold a row of it."""
    inside = domains.of >= 0
    of, first = domains.of[inside], frame.stages[0]
    count, wide, deep = len(domains), max(len(first.place), 1), max(len(first.drawn), 1)
    units = occurring(of * wide + first.unit[inside], count * wide)
    owner, place = units // wide, first.place[units % wide]
    strata = occurring(owner * deep + place, count * deep) // deep
    return np.bincount(owner, minlength=count), np.bincount(strata, minlength=count)


def numbers(column: pa.ChunkedArray) -> Floats:
    """Give an Arrow column as numbers, NaN where unknown."""
    values = column.cast(pa.float64())
    if column.null_count:
        values = pc.fill_null(values, float("nan"))
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def encode(column: pa.ChunkedArray) -> tuple[Codes, list[Any]]:
    """Give each value of a column its number in order, -1 for unknown; and the values in that order."""
    coded = _dictionary(column)
    order = np.asarray(pc.sort_indices(coded.dictionary), dtype=np.int64)
    at = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
    used = np.zeros(len(order) + 1, np.bool_)  # the last one is that of -1
    used[at] = True
    order = order[used[order]]
    place = np.full(len(used), -1, np.int64)
    place[order] = np.arange(len(order))
    return place[at], coded.dictionary.take(pa.array(order)).to_pylist()


def _dictionary(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Give a column as one list of values, each once and none unknown, and the place of each row in it."""
    if pa.types.is_null(column.type):
        column = column.cast(pa.string())
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    coded = pc.dictionary_encode(column)
    found = coded.unify_dictionaries().combine_chunks()
    if isinstance(found, pa.ChunkedArray):  # of no rows
        found = pa.array([], column.type).dictionary_encode()
    values = found.dictionary
    if values.null_count or len(pc.unique(values)) < len(values):  # as somebody made it
        return _dictionary(column.cast(values.type))
    return found


def frame(sample: Sample, columns: Mapping[str, Column]) -> Frame:
    """Read a sample with some columns (names of our own, Ibis columns of its table)."""
    design = sample.design
    kept = [STRATUM, WEIGHT, *(unit(n) for n in range(1, len(design.clusters) + 1))]
    kept += [size(n) for n in range(1, len(design.finite) + 1)]
    kept += [name for each in sample.adjustments for name in each.columns]
    table = fetched(sample.table.select(*dict.fromkeys(kept), **columns))
    return Frame(
        weights=numbers(table[WEIGHT]),
        stages=tuple(_stages(table, design)),
        lonely=design.lonely,
        columns={name: table[name] for name in table.column_names},
        adjustments=sample.adjustments,
    )


def _stages(table: pa.Table, design: Design) -> list[Stage]:
    places, _ = encode(table[STRATUM])
    above = np.ones(table.num_rows)
    stages = []
    for number in range(1, design.stages + 1):
        units = _units(table, design, number, places)
        stage = _stage(table, design, number, (places, units, above))
        above = above * stage.fraction[places]
        stages.append(stage)
        places = units
    return stages


def _units(table: pa.Table, design: Design, number: int, places: Codes) -> Codes:
    if not has_clusters(design, number):
        return np.arange(table.num_rows, dtype=np.int64)
    codes, values = encode(table[unit(number)])
    _, units = np.unique(places * len(values) + codes, return_inverse=True)
    return np.asarray(units, dtype=np.int64)


def _stage(
    table: pa.Table, design: Design, number: int, where: tuple[Codes, Codes, Floats]
) -> Stage:
    places, units, above = where
    count = int(places.max()) + 1 if len(places) else 0
    place = np.zeros(int(units.max()) + 1 if len(units) else 0, dtype=np.int64)
    place[units] = places
    drawn = np.bincount(place, minlength=count).astype(np.float64)
    fraction, before = np.zeros(count), np.ones(count)
    before[places] = above
    if number <= len(design.finite):
        stated = np.zeros(count)
        stated[places] = numbers(table[size(number)])
        fraction = stated if design.finite_holds is Finite.FRACTION else drawn / stated
    return Stage(units, place, drawn, fraction, before)


def domains(frame: Frame, names: Mapping[str, str]) -> Domains:
    """Find the domains that group variables form together: `names` maps each to its column in the frame.

    Only combinations that occur are domains; they come in the order of their values.
    """
    whole: Codes = np.zeros(frame.rows, dtype=np.int64)
    inside = np.ones(frame.rows, dtype=bool)
    listed: list[list[Any]] = []
    for column in names.values():
        codes, values = encode(frame.columns[column])
        inside &= codes >= 0
        whole = whole * max(len(values), 1) + codes
        listed.append(values)
    found, of = np.unique(whole[inside], return_inverse=True)
    numbered = np.full(frame.rows, -1, dtype=np.int64)
    numbered[inside] = of
    return Domains(numbered, tuple(domain_name(int(code), list(names), listed) for code in found))


def domain_name(
    code: int, names: Sequence[str], listed: Sequence[Sequence[Any]]
) -> tuple[tuple[str, str], ...]:
    """Name a domain by its group variables and their values, from its number among all that could be."""
    parts: list[tuple[str, str]] = []
    for name, values in reversed(list(zip(names, listed, strict=True))):
        code, place = divmod(code, len(values))
        parts.append((name, str(values[place])))
    return tuple(reversed(parts))
