"""`opendtm serve`: an installation on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from opendtm.cli import console
from opendtm.i18n import mark
from opendtm_server.commands.words import LARGEST_PORT, first_account_lines, web_address
from opendtm_server.commands.words import gettext as _

serve = typer.Typer(add_completion=False)


@serve.command(help=_("Serve an installation on this machine, until it is stopped with Ctrl-C."))
def serve_house(
    data: Annotated[
        Path, typer.Option(help=_("Folder that holds the installation's data; it must exist."))
    ],
    host: str = typer.Option("127.0.0.1", help=_("Address to listen on.")),
    port: int = typer.Option(8000, min=1, max=LARGEST_PORT, help=_("Port to listen on.")),
    workers: int = typer.Option(1, min=1, help=_("Processes that answer, each with four threads.")),
    background: Annotated[
        bool,
        typer.Option(
            "--background/--no-background",
            help=_("Check what comes and pull sources that are due, in a process beside."),
        ),
    ] = True,
) -> None:
    """Bring the database up to date and serve."""
    from opendtm_server.config import serving

    serving.check_port(host, port)
    serving.prepare(data)
    for line in first_account_lines(serving.first_account()):
        console.say(line)
    address = web_address(host, port)

    def ready() -> None:
        console.say(_(mark("OpenDTM is at {address} (Ctrl-C stops it)")).format(address=address))

    serving.serve(host, port, workers, ready=ready, background=background)
