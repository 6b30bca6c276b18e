"""A file, or several, into one observations table, with the account of how it was understood."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors import Where
from opendtm.errors.tables import MappingDoesNotFit, NoHeaderRow, NothingRecognised
from opendtm.i18n import Message, mark
from opendtm.records import Finding, Severity, observations_schema, source_column
from opendtm.tables import doubts
from opendtm.tables.choosing import choose
from opendtm.tables.files import OpenedFile, open_file
from opendtm.tables.mapping import ColumnMapping, Mapping, SheetMapping
from opendtm.tables.recognition import ColumnReport, Fate, Recognition, SheetReport
from opendtm.tables.sheets import SheetReading, read_sheet
from opendtm.vocab import concepts

SOURCE = source_column()
DERIVED = b"opendtm.derived"


@dataclass(frozen=True, slots=True)
class TableReading:
    """A file read. `observations` has `_source` (`file#sheet!row`) and one column a concept.

    A column whose figures were computed by a factor carries the factor's source in its field metadata
    under `opendtm.derived`.
    """

    observations: pa.Table
    findings: tuple[Finding, ...]
    report: Recognition

    @property
    def sheets(self) -> tuple[SheetReport, ...]:
        """List the sheets, read or left."""
        return self.report.sheets

    @property
    def unread(self) -> tuple[ColumnReport, ...]:
        """List the columns of the sheets read that are not in the observations."""
        return tuple(
            column
            for sheet in self.sheets
            if sheet.read
            for column in sheet.columns
            if column.fate is not Fate.READ
        )


def read_tables(path: Path | str, *, mapping: Mapping | None = None) -> TableReading:
    """Read a spreadsheet as observations.

    Raises an InputProblem where the file is no table, where no column is recognised, or where the mapping
    does not fit. Rows are neither added up nor dropped, but for totals, notes and blank rows, all reported.
    """
    opened = open_file(path)
    readings = _readings(opened, mapping)
    chosen = [reading for reading in readings if reading.report.read]
    _refuse_nothing(opened.name, readings, chosen)
    observations = _observations(opened.name, chosen)
    findings = _findings(opened, readings)
    findings += _levels_and_rounds(observations, Where(file=opened.name))
    return TableReading(observations, tuple(findings), _recognition(opened, readings))


def inspect(path: Path | str, *, mapping: Mapping | None = None) -> Recognition:
    """Say what a file holds: its sheets, where their tables stand, and what each column measures."""
    opened = open_file(path)
    return _recognition(opened, _readings(opened, mapping))


def read_many(paths: Iterable[Path | str], *, mapping: Mapping | None = None) -> TableReading:
    """Read several files as one table; a file with the same rows as an earlier one counts once.

    The report is that of the last file read, with the sheets of all of them.
    """
    readings = [read_tables(path, mapping=mapping) for path in paths]
    if not readings:
        raise NothingRecognised(file="FILE")
    kept, findings, seen = [], [], dict[str, str]()
    for reading in readings:
        key = content_hash(reading.observations)
        if key in seen:
            findings.append(_same_twice(reading.report.file, seen[key]))
            continue
        seen[key] = reading.report.file
        kept.append(reading)
        findings += reading.findings
    table = concatenate([reading.observations for reading in kept])
    sheets = tuple(sheet for reading in kept for sheet in reading.sheets)
    last = kept[-1].report
    name = ", ".join(reading.report.file for reading in kept)
    report = Recognition(name, last.kind, last.encoding, last.separator, sheets)
    return TableReading(table, tuple(findings), report)


def content_hash(observations: pa.Table) -> str:
    """Give a fingerprint of the rows of a table, whatever file and place they stand in."""
    bare = observations.drop_columns([SOURCE]).replace_schema_metadata(None)
    sink = pa.BufferOutputStream()
    fields = [pa.field(field.name, field.type) for field in bare.schema]
    plain = bare.cast(pa.schema(fields)).combine_chunks()
    with pa.ipc.new_stream(sink, plain.schema) as stream:
        stream.write_table(plain)
    return sha256(sink.getvalue()).hexdigest()


def concatenate(tables: Sequence[pa.Table]) -> pa.Table:
    """Put tables of observations under each other, with the columns of all of them."""
    whole = pa.concat_tables(tables, promote_options="default")
    present = [name for name in concepts() if name in whole.column_names]
    return whole.select([SOURCE, *present]).combine_chunks()


def suggested_mapping(report: Recognition) -> Mapping:
    """Make a mapping file's content from what was recognised, to be completed by hand."""
    sheets = [sheet for sheet in report.sheets if sheet.read] or list(report.sheets)
    single = len(report.sheets) == 1
    return Mapping(tuple(_suggest(sheet, named=not single) for sheet in sheets))


def _suggest(sheet: SheetReport, *, named: bool) -> SheetMapping:
    columns: dict[str, ColumnMapping] = {}
    for column in sheet.columns:
        if column.fate is Fate.READ and column.concept:
            known = columns.get(column.concept)
            key: str | int = column.heading or column.position
            columns[column.concept] = ColumnMapping((*known.columns, key) if known else (key,))
    return SheetMapping(
        sheet=sheet.name if named else None,
        header_rows=sheet.header_rows,
        first_row=sheet.first_row,
        columns=columns,
    )


def _readings(opened: OpenedFile, mapping: Mapping | None) -> list[SheetReading]:
    names = [grid.name for grid in opened.grids]
    for sheet in mapping.sheets if mapping else ():
        if sheet.sheet is not None and sheet.sheet not in names:
            what = Message(mark("sheet “{name}”"), {"name": sheet.sheet})
            raise MappingDoesNotFit(where=Where(file=opened.name), what=what)
    wanted = [(grid, mapping.of(grid.name) if mapping else None) for grid in opened.grids]
    return choose(
        [read_sheet(grid, file=opened.name, mapping=sheet) for grid, sheet in wanted], mapping
    )


def _refuse_nothing(file: str, readings: list[SheetReading], chosen: list[SheetReading]) -> None:
    if chosen:
        return
    filled = [reading for reading in readings if len(reading.rows)]
    if filled and all(reading.report.headerless for reading in filled):
        raise NoHeaderRow(where=Where(file=file, sheet=filled[0].report.name, row=1), file=file)
    raise NothingRecognised(where=Where(file=file), file=file)


def _observations(file: str, readings: list[SheetReading]) -> pa.Table:
    return concatenate([_table(file, reading) for reading in readings])


def _table(file: str, reading: SheetReading) -> pa.Table:
    names = [name for name in concepts() if name in reading.values]
    schema = observations_schema(names)
    for name, source in reading.derived.items():
        index = schema.get_field_index(name)
        schema = schema.set(index, schema.field(index).with_metadata({DERIVED: source.encode()}))
    prefix = f"{file}#{reading.report.name}!"
    sources = pc.binary_join_element_wise(pa.scalar(prefix), reading.rows.cast(pa.string()), "")
    return pa.table([sources, *(reading.values[name] for name in names)], schema=schema)


def _recognition(opened: OpenedFile, readings: list[SheetReading]) -> Recognition:
    sheets = tuple(reading.report for reading in readings)
    return Recognition(opened.name, opened.kind, opened.encoding, opened.separator, sheets)


def _findings(opened: OpenedFile, readings: list[SheetReading]) -> list[Finding]:
    found = list(opened.findings)
    for reading in readings:
        report = reading.report
        if report.read:
            found += reading.findings
        elif report.reason is not None and len(readings) > 1:
            where = Where(file=opened.name, sheet=report.name)
            sentence = mark("The sheet was left out: {reason}.")
            found.append(
                doubts.plain("sheet_left_out", Severity.NOTE, sentence, where, reason=report.reason)
            )
    return found


def _levels_and_rounds(observations: pa.Table, where: Where) -> list[Finding]:
    found = []
    for check, name in (("several_levels", "admin_level"), ("several_rounds", "round")):
        if name in observations.column_names:
            values = sorted(pc.unique(observations[name]).drop_null().to_pylist())
            if len(values) > 1:
                found.append(doubts.several(where, check, name, _list(values)))
    return found


def _list(values: list[object]) -> str:
    words = [f"{value:g}" if isinstance(value, float) else str(value) for value in values]
    return ", ".join(words[:6]) + (f", … ({len(words)})" if len(words) > 6 else "")


def _same_twice(file: str, earlier: str) -> Finding:
    sentence = mark("The file holds the same rows as {earlier} and was counted once.")
    return doubts.plain(
        "same_table_twice", Severity.SOFT, sentence, Where(file=file), earlier=earlier
    )
