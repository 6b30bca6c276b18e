"""A panel from somebody else's table, which has no register of sites and no list of rounds.

Such tables repeat themselves: several rounds in one file, country, province and district one under the
other, one row for each reason of displacement. Nothing may be added up twice, and every choice made
here is reported as a finding:

- each row of a sheet that names sites is a site; the latest round (else the latest day) of a place counts;
- a site missing from the newest round keeps its last answers, carried forward as in any panel;
- of a table of administrative areas only the newest round of each operation counts, because the total of
  a round is the sum of its rows; an operation that ended a year before the newest one of the same country
  is left out;
- an area never adds to the areas above or below it: the engine takes one level at a time;
- the rows of one place that remain (by reason, sex of head, origin) are parts of it and add up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure import foreign_doubts as doubts
from opendtm.measure.columns import (
    ABOVE,
    AGE,
    AS_OF,
    ASSESSED,
    BELOW,
    INACCESSIBLE,
    LEVEL,
    METHOD,
    NOT_COVERED,
    PLACE,
    SITE_LEVEL,
    STATE,
    is_flow,
)
from opendtm.measure.levels import ancestors, site_level
from opendtm.measure.panels import Panel, derived_columns
from opendtm.measure.rows import RoundOrder, Row, rows_of
from opendtm.records import Finding, Method
from opendtm.vocab import Kind, Sharing, concept, concepts

EXPIRES = timedelta(days=365)


def single_round(observations: pa.Table, *, carry_rounds: int = 4) -> Panel:
    """Build a panel of the latest state of every place in a foreign table (see the module's text)."""
    table = _public(observations)
    at_sites = site_level(table)
    if _plain(table, at_sites):
        return Panel(
            _finished(table, _places(table)),
            round=_only_round(table),
            derived=derived_columns(table),
        )
    rows = rows_of(table, at_sites)
    sites = [row for row in rows if row.level == SITE_LEVEL]
    areas = [row for row in rows if row.level != SITE_LEVEL]
    findings: list[Finding] = []
    kept = [*_latest_sites(sites, carry_rounds, findings), *_latest_areas(areas, findings)]
    kept.sort(key=lambda row: row.index)
    return _panel(table, kept, tuple(findings))


def _public(table: pa.Table) -> pa.Table:
    known = concepts()
    names = [name for name in table.column_names if name in known]
    return table.drop_columns([name for name in names if concept(name).sharing is Sharing.PERSONAL])


def _plain(table: pa.Table, at_sites: pa.ChunkedArray) -> bool:
    """Tell whether nothing needs choosing: sites only, each once by its ID, all of one round."""
    if "site_id" not in table.column_names or table["site_id"].null_count:
        return False
    if not pc.all(at_sites).as_py() or pc.count_distinct(table["site_id"]).as_py() < table.num_rows:
        return False
    return "round" not in table.column_names or pc.count_distinct(table["round"]).as_py() <= 1


def _places(table: pa.Table) -> dict[str, pa.Array]:
    count = table.num_rows
    return {
        PLACE: table["site_id"],
        STATE: _states(table, [ASSESSED] * count),
        METHOD: pa.array([Method.OBSERVED.value] * count, pa.string()),
        AGE: pa.array([0] * count, pa.int32()),
    }


def _states(table: pa.Table, states: list[str]) -> pa.Array:
    """Give the coverage of every row; one that was reported as not accessible keeps its figures."""
    given = pa.array(states, pa.string())
    if "access" not in table.column_names:
        return given
    barred = pc.fill_null(pc.equal(table["access"], "no"), fill_value=False)
    return pc.if_else(barred, INACCESSIBLE, given)


def _finished(table: pa.Table, marks: Mapping[str, pa.Array]) -> pa.Table:
    days = [table[name] for name in ("assessment_date", "period_end") if name in table.column_names]
    as_of = pc.coalesce(*days) if days else pa.nulls(table.num_rows, pa.date32())
    return pa.table({**{name: table[name] for name in table.column_names}, **marks, AS_OF: as_of})


def _only_round(table: pa.Table) -> str | None:
    if "round" not in table.column_names:
        return None
    named = pc.unique(table["round"].drop_null()).to_pylist()
    return str(named[0]) if len(named) == 1 else None


def _latest_sites(rows: Sequence[Row], carry_rounds: int, findings: list[Finding]) -> list[Row]:
    """Keep the latest rows of each site, with their age in rounds of their operation."""
    order = RoundOrder(rows)
    newest: dict[str, tuple[Any, ...]] = {}
    for row in rows:
        newest[row.visited] = max(newest.get(row.visited, order.rank(row)), order.rank(row))
    kept = [row for row in rows if order.rank(row) == newest[row.visited]]
    findings += doubts.earlier_visits(rows, kept)
    aged = [replace(row, age=order.age(row)) for row in kept]
    findings += doubts.carried_sites(aged, carry_rounds)
    findings += doubts.repeated_places(aged)
    return [replace(row, expired=row.age > carry_rounds) for row in aged]


def _latest_areas(rows: Sequence[Row], findings: list[Finding]) -> list[Row]:
    """Keep the newest round of each operation, without the operations that ended long before."""
    order = RoundOrder(rows)
    of_round = [row for row in rows if order.age(row) == 0]
    findings += doubts.earlier_rounds(rows, of_round)
    newest: dict[str, tuple[Any, ...]] = {}
    for row in of_round:
        newest[row.visited] = max(newest.get(row.visited, order.rank(row)), order.rank(row))
    latest = [row for row in of_round if order.rank(row) == newest[row.visited]]
    findings += doubts.earlier_visits(of_round, latest)
    return _not_ended(latest, findings)


def _not_ended(rows: Sequence[Row], findings: list[Finding]) -> list[Row]:
    last: dict[Any, Any] = {}
    country: dict[Any, Any] = {}
    for row in rows:
        if row.on is not None:
            key = (row.operation, row.path[0])
            last[key] = max(last.get(key, row.on), row.on)
            country[row.path[0]] = max(country.get(row.path[0], row.on), row.on)
    ended = {key for key, on in last.items() if country[key[1]] - on > EXPIRES}
    findings += doubts.ended_operations({key: last[key] for key in ended})
    kept = [row for row in rows if (row.operation, row.path[0]) not in ended]
    findings += doubts.added_operations(kept)
    return kept


def _panel(table: pa.Table, kept: Sequence[Row], findings: tuple[Finding, ...]) -> Panel:
    taken = table.take(pa.array([row.index for row in kept], pa.int64()))
    above, below = ancestors(kept)
    marks = {
        PLACE: pa.array([row.place for row in kept], pa.string()),
        STATE: _states(taken, [NOT_COVERED if row.age else ASSESSED for row in kept]),
        METHOD: pa.array([_method(row).value for row in kept], pa.string()),
        AGE: pa.array([None if row.expired else row.age for row in kept], pa.int32()),
        LEVEL: pa.array([row.level for row in kept], pa.int32()),
        ABOVE: pa.array(above, pa.int32()),
        BELOW: pa.array(below, pa.int32()),
    }
    taken, more = _without_repeats(_blank_old(taken, kept), kept)
    return Panel(
        _finished(taken, marks),
        round=_only_round(taken),
        findings=(
            *findings,
            *more,
            *doubts.levels(taken, kept, above),
            *doubts.partly_known(taken, kept),
        ),
        derived=derived_columns(table),
    )


def _method(row: Row) -> Method:
    if row.expired:
        return Method.UNKNOWN
    return Method.CARRIED_FORWARD if row.age else Method.OBSERVED


def _blank_old(table: pa.Table, kept: Sequence[Row]) -> pa.Table:
    """Take the flows from carried rows, and every answer from expired ones."""
    carried = pa.array([row.age > 0 for row in kept], pa.bool_())
    expired = pa.array([row.expired for row in kept], pa.bool_())
    for name in _answers(table):
        gone = carried if is_flow(name) else expired
        table = _with_nulls(table, name, gone)
    return table


def _answers(table: pa.Table) -> list[str]:
    """Name the columns that say how things stand, not where and when."""
    coded = ("need_", "priority_", "departure_", "displacement_")
    return [
        name
        for name in table.column_names
        if name in concepts() and (concept(name).kind is Kind.COUNT or name.startswith(coded))
    ]


def _without_repeats(table: pa.Table, kept: Sequence[Row]) -> tuple[pa.Table, list[Finding]]:
    """Where sites and areas stand in one input, let the areas say only what no site says."""
    is_area = pa.array([row.level != SITE_LEVEL for row in kept], pa.bool_())
    both = pc.any(is_area).as_py() and not pc.all(is_area).as_py()
    if not both:
        return table, []
    repeated = [
        name
        for name in _answers(table)
        if concept(name).kind is Kind.COUNT
        and table[name].filter(pc.invert(is_area)).drop_null().length()
        and table[name].filter(is_area).drop_null().length()
    ]
    for name in repeated:
        table = _with_nulls(table, name, is_area)
    return table, list(doubts.areas_beside_sites(repeated, sum(is_area.to_pylist())))


def _with_nulls(table: pa.Table, name: str, where: pa.Array) -> pa.Table:
    column = table[name].combine_chunks()
    blanked = pc.if_else(where, pa.scalar(None, column.type), column)
    return table.set_column(table.column_names.index(name), table.schema.field(name), blanked)
