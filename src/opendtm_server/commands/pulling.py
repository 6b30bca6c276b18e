"""`opendtm pull`: submissions from ODK Central or KoBoToolbox, once or every so many minutes.

Passwords and tokens come from the environment or are asked for, never from the command's arguments, which
other people of the machine can see.
"""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opendtm.cli import console
from opendtm.i18n import mark
from opendtm_server.commands.words import gettext as _

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from opendtm_server.collect.actions import Place
    from opendtm_server.collect.models import Pull, Source

PASSWORD, TOKEN = "OPENDTM_PULL_PASSWORD", "OPENDTM_PULL_TOKEN"
PROBLEMS = 1

pull = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help=_(
        "Take submissions from ODK Central or KoBoToolbox, as often as wanted; none comes twice."
    ),
)

Data = Annotated[Path, typer.Option(help=_("Folder that holds the installation's data."))]
Url = Annotated[
    str, typer.Option(metavar="URL", help=_("Address of the server, such as https://example.org."))
]
Operation_ = Annotated[
    str,
    typer.Option(
        "--operation",
        metavar="CODE",
        help=_("Code of the operation; not needed where there is one."),
    ),
]
Mapping = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        exists=True,
        dir_okay=False,
        metavar="FILE",
        help=_("What the form's questions measure: one line each, as in “/visit/site: site_id”."),
    ),
]
Every = Annotated[
    int | None,
    typer.Option(
        "--every", metavar="MINUTES", min=1, help=_("Go on, and pull again every so many minutes.")
    ),
]
Retry = Annotated[
    bool, typer.Option("--retry", help=_("Try again everything that could not be taken."))
]


@pull.command(
    "central",
    help=_(
        "Take a form's submissions from ODK Central. The password comes from OPENDTM_PULL_PASSWORD or is"
        " asked for."
    ),
)
def pull_central(
    *,
    data: Data,
    url: Url,
    project: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help=_("Number of the project."))
    ],
    form: Annotated[str, typer.Option(metavar="ID", help=_("The form's ID."))],
    user: Annotated[
        str, typer.Option(metavar="EMAIL", help=_("Account that may see the submissions."))
    ],
    operation: Operation_ = "",
    mapping: Mapping = None,
    every: Every = None,
    retry: Retry = False,
) -> None:
    """Pull from ODK Central."""
    from opendtm_server.commands.operation import open_data

    secret = _secret(PASSWORD, _(mark("Password")))
    open_data(data)
    from opendtm_server.collect.actions import Place

    place = Place("central", url, form, project, user)
    _pull(place, secret, operation=operation, mapping=mapping, every=every, retry=retry)


@pull.command(
    "kobo",
    help=_(
        "Take a form's submissions from KoBoToolbox. The token comes from OPENDTM_PULL_TOKEN or is asked for."
    ),
)
def pull_kobo(
    *,
    data: Data,
    url: Url,
    asset: Annotated[
        str, typer.Option(metavar="UID", help=_("The form's UID, as in its address there."))
    ],
    operation: Operation_ = "",
    mapping: Mapping = None,
    every: Every = None,
    retry: Retry = False,
) -> None:
    """Pull from KoBoToolbox."""
    from opendtm_server.commands.operation import open_data

    secret = _secret(TOKEN, _(mark("Token")))
    open_data(data)
    from opendtm_server.collect.actions import Place

    place = Place("kobo", url, asset)
    _pull(place, secret, operation=operation, mapping=mapping, every=every, retry=retry)


@pull.command(
    "due",
    help=_(
        "Pull every source whose time has come, as set on its page; for a timer of the machine."
    ),
)
def pull_due(
    *,
    data: Data,
    every: Every = None,
) -> None:
    """Pull what is due, once or again and again."""
    from opendtm_server.commands.operation import keeper, open_data

    open_data(data)
    from django.utils import timezone

    from opendtm_server.collect import actions

    by = keeper()
    while True:
        for run in actions.pull_due(now=timezone.now(), by=by):
            console.say(f"{run.source.operation.code} / {run.source.name}")
            _say_run(run)
        if every is None:
            return
        time.sleep(every * 60)


def _secret(variable: str, words: str) -> str:
    found = os.environ.get(variable, "")
    if not found and sys.stdin.isatty():
        found = str(typer.prompt(words, hide_input=True, err=True))
    return found


def _pull(
    place: "Place",
    secret: str,
    *,
    operation: str,
    mapping: Path | None,
    every: int | None,
    retry: bool,
) -> None:
    from opendtm_server.collect import actions
    from opendtm_server.commands.operation import keeper, operation_named

    by = keeper()
    lines = mapping.read_text(encoding="utf-8") if mapping else ""
    source = actions.keep_source(
        operation=operation_named(operation, by=by),
        place=place,
        secret=secret,
        habits=actions.Habits(every, lines),
        by=by,
    )
    while True:
        run = _run(source, retry=retry, by=by)
        _say_run(run)
        if every is None:
            raise typer.Exit(PROBLEMS if run.state == "failed" or run.not_taken else 0)
        time.sleep(every * 60)
        source.refresh_from_db()


def _run(source: "Source", *, retry: bool, by: "User") -> "Pull":
    from opendtm_server.collect import actions

    with console.progress(_(mark("Taking submissions"))) as advance:
        return actions.pull_source(
            source=source, retry_all=retry, by=by, watch=lambda _run: advance()
        )


def _say_run(run: "Pull") -> None:
    from opendtm_server.collect import queries
    from opendtm_server.collect.errors import sentence_of

    words = _(mark("{seen} seen, {taken} taken, {not_taken} not taken."))
    console.say(words.format(seen=run.seen, taken=run.taken, not_taken=run.not_taken))
    lang = console.language()
    if run.error_code:
        said = sentence_of(run.error_code, run.details, lang, otherwise=run.reason)
        console.note(f"{run.error_code}  {said}")
    for row in queries.not_taken_of(run.source)[:20]:
        said = sentence_of(row.error_code, row.details, lang, otherwise=row.reason)
        console.note(f"{row.remote_key}: {row.error_code}  {said}")
