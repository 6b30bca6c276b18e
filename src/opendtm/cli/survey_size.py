"""`opendtm survey size`: how many interviews a wanted precision takes, every step shown."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.survey_options import (
    FILE,
    SHARE,
    TABLE,
    aim,
    aim_options,
    expected,
    points,
    share_text,
    sharing_options,
)
from opendtm.cli.survey_tables import show
from opendtm.i18n import Message, mark, number

if TYPE_CHECKING:
    from opendtm.measure.sampling import Aim, Plan, Steps
    from opendtm.measure.sampling.plan import PlannedStratum

ALLOCATIONS = ("each", "proportional", "equal", "neyman", "power")


@click.command(help=_("Compute how many interviews and clusters a wanted precision takes."))
@click.option(
    "--population",
    type=click.IntRange(min=1),
    metavar="N",
    help=_("Households in all; without it and without a frame they count as infinitely many."),
)
@click.option("--frame", type=FILE, metavar="FILE", help=_("A table of clusters or of strata."))
@click.option("--sheet", metavar="NAME", help=_("The sheet of the frame."))
@click.option(
    "--size-column", metavar="C", help=_("The column of the frame that counts households.")
)
@click.option("--strata", metavar="C", help=_("The column of the frame that names strata."))
@click.option(
    "--margin",
    type=SHARE,
    default="5%",
    show_default=True,
    metavar="SHARE",
    help=_("The half-width of the interval wanted."),
)
@aim_options
@click.option(
    "--allocation",
    type=click.Choice(ALLOCATIONS),
    default="each",
    show_default=True,
    help=_("Each stratum reaches the margin by itself, or the whole does and they share."),
)
@sharing_options
@click.option(
    "-o", "--output", type=TABLE, metavar="PLAN", help=_("Write the plan: .csv or .xlsx.")
)
def size(
    *,
    population: int | None,
    frame: Path | None,
    output: Path | None,
    allocation: str,
    power: float,
    per_cluster: int,
    margin: float,
    sheet: str | None,
    size_column: str | None,
    strata: str | None,
    spread_column: str | None,
    **wishes: Any,
) -> None:
    """Compute the plan, show it, and write it where asked."""
    from opendtm.measure import sampling

    asked = aim(margin=margin, per_cluster=per_cluster, **wishes)
    if frame is None:
        plan = sampling.plan_whole(asked, population=population, per_cluster=per_cluster)
    else:
        columns = sampling.FrameColumns(
            size=size_column, stratum=strata, spread=_spread(spread_column, allocation)
        )
        found = _strata(frame, sheet, columns, clustered=per_cluster > 1)
        plan = sampling.plan_strata(
            found, aim=asked, per_cluster=per_cluster, rule=allocation, power=power
        )
    _show(plan, asked, per_cluster)
    if output is not None:
        from opendtm.render.plain import write_plain

        write_plain(plan.table(), output, title="plan")
        console.note(Message(mark("{name}: written."), {"name": output.name}))


def _spread(column: str | None, allocation: str) -> str | None:
    if allocation == "neyman" and column is None:
        raise click.UsageError(_("Neyman allocation needs --spread-column"))
    return column


def _strata(path: Path, sheet: str | None, columns: Any, *, clustered: bool) -> Sequence[Any]:
    """Read the strata of a frame; where each stands in one row, its households are what it holds."""
    from dataclasses import replace

    from opendtm.measure import sampling
    from opendtm.tables.plain import read_plain

    table = read_plain(path, sheet=sheet)
    clusters = sampling.read_clusters(table, columns)
    found = sampling.strata_of(clusters, table=table, columns=columns)
    one_row_each = columns.stratum is not None and len(found) == table.height
    if clustered and not one_row_each:
        return found
    return [replace(one, clusters=round(one.population)) for one in found]


def _show(plan: "Plan", asked: "Aim", per_cluster: int) -> None:
    lang = console.language()
    if len(plan.strata) == 1 or plan.whole:
        _show_steps(plan, asked, per_cluster, lang)
    if len(plan.strata) > 1:
        _show_strata(plan, lang)
    for line in _closing(plan, asked, lang):
        console.say(line)


def _show_steps(plan: "Plan", asked: "Aim", per_cluster: int, lang: str) -> None:
    steps = plan.whole or plan.strata[0].steps
    if steps is None:
        return
    heads = (_("Step"), _("Formula"), _("Interviews"))
    show(heads, _steps(steps, asked, lang), right=(2,))
    if per_cluster > 1:
        values = {"count": plan.clusters, "each": per_cluster, "total": plan.interviews}
        console.say(
            Message(mark("Clusters: {count} of {each} interviews, {total} interviews."), values)
        )


def _steps(steps: "Steps", asked: "Aim", lang: str) -> list[tuple[str, str, str]]:
    def exact(value: float) -> str:
        return number(value, lang, decimals=2)

    z, p = number(asked.z, lang, decimals=3), number(asked.proportion, lang, decimals=2)
    e = number(asked.margin, lang, decimals=3)
    rows = [
        (_("1. Infinite population"), f"n0 = z² p (1 − p) / e²; z = {z}, p = {p}, e = {e}",
         exact(steps.infinite))
    ]  # fmt: skip
    if steps.population is not None:
        households = number(steps.population, lang)
        rows.append(
            (_("2. Finite population"), f"n1 = n0 / (1 + (n0 − 1) / N); N = {households}",
             exact(steps.finite))
        )  # fmt: skip
    else:
        rows.append((_("2. Finite population"), _("none: infinitely many"), exact(steps.finite)))
    effect, silent = (
        number(asked.design_effect, lang, decimals=2),
        share_text(asked.non_response, lang),
    )
    return [
        *rows,
        (_("3. Design effect"), f"n1 × {effect}", exact(steps.designed)),
        (_("4. Non-response"), f"/ (1 − {silent})", exact(steps.planned)),
        (_("5. Rounded up"), "", number(steps.interviews, lang)),
    ]


def _show_strata(plan: "Plan", lang: str) -> None:
    heads = (
        _("Stratum"), _("Households"), _("Needed"), _("Clusters"), _("Interviews"),
        _("Margin expected"),
    )  # fmt: skip
    rows = [_stratum(one, lang) for one in plan.strata]
    total = sum(one.population or 0 for one in plan.strata)
    rows.append(
        (_("All"), number(total, lang), "", number(plan.clusters, lang),
         number(plan.interviews, lang), points(plan.margin, lang))
    )  # fmt: skip
    show(heads, rows, right=(1, 2, 3, 4, 5))


def _stratum(one: "PlannedStratum", lang: str) -> tuple[str, ...]:
    needed = number(one.steps.interviews, lang) if one.steps else "–"
    return (
        one.name,
        number(one.population or 0, lang),
        needed,
        number(one.clusters, lang),
        number(one.interviews, lang),
        points(one.margin, lang) if one.population else "–",
    )


def _closing(plan: "Plan", asked: "Aim", lang: str) -> list[Message]:
    lines = [
        expected(plan.margin, asked, lang),
        Message(
            mark(
                "Order of the corrections: finite population, design effect, non-response; another order gives another number."
            )
        ),
    ]
    steps = plan.whole or (plan.strata[0].steps if len(plan.strata) == 1 else None)
    if steps and steps.population is not None and asked.design_effect != 1:
        values = {"count": number(steps.other_order, lang, decimals=2)}
        sentence = mark("With the design effect before the finite population it would be {count}.")
        lines.append(Message(sentence, values))
    lines += [
        Message(
            mark("{name}: every household is to be asked; the margin cannot be reached by fewer."),
            {"name": one.name or _("All")},
        )
        for one in plan.strata
        if one.steps and one.steps.takes_all
    ]
    return lines
