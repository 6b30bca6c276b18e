"""`opendtm survey`: plan a sample survey, draw its sample, analyse its interviews."""

import click

from opendtm.cli.console import gettext as _
from opendtm.cli.survey_analyse import analyse
from opendtm.cli.survey_draw import draw
from opendtm.cli.survey_size import size


@click.group(help=_("Plan a sample survey, draw its sample, analyse its interviews."))
def app() -> None:
    """Group the commands about surveys."""


app.add_command(size)
app.add_command(draw)
app.add_command(analyse)
