"""The option of every command that reads spreadsheets by recognising their columns: a file that says what they hold."""

from pathlib import Path

import click

from opendtm.cli.console import gettext as _

MAPPING = click.option(
    "-m",
    "--mapping",
    metavar="M.yaml",
    type=click.Path(path_type=Path),
    help=_("Read with this mapping file."),
)
