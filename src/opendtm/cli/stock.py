"""`opendtm stock`: totals of places and people, what changed them, who came from where, and how far to trust them."""

import click

from opendtm.cli.console import gettext as _
from opendtm.cli.stock_account import account, movements
from opendtm.cli.stock_estimated import area, persons, verify
from opendtm.cli.stock_origins import moves, origins
from opendtm.cli.stock_total import change, total


@click.group(help=_("Count a stock of people, take its change apart, and say how far to trust it."))
def app() -> None:
    """Group the commands about stocks."""


for command in (total, change, movements, account, origins, moves, verify, persons, area):
    app.add_command(command)
