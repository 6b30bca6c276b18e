"""The door of the command line: `opendtm COMMAND ...`.

It knows the commands by name and loads one only when it is called, so that help comes at once. Commands of
the server arrive through the entry-point group `opendtm.commands`. A command is a Typer application or
anything else with a `main(args, prog_name)` like Click's.
"""

import gettext as standard_gettext
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module, metadata
from typing import Any

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.errors.base import OpenDTMError
from opendtm.errors.cli import FileUnusable
from opendtm.i18n import LOCALE_DIR, Message, mark

DONE, PROBLEMS, WRONG_USAGE = 0, 1, 2
GROUP = "opendtm.commands"
COMMANDS = {
    "form": (
        "opendtm.cli.form",
        mark("Check an XLSForm for the field, or convert it to an XForm."),
    ),
    "table": (
        "opendtm.cli.table",
        mark("See what a spreadsheet holds, or read it into one tidy table."),
    ),
    "disclosure": (
        "opendtm.cli.disclosure",
        mark("Tell whether people could be recognised in what is to be published."),
    ),
    "figures": ("opendtm.cli.figures", mark("Compute figures from spreadsheets, by place.")),
    "index": (
        "opendtm.cli.index",
        mark("Compute a composite index of places, with how sure the ranks are."),
    ),
    "survey": (
        "opendtm.cli.survey",
        mark("Plan a sample survey, draw its sample, analyse its interviews."),
    ),
    "stock": (
        "opendtm.cli.stock",
        mark("Count a stock of people, take its change apart, and say how far to trust it."),
    ),
    "flow": ("opendtm.cli.flow", mark("Compute flows past monitoring points, by hour and day.")),
    "lake": (
        "opendtm.cli.lake",
        mark("Keep rounds of many operations together, and compute figures over all of them."),
    ),
    "report": (
        "opendtm.cli.report",
        mark("Make a report from spreadsheets, in English and French."),
    ),
}
SERVER_COMMANDS = {
    "demo": mark("Make a demonstration operation of a fictional country and show it."),
    "device": mark("Give a facilitator's phone its address, with a QR code that sets it up."),
    "matrix": mark("Prove that the figures of an installation can be computed again."),
    "pull": mark("Take submissions from ODK Central or KoBoToolbox."),
    "serve": mark("Serve an installation on this machine."),
}


def run() -> None:
    """Run the command that the arguments name, and leave with its status."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command; give 0 when it is done, 1 when its input has problems, 2 on wrong usage."""
    _speak()
    name, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    if name in {"-h", "--help"}:
        console.say(_help())
        return DONE
    if name == "--version":
        console.say(metadata.version("opendtm"))
        return DONE
    if name not in _names():
        return _refuse(name)
    return _call(name, rest)


def load(name: str) -> Any:
    """Load one command: a Typer application or a Click-like command. KeyError where there is none."""
    served = {entry.name: entry for entry in metadata.entry_points(group=GROUP)}
    if name not in COMMANDS:
        return served[name].load()
    app = import_module(COMMANDS[name][0]).app
    if name in served:
        _take_in(app, served[name].load())
    return app


def _take_in(app: Any, more: Any) -> None:
    """Add what the server can do under a command of the workshop, such as publishing a form, to that command."""
    known = {one.name for one in app.registered_commands}
    app.registered_commands += [one for one in more.registered_commands if one.name not in known]


def _call(name: str, arguments: list[str]) -> int:
    try:
        _runner(load(name))(args=arguments, prog_name=f"opendtm {name}")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else DONE
    except OpenDTMError as error:
        console.problem(error)
        return PROBLEMS
    except BrokenPipeError:
        _close_pipe()
    except OSError as error:
        console.problem(FileUnusable(name=error.filename or "?", reason=error.strerror or "?"))
        return PROBLEMS
    return DONE


def _runner(command: Any) -> Callable[..., object]:
    if not hasattr(command, "main"):
        from typer.main import get_command

        command = get_command(command)
    runner: Callable[..., object] = command.main
    return runner


def _close_pipe() -> None:
    # The reader of the pipe has left; without this Python complains once more while it closes.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _speak() -> None:
    # The library under the commands asks the standard catalogue for its own words ("Usage", "Options").
    os.environ["LANGUAGE"] = console.language()
    standard_gettext.bindtextdomain("cli", str(LOCALE_DIR))
    standard_gettext.textdomain("cli")


def _names() -> dict[str, str]:
    names = {name: words for name, (_module, words) in COMMANDS.items()}
    for entry in metadata.entry_points(group=GROUP):
        names.setdefault(entry.name, SERVER_COMMANDS.get(entry.name, ""))
    return names


def _help() -> str:
    names = _names()
    options = {
        "--help": _("Show this message; after a command, the help of that command."),
        "--version": _("Show the version."),
    }
    width = max(map(len, [*names, *options]))
    rows = [f"  {name:<{width}}  {_(words)}".rstrip() for name, words in names.items()]
    return "\n".join(
        [
            _("Usage: opendtm COMMAND [OPTIONS] [ARGUMENTS]"),
            "",
            _("Displacement tracking, from the site visit to the published figure."),
            "",
            _("Commands:"),
            *rows,
            "",
            _("Options:"),
            *(f"  {name:<{width}}  {words}" for name, words in options.items()),
            "",
            _("Messages are in English or French: set OPENDTM_LANG=en or OPENDTM_LANG=fr."),
            _("Exit status: 0 done, 1 the input has problems, 2 wrong usage."),
        ]
    )


def _refuse(name: str) -> int:
    if name:
        console.note(Message(mark("There is no command {name}."), {"name": name}))
    console.note(_help())
    return WRONG_USAGE


if __name__ == "__main__":
    run()
