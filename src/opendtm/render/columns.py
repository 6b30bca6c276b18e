"""The columns of the site table as data: names and HXL hashtags that stay the same for ever.

CSV, GeoJSON and the workbook take their columns from here, so that a reader who knows one knows all. A
name is that of the data dictionary where it has one; codes stand beside names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from opendtm.i18n import Message
from opendtm.report.model import SiteNeedsReport, SiteRow, Words
from opendtm.vocab import code_list, concept

Cell = str | float | int | date | None

LEVELS = ("none", "some", "serious", "critical")
COUNTS = (
    "idp_individuals",
    "idp_households",
    "returnee_individuals",
    "returnee_households",
    "host_individuals",
    "host_households",
    "arrivals_individuals",
    "arrivals_households",
    "departures_individuals",
    "departures_households",
)
METHODS = {
    "observed": Message("Observed"),
    "derived": Message("Derived"),
    "carried_forward": Message("Carried forward"),
    "unknown": Message("Not known"),
}
POSITIONS = {
    "exact": Message("Exact"),
    "displaced": Message("Displaced"),
    "area": Message("Area only"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its machine name, hashtag, heading for a person, and how to read it off a site."""

    name: str
    hxl: str
    heading: Words
    read: Callable[[SiteRow, str], Cell]
    width: int = 12


def site_columns(report: SiteNeedsReport) -> tuple[Column, ...]:
    """Give every column of the site table in its order, the same for every report."""
    return (
        *_edition_columns(report),
        *_place_columns(),
        *_state_columns(),
        *(_count_column(name) for name in COUNTS),
        *(need_column(code.name) for code in code_list("sector")),
        Column("source", "#meta+source", Message("Record"), lambda row, _: row.source, 24),
        *_position_columns(),
    )


def need_column(sector: str) -> Column:
    """Give the column with the level of need in one sector, as a code."""
    name = f"need_{sector}"
    return Column(name, concept(name).hxl, concept(name).label, lambda row, _: level(row, sector))


def level(row: SiteRow, sector: str) -> str | None:
    """Give a site's level of need in a sector as a code; None where unknown or not asked."""
    value = level_number(row, sector)
    return None if value is None else LEVELS[value]


def level_number(row: SiteRow, sector: str) -> int | None:
    """Give a site's level of need in a sector, 0 (none) to 3 (critical); None where unknown."""
    return row.needs.get(sector)


def code_text(list_name: str, code: str | None, lang: str) -> str | None:
    """Give the name of a code in `lang`; the code itself where the list does not hold it."""
    if code is None:
        return None
    codes = code_list(list_name)
    return codes.get(code).label.text(lang) if code in codes else code


def method_text(row: SiteRow, lang: str) -> str:
    """Say in words how a site's figures came about."""
    return METHODS[row.method.value].text(lang)


def _edition_columns(report: SiteNeedsReport) -> tuple[Column, ...]:
    edition = report.edition
    return (
        _fixed(
            "operation", concept("operation").hxl, concept("operation").label, edition.operation
        ),
        _fixed("round", concept("round").hxl, concept("round").label, edition.round.number or None),
        _fixed(
            "period_start", "#date+start", concept("period_start").label, edition.round.starts_on
        ),
        _fixed("period_end", "#date+end", concept("period_end").label, edition.round.ends_on),
    )


def _fixed(name: str, hxl: str, heading: Words, value: Cell) -> Column:
    return Column(name, hxl, heading, lambda _row, _lang: value)


def _place_columns() -> tuple[Column, ...]:
    admins = [column for i in range(4) for column in _admin_columns(i)]
    return (
        Column("site_id", concept("site_id").hxl, concept("site_id").label, _site_id, 14),
        Column("site_name", concept("site_name").hxl, concept("site_name").label, _site_name, 32),
        *admins,
        Column("latitude", "#geo+lat", concept("latitude").label, lambda row, _: row.latitude),
        Column("longitude", "#geo+lon", concept("longitude").label, lambda row, _: row.longitude),
        Column(
            "site_type",
            concept("site_type").hxl,
            Message("Type of site (code)"),
            lambda row, _: row.site_type,
            18,
        ),
        Column(
            "site_type_name",
            "#loc+type+name",
            concept("site_type").label,
            lambda row, lang: code_text("site_type", row.site_type, lang),
            24,
        ),
    )


def _position_columns() -> tuple[Column, ...]:
    """Give what the coordinates are: a reader must not take a displaced point for the site."""
    return (
        Column(
            "position_kind",
            "#geo+type+code",
            Message("Kind of position (code)"),
            lambda row, _: row.position_kind,
            14,
        ),
        Column(
            "position_kind_name",
            "#geo+type+name",
            Message("Kind of position"),
            lambda row, lang: (
                POSITIONS[row.position_kind].text(lang) if row.position_kind else None
            ),
            20,
        ),
        Column(
            "position_moved_up_to_m",
            "#geo+precision+m",
            Message("Displaced by up to (metres)"),
            lambda row, _: row.moved_up_to,
            14,
        ),
    )


def _site_id(row: SiteRow, _lang: str) -> Cell:
    return row.site_id


def _site_name(row: SiteRow, _lang: str) -> Cell:
    return row.name


def _admin_columns(i: int) -> tuple[Column, Column]:
    code, name = concept(f"adm{i}_code"), concept(f"adm{i}_name")
    return (
        Column(code.name, code.hxl, code.label, lambda row, _: _at(row.admin_codes, i), 12),
        Column(name.name, name.hxl, name.label, lambda row, _: _at(row.admin_names, i), 18),
    )


def _at(values: tuple[str | None, ...], i: int) -> str | None:
    return values[i] if i < len(values) else None


def _state_columns() -> tuple[Column, ...]:
    return (
        Column(
            "coverage",
            "#status+coverage+code",
            Message("Coverage (code)"),
            lambda row, _: row.state,
            14,
        ),
        Column(
            "coverage_name",
            "#status+coverage+name",
            Message("Coverage in this round"),
            lambda row, lang: code_text("coverage", row.state, lang),
            18,
        ),
        Column("as_of", "#date+observed", Message("As of"), lambda row, _: row.as_of),
        Column(
            "figure_method",
            "#status+figure+code",
            Message("Kind of figure (code)"),
            lambda row, _: row.method.value,
            16,
        ),
        Column(
            "figure_method_name",
            "#status+figure+name",
            Message("Kind of figure"),
            method_text,
            18,
        ),
    )


def _count_column(name: str) -> Column:
    known = concept(name)

    def read(row: SiteRow, _lang: str) -> Cell:
        number = row.numbers.get(name)
        return number.value if number else None

    return Column(name, known.hxl, known.label, read, 14)


def heading(column: Column, lang: str) -> str:
    """Give a column's heading for a person."""
    return column.heading.text(lang)
