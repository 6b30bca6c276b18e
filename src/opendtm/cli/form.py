"""`opendtm form`: check an XLSForm before it goes to the field, and convert it to an XForm."""

from pathlib import Path
from typing import Annotated

import typer

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.i18n import Message, mark

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help=_("Check an XLSForm for the field, or convert it to an XForm."),
)

FormFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help=_("The XLSForm: .xlsx, .xls, .csv, or a Markdown table (.md)."),
    ),
]


@app.command(
    help=_("Find what is wrong with an XLSForm: each finding with sheet, row, cause and remedy.")
)
def check(file: FormFile) -> None:
    """Check one form; leave with 1 where something must be decided."""
    from opendtm.forms import check as check_form
    from opendtm.records import Severity

    with console.progress(_("Checking the form")):
        found = check_form(file)
    console.findings(found)
    hard = sum(1 for finding in found if finding.severity is Severity.HARD)
    console.say(_verdict(file.name, hard, len(found)))
    if hard:
        raise typer.Exit(1)


@app.command(help=_("Convert an XLSForm to the XForm that phones download."))
def convert(
    file: FormFile,
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="OUT.xml", dir_okay=False, help=_("The XForm to write.")
        ),
    ],
) -> None:
    """Convert one form and write the XForm."""
    from opendtm.forms import convert as convert_form

    with console.progress(_("Converting the form")):
        form = convert_form(file)
    output.write_bytes(form.xml)
    for warning in form.warnings:
        console.note(warning)
    console.say(
        Message(
            mark("{output}: form {form_id}, version {version}."),
            {"output": str(output), "form_id": form.form_id, "version": form.version or "-"},
        )
    )


def _verdict(name: str, hard: int, count: int) -> Message:
    values = {"name": name, "hard": hard, "count": count}
    if hard:
        return Message(
            mark(
                "{name}: not ready for the field. Findings that must be decided: {hard}; in all: {count}."
            ),
            values,
        )
    if count:
        return Message(mark("{name}: can go to the field. Findings worth a look: {count}."), values)
    return Message(mark("{name}: nothing found."), values)
