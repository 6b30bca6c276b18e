"""The answers of one round for the severity of its places: nothing carried forward, one row a visited site."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from opendtm.measure.calendar import Calendar
from opendtm.measure.severity import Rules, Severity, severities
from opendtm.measure.visits import column, visits_by_site
from opendtm.records import Round


@dataclass(frozen=True, slots=True)
class Answered:
    """The severity of one place beside the answers that it was scored by, by column."""

    severity: Severity
    answers: Mapping[str, Any]


def answered(
    observations: pa.Table,
    *,
    rounds: Sequence[Round],
    at: Round,
    rules: Rules,
    beside: Mapping[str, Mapping[str, float]] | None = None,
) -> tuple[Answered, ...]:
    """Score the places visited in the round `at`, the worst first: highest overall, then most sectors in need.

    The newest answered visit of a site speaks for it. `beside` gives columns that are computed, not answered, by
    column and site. A place without an overall score comes after those with one, by its highest known sector. Errors
    as in `severities`.
    """
    names = [each.column for sector in rules.sectors for each in sector.indicators]
    rows = _rows(observations, rounds, at)
    sites = list(rows)
    taken = [rows[site] for site in sites]
    columns: dict[str, list[Any]] = {}
    for name in names:
        if name in observations.column_names:
            values = column(observations, name)
            columns[name] = [values[row] for row in taken]
        elif beside and name in beside:
            columns[name] = [beside[name].get(site) for site in sites]
    table = pa.table({"place": pa.array(sites, pa.string()), **columns})
    scored = [
        Answered(found, {name: values[row] for name, values in columns.items()})
        for row, found in enumerate(severities(table, rules=rules))
    ]
    return tuple(sorted(scored, key=_worst))


def _rows(observations: pa.Table, rounds: Sequence[Round], at: Round) -> dict[str, int]:
    calendar = Calendar(rounds)
    here = calendar.position(at)
    found = {}
    for site, visits in visits_by_site(observations, calendar).items():
        current = [one for one in visits if one.position == here and one.within and one.answered]
        if current:
            found[site] = max(current, key=lambda visit: visit.order).row
    return found


def _worst(each: Answered) -> tuple[int, int, int, str]:
    found = each.severity
    known = [sector.score for sector in found.sectors if sector.score is not None]
    return (-(found.overall or 0), -max(known, default=0), -found.in_need, found.place)
