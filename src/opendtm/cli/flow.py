"""`opendtm flow`: figures of flow monitoring from registries, each file with the sentence on what they are not."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.engine_option import ENGINE, computing
from opendtm.cli.survey_options import FILE, TABLE
from opendtm.i18n import Message, mark, number

if TYPE_CHECKING:
    import pyarrow as pa

    from opendtm.measure.flow import Rate

_HEADS = (
    mark("Point"),
    mark("Direction"),
    mark("Persons"),
    mark("Days watched"),
    mark("Per day"),
    mark("Per hour"),
)


@click.group(help=_("Compute flows past monitoring points, by hour and day watched."))
def app() -> None:
    """Group the commands about flow monitoring."""


@app.command(help=_("Flow by point and direction, standardised for the days and hours watched."))
@click.argument("file", type=FILE, metavar="REGISTRY")
@click.option(
    "--sessions",
    type=FILE,
    metavar="FILE",
    help=_("When each point was watched: columns point, day, hours."),
)
@click.option(
    "-o", "--output", type=TABLE, metavar="FILE", help=_("Write the table: .csv or .xlsx.")
)
def rates(*, file: Path, sessions: Path | None, output: Path | None) -> None:
    """Compute the rates, show them, and write them where asked."""
    from opendtm.cli import flow_reading
    from opendtm.measure import flow

    watched = flow_reading.sessions(sessions) if sessions is not None else None
    found = flow.rates(flow_reading.registry(file), sessions=watched)
    _show(found)
    if output is not None:
        _write(flow.rates_table(found), output)


@app.command(help=_("Add registries in Parquet up by point, day and nationality, of any size."))
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="PARQUET...")
@click.option(
    "--by",
    default="point,day,nationality",
    show_default=True,
    metavar="COLUMNS",
    help=_("The columns to add up by."),
)
@click.option(
    "-o",
    "--output",
    type=TABLE,
    required=True,
    metavar="FILE",
    help=_("Write the table: .csv or .xlsx."),
)
@ENGINE
def daily(*, files: tuple[Path, ...], by: str, output: Path, address: str) -> None:
    """Add the files up and write the table."""
    from opendtm.measure import flow

    names = [name.strip() for name in by.split(",")]
    with computing(address) as engine:
        found = flow.daily_flows(files, by=names, engine=engine)
    _write(found, output)


def _show(found: "tuple[Rate, ...]") -> None:
    from opendtm.cli.survey_tables import show
    from opendtm.measure.flow import CAVEAT, net_flux
    from opendtm.vocab import code_list

    lang = console.language()
    label = code_list("flow_direction").get
    rows = [
        (
            rate.point,
            label(rate.direction).label.text(lang),
            number(rate.persons, lang),
            number(rate.days, lang),
            _decimal(rate.per_day, lang),
            _decimal(rate.per_hour, lang),
        )
        for rate in found
    ]
    show([_(head) for head in _HEADS], rows, right=(2, 3, 4, 5))
    for point, flux in net_flux(found).items():
        values = {"point": point, "n": _decimal(flux, lang)}
        console.say(Message(mark("{point}: in less out, {n} a day."), values).text(lang))
    console.say(CAVEAT.text(lang))


def _decimal(value: float | None, lang: str) -> str:
    return "–" if value is None else number(value, lang, decimals=1)


def _write(table: "pa.Table", output: Path) -> None:
    from opendtm.measure.flow import with_caveat
    from opendtm.render.plain import write_plain

    write_plain(with_caveat(table, console.language()), output, title="flow")
    console.note(Message(mark("{name}: written."), {"name": output.name}))
