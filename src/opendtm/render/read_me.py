"""What a reader must know beside the tables: what this is, how to cite it, how it was made, its limits.

The last sheet of the workbook; any other format that needs the same sentences takes them from here.
"""

from collections.abc import Iterator

from opendtm.i18n import Message, day, mark, translate
from opendtm.report.model import SiteNeedsReport


def title(lang: str) -> str:
    """Name the sheet."""
    return translate(mark("Read me"), lang)


def product(report: SiteNeedsReport, lang: str) -> str:
    """Name the product: a report on needs, or a list of sites where the source speaks of none."""
    if report.has_needs:
        return translate(mark("Site Needs Report"), lang)
    return translate(mark("Site List"), lang)


def lines(report: SiteNeedsReport, lang: str) -> list[tuple[str, str]]:
    """Give name and sentence of each line."""
    return [*_identity(report, lang), *_reading(lang), *_method(report, lang)]


def citation(report: SiteNeedsReport, lang: str) -> str:
    """Say how to cite this edition."""
    edition = report.edition
    return (
        Message(
            "{source}. {product}, {operation}, issue {issue}, version {version}, data as of {day}. {address}",
            {
                "source": edition.source,
                "product": product(report, lang),
                "operation": _where(report),
                "issue": edition.issue,
                "version": edition.version,
                "day": edition.data_as_of,
                "address": edition.permanent_address or "",
            },
        )
        .text(lang)
        .strip()
    )


def _identity(report: SiteNeedsReport, lang: str) -> Iterator[tuple[str, str]]:
    edition = report.edition
    if edition.fictional:
        yield (
            translate(mark("Warning"), lang),
            translate(
                mark(
                    "This country, its sites and its figures are fictional, made for demonstration."
                ),
                lang,
            ),
        )
    yield translate(mark("Product"), lang), product(report, lang)
    yield translate(mark("Operation"), lang), _where(report)
    yield translate(mark("Period"), lang), _period(report, lang)
    yield translate(mark("Issue"), lang), f"{edition.issue} ({edition.version})"
    yield translate(mark("Data as of"), lang), day(edition.data_as_of, lang)
    yield translate(mark("Made on"), lang), day(edition.made_at.date(), lang)
    yield translate(mark("Source"), lang), edition.source.text(lang)
    if edition.contact:
        yield (
            translate(mark("Contact"), lang),
            f"{edition.contact.office}, {edition.contact.address}",
        )
    yield translate(mark("How to cite"), lang), citation(report, lang)
    yield translate(mark("Finding"), lang), report.lead.text(lang)
    yield translate(mark("Coverage"), lang), _coverage(report, lang)


def _where(report: SiteNeedsReport) -> str:
    """Name operation and country, once where they are the same."""
    names = (report.edition.operation, report.edition.country)
    return ", ".join(name for name in dict.fromkeys(names) if name)


def _period(report: SiteNeedsReport, lang: str) -> str:
    when = report.edition.round
    values = {"first": when.starts_on, "last": when.ends_on}
    return Message("{first} to {last}", values).text(lang)


def _coverage(report: SiteNeedsReport, lang: str) -> str:
    found = report.coverage
    return Message(
        "Known sites: {known}; assessed in this round: {assessed}; carried forward: {carried}; "
        "inaccessible: {inaccessible}.",
        {
            "known": found.n_known,
            "assessed": found.n_assessed,
            "carried": found.n_carried,
            "inaccessible": found.n_inaccessible,
        },
    ).text(lang)


def _reading(lang: str) -> Iterator[tuple[str, str]]:
    name = translate(mark("How to read the tables"), lang)
    for sentence in (
        mark("An empty cell is unknown; 0 is an observed zero."),
        mark("Row 2 of each table holds HXL hashtags; the data begin in row 3."),
        mark("Levels of need: 0 none, 1 some, 2 serious, 3 critical."),
        mark(
            "“As of” is the day of the visit; “Kind of figure” says whether a figure was observed, derived or carried forward."
        ),
        mark(
            "Names and order of the columns are the same in every issue; areas and sites are joined by code, never by name."
        ),
    ):
        yield name, translate(sentence, lang)


def _method(report: SiteNeedsReport, lang: str) -> Iterator[tuple[str, str]]:
    for sentence in report.method:
        yield translate(mark("Method"), lang), sentence.text(lang)
    for sentence in report.limits:
        yield translate(mark("Limits"), lang), sentence.text(lang)
    yield translate(mark("Boundaries"), lang), report.map.boundaries_source.text(lang)
