"""`opendtm stock movements` and `opendtm stock account`: what flows explain of a change of stock, and the residual."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.mapping_option import MAPPING
from opendtm.cli.stock_options import BY, NONE, OUTPUT, SHEET, close, moved, share, whole
from opendtm.cli.survey_options import FILE
from opendtm.cli.survey_tables import show
from opendtm.i18n import Message, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opendtm.measure.stock import Account, Movement

COUNTED = ("idp_individuals", "idp_households")


@click.command(
    help=_(
        "Account for the movements behind the stock of each area, from two rounds of a site list: stock before, "
        "arrivals, departures, what they lead to, what was observed, and the residual. Places that did not answer "
        "all of it are left out and counted."
    )
)
@click.argument("before", type=FILE, metavar="BEFORE")
@click.argument("after", type=FILE, metavar="AFTER")
@click.option(
    "--concept",
    type=click.Choice(COUNTED),
    default=COUNTED[0],
    show_default=True,
    help=_("Whom to count: persons or households."),
)
@BY
@MAPPING
@OUTPUT
def movements(
    before: Path, after: Path, *, concept: str, by: str, mapping: Path | None, output: Path | None
) -> None:
    """Read both rounds, account for the movements, show them, and write them where asked."""
    from opendtm.cli.stock_reading import site_rounds
    from opendtm.measure import stock

    old, new = site_rounds((before, after), concept=concept, mapping=mapping)
    areas = stock.areas_over((old, new), level=None if by == NONE else by)
    found = stock.movements(old, new, concept=concept, areas=areas)
    _show_movements(found)
    table = stock.movements_table(found, lang=console.language())
    close(table, output, kind=stock.Kind.MOVEMENTS, method="stock_flow", on=stock.as_of(new))


def _show_movements(found: "Sequence[Movement]") -> None:
    from opendtm.cli.stock_total import area_name
    from opendtm.measure.stock import reasons

    heads = (
        _("Area"), _("Before"), _("Arrivals"), _("Departures"), _("Expected"), _("Observed"),
        _("Residual"), _("Residual share"), _("Places compared"),
    )  # fmt: skip
    rows = [
        (
            area_name(one.area), whole(one.opening), whole(one.arrivals), whole(one.departures),
            whole(one.expected), whole(one.closing), moved(one.residual),
            share(one.residual_share), f"{whole(one.n)} / {whole(one.n_known)}",
        )
        for one in found
    ]  # fmt: skip
    show(heads, rows, right=range(1, len(heads)))
    for one in found:
        if one.left_out:
            values = {"area": area_name(one.area), "reasons": reasons(one, console.language())}
            console.say(Message(mark("{area}: places left out: {reasons}"), values))


@click.command(
    help=_(
        "Close the account of each row of FILE: columns area, opening, closing, and those flows that are known of "
        "new_displacement, births, returns_from_abroad, returns, local_integration, settlement_elsewhere, deaths, "
        "departures_abroad. An empty cell is not known; 0 is nobody."
    )
)
@click.argument("file", type=FILE, metavar="FILE")
@SHEET
@OUTPUT
def account(file: Path, *, sheet: str | None, output: Path | None) -> None:
    """Read the accounts, close them, show them, and write them where asked."""
    from opendtm.cli.stock_reading import accounts
    from opendtm.measure import stock

    read = accounts(file, sheet=sheet)
    found = [
        (area, stock.account(opening, closing, flows=flows))
        for area, opening, closing, flows in read
    ]
    _show_accounts(found)
    close(stock.accounts_table(found), output, kind=stock.Kind.ACCOUNT, method="stock_flow")


def _show_accounts(found: "Sequence[tuple[str, Account]]") -> None:
    from opendtm.measure.stock import FLOWS

    lang = console.language()
    heads = (
        _("Area"), _("Opening stock"), _("Entries"), _("Exits"), _("Expected"),
        _("Closing stock"), _("Residual"), _("Residual share"),
    )  # fmt: skip
    rows = [
        (
            area, whole(one.opening), whole(one.entries), whole(one.exits), whole(one.expected),
            whole(one.closing), moved(one.residual), share(one.residual_share),
        )
        for area, one in found
    ]  # fmt: skip
    show(heads, rows, right=range(1, len(heads)))
    for area, one in found:
        if one.unknown:
            flows = ", ".join(FLOWS[name].text(lang) for name in one.unknown)
            sentence = mark("{area}: not known, so in the residual: {flows}")
            console.say(Message(sentence, {"area": area, "flows": flows}))
