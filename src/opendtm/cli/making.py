"""From the files and wishes of a command line to a report: reading, periods, areas, edition.

The only place of the workshop that looks at the clock: a report says when it was made.
"""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from opendtm import geo, measure, tables
from opendtm.cli.periods import day_of, lonely_days, week_of, weeks_until
from opendtm.errors.report import NothingToReport
from opendtm.i18n import Label
from opendtm.records import Finding, Round
from opendtm.report import (
    Options,
    from_panel,
    home_countries,
    homelands,
    site_needs,
    sites_from,
    surroundings,
)
from opendtm.report.model import Edition, SiteNeedsReport
from opendtm.tables import TableReading

DERIVED = b"opendtm.derived"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader asked for on the command line."""

    files: tuple[Path, ...]
    mapping: Path | None = None
    boundaries: Path | None = None
    week: str | None = None
    as_of: str | None = None
    operation: str | None = None
    country: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """What days a report stands for; `dated` False where the files do not say and today stands in."""

    round: Round
    data_as_of: date
    dated: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A report, and what was found on the way to it."""

    report: SiteNeedsReport
    findings: tuple[Finding, ...]


def read(wish: Wish) -> TableReading:
    """Read all files as one table of observations."""
    mapping = tables.Mapping.load(wish.mapping) if wish.mapping else None
    return tables.read_many(wish.files, mapping=mapping)


def make(reading: TableReading, wish: Wish) -> Made:
    """Build the report. NothingToReport where no row remains, NotOneDay where the period is unclear."""
    observations = _until(reading.observations, _last_day(wish))
    if observations.num_rows == 0:
        raise NothingToReport
    areas = geo.read_areas(wish.boundaries).areas if wish.boundaries else ()
    options = Options(
        areas=areas or homelands(observations),
        context=surroundings(observations, areas),
        derived=_derived(reading.observations),
    )
    if wish.boundaries:
        options["boundaries_source"] = Label(wish.boundaries.name, wish.boundaries.name)
    if wish.week and _in_rounds(observations):
        return _weekly(observations, week_of(wish.week), wish, options)
    panel = measure.single_round(observations)
    edition = _edition(observations, _period(panel, wish), wish)
    report = from_panel(panel, edition=edition, **options)
    return Made(report, (*panel.findings, *lonely_days(panel.table["_as_of"].to_pylist())))


def _weekly(observations: pa.Table, week: Round, wish: Wish, options: Options) -> Made:
    """Build the report of a week from a table that names its sites and the days of their visits."""
    first = pc.min(observations["assessment_date"]).as_py()
    sites, rounds = sites_from(observations), weeks_until(week, since=first)
    panel = measure.panel(observations, sites=sites, rounds=rounds, at=week)
    edition = _edition(observations, Period(week, week.ends_on, dated=True), wish)
    report = site_needs(
        observations, sites=sites, rounds=rounds, at=week, edition=edition, **options
    )
    return Made(report, panel.findings)


def _in_rounds(observations: pa.Table) -> bool:
    names = ("site_id", "assessment_date")
    return all(
        name in observations.column_names and not observations[name].null_count for name in names
    )


def _last_day(wish: Wish) -> date | None:
    if wish.as_of:
        return day_of(wish.as_of)
    return week_of(wish.week).ends_on if wish.week else None


def _until(observations: pa.Table, last: date | None) -> pa.Table:
    """Leave out what was observed later; a row without a day stays."""
    if last is None or "assessment_date" not in observations.column_names:
        return observations
    day = observations["assessment_date"]
    return observations.filter(pc.or_kleene(pc.is_null(day), pc.less_equal(day, pa.scalar(last))))


def _derived(observations: pa.Table) -> tuple[str, ...]:
    return tuple(each.name for each in observations.schema if DERIVED in (each.metadata or {}))


def _period(panel: measure.Panel, wish: Wish) -> Period:
    """Find out what days the figures stand for; the day of making where nothing says so."""
    days = panel.table["_as_of"].drop_null()
    number = int("".join(sign for sign in panel.round or "" if sign.isdigit()) or 0)
    label = panel.round or ""
    if wish.week:
        week = week_of(wish.week)
        return Period(week, week.ends_on, dated=True)
    asked = day_of(wish.as_of) if wish.as_of else None
    last = asked or pc.max(days).as_py()
    if last is None:
        today = _now().date()
        return Period(Round(today, today, number, label), today, dated=False)
    first = pc.min(days).as_py() or last
    return Period(Round(min(first, last), last, number, label), last, dated=True)


def _edition(observations: pa.Table, period: Period, wish: Wish) -> Edition:
    names = ", ".join(path.name for path in wish.files)
    country, code = _country(observations, wish)
    return Edition(
        operation=wish.operation
        or _only(observations, "operation")
        or country
        or wish.files[0].stem,
        country=country,
        country_code=code,
        issue=period.round.label or period.data_as_of.isoformat(),
        round=period.round,
        data_as_of=period.data_as_of,
        made_at=_now(),
        source=Label(wish.source or names, wish.source or names),
        dated=period.dated,
    )


def _country(observations: pa.Table, wish: Wish) -> tuple[str, str | None]:
    """Name the country: as asked, as the files say, else the only one in which the positions lie."""
    name, code = _only(observations, "adm0_name"), _only(observations, "adm0_code")
    if wish.country or name:
        return wish.country or name or "", code
    if code:
        return geo.country_name(code, "en") or code, code
    around = home_countries(observations)
    return (around[0].name, around[0].iso3 or None) if len(around) == 1 else ("", None)


def _only(observations: pa.Table, name: str) -> str | None:
    if name not in observations.column_names:
        return None
    values = pc.unique(observations[name].drop_null()).to_pylist()
    return str(values[0]) if len(values) == 1 else None


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), tz=UTC).replace(microsecond=0)
