"""`opendtm form publish`: a questionnaire becomes a version that phones download."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opendtm.cli import console
from opendtm.i18n import mark
from opendtm_server.commands.words import gettext as _

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from opendtm_server.collect.models import FormVersion
    from opendtm_server.govern.models import Operation

form = typer.Typer(add_completion=False)


@form.command(
    "publish",
    help=_("Publish a form: from then on the phones of the operation get it."),
)
def publish_form(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help=_("An XLSForm (.xlsx, .xls, .csv, .md), or an XForm (.xml) as it is."),
        ),
    ],
    data: Annotated[Path, typer.Option(help=_("Folder that holds the installation's data."))],
    operation: str = typer.Option(
        "", metavar="CODE", help=_("Code of the operation; not needed where there is one.")
    ),
    media: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help=_("A file that goes with the form.")),
    ] = None,
) -> None:
    """Check the form, publish it, and say what the check found."""
    from opendtm_server.commands.operation import keeper, open_data, operation_named

    open_data(data)
    by = keeper()
    published = _publish(file, media or [], operation_named(operation, by=by), by)
    console.say(
        _(mark("{file}: form {form_id}, version {version}, is published.")).format(
            file=file.name, form_id=published.form.form_id, version=published.version or "-"
        )
    )


def _publish(file: Path, media: list[Path], operation: "Operation", by: "User") -> "FormVersion":
    from opendtm.forms import check, read_form
    from opendtm_server.collect import actions

    content = file.read_bytes()
    beside = {path.name: path.read_bytes() for path in media}
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        console.findings(check(file))
        return actions.publish_form(operation=operation, source=file, media=beside, by=by)
    definition = read_form(content)
    identity = (definition.form_id, definition.version or "", definition.title or "")
    return actions.publish_xform(
        operation=operation, xform=content, identity=identity, media=beside, by=by
    )
