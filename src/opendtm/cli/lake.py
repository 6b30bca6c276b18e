"""`opendtm lake`: the panels of many operations in one folder, and the figures of all of them together."""

from pathlib import Path

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.engine_option import computing
from opendtm.cli.figures import figure_options, tell
from opendtm.cli.mapping_option import MAPPING
from opendtm.i18n import Message, mark

PATH = click.Path(path_type=Path)


@click.group(
    help=_("Keep rounds of many operations together, and compute figures over all of them.")
)
def app() -> None:
    """Group the commands about lakes."""


@app.command(
    help=_("Bring one round of an operation, from one or several FILES, into the folder LAKE.")
)
@click.argument("lake", type=PATH, metavar="LAKE")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@click.option(
    "--operation",
    required=True,
    metavar="NAME",
    help=_("The operation: letters, digits, - and _; a folder of the lake bears this name."),
)
@MAPPING
def add(*, lake: Path, files: tuple[Path, ...], operation: str, mapping: Path | None) -> None:
    """Read the files, and keep what figures are computed from."""
    from opendtm import measure, tables
    from opendtm.measure.lake import keep

    read_by = None if mapping is None else tables.Mapping.load(mapping)
    with console.progress(_("Reading")):
        reading = tables.read_many(files, mapping=read_by)
        panel = measure.single_round(reading.observations)
    console.findings((*reading.findings, *panel.findings))
    kept = keep(panel, lake, operation=operation)
    values = {"name": str(kept.relative_to(lake)), "rows": panel.table.num_rows}
    console.note(Message(mark("{name}: {rows} places."), values))


@app.command(help=_("Compute figures over the newest round of every operation in the folder LAKE."))
@click.argument("lake", type=PATH, metavar="LAKE")
@figure_options
def figures(
    *,
    lake: Path,
    by: str,
    as_json: bool,
    output: Path | None,
    disaggregate: bool,
    indicators: tuple[str, ...],
    lang: str | None,
    address: str,
) -> None:
    """Compute where the engine is, and show or write."""
    from opendtm.errors.measure import NothingToCount
    from opendtm.measure.lake import lake_figures, newest_panels

    for one in newest_panels(lake):
        values = {"operation": one.operation, "round": one.file.stem}
        console.note(Message(mark("{operation}: {round}"), values))
    with console.progress(_("Computing the figures")), computing(address) as engine:
        found = lake_figures(
            lake, indicators=indicators or None, by=by, disaggregate=disaggregate, engine=engine
        )
    if not found.num_rows:
        raise NothingToCount
    tell(found, lang or console.language(), as_json=as_json, output=output)
