"""`opendtm matrix verify`: every figure of a house computed again, and compared to the digit."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opendtm.cli import console
from opendtm.i18n import mark, number
from opendtm_server.commands.words import gettext as _

if TYPE_CHECKING:
    from opendtm_server.matrix.models import Run
    from opendtm_server.matrix.recomputation import Difference, Recomputed

PROBLEMS = 1
SHOWN = 20

matrix = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help=_("Prove that the figures of an installation can be computed again."),
)


@matrix.callback()
def runs() -> None:
    """Keep `verify` a command of its own, whatever others come."""


@matrix.command(
    "verify",
    help=_(
        "Compute every run of the figures again from what it kept, and compare to the digit: files, figures,"
        " database, and the submissions behind them. Exit status 1 where anything differs."
    ),
)
def verify_matrix(
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DATA",
            exists=True,
            file_okay=False,
            help=_("Folder that holds the installation's data."),
        ),
    ],
    operation: str = typer.Option(
        "", metavar="CODE", help=_("Only this operation; all when left out.")
    ),
    number: Annotated[
        int | None,
        typer.Option("--round", metavar="NUMBER", min=0, help=_("Only this round.")),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Write the result as JSON, one object a run."))
    ] = False,
) -> None:
    """Compute again, say what came of it, and leave with the status."""
    from opendtm_server.commands.operation import open_data

    open_data(data)
    found = _runs(operation, number)
    say = _say_json if as_json else _say
    broken = 0
    with console.progress(_(mark("Computing again")), total=len(found)) as advance:
        for result in map(_again, found):
            say(result)
            broken += not result.holds
            advance()
    if not as_json:
        _say_end(len(found), broken)
    raise typer.Exit(PROBLEMS if broken else 0)


def _runs(operation: str, number: int | None) -> "list[Run]":
    from opendtm_server.config.obstacles import NothingComputed
    from opendtm_server.matrix.recomputation import runs_to_verify

    found = list(runs_to_verify(operation=operation, number=number))
    if not found:
        raise NothingComputed(operation=operation or "–", round="–" if number is None else number)
    return found


def _again(run: "Run") -> "Recomputed":
    from opendtm_server.matrix.recomputation import compute_again

    return compute_again(run)


def _say(result: "Recomputed") -> None:
    lang = console.language()
    run, round_ = result.run, result.run.round
    name = _(mark("{operation}, round {round}, revision {revision}")).format(
        operation=round_.operation.code, round=round_.number, revision=run.revision
    )
    for file in result.altered:
        console.say(_(mark("{run}: {file} is missing or was altered.")).format(run=name, file=file))
    if not result.altered:
        words = (
            _(mark("{run}: {count} figures computed again, all the same."))
            if result.holds
            else _(mark("{run}: {count} figures computed again, {different} not the same."))
        )
        counts = [number(count, lang) for count in (result.compared, len(result.different))]
        console.say(words.format(run=name, count=counts[0], different=counts[1]))
    for difference in result.different[:SHOWN]:
        console.say("  " + _difference(difference))
    _say_since(result)


def _difference(difference: "Difference") -> str:
    words = {
        "figures": _(mark("{figure}: kept {kept}, computed again {again}")),
        "database": _(mark("{figure}: kept {kept}, in the database {again}")),
    }
    sides = {"kept": difference.kept, "again": difference.again}
    values = {name: "–" if value is None else repr(value) for name, value in sides.items()}
    return words[difference.link].format(figure=" | ".join(difference.key), **values)


def _say_since(result: "Recomputed") -> None:
    """Say what has changed since the run, which its own figures do not suffer from."""
    lang = console.language()
    if result.redefined:
        words = _(mark("  {count} indicators are defined otherwise today and were not compared."))
        console.say(words.format(count=number(len(result.redefined), lang)))
    if result.changed_answers:
        words = _(mark("  The answers of {count} submissions have changed since."))
        console.say(words.format(count=number(len(result.changed_answers), lang)))
    if result.changed_setting:
        console.say(_(mark("  Sites, rounds or settings have changed since.")))
    if result.reopened:
        console.say(_(mark("  The round has been reopened since; it is not signed off.")))
    if result.changed_answers or result.changed_setting:
        console.say(_(mark("  Compute the round again for a new revision.")))


def _say_end(runs: int, broken: int) -> None:
    lang = console.language()
    words = (
        _(mark("{runs} runs, {broken} of them do not hold."))
        if broken
        else _(mark("{runs} runs, every one holds."))
    )
    console.say(words.format(runs=number(runs, lang), broken=number(broken, lang)))


def _say_json(result: "Recomputed") -> None:
    run, round_ = result.run, result.run.round
    said: dict[str, Any] = {
        "operation": round_.operation.code,
        "form": round_.form_id,
        "round": round_.number,
        "revision": run.revision,
        "holds": result.holds,
        "current": result.is_current,
        "altered": list(result.altered),
        "compared": result.compared,
        "different": [
            {"figure": list(one.key), "link": one.link, "kept": one.kept, "again": one.again}
            for one in result.different
        ],
        "redefined": list(result.redefined),
        "changed_answers": len(result.changed_answers),
        "changed_setting": result.changed_setting,
        "reopened": result.reopened,
    }
    console.say(json.dumps(said, ensure_ascii=False))
