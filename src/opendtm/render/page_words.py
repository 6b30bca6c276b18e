"""The fixed words of the report's pages: headings, column heads, and the key to the marks."""

from collections.abc import Collection

from opendtm.i18n import Label, mark, translate
from opendtm.vocab import code_list

WORDS = {
    "overview": mark("At a glance"),
    "finding": mark("The finding"),
    "map": mark("Map"),
    "sectors": mark("Needs by sector"),
    "trend": mark("Trend"),
    "breakdowns": mark("Who and where"),
    "sites": mark("All sites"),
    "method": mark("How the figures were made"),
    "definitions": mark("Definitions"),
    "limits": mark("Limits"),
    "boundaries": mark("Boundaries"),
    "source": mark("Source and contact"),
    "citation": mark("How to cite"),
    "contact": mark("Contact"),
    "permanent": mark("Permanent address"),
    "total": mark("Total"),
    "site": mark("Site"),
    "people": mark("IDPs"),
    "level": mark("Need"),
    "arrivals": mark("Arrivals"),
    "as_of": mark("As of"),
    "why": mark("Why"),
    "change": mark("Change"),
    "coverage": mark("Coverage"),
    "icon": mark("Icon"),
    "locator": mark("Small map: where the sites of this report are"),
    "marks": mark("Marks"),
    "contents": mark("Contents"),
    "map_numbers": mark("The map's numbers in the table of all sites"),
    "numbers": mark("The numbers as a table"),
    "departures": mark("Departures"),
}
MARKS = {
    "carried": ("○", mark("carried forward, wholly or in part, from an earlier visit")),
    "derived": ("~", mark("derived from another answer by a stated factor")),
    "low": ("0", mark("confidence in this figure is low")),
    "suppressed": ("–*", mark("withheld because so few persons could be recognised")),
    "unknown": ("–", mark("not known")),
}
SHORT_SECTORS = {
    "wash": Label("WASH", "EHA"),
    "food_security": Label("Food", "Sécurité alim."),
    "nfi": Label("NFI", "AME"),
    "livelihood": Label("Livelihood", "Subsistance"),
}


def words(lang: str) -> dict[str, str]:
    """Give the fixed words by name."""
    return {name: translate(sentence, lang) for name, sentence in WORDS.items()}


def marks_key(used: Collection[str], lang: str) -> dict[str, dict[str, str]]:
    """Explain the marks that are used, in their fixed order."""
    return {
        name: {"symbol": symbol, "text": translate(sentence, lang)}
        for name, (symbol, sentence) in MARKS.items()
        if name in used
    }


def short_sector(sector: str, lang: str) -> str:
    """Name a sector in the space of a narrow column, by the abbreviation of the field where it has one."""
    label = SHORT_SECTORS.get(sector) or code_list("sector").get(sector).label
    return label.text(lang)
