"""`opendtm table`: what a spreadsheet holds, and the spreadsheet as one tidy table."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.mapping_option import MAPPING
from opendtm.i18n import Message, mark

if TYPE_CHECKING:
    import pyarrow as pa

    from opendtm.tables import ColumnReport, Mapping, Recognition, SheetReport

ENDINGS = (".csv", ".parquet")
_FATES = {
    "left": mark("not recognised"),
    "unfit": mark("left: the values do not fit"),
    "outdone": mark("left: another column was read"),
    "personal": mark("left: personal data"),
}
_BASES = {
    "mapping": mark("mapping"),
    "hxl": mark("HXL tag"),
    "heading": mark("heading"),
    "options": mark("columns of options"),
}


@click.group(help=_("See what a spreadsheet holds, or read it into one tidy table."))
def app() -> None:
    """Group the commands about tables."""


@app.command(
    help=_("Show the sheets and columns of FILE: what was recognised, how surely, what was left.")
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=_("Write the account as JSON."))
@click.option(
    "--write-mapping",
    "target",
    metavar="M.yaml",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("Write a mapping file to be completed by hand."),
)
@MAPPING
def inspect(file: Path, as_json: bool, target: Path | None, mapping: Path | None) -> None:
    """Show what a file holds."""
    from opendtm import tables

    report = tables.inspect(file, mapping=_mapping(mapping))
    if as_json:
        console.say(json.dumps(report.content(), ensure_ascii=False, indent=2))
    else:
        _show(report)
    if target is not None:
        _write_mapping(report, target)


@app.command(
    help=_("Read FILE and write one row a place, one column a concept, to OUT (.csv or .parquet).")
)
@click.argument("file", type=click.Path(path_type=Path))
@MAPPING
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("The file to write; its ending says what it will be."),
)
def read(file: Path, mapping: Path | None, output: Path) -> None:
    """Read a file into one tidy table."""
    if output.suffix.lower() not in ENDINGS:
        raise click.BadParameter(_("the ending must be .csv or .parquet"), param_hint="-o")
    from opendtm import tables

    with console.progress(_("Reading")):
        reading = tables.read_tables(file, mapping=_mapping(mapping))
    console.findings(reading.findings)
    _write(reading.observations, output)
    values = {
        "rows": reading.observations.num_rows,
        "name": output.name,
        "count": len(reading.report.concepts),
    }
    console.note(Message(mark("{name}: {rows} rows, {count} concepts."), values))


def _mapping(path: Path | None) -> "Mapping | None":
    from opendtm.tables import Mapping

    return None if path is None else Mapping.load(path)


def _write(observations: "pa.Table", output: Path) -> None:
    if output.suffix.lower() == ".parquet":
        from pyarrow import parquet

        parquet.write_table(observations, output)
    else:
        from pyarrow import csv

        csv.write_csv(_without_lists(observations), output)


def _without_lists(observations: "pa.Table") -> "pa.Table":
    """Write several codes of one cell as XLSForms do: with a space between them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for index, field in enumerate(observations.schema):
        if pa.types.is_list(field.type):
            joined = pc.binary_join(observations.column(index).combine_chunks(), " ")
            observations = observations.set_column(index, field.name, joined)
    return observations


def _show(report: "Recognition") -> None:
    kind = {
        "text": mark("text"),
        "workbook": mark("workbook"),
        "old workbook": mark("old workbook"),
    }
    about = [
        _(kind[report.kind]),
        report.encoding or "",
        report.separator and repr(report.separator),
    ]
    console.say(f"{report.file}  ({', '.join(part for part in about if part)})")
    for sheet in report.sheets:
        _show_sheet(sheet)


def _show_sheet(sheet: "SheetReport") -> None:
    console.say("")
    console.say(
        Message(mark("Sheet “{name}”: {rows} rows"), {"name": sheet.name, "rows": sheet.n_rows})
    )
    lang = console.language()
    if sheet.reason is not None:
        console.say(
            "  "
            + Message(mark("not read: {reason}"), {"reason": sheet.reason.text(lang)}).text(lang)
        )
    for title, rows in (
        (mark("headings in row {rows}"), sheet.header_rows),
        (mark("HXL tags in row {rows}"), (sheet.hxl_row,) if sheet.hxl_row else ()),
        (mark("totals kept out, row {rows}"), sheet.totals_rows),
        (mark("notes kept out, row {rows}"), sheet.note_rows),
    ):
        if rows:
            console.say("  " + Message(title, {"rows": ", ".join(map(str, rows))}).text(lang))
    if sheet.headerless and sheet.n_rows:
        console.say("  " + _("no row of headings: name the columns by position in a mapping file"))
    for column in sheet.columns:
        console.say("  " + _line(column))


def _line(column: "ColumnReport") -> str:
    name = (column.heading or column.tag or "-").replace("\n", " ")
    start = f"{column.position:>4}  {name[:44]:<44}"
    if column.fate == "read" and column.basis is not None:
        return f"{start}  {column.concept}  ({_(_BASES[column.basis])}, {column.confidence:.0%})"
    reason = column.reason.text(console.language()) if column.reason else _(_FATES[column.fate])
    if column.suggestion:
        values = {"concept": column.suggestion}
        reason += "; " + Message(mark("perhaps {concept}"), values).text(console.language())
    return f"{start}  – {reason}"


def _write_mapping(report: "Recognition", target: Path) -> None:
    from opendtm.tables import suggested_mapping

    suggested_mapping(report).save(target)
    left = [column for sheet in report.sheets for column in sheet.columns if column.concept is None]
    lines = ["", "# " + _("Columns that are not read yet (position, heading, perhaps):")]
    lines += [
        f"#   {column.position:>3}  {column.heading!r}  {column.suggestion or ''}".rstrip()
        for column in left
    ]
    with target.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines if left else []) + "\n")
    console.note(Message(mark("{name}: written; complete it by hand."), {"name": target.name}))
