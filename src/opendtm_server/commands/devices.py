"""`opendtm device`: addresses for facilitators' phones, and the QR codes that set phones up."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opendtm.cli import console
from opendtm.i18n import mark
from opendtm_server.commands.words import gettext as _
from opendtm_server.commands.words import web_address

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from opendtm_server.collect.actions import NewDevice
    from opendtm_server.collect.phone_setup import PhoneSetup
    from opendtm_server.govern.models import Operation


class Language(StrEnum):
    """A language that a phone can be set to."""

    EN = "en"
    FR = "fr"


HERE = web_address("127.0.0.1", 8000)

device = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help=_("Give a facilitator's phone its address, with a QR code that sets it up."),
)


@device.callback()
def devices() -> None:
    """Keep `add` a command of its own, whatever others come."""


@device.command(
    "add", help=_("Give a phone an address with a secret in it, and the QR code that sets it up.")
)
def add_device(
    data: Annotated[Path, typer.Option(help=_("Folder that holds the installation's data."))],
    name: Annotated[
        str, typer.Option(help=_("Name of the phone in lists, such as phone-bria-3; no person's."))
    ],
    lang: Annotated[Language | None, typer.Option(help=_("Language of the phone."))] = None,
    base_url: str = typer.Option(
        "", metavar="URL", help=_("Address under which phones reach the installation.")
    ),
    operation: str = typer.Option(
        "", metavar="CODE", help=_("Code of the operation; not needed where there is one.")
    ),
    user: str = typer.Option(
        "", metavar="NAME", help=_("Account of the facilitator; one is made when left out.")
    ),
    as_json: bool = typer.Option(False, "--json", help=_("Print JSON.")),
) -> None:
    """Add the phone, write its QR code into the data folder, and print the address this once."""
    from opendtm_server.commands.operation import keeper, open_data, operation_named

    open_data(data)
    by = keeper()
    chosen = operation_named(operation, by=by)
    made = _equipped(chosen, name=name, username=user, by=by)
    setup = _setup(made, base_url=base_url, lang=lang.value if lang else "")
    qr = _written(
        data / "qr" / f"{chosen.code}-{made.device.code}.png",
        setup.png(),
    )
    if as_json:
        printed = {
            "server_url": setup.server_url,
            "browser_url": setup.browser_url,
            "token": made.token,
            "qr": str(qr),
        }
        console.say(json.dumps(printed))
        return
    console.say(_(mark("Server address: {address}")).format(address=setup.server_url))
    console.say(_(mark("In a browser: {address}")).format(address=setup.browser_url))
    console.say(_(mark("QR code: {path}")).format(path=qr))
    console.note(_(mark("Shown this once. Whoever has the address can send as this phone.")))


def _equipped(operation: "Operation", *, name: str, username: str, by: "User") -> "NewDevice":
    from opendtm_server.collect import actions

    return actions.equip_facilitator(operation=operation, name=name, username=username, by=by)


def _setup(made: "NewDevice", *, base_url: str, lang: str) -> "PhoneSetup":
    from django.conf import settings

    from opendtm_server.collect.phone_setup import PhoneSetup

    address = (base_url or settings.PUBLIC_ADDRESS or HERE).rstrip("/")
    return PhoneSetup.of(made.token, made.device.operation, base_url=address, lang=lang)


def _written(path: Path, content: bytes) -> Path:
    """Write a file that only its owner may read: the code holds the phone's secret."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
    return path.absolute()
