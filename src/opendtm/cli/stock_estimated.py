"""`opendtm stock verify`, `persons` and `area`: totals from head-counts, from households, and from a part of a site."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.mapping_option import MAPPING
from opendtm.cli.stock_options import OUTPUT, SHEET, between, close, ratio, share, whole
from opendtm.cli.survey_options import FILE, SHARE
from opendtm.cli.survey_tables import show
from opendtm.i18n import Message, mark, number

if TYPE_CHECKING:
    import pyarrow as pa

    from opendtm.measure.stock import CorrectedTotal
    from opendtm.tables.plain import PlainTable


def _below_one(_context: click.Context, _option: click.Parameter, level: float) -> float:
    """Refuse a confidence of nothing or of certainty, which no interval has."""
    if not 0 < level < 1:
        raise click.BadParameter(_("it must lie between 0% and 100%"))
    return level


LEVEL = click.option(
    "--level",
    type=SHARE,
    callback=_below_one,
    default="95%",
    show_default=True,
    metavar="SHARE",
    help=_("Confidence level."),
)
SQUARES, POINTS = ("counted", "area"), ("to_shelter", "to_neighbour")


@click.command(
    help=_(
        "Correct the reported figures of all places by head-counts at some, drawn at random: columns place, "
        "reported, counted (empty where nobody counted), and if there are any stratum and weight."
    )
)
@click.argument("file", type=FILE, metavar="FILE")
@click.option(
    "--ratio",
    "way",
    type=click.Choice(("combined", "separate")),
    default="combined",
    show_default=True,
    help=_("One ratio for all strata, or one for each; separate needs many head-counts in each."),
)
@LEVEL
@SHEET
@OUTPUT
def verify(file: Path, *, way: str, level: float, sheet: str | None, output: Path | None) -> None:
    """Read the places, correct the total, show it, and write it where asked."""
    from opendtm.measure import stock
    from opendtm.tables.plain import read_plain

    found = _verified(read_plain(file, sheet=sheet), way, level)
    heads = (
        _("Stratum"), _("Reported"), _("Ratio"), _("Total"), _("Interval"), _("CV"),
        _("Places verified"),
    )  # fmt: skip
    rows = [
        (
            name or _("All"), whole(reported), ratio(one.ratio), whole(one.total),
            between(one.low, one.high), share(one.cv), f"{whole(one.n)} / {whole(one.places)}",
        )
        for name, (reported, one) in found.items()
    ]  # fmt: skip
    show(heads, rows, right=range(1, len(heads)))
    close(stock.verified_table(found), output, kind=stock.Kind.VERIFIED, method=f"{way}_ratio")


def _verified(
    read: "PlainTable", way: str, level: float
) -> Mapping[str, tuple[float, "CorrectedTotal"]]:
    """Give what was reported and the corrected total, of the whole (no name) and of each of several strata."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from opendtm.cli.stock_reading import counts, filled, known
    from opendtm.measure import stock

    filled(read, "place")
    columns = {"reported": pa.array(known(read, "reported")), "counted": counts(read, "counted")}
    columns["stratum"] = (
        filled(read, "stratum") if read.has("stratum") else pa.array([_("All")] * read.height)
    )
    if read.has("weight"):
        columns["weight"] = _weights(read, columns["counted"])
    places = pa.table(columns)
    frame = stock.frame_of(places)
    counted = places.filter(pc.is_valid(places["counted"]))
    total = stock.combined_total if way == "combined" else stock.separate_total
    found = {
        "": (sum(one.total for one in frame.values()), total(counted, frame=frame, level=level))
    }
    if len(frame) > 1:
        for name, of in frame.items():
            its = counted.filter(pc.equal(counted["stratum"], name))
            found[name] = (of.total, stock.combined_total(its, frame={name: of}, level=level))
    return found


def _weights(read: "PlainTable", counted: "pa.Array") -> "pa.Array":
    """Give the weights; CellUnusable with its row where a verified place has none above 0."""
    from opendtm.cli.stock_reading import counts

    weights = counts(read, "weight")
    for index, (weight, heads) in enumerate(zip(weights, counted, strict=True)):
        if heads.is_valid and not weight.as_py():
            raise read.unusable("weight", index, Message(mark("a weight must be above 0")))
    return weights


@click.command(
    help=_(
        "Derive persons from households in a site list, where persons were not counted, by a stated factor. "
        "What was counted stays as it is."
    )
)
@click.argument("file", type=FILE, metavar="FILE")
@click.option(
    "--factor",
    type=float,
    required=True,
    metavar="PERSONS",
    help=_("Persons in a household, such as 5.2."),
)
@click.option(
    "--source", required=True, metavar="TEXT", help=_("Who states the factor: a survey, a census.")
)
@click.option(
    "--dated",
    required=True,
    type=click.DateTime(("%Y-%m-%d",)),
    metavar="DAY",
    help=_("Of when the factor is, as 2026-03-21."),
)
@MAPPING
@OUTPUT
def persons(
    file: Path,
    *,
    factor: float,
    source: str,
    dated: datetime,
    mapping: Path | None,
    output: Path | None,
) -> None:
    """Read the list, derive, show the sums, and write the places where asked."""
    from opendtm.cli.stock_reading import site_rounds
    from opendtm.measure import stock
    from opendtm.records import HouseholdSize

    (panel,) = site_rounds([file], concept="idp_households", mapping=mapping)
    size = HouseholdSize(factor, source, dated.date())
    table = stock.derived_persons(panel, factor=size)
    sums = stock.derived_sums(table)
    rows = [
        (_("Counted"), whole(sums.n_counted), whole(sums.counted)),
        (_("Derived from households"), whole(sums.n_derived), whole(sums.derived)),
        (_("Not known"), whole(sums.n_unknown), "–"),
    ]
    show((_("Persons"), _("Places"), _("Number")), rows, right=(1, 2))
    lang = console.language()
    facts = {"factor": number(factor, lang, decimals=2), "source": source, "day": size.on}
    sentence = mark("Factor: {factor} persons in a household ({source}, {day}).")
    told = Message(sentence, facts).text(lang)
    close(table, output, kind=stock.Kind.PERSONS, method="", on=stock.as_of(panel), more=told)


@click.command(
    help=_(
        "Estimate the people of a site from a part of it. FILE has the columns counted and area (squares laid at "
        "random), or to_shelter and to_neighbour (distances from random points to the nearest shelter, and from "
        "it to its neighbour beyond)."
    )
)
@click.argument("file", type=FILE, metavar="FILE")
@click.option(
    "--area",
    "surface",
    type=click.FloatRange(min=0, min_open=True),
    required=True,
    metavar="SIZE",
    help=_("The area of the whole site, in the unit of the file (of distances: their square)."),
)
@click.option(
    "--per-shelter",
    type=click.FloatRange(min=0, min_open=True),
    metavar="PERSONS",
    help=_("Mean persons in a shelter; for distances."),
)
@LEVEL
@SHEET
@OUTPUT
def area(
    file: Path,
    *,
    surface: float,
    per_shelter: float | None,
    level: float,
    sheet: str | None,
    output: Path | None,
) -> None:
    """Read squares or distances, estimate the total, show it, and write it where asked."""
    import pyarrow as pa

    from opendtm.cli.stock_reading import known
    from opendtm.measure import stock
    from opendtm.tables.plain import read_plain

    read = read_plain(file, sheet=sheet)
    names = POINTS if read.has(POINTS[0]) else SQUARES
    table = pa.table({name: pa.array(known(read, name)) for name in names})
    if names == SQUARES:
        method, found = "quadrats", stock.quadrat_total(table, area=surface, level=level)
    elif per_shelter is None:
        raise click.UsageError(_("distances need --per-shelter"))
    else:
        found = stock.t_square_total(table, area=surface, persons=per_shelter, level=level)
        method = "t_square"
    heads = (_("Total"), _("Standard error"), _("Interval"), _("Squares or points"))
    row = (whole(found.total), whole(found.se), between(found.low, found.high), whole(found.n))
    show(heads, [row], right=range(len(heads)))
    close(stock.area_table(found, method=method), output, kind=stock.Kind.AREA, method=method)
