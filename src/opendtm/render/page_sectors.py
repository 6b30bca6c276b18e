"""Needs as data for a page: the ranking of the sectors, and what each cluster reads."""

from opendtm.i18n import Message, day, mark, number, translate
from opendtm.render.columns import LEVELS
from opendtm.render.page_numbers import Data, change_data, entry, share_of
from opendtm.render.page_trend import day_before
from opendtm.render.page_words import short_sector
from opendtm.report.model import SectorBlock, SiteNeedsReport, SiteRow
from opendtm.vocab import code_list

MOST_SITES = 5
UNKNOWN_HEAT = "unknown"
_PRIORITY = mark("Named as a priority")
_EMPTY = mark("The source says nothing about needs: this issue lists the sites and their people.")


def sectors(report: SiteNeedsReport, lang: str) -> Data:
    """Give the ranking of all sectors, a block for each, and the key to the levels of need."""
    return {
        "title": _title(report, lang),
        "subtitle": _subtitle(report, lang),
        "ranking": [_rank(report, block, lang) for block in report.sectors],
        "blocks": [block_data(report, each, lang) for each in report.sectors],
        "level_key": level_key(report, lang),
        "empty": "" if report.has_needs else translate(_EMPTY, lang),
    }


def block_data(report: SiteNeedsReport, each: SectorBlock, lang: str) -> Data:
    """Give the block of one sector with its worst sites."""
    return block(report, each, lang, most=MOST_SITES)


def block(report: SiteNeedsReport, each: SectorBlock, lang: str, *, most: int | None) -> Data:
    """Give the block of one sector with at most `most` sites, all of them for None."""
    shown = each.sites[:most]
    left = len(each.sites) - len(shown)
    return {
        "sector": sector_data(each.sector, lang),
        "rank": each.rank,
        "finding": each.finding.text(lang),
        "facts": _facts(each, lang),
        "change": change_data(
            each.change,
            lang,
            since=day_before(report),
            year=report.edition.data_as_of.year,
        ),
        "levels": _levels(report, each, lang),
        "levels_alt": _levels_alt(each, lang),
        "sites": [_site(row, each.sector, lang) for row in shown],
        "more": more(left, lang),
        "empty": "" if shown else translate(mark("No site to list."), lang),
    }


def more(left: int, lang: str) -> str:
    """Say how many sites of a sector are not listed here; nothing where all are."""
    if left == 1:
        return translate(mark("and one more site in the table of all sites"), lang)
    said = Message("and {n} more sites in the table of all sites", {"n": left})
    return said.text(lang) if left else ""


def sector_data(sector: str, lang: str) -> Data:
    """Give name, label, colour and icon of a sector."""
    code = code_list("sector").get(sector)
    return {
        "name": sector,
        "label": code.label.text(lang),
        "short": short_sector(sector, lang),
        "colour": str(code.facts["colour"]),
        "icon": sector,
    }


def place_in_ranking(report: SiteNeedsReport, each: SectorBlock, lang: str) -> str:
    """Say where a sector stands among the others; nothing where it has no rank."""
    if each.rank is None:
        return ""
    values = {"rank": each.rank, "all": len(report.sectors)}
    return Message("Rank {rank} of {all} sectors by people in sites in need", values).text(lang)


def of_priorities(report: SiteNeedsReport) -> bool:
    """Tell whether needs come from named priorities and not from levels."""
    return bool(report.sectors) and report.sectors[0].critical.value is None


def level_key(report: SiteNeedsReport, lang: str) -> list[Data]:
    """Explain the colours of the levels of need."""
    if of_priorities(report):
        return [{"heat": 2, "text": "2", "label": translate(_PRIORITY, lang)}]
    known = [
        {"heat": heat, "text": str(heat), "label": _level_label(name, lang)}
        for heat, name in enumerate(LEVELS)
    ]
    unknown = {"heat": UNKNOWN_HEAT, "text": "–", "label": _level_label("unknown", lang)}
    return [*known, unknown]


def heat_cell(level: int | None, lang: str) -> Data:
    """Give a cell of the heat table: its colour, its text, and its level in words."""
    if level is None:
        return {"heat": UNKNOWN_HEAT, "text": "–", "label": _level_label("unknown", lang)}
    return {"heat": level, "text": str(level), "label": _level_label(LEVELS[level], lang)}


def place_of(row: SiteRow) -> str:
    """Name the areas of a site below its country, the smallest first."""
    names = [name for name in row.admin_names[1:] if name]
    return ", ".join(reversed(names[:2]))


def _title(report: SiteNeedsReport, lang: str) -> str:
    first = report.sectors[0] if report.sectors else None
    if first is None or not first.idps_in_need.value:
        return translate(mark("Needs by sector"), lang)
    values = {"sector": first.label, "n": round(first.idps_in_need.value)}
    if of_priorities(report):
        return Message("{sector} is named most: by sites with {n} IDPs", values).text(lang)
    return Message("First in need: {sector}, with {n} IDPs in sites in need", values).text(lang)


def _subtitle(report: SiteNeedsReport, lang: str) -> str:
    if not report.sectors:
        return ""
    values = {"day": report.edition.data_as_of, "n": len(report.sites)}
    if of_priorities(report):
        said = Message("IDPs in sites that name the sector; {n} sites; {day}", values)
        one = Message("IDPs in sites that name the sector; 1 site; {day}", values)
    else:
        said = Message("IDPs in sites with serious or critical need; {n} sites; {day}", values)
        one = Message("IDPs in sites with serious or critical need; 1 site; {day}", values)
    return (one if values["n"] == 1 else said).text(lang)


def _rank(report: SiteNeedsReport, each: SectorBlock, lang: str) -> Data:
    longest = max((block.idps_in_need.value or 0 for block in report.sectors), default=0)
    critical = sum(
        row.numbers["idp_individuals"].value or 0
        for row in each.sites
        if row.needs.get(each.sector) == 3 and "idp_individuals" in row.numbers
    )
    return {
        "sector": sector_data(each.sector, lang),
        "number": entry(each.idps_in_need, lang),
        "share": share_of(each.idps_in_need.value, longest),
        "critical_share": share_of(critical, longest),
        "sites": _of_sites(round(each.in_need.value or 0), each.answered).text(lang),
    }


def _of_sites(n: int, answered: int) -> Message:
    values = {"n": n, "answered": answered}
    if answered == 1:
        return Message("{n} of 1 site", values)
    if n == 1:
        return Message("1 of {answered} sites", values)
    return Message("{n} of {answered} sites", values)


def _facts(each: SectorBlock, lang: str) -> list[Data]:
    facts = [(mark("IDPs in sites in need"), each.idps_in_need)]
    if each.critical.value is None:
        facts.append((mark("Sites that name it"), each.in_need))
    else:
        facts += [(mark("Sites in need"), each.in_need), (mark("critical"), each.critical)]
    return [
        {"label": translate(label, lang), "number": entry(value, lang)} for label, value in facts
    ]


def _levels(report: SiteNeedsReport, each: SectorBlock, lang: str) -> list[Data]:
    known = sum(each.levels.values())
    return [
        {
            "code": code,
            "label": _label(report, code, lang),
            "count": each.levels[code],
            "text": number(each.levels[code], lang),
            "share": share_of(each.levels[code], known),
            "heat": LEVELS.index(code) if code in LEVELS else UNKNOWN_HEAT,
        }
        for code in (*reversed(LEVELS), "unknown")
        if each.levels.get(code)
    ]


def _levels_alt(each: SectorBlock, lang: str) -> str:
    found = [
        f"{_level_label(code, lang)} {number(each.levels[code], lang)}"
        for code in (*reversed(LEVELS), "unknown")
        if each.levels.get(code)
    ]
    return Message("Sites by level of need: {levels}", {"levels": "; ".join(found)}).text(lang)


def _label(report: SiteNeedsReport, code: str, lang: str) -> str:
    if of_priorities(report) and code == "serious":
        return translate(_PRIORITY, lang)
    return _level_label(code, lang)


def _level_label(code: str, lang: str) -> str:
    return code_list("need_level").get(code).label.text(lang)


def _site(row: SiteRow, sector: str, lang: str) -> Data:
    cell = heat_cell(row.needs.get(sector), lang)
    return {
        "site_id": row.site_id,
        "site": row.name,
        "place": place_of(row),
        "number": entry(row.numbers.get("idp_individuals"), lang),
        "heat": cell["heat"],
        "level": cell["label"],
        "arrivals": entry(row.numbers.get("arrivals_individuals"), lang),
        "as_of": day(row.as_of, lang, short=True) if row.as_of else "–",
    }
