"""Runs the checks: on one visit as it arrives, or on a whole table of visits."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import pyarrow as pa

from opendtm.clean.catalogue import Check
from opendtm.clean.checks import CHECKS
from opendtm.clean.visit import Visit
from opendtm.records import Finding, Round, Site, source_column

_Row = Mapping[str, object]


def checks() -> tuple[Check, ...]:
    """List every check of one visit, hard ones first, for the manual and for settings."""
    return CHECKS


def check_observation(
    values: _Row,
    *,
    previous: _Row | None = None,
    site: Site | None = None,
    round_: Round | None = None,
    history: Sequence[_Row] = (),
    today: date | None = None,
    source: str | None = None,
) -> tuple[Finding, ...]:
    """Check one visit and give what looks wrong, hard findings first.

    `site` is None where the site is not in the list of sites. `previous` is the last visit to the site; `history`
    the visits before that one, newest first (three visits running need one of them). `today` bounds the date.
    """
    earlier = ([previous] if previous is not None else []) + list(history)
    return tuple(_run(Visit(values, earlier, site, round_=round_, today=today, source=source)))


def check_observations(
    table: pa.Table,
    *,
    sites: Iterable[Site] | None = None,
    round_: Round | None = None,
    today: date | None = None,
) -> tuple[Finding, ...]:
    """Check every row of an observations table, in its order, and rows against each other.

    Earlier visits are the earlier rows of the same site, by date. Without `sites` nobody looks sites up.
    """
    rows = table.to_pylist()
    known = {site.site_id: site for site in sites} if sites is not None else None
    earlier, twice = _histories(rows)
    found: list[Finding] = []
    for place, row in enumerate(rows):
        source = str(row[source_column()])
        visit = Visit(
            row,
            [rows[other] for other in earlier.get(place, ())],
            known.get(str(row.get("site_id"))) if known is not None else None,
            site_is_looked_up=known is not None,
            round_=round_,
            today=today,
            source=source,
            another_that_day=place in twice,
        )
        found.extend(_run(visit))
    return tuple(found)


def _run(visit: Visit) -> Iterator[Finding]:
    for check in CHECKS:
        yield from check.findings(visit)


def _histories(rows: Sequence[_Row]) -> tuple[Mapping[int, Sequence[int]], frozenset[int]]:
    """Give for each row its two last visits before that day, newest first, and the rows that repeat a day."""
    visits: dict[object, dict[date, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, row in enumerate(rows):
        day = row.get("assessment_date")
        if row.get("site_id") and isinstance(day, date):
            visits[row["site_id"]][day].append(place)
    earlier: dict[int, Sequence[int]] = {}
    twice: set[int] = set()
    for days in visits.values():
        past: list[int] = []
        for day in sorted(days):
            earlier.update(dict.fromkeys(days[day], tuple(past[:-3:-1])))
            twice.update(days[day][1:])
            past.append(days[day][-1])
    return earlier, frozenset(twice)
