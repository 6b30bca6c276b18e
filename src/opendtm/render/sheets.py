"""The tables of the workbook as plain rows, before any spreadsheet is written.

Sheets stand in the order in which people look for them: sites, needs, figures, sectors, actions, trend,
dictionary.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from opendtm.i18n import Message, mark, translate
from opendtm.records import Change, Coverage
from opendtm.render.columns import METHODS, Cell, code_text, heading, level_number, site_columns
from opendtm.report.model import Number, SectorBlock, SiteNeedsReport, SiteRow, TrendPoint
from opendtm.vocab import code_list, concept, concepts


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a sheet: heading, hashtag, width in characters; `look` names a fixed number format."""

    heading: str
    hxl: str
    width: int = 12
    look: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its title (31 characters at most), its columns, its rows, and the columns kept in sight."""

    title: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]
    frozen: int = 1


def tables(report: SiteNeedsReport, lang: str) -> tuple[Sheet, ...]:
    """Give every table of a report; those on needs only where the source speaks of needs."""
    found = [_sites(report, lang)]
    if report.has_needs:
        found.append(_needs(report, lang))
    found.append(_figures(report, lang))
    if report.has_needs:
        found.append(_sectors(report, lang))
    if report.actions:
        found.append(_actions(report, lang))
    if report.trend:
        found.append(_trend(report, lang))
    return (*found, _dictionary(report, lang))


def _sites(report: SiteNeedsReport, lang: str) -> Sheet:
    columns = [column for column in site_columns(report) if not column.name.startswith("need_")]
    first = ("site_id", "site_name")
    columns.sort(key=lambda column: column.name not in first)
    fields = tuple(
        Field(
            heading(column, lang),
            column.hxl,
            column.width,
            "degree" if column.name in ("latitude", "longitude") else "",
        )
        for column in columns
    )
    rows = tuple(tuple(column.read(site, lang) for column in columns) for site in report.sites)
    return Sheet(translate(mark("Sites"), lang), fields, rows, frozen=2)


def _needs(report: SiteNeedsReport, lang: str) -> Sheet:
    sectors = [code.name for code in code_list("sector")]
    names = (
        "site_id",
        "site_name",
        "adm1_code",
        "adm1_name",
        "coverage_name",
        "as_of",
        "figure_method_name",
    )
    known = {column.name: column for column in site_columns(report)}
    columns = [known[name] for name in (*names, "idp_individuals")]
    fields = [Field(heading(column, lang), column.hxl, column.width) for column in columns]
    for sector in sectors:
        need = concept(f"need_{sector}")
        fields.append(Field(need.label.text(lang), f"{need.hxl}+num", 13, "level"))

    def row(site: SiteRow) -> tuple[Cell, ...]:
        levels = (level_number(site, sector) for sector in sectors)
        return (*(column.read(site, lang) for column in columns), *levels)

    return Sheet(
        translate(mark("Needs"), lang),
        tuple(fields),
        tuple(row(site) for site in report.sites),
        frozen=2,
    )


def _figures(report: SiteNeedsReport, lang: str) -> Sheet:
    words = _translator(lang)
    fields = (
        Field(words(mark("Indicator (code)")), "#indicator+code", 26),
        Field(words(mark("Indicator")), "#indicator+name", 40),
        Field(words(mark("Group")), "#indicator+group", 22),
        Field(words(mark("Value")), "#indicator+value+num"),
        Field(words(mark("Unit")), "#indicator+unit"),
        Field(words(mark("Method")), "#meta+method+figure+name", 18),
        Field(words(mark("Part carried forward")), "#indicator+carried+num"),
        Field(words(mark("Data as of")), "#date+observed"),
        *_change_fields(words),
        *_coverage_fields(words),
    )
    return Sheet(words(mark("Figures")), fields, tuple(_figure_rows(report, lang)), frozen=2)


def _figure_rows(report: SiteNeedsReport, lang: str) -> Iterator[tuple[Cell, ...]]:
    shown = {headline.indicator for headline in report.headlines}
    for headline in report.headlines:
        names = (headline.indicator, headline.label.text(lang), None)
        yield (
            _figure(names, headline.number, report, lang)
            + _change(headline.change)
            + _counted(headline.coverage)
        )
    blank = _change(None) + _counted(report.coverage)
    for name, number in report.totals.items():
        if name not in shown:
            yield (
                _figure((name, concept(name).label.text(lang), None), number, report, lang) + blank
            )
    for name, parts in report.breakdowns.items():
        for label, number in parts:
            yield (
                _figure((name, _breakdown_name(name, lang), label.text(lang)), number, report, lang)
                + blank
            )


def _figure(
    names: tuple[str, str, str | None], number: Number, report: SiteNeedsReport, lang: str
) -> tuple[Cell, ...]:
    method = METHODS[number.method.value].text(lang)
    as_of = report.edition.data_as_of
    return (*names, number.value, unit_text(number.unit, lang), method, number.carried, as_of)


def _breakdown_name(name: str, lang: str) -> str:
    known = {
        "site_type": Message("IDP individuals by type of site"),
        "site_status": Message("Sites by status"),
        "age_sex": Message("IDP individuals by age and sex"),
    }
    return known[name].text(lang) if name in known else name


def _change_fields(words: Callable[[str], str]) -> tuple[Field, ...]:
    return (
        Field(words(mark("Round before")), "#indicator+before+num"),
        Field(words(mark("Change")), "#indicator+change+num"),
        Field(words(mark("of it: sites seen both times")), "#indicator+change+matched+num", 14),
        Field(words(mark("of it: newly covered")), "#indicator+change+new+num", 14),
        Field(words(mark("of it: closed")), "#indicator+change+closed+num", 14),
        Field(words(mark("of it: lost access or not covered")), "#indicator+change+lost+num", 14),
        Field(words(mark("of it: corrected")), "#indicator+change+corrected+num", 14),
    )


def _change(change: Change | None) -> tuple[Cell, ...]:
    if change is None:
        return (None,) * 7
    parts = (
        change.matched,
        change.newly_covered,
        change.closed,
        change.lost_access,
        change.corrected,
    )
    return (change.before, change.total, *parts)


def _coverage_fields(words: Callable[[str], str]) -> tuple[Field, ...]:
    return (
        Field(words(mark("Sites known")), "#meta+known+num"),
        Field(words(mark("Sites assessed")), "#meta+assessed+num"),
        Field(words(mark("Sites carried forward")), "#meta+carried+num"),
        Field(words(mark("Sites inaccessible")), "#meta+inaccessible+num"),
        Field(words(mark("Coverage")), "#meta+coverage+pct", 12, "share"),
    )


def _counted(coverage: Coverage) -> tuple[Cell, ...]:
    return (
        coverage.n_known,
        coverage.n_assessed,
        coverage.n_carried,
        coverage.n_inaccessible,
        coverage.share,
    )


def _sectors(report: SiteNeedsReport, lang: str) -> Sheet:
    words = _translator(lang)
    levels = tuple(code_list("need_level"))
    fields = (
        Field(words(mark("Rank")), "#meta+rank+num", 8),
        Field(words(mark("Sector (code)")), "#sector+code", 18),
        Field(words(mark("Sector")), "#sector+name", 32),
        Field(words(mark("IDPs in sites in need")), "#inneed+idps+ind"),
        Field(words(mark("Sites in need")), "#inneed+sites+num"),
        Field(words(mark("Sites in critical need")), "#inneed+sites+critical+num"),
        Field(words(mark("Sites with an answer")), "#meta+answered+num"),
        *(Field(code.label.text(lang), f"#severity+{code.name}+sites+num") for code in levels),
        Field(words(mark("Finding")), "#description+finding", 70),
    )

    def row(block: SectorBlock) -> tuple[Cell, ...]:
        counts = (block.levels.get(code.name, 0) for code in levels)
        named = (block.rank, block.sector, block.label.text(lang))
        values = (
            block.idps_in_need.value,
            block.in_need.value,
            block.critical.value,
            block.answered,
        )
        return (*named, *values, *counts, block.finding.text(lang))

    return Sheet(
        words(mark("Sectors")), fields, tuple(row(block) for block in report.sectors), frozen=3
    )


def _actions(report: SiteNeedsReport, lang: str) -> Sheet:
    words = _translator(lang)
    fields = (
        Field(words(mark("Order")), "#meta+rank+num", 8),
        Field(concept("site_id").label.text(lang), concept("site_id").hxl, 14),
        Field(concept("site_name").label.text(lang), concept("site_name").hxl, 34),
        Field(words(mark("Sector (code)")), "#sector+code", 18),
        Field(words(mark("Sector")), "#sector+name", 32),
        Field(words(mark("Reason")), "#description+reason", 80),
        Field(concept("idp_individuals").label.text(lang), concept("idp_individuals").hxl),
        Field(words(mark("As of")), "#date+observed"),
    )
    rows = tuple(
        (
            order,
            action.site_id,
            action.site_name,
            action.sector,
            code_text("sector", action.sector, lang),
            action.reason.text(lang),
            action.idps.value,
            action.as_of,
        )
        for order, action in enumerate(report.actions, 1)
    )
    return Sheet(words(mark("Action now")), fields, rows, frozen=3)


def _trend(report: SiteNeedsReport, lang: str) -> Sheet:
    words = _translator(lang)
    fields = (
        Field(words(mark("Round")), "#round+code", 8),
        Field(words(mark("First day")), "#date+start"),
        Field(words(mark("Last day")), "#date+end"),
        *(
            Field(concept(name).label.text(lang), concept(name).hxl, 16)
            for name in ("idp_individuals", "arrivals_individuals", "departures_individuals")
        ),
        Field(words(mark("Part carried forward")), "#indicator+carried+num"),
        *_coverage_fields(words),
    )

    def row(point: TrendPoint) -> tuple[Cell, ...]:
        when = (point.round.number, point.round.starts_on, point.round.ends_on)
        values = (point.idps.value, point.arrivals, point.departures, point.idps.carried)
        return (*when, *values, *_counted(point.coverage))

    return Sheet(words(mark("Trend")), fields, tuple(row(point) for point in report.trend))


def _dictionary(report: SiteNeedsReport, lang: str) -> Sheet:
    words = _translator(lang)
    fields = (
        Field(words(mark("Name")), "#meta+name", 28),
        Field(words(mark("HXL hashtag")), "#meta+hashtag", 34),
        Field(words(mark("Meaning")), "#meta+label", 52),
        Field(words(mark("Unit")), "#meta+unit"),
        Field(words(mark("Definition")), "#description+definition", 90),
    )
    explained = {item.indicator: item for item in report.definitions}
    rows: list[tuple[Cell, ...]] = []
    for column in site_columns(report):
        definition = explained.pop(column.name, None)
        text = definition.definition.text(lang) if definition else None
        rows.append(
            (column.name, column.hxl, heading(column, lang), _unit(column.name, lang), text)
        )
    rows += [
        (
            item.indicator,
            None,
            item.label.text(lang),
            unit_text(item.unit, lang),
            item.definition.text(lang),
        )
        for item in explained.values()
    ]
    return Sheet(words(mark("Dictionary")), fields, tuple(rows))


def _unit(name: str, lang: str) -> str | None:
    known = concepts().get(name)
    return unit_text(known.unit, lang) if known and known.unit else None


def unit_text(unit: str, lang: str) -> str:
    """Name a unit in the plural, as a column of numbers needs it."""
    known = {
        "person": Message("persons"),
        "household": Message("households"),
        "site": Message("sites"),
        "degree": Message("degrees"),
    }
    return known[unit].text(lang) if unit in known else unit


def _translator(lang: str) -> Callable[[str], str]:
    return lambda sentence: translate(sentence, lang)
