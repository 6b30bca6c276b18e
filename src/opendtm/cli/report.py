"""`opendtm report`: a report from spreadsheets, in both languages and in every format, on this machine alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opendtm.cli import console
from opendtm.cli.console import gettext as _
from opendtm.i18n import LANGUAGES, Message, mark

if TYPE_CHECKING:
    from opendtm.cli.making import Wish
    from opendtm.report.model import SiteNeedsReport
    from opendtm.tables import TableReading

FORMATS = ("pdf", "html", "xlsx", "csv", "geojson")

FILE = click.Path(path_type=Path)


@click.group(help=_("Make a report from spreadsheets, in English and French."))
def app() -> None:
    """Group the reports: each product is a command of its own."""


@app.command(
    "site-needs", help=_("Make the Site Needs Report, or a site list where there are no needs.")
)
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option(
    "-o",
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Folder for the products."),
)
@click.option(
    "-m", "--mapping", metavar="M.yaml", type=FILE, help=_("Mapping file that names the columns.")
)
@click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="en|fr",
    default=LANGUAGES,
    help=_("Language of the report; may be given several times."),
)
@click.option(
    "--format",
    "formats",
    default=",".join(FORMATS),
    metavar="pdf,html,...",
    help=_("Formats, separated by commas."),
)
@click.option(
    "--boundaries",
    metavar="FILE",
    type=FILE,
    help=_("Administrative areas to draw: GeoJSON, shapefile, GeoPackage."),
)
@click.option(
    "--week",
    metavar="2026-W46",
    help=_("Week of the report: rounds are weeks, with a trend."),
)
@click.option("--as-of", metavar="2026-11-15", help=_("Day of the data; later rows are left out."))
@click.option("--operation", metavar="NAME", help=_("Name of the operation."))
@click.option("--country", metavar="NAME", help=_("Name of the country."))
@click.option("--source", metavar="TEXT", help=_("Source line of the report."))
@click.option("--extracts", is_flag=True, help=_("Add a page for each sector as PDF."))
def site_needs(
    *,
    out: Path,
    languages: tuple[str, ...],
    formats: str,
    extracts: bool,
    **wishes: Any,
) -> None:
    """Read the files, build the report, write the products."""
    asked = _known(languages, LANGUAGES, "--lang")
    chosen = _known([each.strip() for each in formats.split(",")], FORMATS, "--format")
    from opendtm.cli.making import Wish

    report = _report(Wish(**wishes))
    _write(report, out, (asked, chosen), extracts=extracts)


def _known(asked: Sequence[str], known: Sequence[str], option: str) -> list[str]:
    strange = [each for each in asked if each not in known]
    if strange:
        words = Message(
            mark("{value}: choose among {known}."), {"value": strange[0], "known": ", ".join(known)}
        )
        raise click.BadParameter(words.text(console.language()), param_hint=option)
    return list(dict.fromkeys(asked))


def _report(wish: "Wish") -> "SiteNeedsReport":
    from opendtm.cli import making

    with console.progress(_("Reading the files")):
        reading = making.read(wish)
    _tell(reading)
    with console.progress(_("Computing the figures")):
        made = making.make(reading, wish)
    console.findings([*reading.findings, *made.findings])
    return made.report


def _tell(reading: "TableReading") -> None:
    """Say what was recognised, so that nobody has to guess what a figure was made from."""
    from opendtm.tables import Fate

    for sheet in reading.sheets:
        if not sheet.read:
            continue
        concepts = dict.fromkeys(str(column.concept) for column in sheet.of(Fate.READ))
        values = {"name": sheet.name, "rows": sheet.n_rows, "concepts": ", ".join(concepts)}
        console.note(Message(mark("{name}: {rows} rows; recognised: {concepts}"), values))


def _write(
    report: "SiteNeedsReport", out: Path, asked: tuple[list[str], list[str]], *, extracts: bool
) -> None:
    from opendtm.cli import products

    languages, formats = asked
    planned = products.plan(report, languages, formats, extracts=extracts)
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    with console.progress(_("Writing the products"), total=len(planned)) as advance:
        for product in planned:
            paths.append(products.write(product, out))
            advance(title=product.name)
    console.note(report.lead)
    for path in paths:
        console.say(str(path))
