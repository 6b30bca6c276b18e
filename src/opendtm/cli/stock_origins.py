"""`opendtm stock origins` and `opendtm stock moves`: who came from where, and the least that must have moved."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.mapping_option import MAPPING
from opendtm.cli.stock_options import CONCEPT, LEVEL_OF_AREAS, OUTPUT, close, share, whole
from opendtm.cli.survey_options import FILE
from opendtm.cli.survey_tables import show
from opendtm.i18n import Message, mark, number

if TYPE_CHECKING:
    from collections.abc import Collection

    from opendtm.measure.stock import Key, MinimumFlow, Origins

CLASSES = ("public", "restricted", "sensitive")
NONE = "none"
WIDE = 8  # areas that stand side by side on a terminal
ROWS = 30


@click.command(
    help=_(
        "Count people by origin and by the area where they are now. FILE is a site list that states origins, or a "
        "table with the columns origin, place, persons (an empty origin is not known)."
    )
)
@click.argument("file", type=FILE, metavar="FILE")
@CONCEPT
@LEVEL_OF_AREAS
@click.option(
    "--margins",
    type=FILE,
    metavar="FILE",
    help=_("Scale the matrix to known totals: columns side (origin or place), name, persons."),
)
@click.option(
    "--protect",
    type=click.Choice((NONE, *CLASSES)),
    default=NONE,
    show_default=True,
    help=_(
        "Hide small cells, and those that would give them away, by the rule of this sharing class."
    ),
)
@MAPPING
@OUTPUT
def origins(
    file: Path,
    *,
    concept: str,
    by: str,
    margins: Path | None,
    protect: str,
    mapping: Path | None,
    output: Path | None,
) -> None:
    """Read the origins, reconcile and protect them where asked, show them, and write them."""
    from dataclasses import replace

    from opendtm.cli import stock_reading
    from opendtm.measure import stock

    read = stock_reading.origins(file, concept=concept, level=by, mapping=mapping)
    found = read.found
    if margins is not None:
        by_origin, by_place = stock_reading.margins(margins)
        fitted = stock.reconcile(found.matrix, by_origin=by_origin, by_place=by_place)
        found = replace(found, matrix=fitted.matrix)
        values = {"passes": fitted.passes}
        console.note(Message(mark("Reconciled with the margins in {passes} passes."), values))
    hidden = _hidden(found, protect, concept)
    _show_matrix(found, hidden)
    _tell(found, hidden)
    close(
        stock.origins_table(found, hidden=hidden),
        output,
        kind=stock.Kind.ORIGINS,
        method=found.matrix.modelled or "stated",
        on=read.on,
        more=_more(protect, len(hidden), modelled=found.matrix.modelled),
    )


def _hidden(found: "Origins", protect: str, concept: str) -> "Collection[Key]":
    from opendtm.measure import disclosure, stock
    from opendtm.vocab import Sharing

    if protect == NONE:
        return ()
    unit = "household" if concept.endswith("_households") else "person"
    return stock.hidden_cells(found, rule=disclosure.rule(Sharing(protect)), unit=unit)


def _more(protect: str, hidden: int, *, modelled: str) -> str:
    """Say whether the matrix was scaled, and whether its small cells are protected."""
    lang = console.language()
    scaled = mark("Modelled: scaled to known totals, so no cell is what was stated.")
    open_ = mark("Not protected: small cells stand as they are; not for publication.")
    safe = mark("Protected for the sharing class {class}: cells and totals hidden: {hidden}.")
    words = Message(open_ if protect == NONE else safe, {"class": protect, "hidden": hidden})
    return " ".join(([Message(scaled).text(lang)] if modelled else []) + [words.text(lang)])


def _show_matrix(found: "Origins", hidden: "Collection[Key]") -> None:
    from opendtm.measure.stock import Margin, cells_of, with_margins

    sums = with_margins(cells_of(found))
    origins, places = (list(dict.fromkeys(key[side] for key in cells_of(found))) for side in (0, 1))
    if len(places) > WIDE:
        _show_long(found, hidden)
        return

    def cell(origin: object, place: object) -> str:
        return _("hidden") if (origin, place) in hidden else whole(sums[origin, place])

    heads = (_("Origin"), *(_named(found, place) for place in places), _("All"))
    rows = [
        (_named(found, origin), *(cell(origin, place) for place in (*places, Margin.ALL)))
        for origin in origins
    ]
    rows.append(
        (_("All"), *(cell(Margin.ALL, place) for place in places), cell(Margin.ALL, Margin.ALL))
    )
    show(heads, rows, right=range(1, len(heads)))


def _show_long(found: "Origins", hidden: "Collection[Key]") -> None:
    """Show the largest cells, where the matrix is too wide for a terminal; the file holds all."""
    from opendtm.measure.stock import origins_table

    cells = origins_table(found, hidden=hidden).to_pylist()
    cells.sort(key=lambda row: -(row["persons"] or 0))
    heads = (_("Origin"), _("Place"), _("Number"), _("Share of the place"))
    rows = [
        (
            _named(found, row["origin"] or ""), _named(found, row["place"]),
            _("hidden") if row["suppressed"] else whole(row["persons"]), share(row["share_of_place"]),
        )
        for row in cells[:ROWS]
    ]  # fmt: skip
    show(heads, rows, right=(2, 3))
    if len(cells) > ROWS:
        console.say(
            Message(mark("and {count} more cells, in the file"), {"count": len(cells) - ROWS})
        )


def _named(found: "Origins", key: str) -> str:
    if not key:
        return _("not known")
    name = found.names.get(key, "")
    return f"{key} {name}" if name and name != key else key


def _tell(found: "Origins", hidden: "Collection[Key]") -> None:
    """Say how mixed the whole is, of how many the origin is not known, and how many rows count nobody.

    Where cells are hidden nothing is said that was computed from them.
    """
    from opendtm.measure.stock import diversity

    lang = console.language()
    mixed = None if hidden else diversity(found.matrix.out_of())
    if mixed is not None and mixed.evenness is not None:
        sentence = mark("Origins: {count}; evenness {evenness} (1: all alike, 0: one origin only).")
        values = {"count": mixed.origins, "evenness": number(mixed.evenness, lang, decimals=2)}
        console.say(Message(sentence, values))
    if found.unknown and not hidden:
        values = {"count": round(sum(found.unknown.values())), "share": share(found.unknown_share)}
        console.say(Message(mark("Origin not known: {count} ({share})."), values))
    if found.uncounted:
        values = {"count": found.uncounted}
        console.say(Message(mark("Rows without a number, left out: {count}."), values))


@click.command(
    help=_(
        "Give the least number who must have moved between two rounds, origin by origin: modelled, a lower bound. "
        "The files are as for origins; of site lists the places observed in both rounds count."
    )
)
@click.argument("before", type=FILE, metavar="BEFORE")
@click.argument("after", type=FILE, metavar="AFTER")
@CONCEPT
@LEVEL_OF_AREAS
@MAPPING
@OUTPUT
def moves(
    before: Path, after: Path, *, concept: str, by: str, mapping: Path | None, output: Path | None
) -> None:
    """Read both rounds, model the least moves, show them, and write them where asked."""
    from opendtm.cli import stock_reading
    from opendtm.measure import stock

    old, new = stock_reading.two_origins(before, after, concept=concept, level=by, mapping=mapping)
    found = stock.minimum_flow(stock.stocks_of(old.found.matrix), stock.stocks_of(new.found.matrix))
    _show_moves(found, new.found)
    apart = sum(old.found.unknown.values()), sum(new.found.unknown.values())
    if any(apart):
        sentence = mark("Origin not known, so in no move: {before} before, {after} after.")
        values = {"before": round(apart[0]), "after": round(apart[1])}
        console.say(Message(sentence, values))
    close(stock.moves_table(found), output, kind=stock.Kind.MOVES, method="lower_bound", on=new.on)


def _show_moves(found: "MinimumFlow", named: "Origins") -> None:
    from opendtm.measure.stock import OUTSIDE, moves_table

    def name(place: str) -> str:
        return _("outside the list") if place == OUTSIDE else _named(named, place)

    rows = [
        (name(row["from"]), name(row["to"]), whole(row["persons"]))
        for row in moves_table(found).to_pylist()
    ]
    show((_("From"), _("To"), _("At least")), rows, right=(2,))
    sentence = mark(
        "At least {moved} moved; of them came from outside {came}, left the list {left}."
    )
    values = {
        "moved": round(found.moved),
        "came": round(found.from_outside),
        "left": round(found.to_outside),
    }
    console.say(Message(sentence, values))
