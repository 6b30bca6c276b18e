"""In which operation a command works, and in whose name: the account that keeps the house."""

from pathlib import Path
from typing import TYPE_CHECKING

from opendtm.cli import console
from opendtm.i18n import mark
from opendtm_server.commands.words import first_account_lines
from opendtm_server.commands.words import gettext as _

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from opendtm_server.govern.models import Operation

FIRST = "first"


def open_data(folder: Path) -> None:
    """Set the house of a data folder up; a folder that is not there yet becomes a new house."""
    from opendtm_server.config import serving

    if not folder.exists():
        folder.mkdir(mode=0o700)
        console.note(_(mark("New house in {folder}.")).format(folder=folder))
    serving.prepare(folder, keep_static=False)


def keeper() -> "User":
    """Give the account that keeps the house, made where there is none yet and then told once."""
    from opendtm_server.config import serving
    from opendtm_server.govern.queries import keepers

    for line in first_account_lines(serving.first_account()):
        console.note(line)
    return keepers().first() or _nobody()


def operation_named(code: str, *, by: "User") -> "Operation":
    """Give the operation of that code; without a code the only one, opened where there is none yet.

    Raises OperationUnknown, or OperationNotNamed where there are several.
    """
    from opendtm_server.govern.actions import create_operation
    from opendtm_server.govern.queries import operations_for

    known = {one.code: one for one in operations_for(by)}
    if not known and code in {"", FIRST}:
        console.note(
            _(mark("There was no operation yet; opened one with the code {code}.")).format(
                code=FIRST
            )
        )
        return create_operation(
            code=FIRST,
            name="First operation",
            name_fr="Première opération",
            country="",
            country_code="",
            by=by,
        )
    return _chosen(known, code)


def _chosen(known: "dict[str, Operation]", code: str) -> "Operation":
    from opendtm_server.config.obstacles import OperationNotNamed, OperationUnknown

    if code:
        if code not in known:
            raise OperationUnknown(code=code, known=", ".join(sorted(known)) or "–")
        return known[code]
    if len(known) > 1:
        raise OperationNotNamed(known=", ".join(sorted(known)))
    return next(iter(known.values()))


def _nobody() -> "User":
    from opendtm_server.config.obstacles import NobodyKeeps

    raise NobodyKeeps
