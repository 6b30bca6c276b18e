"""The tables of the workbook as plain rows, before any spreadsheet is written.

Sheets stand in the order in which people look for them: sites, needs, figures, sectors, actions, trend,
dictionary.
"""

from opendtm import measure
from opendtm.i18n import mark, translate
from opendtm.render.cells import Field, Sheet, counted, coverage_fields, translator, unit_text
from opendtm.render.columns import Cell, code_text, heading, level_number, site_columns
from opendtm.render.figure_sheet import figures
from opendtm.report.model import SectorBlock, SiteNeedsReport, SiteRow, TrendPoint
from opendtm.vocab import code_list, concept, concepts


def tables(report: SiteNeedsReport, lang: str) -> tuple[Sheet, ...]:
    """Give every table of a report; those on needs only where the source speaks of needs."""
    found = [_sites(report, lang)]
    if report.has_needs:
        found.append(_needs(report, lang))
    found.append(figures(report, lang))
    if report.has_needs:
        found.append(_sectors(report, lang))
    if report.actions:
        found.append(_actions(report, lang))
    if report.trend:
        found.append(_trend(report, lang))
    return (*found, _dictionary(report, lang))


def _sites(report: SiteNeedsReport, lang: str) -> Sheet:
    columns = list(site_columns(report))
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
    columns = [known[name] for name in names]
    fields = [Field(heading(column, lang), column.hxl, column.width) for column in columns]
    fields.append(_repeated_people(lang))
    for sector in sectors:
        need = concept(f"need_{sector}")
        fields.append(Field(need.label.text(lang), f"{need.hxl}+num", 13, "level"))

    def row(site: SiteRow) -> tuple[Cell, ...]:
        levels = (level_number(site, sector) for sector in sectors)
        people = known["idp_individuals"].read(site, lang)
        return (*(column.read(site, lang) for column in columns), people, *levels)

    return Sheet(
        translate(mark("Needs"), lang),
        tuple(fields),
        tuple(row(site) for site in report.sites),
        frozen=2,
    )


def _repeated_people(lang: str) -> Field:
    """Head a column that repeats a number of the sheet of sites, so that no reader adds it up twice."""
    return Field(translate(mark("People there (as in Sites)"), lang), "#meta+repeated+num", 14)


def _sectors(report: SiteNeedsReport, lang: str) -> Sheet:
    words = translator(lang)
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
    words = translator(lang)
    fields = (
        Field(words(mark("Order")), "#meta+rank+num", 8),
        Field(concept("site_id").label.text(lang), concept("site_id").hxl, 14),
        Field(concept("site_name").label.text(lang), concept("site_name").hxl, 34),
        Field(words(mark("Sector (code)")), "#sector+code", 18),
        Field(words(mark("Sector")), "#sector+name", 32),
        Field(words(mark("Reason")), "#description+reason", 80),
        _repeated_people(lang),
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
    words = translator(lang)
    fields = (
        Field(words(mark("Round")), "#round+code", 8),
        Field(words(mark("First day")), "#date+start"),
        Field(words(mark("Last day")), "#date+end"),
        *(
            Field(concept(name).label.text(lang), concept(name).hxl, 16)
            for name in ("idp_individuals", "arrivals_individuals", "departures_individuals")
        ),
        Field(words(mark("Part carried forward")), "#indicator+carried+num"),
        *coverage_fields(words),
    )

    def row(point: TrendPoint) -> tuple[Cell, ...]:
        when = (point.round.number, point.round.starts_on, point.round.ends_on)
        values = (point.idps.value, point.arrivals, point.departures, point.idps.carried)
        return (*when, *values, *counted(point.coverage))

    return Sheet(words(mark("Trend")), fields, tuple(row(point) for point in report.trend))


def _dictionary(report: SiteNeedsReport, lang: str) -> Sheet:
    words = translator(lang)
    fields = (
        Field(words(mark("Name")), "#meta+name", 28),
        Field(words(mark("HXL hashtag")), "#meta+hashtag", 34),
        Field(words(mark("Meaning")), "#meta+label", 52),
        Field(words(mark("Unit")), "#meta+unit"),
        Field(words(mark("Definition")), "#description+definition", 90),
    )
    explained = _indicators(report)
    rows: list[tuple[Cell, ...]] = []
    for column in site_columns(report):
        known = explained.pop(column.name, None)
        text = known.definition.text(lang) if known else None
        rows.append(
            (column.name, column.hxl, heading(column, lang), _unit(column.name, lang), text)
        )
    rows += [
        (
            each.id,
            None,
            each.label.text(lang),
            unit_text(each.unit, lang),
            each.definition.text(lang),
        )
        for each in explained.values()
    ]
    return Sheet(words(mark("Dictionary")), fields, tuple(rows))


def _indicators(report: SiteNeedsReport) -> dict[str, measure.Indicator]:
    """Give the indicators that the report shows, by id."""
    kinds = ("need_sites", "need_sites_critical", "need_idps", "priority_sites")
    shown = {
        *report.totals,
        *(each.indicator for each in report.headlines),
        *(column.name for column in site_columns(report)),
        *(f"{kind}_{block.sector}" for block in report.sectors for kind in kinds),
    }
    return {name: measure.indicator(name) for name in measure.identifiers() if name in shown}


def _unit(name: str, lang: str) -> str | None:
    known = concepts().get(name)
    return unit_text(known.unit, lang) if known and known.unit else None
