"""The panel: one row per known site for one round, with what is known about it and since when.

It is the only thing the engine computes from. A site that could not be visited keeps its last known
stock and needs, marked as carried forward, for a limited number of rounds; what moved (arrivals and
departures) is never repeated, because it belongs to the days on which it was seen.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors.measure import RoundUnknown
from opendtm.measure import doubts
from opendtm.measure.calendar import Calendar
from opendtm.measure.columns import (
    AGE,
    AS_OF,
    ASSESSED,
    CLOSED,
    DERIVED,
    INACCESSIBLE,
    METHOD,
    PLACE,
    SOURCE,
    STATE,
    is_flow,
)
from opendtm.measure.scope import Record
from opendtm.measure.visits import Chosen, choose, closed_at, visits_by_site
from opendtm.records import Coverage, Finding, Method, Round, Site
from opendtm.vocab import Sharing, concept, concepts


@dataclass(frozen=True, slots=True)
class Panel:
    """What is known of every place for one round.

    `table` holds the columns of the observations and, beside them, `_place` (the key of the place),
    `_state` (a code of the list `coverage`), `_method` (a code of `records.Method`), `_as_of` (the day
    of the answers), `_age` (in rounds; 0 for this round). A place may stand in several rows when a
    foreign file splits it (by reason of displacement, for instance); their counts add up.
    `findings` say what was chosen on the way. `derived` names the columns that were computed by a factor
    (households times an average size) before they came here. `register` tells whether all known sites
    stand here, so that it can be said how many were not reached; a foreign table lists only its own.
    `record` says what a row is.
    """

    table: pa.Table
    round: str | None = None
    findings: tuple[Finding, ...] = ()
    derived: frozenset[str] = frozenset()
    register: bool = False
    record: Record = Record.PLACE

    @property
    def split(self) -> bool:
        """Tell whether some place stands in more than one row."""
        return bool(pc.count_distinct(self.table[PLACE]).as_py() < self.table.num_rows)

    def has(self, name: str) -> bool:
        """Tell whether the panel has a column of that name with anything in it."""
        return bool(
            name in self.table.column_names and self.table[name].null_count < self.table.num_rows
        )

    def coverage(self) -> Coverage:
        """Count the places: known (neither closed nor only planned), assessed, carried, inaccessible."""
        states = Counter[tuple[str, bool]]()
        seen: dict[str, tuple[str, bool]] = {}
        carried = Method.CARRIED_FORWARD.value
        planned = (
            pc.fill_null(
                pc.equal(self.table["site_status"], "planned"), fill_value=False
            ).to_pylist()
            if "site_status" in self.table.column_names
            else [False] * self.table.num_rows
        )
        columns = (self.table[name].to_pylist() for name in (PLACE, STATE, METHOD))
        for place, state, method, ahead in zip(*columns, planned, strict=True):
            if state == CLOSED or (ahead and state != ASSESSED):
                continue
            seen[place] = (state, method == carried)
        states.update(seen.values())
        return Coverage(
            n_known=len(seen),
            n_assessed=sum(count for (state, _), count in states.items() if state == ASSESSED),
            n_carried=sum(count for (_, repeated), count in states.items() if repeated),
            n_inaccessible=sum(
                count for (state, _), count in states.items() if state == INACCESSIBLE
            ),
        )


def panel(
    observations: pa.Table,
    *,
    sites: Sequence[Site],
    rounds: Sequence[Round],
    at: Round,
    carry_rounds: int = 4,
    inaccessible: Collection[str] = (),
) -> Panel:
    """Build the panel of the round `at` from all observations known so far.

    A row belongs to the round that its `round` names (number or label), else to the round of its
    `assessment_date`. For each site: the newest visit of the round; where there was none or no access,
    the newest earlier visit not older than `carry_rounds` rounds, marked carried forward, without its
    flows; a closed site has no value; else everything is unknown. A visit without access that still
    gives figures keeps them, as observed. Within a visit an empty answer stays unknown: it is not
    filled from an earlier visit. Later visits than the round are not looked at.
    Rows of sites that are not in `sites` are reported as findings. RoundUnknown where `at` is not
    among `rounds`.
    """
    if at not in rounds:
        raise RoundUnknown(round=at.label or at.number)
    calendar = Calendar(rounds)
    known = [site for site in sites if site.opened_on is None or site.opened_on <= at.ends_on]
    table = _without_personal(observations)
    visits = visits_by_site(table, calendar)
    here = calendar.position(at)
    chosen = {
        site.site_id: choose(
            site, visits.get(site.site_id, []), at, here, (carry_rounds, inaccessible)
        )
        for site in known
    }
    findings = [
        *doubts.unknown_sites(table, {site.site_id for site in sites}),
        *doubts.repeated_visits(visits, here),
        *doubts.closed_sites(table, known, chosen, visits, here),
    ]
    return Panel(
        _assemble(table, known, chosen, at),
        round=at.label or str(at.number),
        findings=tuple(findings),
        derived=derived_columns(table),
        register=True,
    )


def derived_columns(table: pa.Table) -> frozenset[str]:
    """Name the columns whose field says that they were computed by a factor."""
    return frozenset(field.name for field in table.schema if DERIVED in (field.metadata or {}))


def _without_personal(table: pa.Table) -> pa.Table:
    personal = [
        name
        for name in table.column_names
        if name in concepts() and concept(name).sharing is Sharing.PERSONAL
    ]
    return table.drop_columns(personal)


def _assemble(
    table: pa.Table, sites: Sequence[Site], chosen: dict[str, Chosen], at: Round
) -> pa.Table:
    answers = [chosen[site.site_id] for site in sites]
    rows = pa.array([each.visit.row if each.visit else None for each in answers], pa.int64())
    taken = table.take(rows)
    carried = pa.array([each.method is Method.CARRIED_FORWARD for each in answers], pa.bool_())
    columns = dict(_marks(sites, answers))
    register = _register(sites, at)
    for name in dict.fromkeys([*register, *table.column_names]):
        if name == SOURCE:
            continue
        column = taken[name].combine_chunks() if name in table.column_names else None
        if name in register:
            columns[name] = (
                register[name] if column is None else _first_known(register[name], column)
            )
        elif column is not None:
            columns[name] = _blanked(column, carried) if is_flow(name) else column
    return pa.table({SOURCE: taken[SOURCE], **columns})


def _marks(sites: Sequence[Site], answers: Sequence[Chosen]) -> Iterator[tuple[str, pa.Array]]:
    yield PLACE, pa.array([site.site_id for site in sites], pa.string())
    yield STATE, pa.array([each.state for each in answers], pa.string())
    yield METHOD, pa.array([each.method.value for each in answers], pa.string())
    yield AS_OF, pa.array([each.visit.on if each.visit else None for each in answers], pa.date32())
    yield AGE, pa.array([each.age for each in answers], pa.int32())


def _register(sites: Sequence[Site], at: Round) -> dict[str, pa.Array]:
    text, real = pa.string(), pa.float64()
    columns = {
        "site_id": pa.array([site.site_id for site in sites], text),
        "site_name": pa.array([site.name for site in sites], text),
        "site_type": pa.array([site.site_type for site in sites], text),
        "site_status": pa.array([_status(site, at) for site in sites], text),
        "latitude": pa.array([site.latitude for site in sites], real),
        "longitude": pa.array([site.longitude for site in sites], real),
    }
    for level in range(4):
        columns[f"adm{level}_code"] = pa.array([_at(site.admins, level) for site in sites], text)
        columns[f"adm{level}_name"] = pa.array(
            [_at(site.admin_names, level) for site in sites], text
        )
    return columns


def _status(site: Site, at: Round) -> str:
    if closed_at(site, at.ends_on):
        return CLOSED
    return "open" if site.status == CLOSED else site.status


def _at(values: Sequence[str | None], level: int) -> str | None:
    return values[level] if level < len(values) else None


def _first_known(register: pa.Array, answered: pa.Array) -> pa.Array:
    return pc.coalesce(register, answered.cast(register.type))


def _blanked(column: pa.Array, where: pa.Array) -> pa.Array:
    return pc.if_else(where, pa.scalar(None, column.type), column)
