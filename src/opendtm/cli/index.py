"""`opendtm index`: a composite index of places from figures or answers, with how sure the ranks are."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.mapping_option import MAPPING
from opendtm.cli.survey_options import TABLE
from opendtm.i18n import LANGUAGES, Message, mark, number, translate

if TYPE_CHECKING:
    import pyarrow as pa

    from opendtm.measure.index import Declaration, Ranked

LEVELS = ("adm1", "adm2", "adm3", "site")
_HEADS = (
    mark("Place"),
    mark("Index"),
    mark("Rank"),
    mark("Ranks in 90 % of the draws"),
    mark("Indicators known"),
    mark("Remark"),
)


@click.group(help=_("Compute a composite index of places, with how sure the ranks are."))
def app() -> None:
    """Group the commands about composite indices."""


@app.command("list", help=_("List the indices of the catalogue."))
def listing() -> None:
    """Show each index with its id, its indicators and their weights."""
    from opendtm.cli.survey_tables import show
    from opendtm.measure.index import declarations

    lang = console.language()
    heads = (mark("Id"), mark("Index"), mark("Indicators"), mark("Definition"))
    rows = [
        (
            each.id,
            each.label.text(lang),
            ", ".join(one.column for one in each.ingredients),
            each.definition.text(lang),
        )
        for each in declarations()
    ]
    show([translate(head, lang) for head in heads], rows)


@app.command(
    help=_(
        "Compute INDEX, an id of the catalogue or a YAML file, of the places in FILE: spreadsheets of answers, "
        "figures as `opendtm figures -o` writes them, or a table with a column `place` and one for each indicator."
    )
)
@click.argument("index", metavar="INDEX")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option(
    "--by",
    type=click.Choice(LEVELS),
    default="site",
    show_default=True,
    help=_("The level of the places; a table with a column `place` is taken as it is."),
)
@MAPPING
@click.option(
    "-o",
    "--output",
    type=TABLE,
    metavar="FILE",
    help=_("Write the table, instead of showing it: .csv or .xlsx."),
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=_("The language of the labels."))
def compute(
    *,
    index: str,
    files: tuple[Path, ...],
    by: str,
    mapping: Path | None,
    output: Path | None,
    lang: str | None,
) -> None:
    """Read, score, rank, and show or write."""
    from opendtm.cli.index_reading import declared_as, places_in
    from opendtm.measure.index import index_table, ranks

    declared, spoken = declared_as(index), lang or console.language()
    with console.progress(_("Reading and computing")):
        table = places_in(files, declared=declared, by=by, mapping=mapping)
        ranked = ranks(table, declared=declared)
    if output is None:
        _show(ranked, table, declared, spoken)
    else:
        from opendtm.render.plain import write_plain

        write_plain(
            index_table(ranked, table, declared=declared, lang=spoken), output, title="index"
        )
        values = {"name": output.name, "rows": number(len(ranked), spoken)}
        console.note(Message(mark("{name}: {rows} places written."), values))
    console.note(_made_by(declared))


def _made_by(declared: "Declaration") -> Message:
    words = mark(
        "{index}, version {version}. The ranks are those of {draws} draws from the seed {seed}: weights move by up to "
        "{moved} %, with three normalisations and two means. Places whose ranks overlap are not better or worse."
    )
    values = {
        "index": declared.label,
        "version": str(declared.version),
        "draws": declared.draws,
        "seed": str(declared.seed),
        "moved": f"{100 * declared.moved:.0f}",
    }
    return Message(words, values)


def _show(
    ranked: "Sequence[Ranked]", table: "pa.Table", declared: "Declaration", lang: str
) -> None:
    from opendtm.cli.survey_tables import show

    names = table["place_name"].to_pylist() if "place_name" in table.column_names else None
    labels = {each.column: each.label.text(lang) for each in declared.ingredients}
    rows = [
        _line(each, names[row] if names else each.scored.place, labels, lang)
        for row, each in enumerate(ranked)
    ]
    first = sorted(zip(ranked, rows, strict=True), key=lambda one: one[0].rank or len(ranked) + 1)
    heads = [translate(head, lang) for head in _HEADS]
    show(heads, [row for _ranked, row in first], right=(1, 2, 3, 4))


def _line(each: "Ranked", name: str, labels: dict[str, str], lang: str) -> tuple[str, ...]:
    scored = each.scored
    place = name if name == scored.place else f"{scored.place} {name}"
    known = f"{scored.known} / {scored.declared}"
    if scored.value is None:
        return place, "–", "–", "–", known, scored.reason.text(lang) if scored.reason else ""
    held = ", ".join(labels[column] for column in scored.critical)
    remark = Message(mark("held down by: {names}"), {"names": held}).text(lang) if held else ""
    index = number(scored.value, lang, decimals=1)
    return place, index, str(each.rank), f"{each.low}–{each.high}", known, remark
