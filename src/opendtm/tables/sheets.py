"""One sheet into typed columns of concepts, with the account of every column and row that was left."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.records import Finding
from opendtm.tables import conversion, doubts, totals
from opendtm.tables.columns import Work, read_columns
from opendtm.tables.grid import Grid, any_value
from opendtm.tables.layout import Layout, find_layout, layout_with
from opendtm.tables.mapping import SheetMapping
from opendtm.tables.recognition import Fate, SheetReport
from opendtm.vocab import concept

_PAIRS = tuple(
    (f"{group}_individuals", f"{group}_households") for group in ("idp", "returnee", "host")
)


@dataclass(frozen=True, slots=True)
class SheetReading:
    """A sheet read: values by concept, the row numbers they stand in, and what is said about them."""

    report: SheetReport
    values: dict[str, pa.Array]
    rows: pa.Array
    findings: tuple[Finding, ...]
    derived: dict[str, str] = field(default_factory=dict)


def read_sheet(grid: Grid, *, file: str, mapping: SheetMapping | None = None) -> SheetReading:
    """Read one sheet. Nothing is added up and no place is dropped; doubt becomes a finding."""
    layout = _layout(grid, mapping)
    below = grid.body(layout.first_row)
    filled = below.where(any_value(below.columns, length=below.height))
    notes = totals.find_notes(filled.columns) if filled.width else ()
    body = filled.where(_without(filled.height, notes))
    work = Work(file, grid.name, layout, body)
    if layout.headerless and body.height:
        work.findings.append(doubts.no_headings(work.where()))
    read_columns(work, mapping)
    sums = (
        totals.find_totals(body.columns, places=_places(work), counts=work.counts)
        if body.height
        else ()
    )
    places = _without(body.height, sums)
    numbers = body.rows.filter(places)
    values = {name: column.filter(places) for name, column in work.values.items()}
    _say_rows(
        work,
        filled.rows.take(pa.array(notes, pa.int64())),
        body.rows.take(pa.array(sums, pa.int64())),
    )
    _compare_individuals(work, values, numbers)
    report = _report(
        work,
        grid,
        below.height - filled.height,
        _numbers(filled.rows, notes),
        _numbers(body.rows, sums),
    )
    if mapping is not None:
        values |= _constants(mapping, len(numbers))
    return SheetReading(report, values, numbers, tuple(work.findings), work.derived)


def source_of(file: str, sheet: str, row: int) -> str:
    """Name a row of a file as the source of an observation."""
    return f"{file}#{sheet}!{row}"


def _layout(grid: Grid, mapping: SheetMapping | None) -> Layout:
    if mapping is None or (mapping.header_rows is None and mapping.first_row is None):
        return find_layout(grid)
    found = find_layout(grid)
    rows = mapping.header_rows
    header = (
        found.header_rows if rows is None else tuple(row - 1 for row in rows if row <= grid.height)
    )
    below = max([*header, -1]) + 1
    hxl = found.hxl_row if found.hxl_row is not None and found.hxl_row >= below else None
    first = mapping.first_row - 1 if mapping.first_row else (below if hxl is None else hxl + 1)
    return layout_with(grid, header_rows=header, hxl_row=hxl, first_row=first)


def _places(work: Work) -> list[int]:
    return [
        index
        for index, column in work.columns.items()
        if column.fate is Fate.READ
        and column.concept
        and column.concept.startswith(("site_", "adm", "origin_"))
        and column.concept.endswith(("_name", "_code", "_id"))
    ]


def _constants(mapping: SheetMapping, length: int) -> dict[str, pa.Array]:
    found = {}
    for name, word in mapping.constants.items():
        one = conversion.convert(pa.array([word], pa.string()), concept(name)).values
        found[name] = pa.concat_arrays([one] * length) if length else one.slice(0, 0)
    return found


def _compare_individuals(work: Work, values: dict[str, pa.Array], rows: pa.Array) -> None:
    for individuals, households in _PAIRS:
        if individuals not in values or households not in values:
            continue
        less = pc.fill_null(pc.less(values[individuals], values[households]), fill_value=False)
        for index in pc.indices_nonzero(less).to_pylist():
            row = rows[index].as_py()
            persons, families = (
                values[individuals][index].as_py(),
                values[households][index].as_py(),
            )
            source = source_of(work.file, work.sheet, row)
            work.findings.append(
                doubts.below_households(work.where(row=row), source, individuals, persons, families)
            )


def _say_rows(work: Work, notes: pa.Array, sums: pa.Array) -> None:
    for rows, say in ((sums, doubts.totals_row), (notes, doubts.note_row)):
        for row in rows.to_pylist():
            work.findings.append(say(work.where(row=row), source_of(work.file, work.sheet, row)))


def _report(
    work: Work, grid: Grid, empty: int, notes: tuple[int, ...], sums: tuple[int, ...]
) -> SheetReport:
    layout = work.layout
    return SheetReport(
        name=grid.name,
        n_rows=work.body.height - len(sums),
        n_columns=grid.width,
        header_rows=tuple(row + 1 for row in layout.header_rows),
        hxl_row=None if layout.hxl_row is None else layout.hxl_row + 1,
        first_row=work.body.rows[0].as_py() if work.body.height else None,
        columns=tuple(work.columns[index] for index in sorted(work.columns)),
        totals_rows=sums,
        note_rows=notes,
        empty_rows=empty,
        headerless=layout.headerless,
    )


def _without(height: int, left: Sequence[int]) -> pa.Array:
    keep = np.ones(height, dtype=bool)
    keep[list(left)] = False
    return pa.array(keep)


def _numbers(rows: pa.Array, positions: Sequence[int]) -> tuple[int, ...]:
    return tuple(rows.take(pa.array(positions, pa.int64())).to_pylist())
