"""The severity of each place: its sectors one by one, and all together only where enough were measured.

The score of a sector is the highest of its critical indicators (after the living standards gap of REACH); the
overall score is the highest sector, beside the number of sectors in need. Nothing is averaged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from opendtm.errors import Where
from opendtm.errors.measure_severity import SeverityTableInvalid
from opendtm.i18n import Message
from opendtm.measure.severity.rules import MOST, Indicator, Rules, Sector


@dataclass(frozen=True, slots=True)
class SectorScore:
    """The score of one sector, 1 to 5; None where too little of it was measured.

    `measured` of `declared` indicators are known. `at_least` says that some were not, so that the truth may be
    higher; `deciding` names the columns that the score comes from.
    """

    sector: str
    score: int | None
    measured: int
    declared: int
    at_least: bool
    deciding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Severity:
    """The severity of one place.

    `overall` is the highest sector; None with a `reason` where fewer sectors were measured than the rules
    ask. `in_need` counts the measured sectors in need, `measured` of `declared` is the coverage; `at_least`
    says that something was not measured and the truth may be higher.
    """

    place: str
    rules: str
    version: int
    sectors: tuple[SectorScore, ...]
    overall: int | None
    in_need: int
    measured: int
    declared: int
    at_least: bool
    reason: Message | None = None


def severities(table: pa.Table, *, rules: Rules) -> tuple[Severity, ...]:
    """Score every place, in the order of the rows.

    `table` has a row a place: `place`, and the columns that the rules name, empty where not known; a column that
    is absent was not measured anywhere. SeverityTableInvalid for a row without place, a code without a score,
    or a number that is none.
    """
    names = [each.column for sector in rules.sectors for each in sector.indicators]
    columns = {name: table[name].to_pylist() for name in names if name in table.column_names}
    return tuple(
        _place(place, {name: values[row] for name, values in columns.items()}, rules, row + 1)
        for row, place in enumerate(places_of(table))
    )


def places_of(table: pa.Table, name: str = "place") -> list[str]:
    """Give the names of places or areas, none empty; SeverityTableInvalid otherwise."""
    if name not in table.column_names:
        raise SeverityTableInvalid(column=name, reason=Message("the table has no such column"))
    found: list[str | None] = table[name].cast(pa.string()).to_pylist()
    if None in found:
        reason = Message("the row has no value")
        where = Where(row=found.index(None) + 1, column=name)
        raise SeverityTableInvalid(column=name, reason=reason, where=where)
    return [place for place in found if place is not None]


def _place(place: str, answers: Mapping[str, Any], rules: Rules, row: int) -> Severity:
    sectors = tuple(_sector(sector, answers, rules, row) for sector in rules.sectors)
    known = [each.score for each in sectors if each.score is not None]
    enough = len(known) >= rules.minimum_sectors
    overall = max(known) if enough else None
    return Severity(
        place=place,
        rules=rules.id,
        version=rules.version,
        sectors=sectors,
        overall=overall,
        in_need=sum(score >= rules.in_need_from for score in known),
        measured=len(known),
        declared=len(sectors),
        at_least=any(each.at_least for each in sectors) and overall != MOST,
        reason=None if enough else _too_few(len(known), len(sectors), rules.minimum_sectors),
    )


def _sector(sector: Sector, answers: Mapping[str, Any], rules: Rules, row: int) -> SectorScore:
    scored = {
        each.column: _score(each, answers.get(each.column), row) for each in sector.indicators
    }
    known = {column: score for column, score in scored.items() if score is not None}
    highest = max(known.values(), default=0)
    told = len(known) >= sector.minimum or highest >= rules.in_need_from
    return SectorScore(
        sector=sector.name,
        score=highest if told else None,
        measured=len(known),
        declared=len(scored),
        at_least=len(known) < len(scored) and highest < MOST,
        deciding=tuple(column for column, score in known.items() if score == highest)
        if told
        else (),
    )


def _score(indicator: Indicator, value: object, row: int) -> int | None:
    try:
        return indicator.score(value)
    except ValueError as wrong:
        reason = Message("the value {value} has no score", {"value": str(wrong)})
        where = Where(row=row, column=indicator.column)
        raise SeverityTableInvalid(column=indicator.column, reason=reason, where=where) from wrong


def _too_few(measured: int, declared: int, minimum: int) -> Message:
    values = {"measured": measured, "declared": declared, "minimum": minimum}
    return Message("{measured} of {declared} sectors were measured; {minimum} are needed.", values)
