"""`opendtm demo`: a demonstration operation of a fictional country, made, shown and served."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opendtm.cli import console
from opendtm.i18n import mark
from opendtm_server.commands.words import LARGEST_PORT, web_address
from opendtm_server.commands.words import gettext as _

if TYPE_CHECKING:
    from opendtm_server.demo.folder import Wanted

demo = typer.Typer(add_completion=False)


@demo.command(
    help=_(
        "Make a demonstration operation of a fictional country, its reports with it, and serve it."
    )
)
def show_demo(
    data: Annotated[
        Path,
        typer.Option(help=_("Folder for the demonstration: a new one, an empty one, or its own.")),
    ],
    no_serve: bool = typer.Option(False, "--no-serve", help=_("Stop when the reports are made.")),
    seed: int = typer.Option(7, min=0, help=_("Another seed tells another story.")),
    sites: int = typer.Option(30, min=3, max=500, help=_("Number of sites.")),
    weeks: int = typer.Option(12, min=2, max=52, help=_("Number of weekly rounds.")),
    host: str = typer.Option("127.0.0.1", help=_("Address to listen on.")),
    port: int = typer.Option(8000, min=1, max=LARGEST_PORT, help=_("Port to listen on.")),
) -> None:
    """Make the demonstration unless it is there, print where its products lie, and serve it."""
    from opendtm_server.config import serving
    from opendtm_server.demo.folder import Wanted

    wanted = Wanted(data.absolute(), seed=seed, sites=sites, weeks=weeks)
    if not no_serve:
        serving.check_port(host, port)
    wanted.check()
    if not wanted.is_finished():
        wanted.begin()
    serving.prepare(wanted.data)
    if not wanted.is_finished():
        _make_demo(wanted)
    for path in wanted.products():
        console.say(str(path))
    console.say(_(mark("User names and passwords: {path}")).format(path=wanted.logins))
    if not no_serve:
        shown = _(mark("OpenDTM is at {address} (Ctrl-C stops it)")).format(
            address=web_address(host, port)
        )
        serving.serve(host, port, 1, ready=lambda: console.say(shown))


def _make_demo(wanted: "Wanted") -> None:
    from django.utils.translation import override
    from rich.console import Console

    from opendtm_server.demo import run

    with override(console.language()):
        run.make(wanted, console=Console(stderr=True))
