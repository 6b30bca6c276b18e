"""`opendtm figures`: figures from spreadsheets, by place, as a table for a person, as JSON or in a file."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.cli.engine_option import ENGINE, computing
from opendtm.cli.mapping_option import MAPPING
from opendtm.cli.survey_options import TABLE
from opendtm.i18n import LANGUAGES, Message, day, mark, number, translate

if TYPE_CHECKING:
    import pyarrow as pa

    Command = Callable[..., None]

LEVELS = ("none", "adm0", "adm1", "adm2", "adm3", "site")
_UNITS = {
    "person": mark("persons"),
    "household": mark("households"),
    "site": mark("sites"),
    "person per household": mark("persons per household"),
}
_METHODS = {
    "observed": mark("observed"),
    "derived": mark("computed by a factor"),
    "carried_forward": mark("partly carried forward"),
    "unknown": mark("unknown"),
}


_OPTIONS = (
    click.option(
        "--by",
        type=click.Choice(LEVELS),
        default="none",
        show_default=True,
        help=_("The level of the places; none is everything together."),
    ),
    click.option("--json", "as_json", is_flag=True, help=_("Write the figures as JSON.")),
    click.option(
        "-o",
        "--output",
        type=TABLE,
        metavar="FILE",
        help=_("Write the table, instead of showing it: .csv or .xlsx."),
    ),
    click.option(
        "--disaggregate",
        is_flag=True,
        help=_("Show also the parts: by sex, age, type of site, reason."),
    ),
    click.option(
        "--indicator",
        "indicators",
        multiple=True,
        metavar="ID",
        help=_("Only this indicator (may be given several times)."),
    ),
    click.option("--lang", type=click.Choice(LANGUAGES), help=_("The language of the labels.")),
    ENGINE,
)


def figure_options(command: "Command") -> "Command":
    """Give a command the options that say which figures, how they are shown and where they are computed."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command(help=_("Compute the figures of one or several FILES, together or by place."))
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@MAPPING
@figure_options
def app(
    *,
    files: tuple[Path, ...],
    mapping: Path | None,
    by: str,
    as_json: bool,
    output: Path | None,
    disaggregate: bool,
    indicators: tuple[str, ...],
    lang: str | None,
    address: str,
) -> None:
    """Read the files, compute, and show or write."""
    from opendtm import measure, tables
    from opendtm.errors.measure import NothingToCount

    read_by = None if mapping is None else tables.Mapping.load(mapping)
    with console.progress(_("Reading and computing")):
        reading = tables.read_many(files, mapping=read_by)
        panel = measure.single_round(reading.observations)
        with computing(address) as engine:
            found = measure.compute(
                panel,
                indicators=indicators or None,
                by=by,
                disaggregate=disaggregate,
                engine=engine,
            )
    console.findings((*reading.findings, *panel.findings, *measure.place_findings(panel, by=by)))
    if not found.num_rows:
        raise NothingToCount
    tell(found, lang or console.language(), as_json=as_json, output=output)


def tell(figures: "pa.Table", lang: str, *, as_json: bool, output: Path | None) -> None:
    """Write figures as JSON to standard output, or as a table into a file where one is named, or show them."""
    if as_json:
        json.dump(list(objects(figures, lang)), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif output is None:
        _show(figures, lang)
    if output is not None:
        _write(figures, lang, output)


def _write(figures: "pa.Table", lang: str, output: Path) -> None:
    """Write every figure with the columns of the JSON, its day as a day and its parts as `sex=female;age=0-4`."""
    import pyarrow as pa

    from opendtm.render.plain import write_plain

    labels = _labels(lang)
    names = pa.array([labels[one] for one in figures["indicator"].to_pylist()], pa.string())
    write_plain(
        figures.drop_columns(["sources"]).add_column(1, "label", names), output, title="figures"
    )
    values = {"name": output.name, "rows": number(figures.num_rows, lang)}
    console.note(Message(mark("{name}: {rows} figures written."), values))


def objects(figures: "pa.Table", lang: str) -> Iterator[dict[str, Any]]:
    """Give one JSON object a figure: counts as whole numbers, days as text, the parts as an object."""
    labels = _labels(lang)
    for row in figures.drop_columns(["sources"]).to_pylist():
        yield {
            "indicator": row["indicator"],
            "label": labels[row["indicator"]],
            "place_level": row["place_level"],
            "place_code": row["place_code"],
            "place_name": row["place_name"],
            "by": dict(part.split("=", maxsplit=1) for part in filter(None, row["by"].split(";"))),
            "value": _plain(row["value"]),
            "unit": row["unit"],
            "n_places": row["n_places"],
            "n_known": row["n_known"],
            "n_assessed": row["n_assessed"],
            "n_carried": row["n_carried"],
            "n_inaccessible": row["n_inaccessible"],
            "carried": _plain(row["carried"]),
            "method": row["method"],
            "as_of": row["as_of"].isoformat() if row["as_of"] else None,
            "round": row["round"],
            "suppressed": row["suppressed"],
        }


def _plain(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


def _labels(lang: str) -> dict[str, str]:
    from opendtm.measure import indicators

    return {each.id: each.label.text(lang) for each in indicators()}


def _show(figures: "pa.Table", lang: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    def words(sentence: str) -> str:
        return translate(sentence, lang)

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(words(mark("Indicator")), overflow="fold")
    table.add_column(words(mark("Place")), overflow="fold")
    table.add_column(words(mark("Value")), justify="right", no_wrap=True)
    table.add_column(words(mark("Unit")))
    table.add_column(words(mark("Places with a value")), justify="right")
    table.add_column(words(mark("As of")), no_wrap=True)
    table.add_column(words(mark("Method")))
    before = ""
    for one in objects(figures, lang):
        name = one["label"] if one["label"] != before else ""
        before = one["label"]
        table.add_row(*_line(one, name, lang), end_section=False)
    width = None if sys.stdout.isatty() else 160
    Console(file=sys.stdout, width=width, markup=False, highlight=False).print(table)


def _line(one: dict[str, Any], name: str, lang: str) -> tuple[str, ...]:
    cut = ", ".join(f"{dimension} {code}" for dimension, code in one["by"].items())
    return (
        f"{name}\n  {cut}".strip("\n") if cut else name,
        _place(one, lang),
        _number(one["value"], lang),
        translate(_UNITS.get(one["unit"], one["unit"]), lang),
        f"{number(one['n_places'], lang)} / {number(one['n_known'], lang)}",
        _day(one["as_of"], lang),
        translate(_METHODS[one["method"]], lang),
    )


def _place(one: dict[str, Any], lang: str) -> str:
    if one["place_level"] == "none":
        return translate(mark("all together"), lang)
    named = " ".join(word for word in (one["place_code"], one["place_name"]) if word)
    return named or translate(mark("not stated"), lang)


def _number(value: float | None, lang: str) -> str:
    if value is None:
        return "–"
    return number(value, lang, decimals=0 if float(value).is_integer() else 1)


def _day(text: str | None, lang: str) -> str:
    from datetime import date

    return day(date.fromisoformat(text), lang, short=True) if text else "–"
