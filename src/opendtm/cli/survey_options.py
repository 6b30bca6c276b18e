"""What the commands about surveys share: shares as people write them, file names, options of the aim."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.i18n import Message, mark, number

if TYPE_CHECKING:
    from opendtm.measure.sampling import Aim

ENDINGS = (".csv", ".xlsx")
Command = Callable[..., Any]


class Share(click.ParamType["float"]):
    """A share as 5%, 5 % or 0.05; a number above 1 without a percent sign is refused, not guessed."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Give the share as a number."""
        if isinstance(value, float):
            return value
        text = str(value).strip().replace(",", ".")
        percent = text.endswith("%")
        try:
            number = float(text.rstrip("% \u00a0\u202f"))
        except ValueError:
            number = -1.0
        share = number / 100 if percent else number
        if not 0 <= share <= 1:
            words = Message(mark("{value} is not a share: write 5% or 0.05"), {"value": str(value)})
            self.fail(words.text(console.language()), param, ctx)
        return share


class Table(click.ParamType["Path"]):
    """A file to write: its ending says what it will be."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Give the path."""
        path = Path(value)
        if path.suffix.lower() not in ENDINGS:
            self.fail(_("the ending must be .csv or .xlsx"), param, ctx)
        return path


SHARE, TABLE, FILE = Share(), Table(), click.Path(path_type=Path)


def aim_options(command: Command) -> Command:
    """Add the options that say what a survey shall tell, without its margin."""
    options = (
        click.option(
            "--level", type=SHARE, default="95%", show_default=True, metavar="SHARE",
            help=_("Confidence level."),
        ),
        click.option(
            "--proportion", type=SHARE, default="50%", show_default=True, metavar="SHARE",
            help=_("The share expected; 50% is the most demanding."),
        ),
        click.option(
            "--per-cluster", type=click.IntRange(min=1), default=1, show_default=True, metavar="M",
            help=_("Interviews in each cluster; 1 where households are drawn directly."),
        ),
        click.option(
            "--rho", type=SHARE, metavar="R",
            help=_("Intra-cluster correlation; the design effect is 1 + (M - 1) R."),
        ),
        click.option(
            "--deff", type=click.FloatRange(min=0, min_open=True), metavar="D",
            help=_("The design effect itself, where it is known."),
        ),
        click.option(
            "--non-response", type=SHARE, default="0%", show_default=True, metavar="SHARE",
            help=_("Households that will not answer."),
        ),
    )  # fmt: skip
    return _with(command, options)


def sharing_options(command: Command) -> Command:
    """Add the options that say how strata share what is allocated, beside the way itself."""
    options = (
        click.option(
            "--power", type=SHARE, default="0.5", show_default=True,
            help=_("The power of power allocation."),
        ),
        click.option(
            "--spread-column", metavar="C",
            help=_("The column with each stratum's standard deviation, for Neyman allocation."),
        ),
    )  # fmt: skip
    return _with(command, options)


def _with(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def aim(
    *,
    level: float,
    proportion: float,
    per_cluster: int,
    rho: float | None,
    deff: float | None,
    non_response: float,
    margin: float = 0.05,
) -> "Aim":
    """Make the aim of the options; a design effect that was not given is that of `rho`, else 1."""
    from opendtm.measure.sampling import Aim, design_effect

    if rho is not None and deff is not None:
        raise click.UsageError(_("give either --rho or --deff"))
    if deff is None:
        deff = design_effect(per_cluster=per_cluster, rho=rho or 0.0)
    return Aim(
        margin=margin,
        level=level,
        proportion=proportion,
        design_effect=deff,
        non_response=non_response,
    )


def points(margin: float, lang: str) -> str:
    """Write a half-width as percentage points: ±4.9."""
    return "–" if margin == float("inf") else "±" + number(100 * margin, lang, decimals=1)


def expected(margin: float, asked: "Aim", lang: str) -> Message:
    """Say what precision is to be expected, and under what assumptions."""
    sentence = mark(
        "Expected precision: {points} percentage points at {level}, for a share of {share} and a design effect of {effect}."
    )
    values = {
        "points": points(margin, lang),
        "level": share_text(asked.level, lang),
        "share": share_text(asked.proportion, lang),
        "effect": number(asked.design_effect, lang, decimals=2),
    }
    return Message(sentence, values)


def share_text(share: float, lang: str) -> str:
    """Write a share as a percentage with as many decimals as it has, at most two."""
    from babel.numbers import format_percent

    pattern = "#,##0.##%" if lang == "en" else "#,##0.##\u202f%"
    return format_percent(share, format=pattern, locale=lang)
