"""What the commands about stocks share: options, numbers as text, and the file that carries what it is not."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.survey_options import TABLE
from opendtm.i18n import Message, mark, number, signed

if TYPE_CHECKING:
    import pyarrow as pa

    from opendtm.measure.stock import Kind

Command = Callable[..., Any]
NONE = "none"
OUTPUT = click.option(
    "-o", "--output", type=TABLE, metavar="FILE", help=_("Write the table: .csv or .xlsx.")
)
SHEET = click.option("--sheet", metavar="NAME", help=_("The sheet of the file."))
CONCEPT = click.option(
    "--concept",
    default="idp_individuals",
    show_default=True,
    metavar="CONCEPT",
    help=_("What is counted: a concept such as idp_individuals or idp_households."),
)
BY = click.option(
    "--by",
    type=click.Choice((NONE, "adm1", "adm2", "adm3")),
    default="adm1",
    show_default=True,
    help=_("The level of the areas; none is everything together."),
)
LEVEL_OF_AREAS = click.option(
    "--by",
    type=click.Choice(("adm1", "adm2", "adm3")),
    default="adm1",
    show_default=True,
    help=_("The level of the areas where people are now."),
)


def close(
    table: "pa.Table",
    output: Path | None,
    *,
    kind: "Kind",
    method: str,
    on: date | None = None,
    more: str = "",
) -> None:
    """Say the day and what the figures are not; write the table, with both in every row, where that was asked."""
    from opendtm.measure.stock import CAVEATS, with_told
    from opendtm.render.plain import write_plain

    lang = console.language()
    if on is not None:
        console.say(Message(mark("As of {day}."), {"day": on}))
    console.say(" ".join(part for part in (CAVEATS[kind].text(lang), more) if part))
    if output is not None:
        told = with_told(table, kind=kind, method=method, on=on, lang=lang, more=more)
        write_plain(told, output, title=kind.value)
        console.note(Message(mark("{name}: written."), {"name": output.name}))


def whole(value: float | None) -> str:
    """Write a number of people; a dash where it is not known."""
    return "–" if value is None else number(value, console.language())


def moved(value: float | None) -> str:
    """Write a difference with its sign; a dash where it is not known."""
    return "–" if value is None else signed(round(value), console.language())


def share(value: float | None) -> str:
    """Write a share as a percentage with one decimal; a dash where there is none."""
    if value is None:
        return "–"
    lang = console.language()
    sign = "−" if round(value, 3) < 0 else ""
    return sign + number(abs(100 * value), lang, decimals=1) + ("%" if lang == "en" else "\u202f%")


def ratio(value: float) -> str:
    """Write a ratio with three decimals."""
    return number(value, console.language(), decimals=3)


def between(low: float | None, high: float | None) -> str:
    """Write a range of people; a dash where there is none."""
    if low is None or high is None:
        return "–"
    words = Message(mark("{low} to {high}"), {"low": round(low), "high": round(high)})
    return words.text(console.language())
