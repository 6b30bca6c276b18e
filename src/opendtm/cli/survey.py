"""`opendtm survey`: plan a sample survey and draw its sample."""

import click

from opendtm.cli.console import gettext as _
from opendtm.cli.survey_draw import draw
from opendtm.cli.survey_size import size


@click.group(help=_("Plan a sample survey, draw its sample."))
def app() -> None:
    """Group the commands about surveys."""


app.add_command(size)
app.add_command(draw)
