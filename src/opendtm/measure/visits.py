"""Which visit speaks for a site in a round, and what may be said where there was none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.calendar import Calendar
from opendtm.measure.columns import ASSESSED, CLOSED, INACCESSIBLE, NOT_COVERED, SOURCE
from opendtm.records import Method, Round, Site
from opendtm.vocab import Kind, concept, concepts


@dataclass(frozen=True, slots=True)
class Visit:
    """One row of the observations, reduced to what decides which row speaks for a site."""

    row: int
    on: date | None
    position: int  # of its round among the rounds
    within: bool  # whether it falls into that round, not between two
    source: str
    answered: bool  # whether it was possible to enter, or figures were given nevertheless

    @property
    def order(self) -> tuple[int, date, str]:
        """Sort visits: later rounds last, then later days, then by record."""
        return (self.position, self.on or date.min, self.source)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The row that speaks for a site, and how."""

    state: str
    method: Method
    visit: Visit | None = None
    age: int | None = None


def closed_at(site: Site, day: date) -> bool:
    """Tell whether a site was closed on a day, by its closing date, else by its status."""
    return site.closed_on <= day if site.closed_on else site.status == CLOSED


def choose(
    site: Site, visits: list[Visit], at: Round, here: int, rules: tuple[int, Collection[str]]
) -> Chosen:
    carry_rounds, inaccessible = rules
    current = [visit for visit in visits if visit.position == here and visit.within]
    newest = max(current, key=lambda visit: visit.order, default=None)
    if closed_at(site, at.ends_on):
        return Chosen(CLOSED, Method.UNKNOWN)
    barred = site.site_id in inaccessible or (newest is not None and not newest.answered)
    if newest is not None and newest.answered:
        return Chosen(INACCESSIBLE if barred else ASSESSED, Method.OBSERVED, newest, 0)
    state = INACCESSIBLE if barred else NOT_COVERED
    earlier = [visit for visit in visits if visit.answered and visit.position < here]
    last = max(earlier, key=lambda visit: visit.order, default=None)
    if last is None or here - last.position > carry_rounds:
        return Chosen(state, Method.UNKNOWN)
    return Chosen(state, Method.CARRIED_FORWARD, last, here - last.position)


def visits_by_site(table: pa.Table, calendar: Calendar) -> dict[str, list[Visit]]:
    found: dict[str, list[Visit]] = {}
    counted = [
        name
        for name in table.column_names
        if name in concepts() and concept(name).kind is Kind.COUNT
    ]
    given = _any_known(table, counted)
    columns = (
        column(table, name) for name in ("site_id", "assessment_date", "round", SOURCE, "access")
    )
    for row, (site, on, named, source, access) in enumerate(zip(*columns, strict=True)):
        placed = calendar.place(on, named)
        if site is None or placed is None:
            continue
        answered = access != "no" or given[row]
        found.setdefault(site, []).append(Visit(row, on, *placed, source, answered))
    return found


def _any_known(table: pa.Table, names: Sequence[str]) -> list[bool]:
    known = pa.array([False] * table.num_rows, pa.bool_())
    for name in names:
        known = pc.or_(known, pc.is_valid(table[name]))
    flags: list[bool] = known.to_pylist()
    return flags


def column(table: pa.Table, name: str) -> list[Any]:
    if name not in table.column_names:
        return [None] * table.num_rows
    values: list[Any] = table[name].to_pylist()
    return values
