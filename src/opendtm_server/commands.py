"""The server's commands, found by the workshop's command line through entry points.

Nothing of Django is imported until a command runs, so that `opendtm --help` stays quick.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opendtm.cli import console
from opendtm.i18n import mark
from opendtm_server.config.speech import translate

if TYPE_CHECKING:
    from opendtm_server.demo.folder import Wanted

LARGEST_PORT = 65_535


def _(sentence: str) -> str:
    return translate(sentence, console.language())


serve = typer.Typer(add_completion=False)


@serve.command(help=_("Serve an installation on this machine, until it is stopped with Ctrl-C."))
def serve_house(
    data: Annotated[
        Path, typer.Option(help=_("Folder that holds the installation's data; it must exist."))
    ],
    host: str = typer.Option("127.0.0.1", help=_("Address to listen on.")),
    port: int = typer.Option(8000, min=1, max=LARGEST_PORT, help=_("Port to listen on.")),
    workers: int = typer.Option(1, min=1, help=_("Processes that answer, each with four threads.")),
) -> None:
    """Bring the database up to date and serve."""
    from opendtm_server.config import serving

    serving.check_port(host, port)
    serving.prepare(data)
    account = serving.first_account()
    if account:
        name, password = account
        console.say(
            _(mark("First account: {name}, password: {password}")).format(
                name=name, password=password
            )
        )
        console.say(
            _(
                mark(
                    "It keeps the house. The password is shown this once and replaced at first login."
                )
            )
        )
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    def ready() -> None:
        console.say(_(mark("OpenDTM is at {address} (Ctrl-C stops it)")).format(address=address))

    serving.serve(host, port, workers, ready=ready)


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
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        shown = _(mark("OpenDTM is at {address} (Ctrl-C stops it)")).format(address=address)
        serving.serve(host, port, 1, ready=lambda: console.say(shown))


def _make_demo(wanted: "Wanted") -> None:
    from django.utils.translation import override
    from rich.console import Console

    from opendtm_server.demo import run

    with override(console.language()):
        run.make(wanted, console=Console(stderr=True))
