"""`opendtm stock total` and `opendtm stock change`: what stands behind a total, and behind its change."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.mapping_option import MAPPING
from opendtm.cli.stock_options import (
    BY,
    CONCEPT,
    NONE,
    OUTPUT,
    between,
    close,
    moved,
    share,
    whole,
)
from opendtm.cli.survey_options import FILE, SHARE, TABLE
from opendtm.cli.survey_tables import show
from opendtm.i18n import Message, mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opendtm import records
    from opendtm.measure.stock import Area, ImputedTotal

METHODS = {"ratio": "ratio_imputed", "carry": "carried_forward"}
_PARTS = {
    "matched": mark("Places seen both times"),
    "newly_covered": mark("Newly covered"),
    "closed": mark("Closed"),
    "lost_access": mark("Access lost, or not covered any more"),
    "reclassified": mark("Reclassified"),
    "corrected": mark("Corrections of the earlier round"),
    "total": mark("In all"),
}


@click.command(
    help=_(
        "Add up the newest of several ROUNDs of a site list, imputing places out of reach from the rounds before. "
        "One file a round, the oldest first; a place is out of reach where its access says so."
    )
)
@click.argument("rounds", nargs=-1, required=True, type=FILE, metavar="ROUND...")
@CONCEPT
@BY
@click.option(
    "--way",
    type=click.Choice(tuple(METHODS)),
    default="ratio",
    show_default=True,
    help=_("Move the last figure with the area (ratio), or repeat it (carry)."),
)
@click.option(
    "--expire",
    type=click.IntRange(min=1),
    default=4,
    show_default=True,
    metavar="N",
    help=_("Use no figure older than N rounds."),
)
@click.option(
    "--cap",
    type=SHARE,
    default="10%",
    show_default=True,
    metavar="SHARE",
    help=_("Refuse a total of which more is imputed."),
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="N",
    help=_("The number from which the draws of the range follow."),
)
@click.option(
    "--places",
    type=TABLE,
    metavar="FILE",
    help=_("Write what each place was given: .csv or .xlsx."),
)
@MAPPING
@OUTPUT
def total(
    rounds: tuple[Path, ...],
    *,
    concept: str,
    by: str,
    way: str,
    expire: int,
    cap: float,
    seed: int,
    places: Path | None,
    mapping: Path | None,
    output: Path | None,
) -> None:
    """Read the rounds, add up, show, and write where asked."""
    from opendtm.cli.stock_reading import site_rounds
    from opendtm.measure import stock
    from opendtm.render.plain import write_plain

    panels = site_rounds(rounds, concept=concept, mapping=mapping)
    level = None if by == NONE else by
    held = stock.held_over(panels, concept=concept, level=level)
    found = stock.totals_by_area(
        held,
        areas=stock.areas_over(panels, level=level),
        way=stock.Way(way),
        rounds=expire,
        limit=cap,
        seed=seed,
    )
    _show_totals(found)
    close(
        stock.totals_table(found, lang=console.language()),
        output,
        kind=stock.Kind.TOTAL,
        method=METHODS[way],
        on=stock.as_of(panels[-1]),
    )
    if places is not None:
        write_plain(stock.places_table(found[None].places), places, title="places")
        console.note(Message(mark("{name}: written."), {"name": places.name}))


def _show_totals(found: "Mapping[Area | None, ImputedTotal]") -> None:
    heads = (
        _("Area"), _("Total"), _("Range"), _("Observed"), _("Imputed"), _("Share imputed"),
        _("Places observed"), _("Places imputed"), _("Places unknown"),
    )  # fmt: skip
    rows = [
        (
            area_name(area), whole(one.value), between(one.low, one.high), whole(one.observed),
            whole(one.imputed), share(one.share), whole(one.n_observed), whole(one.n_imputed),
            whole(one.n_unknown),
        )
        for area, one in found.items()
    ]  # fmt: skip
    show(heads, rows, right=range(1, len(heads)))
    if found[None].n_unknown:
        console.say(_unknown(found[None]))
    for area, one in found.items():
        if one.refused:
            values = {"area": area_name(area), "reason": one.refused}
            console.say(Message(mark("{area}: {reason}"), values))


def _unknown(one: "ImputedTotal") -> Message:
    """Say how many places are unknown, and what those held that were observed before."""
    values = {"count": one.n_unknown, "seen": len(one.seen_before)}
    if one.last_of_unknown is None:
        return Message(
            mark("Places unknown: {count}, in no total; none of them was ever observed."), values
        )
    sentence = mark(
        "Places unknown: {count}, in no total; observed before: {seen}, which last held {last}."
    )
    return Message(sentence, values | {"last": round(one.last_of_unknown)})


def area_name(area: "Area | None") -> str:
    """Write the name of an area with its code; None is all of them."""
    if area is None:
        return _("All")
    return " ".join(part for part in (area.code, area.name) if part) or _("not stated")


@click.command(
    help=_(
        "Take the change of a total between two rounds of a site list apart. What places that were not seen "
        "twice bring or take is shown apart from what changed where people were counted both times."
    )
)
@click.argument("before", type=FILE, metavar="BEFORE")
@click.argument("after", type=FILE, metavar="AFTER")
@CONCEPT
@BY
@click.option(
    "--published",
    type=FILE,
    metavar="FILE",
    help=_("BEFORE as it was published, where it was corrected since."),
)
@MAPPING
@OUTPUT
def change(
    before: Path,
    after: Path,
    *,
    concept: str,
    by: str,
    published: Path | None,
    mapping: Path | None,
    output: Path | None,
) -> None:
    """Read both rounds, take the change apart, show it, and write it where asked."""
    from opendtm.cli.stock_reading import site_rounds
    from opendtm.measure import stock

    old, new = site_rounds((before, after), concept=concept, mapping=mapping)
    told = site_rounds((published,), concept=concept, mapping=mapping)[0] if published else None
    level = None if by == NONE else by
    found = stock.changes_by_area(old, new, concept=concept, level=level, published=told)
    _show_changes(found)
    table = stock.changes_table(found)
    close(table, output, kind=stock.Kind.CHANGE, method="decomposed", on=stock.as_of(new))


def _show_changes(found: "Mapping[str, records.Change]") -> None:
    """Show the parts that are not zero, area by area, with the places behind them."""
    from opendtm.measure.stock import changes_table

    rows: list[tuple[str, ...]] = []
    before = None
    for row in changes_table(found).to_pylist():
        if row["part"] == "total" or row["value"]:
            first = row["area"] != before or not rows
            rows.append(_change_row(row, first=first))
            before = row["area"]
    heads = (_("Area"), _("Before"), _("After"), _("Part"), _("Change"), _("Places"))
    show(heads, rows, right=(1, 2, 4, 5))


def _change_row(row: "Mapping[str, Any]", *, first: bool) -> tuple[str, ...]:
    ends = (row["area"] or _("All"), whole(row["before"]), whole(row["after"]))
    places = "" if row["n_places"] is None else whole(row["n_places"])
    words = _PARTS[row["part"]]
    return (
        *(ends if first else ("", "", "")),
        _(words),
        moved(row["value"]),
        places,
    )
