"""What every command shares: the reader's language, the way problems and findings are printed, progress.

Results go to standard output, everything about them to standard error. Nothing here imports a floor, so
that `opendtm --help` stays quick.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from opendtm.errors.base import OpenDTMError, Where
from opendtm.i18n import Message, mark, translate

if TYPE_CHECKING:
    from opendtm.records.findings import Finding

SHOWN_PER_CHECK = 5
_SEVERITIES = {"hard": mark("Must be decided"), "soft": mark("To be checked"), "note": mark("Note")}


def language(environment: Mapping[str, str] | None = None) -> str:
    """Give the language of the messages: OPENDTM_LANG, else the locale where it is French, else English."""
    env = os.environ if environment is None else environment
    asked = env.get("OPENDTM_LANG", "").strip().lower()[:2]
    if asked in {"en", "fr"}:
        return asked
    locale = next((env[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(name)), "")
    return "fr" if locale.lower().startswith("fr") else "en"


def gettext(sentence: str) -> str:
    """Give a sentence of the command line in the reader's language (imported as `_` by the commands)."""
    return translate(sentence, language())


def say(message: Message | str) -> None:
    """Write one line of result to standard output."""
    sys.stdout.write(_text(message) + "\n")


def note(message: Message | str) -> None:
    """Write one line about the work to standard error."""
    sys.stderr.write(_text(message) + "\n")


def problem(error: OpenDTMError) -> None:
    """Write a problem to standard error: code and cause, the place, what to do."""
    lang = language()
    lines = [f"{error.code}  {error.text(lang)}", *_details(error.where, error.remedy_text(lang))]
    sys.stderr.write("\n".join(lines) + "\n")


def findings(found: Iterable["Finding"], *, shown_per_check: int = SHOWN_PER_CHECK) -> None:
    """Write findings to standard error, the weightiest first, at most `shown_per_check` of one check."""
    order = list(_SEVERITIES)
    ranked = sorted(found, key=lambda finding: order.index(finding.severity.value))
    counts = Counter(finding.check for finding in ranked)
    seen: Counter[str] = Counter()
    for finding in ranked:
        seen[finding.check] += 1
        if seen[finding.check] <= shown_per_check:
            _write_finding(finding)
        elif seen[finding.check] == counts[finding.check]:
            _write_rest(finding.check, counts[finding.check] - shown_per_check)


@contextmanager
def progress(title: str, *, total: int | None = None) -> Iterator["Advance"]:
    """Show a progress bar on a terminal and nothing in a pipe; call the value to move on."""
    if not sys.stderr.isatty():
        yield _stand_still
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)

        def advance(steps: float = 1, *, title: str | None = None) -> None:
            bar.update(task, advance=steps, description=title)

        yield advance


class Advance(Protocol):
    """Moves a progress bar on by some steps, and may rename it."""

    def __call__(self, steps: float = 1, *, title: str | None = None) -> None:
        """Move on."""


def _stand_still(steps: float = 1, *, title: str | None = None) -> None:
    """Do nothing: nobody watches a pipe."""


def _text(message: Message | str) -> str:
    return message if isinstance(message, str) else message.text(language())


def _details(where: Where, remedy: str) -> Iterator[str]:
    lang = language()
    if place := where.text(lang):
        yield "  " + Message(mark("Where: {place}"), {"place": place}).text(lang)
    if remedy:
        yield "  " + Message(mark("What to do: {remedy}"), {"remedy": remedy}).text(lang)


def _write_finding(finding: "Finding") -> None:
    lang = language()
    weight = translate(_SEVERITIES[finding.severity.value], lang)
    lines = [f"{weight} [{finding.check}]  {finding.message.text(lang)}"]
    lines += _details(finding.where, finding.remedy.text(lang))
    sys.stderr.write("\n".join(lines) + "\n")


def _write_rest(check: str, count: int) -> None:
    note(
        Message(mark("  and {count} more of the kind [{check}]"), {"count": count, "check": check})
    )
