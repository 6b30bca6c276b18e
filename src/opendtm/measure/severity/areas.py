"""Severity and people in need (PiN) of areas from an imported table of sectors, by a stated rule.

A sector that has no figure is not measured: it is counted as such and never taken for nobody in need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import pyarrow as pa

from opendtm.errors import Where
from opendtm.errors.measure_severity import SeverityTableInvalid
from opendtm.i18n import Message
from opendtm.measure.severity.joining import Choice, Joining, Way
from opendtm.measure.severity.rules import LEAST, MOST
from opendtm.measure.severity.scoring import places_of


@dataclass(frozen=True, slots=True)
class InNeed:
    """One row of the table: an area and sector with its severity (1 to 5) and people in need, None where unknown."""

    area: str
    sector: str
    severity: int | None
    pin: int | None


@dataclass(frozen=True, slots=True)
class Area:
    """One area by a rule: its severity and people in need, with the sectors that decided the PiN.

    `with_pin` and `with_severity` of the `declared` sectors have a figure. A figure is None with a `reason`
    where too few have one.
    """

    area: str
    rule: str
    version: int
    confirmed: bool
    severity: int | None
    pin: int | None
    deciding: tuple[str, ...]
    with_pin: int
    with_severity: int
    declared: int
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """The people in need of all areas that have a figure, `known` of `areas`; None where none has."""

    pin: int | None
    known: int
    areas: int
    confirmed: bool


def in_need_of(table: pa.Table) -> tuple[InNeed, ...]:
    """Read the rows `area`, `sector`, `severity` and `pin`, the last two empty where not known.

    SeverityTableInvalid for a column that is absent, a severity other than 1 to 5, people in need that are no
    whole number of 0 or more, or an area and sector that stand twice.
    """
    named = zip(places_of(table, "area"), places_of(table, "sector"), strict=True)
    severities, pins = _whole(table, "severity", LEAST, MOST), _whole(table, "pin", 0, None)
    found = tuple(
        InNeed(area, sector, severity, pin)
        for (area, sector), severity, pin in zip(named, severities, pins, strict=True)
    )
    seen: set[tuple[str, str]] = set()
    for row, each in enumerate(found, 1):
        if (each.area, each.sector) in seen:
            reason, where = (
                Message("the area has this sector twice"),
                Where(row=row, column="sector"),
            )
            raise SeverityTableInvalid(column="sector", reason=reason, where=where)
        seen.add((each.area, each.sector))
    return found


def areas(rows: Sequence[InNeed], *, rule: Joining) -> tuple[Area, ...]:
    """Bring the sectors of each area together by a rule, in the order of the areas' codes.

    The sectors of all areas together are the declared ones: a sector that one area lacks was not measured there.
    """
    sectors = {each.sector for each in rows} - rule.joint_rows
    ordered = sorted(rows, key=lambda each: (each.area, each.sector))
    return tuple(
        _area(area, tuple(its), len(sectors), rule)
        for area, its in groupby(ordered, key=lambda each: each.area)
    )


def total(found: Sequence[Area]) -> Total:
    """Add up the people in need over areas; what is not known is left out and counted."""
    pins = [each.pin for each in found if each.pin is not None]
    confirmed = all(each.confirmed for each in found)
    return Total(sum(pins) if pins else None, len(pins), len(found), confirmed)


def _area(area: str, its: Sequence[InNeed], declared: int, rule: Joining) -> Area:
    pins = {each.sector: each.pin for each in its if each.pin is not None}
    scores = {each.sector: each.severity for each in its if each.severity is not None}
    with_pin, with_severity = (
        len(pins.keys() - rule.joint_rows),
        len(scores.keys() - rule.joint_rows),
    )
    pin = _figure(pins, with_pin, rule.pin, rule)
    severity = _figure(scores, with_severity, rule.severity, rule)
    return Area(
        area=area,
        rule=rule.id,
        version=rule.version,
        confirmed=rule.confirmed,
        severity=severity,
        pin=pin,
        deciding=_deciding(pins, pin, rule),
        with_pin=with_pin,
        with_severity=with_severity,
        declared=declared,
        reason=None if pin is not None and severity is not None else _reason(rule, declared),
    )


def _figure(known: dict[str, int], measured: int, choice: Choice, rule: Joining) -> int | None:
    if choice.way is Way.GIVEN:
        return known.get(choice.row or "")
    sectors = [value for sector, value in known.items() if sector not in rule.joint_rows]
    return max(sectors) if sectors and measured >= rule.minimum_sectors else None


def _deciding(pins: dict[str, int], pin: int | None, rule: Joining) -> tuple[str, ...]:
    if pin is None or rule.pin.way is Way.GIVEN:
        return ()
    return tuple(
        sector for sector, value in pins.items() if value == pin and sector not in rule.joint_rows
    )


def _reason(rule: Joining, declared: int) -> Message:
    if rule.pin.way is Way.GIVEN:
        return Message("The joint analysis gives no figure for the area.")
    values = {"declared": declared, "minimum": rule.minimum_sectors}
    return Message("Fewer than {minimum} of {declared} sectors have a figure.", values)


def _whole(table: pa.Table, name: str, least: int, most: int | None) -> list[int | None]:
    if name not in table.column_names:
        raise SeverityTableInvalid(column=name, reason=Message("the table has no such column"))
    found: list[int | None] = []
    for row, value in enumerate(table[name].to_pylist(), 1):
        if value is None:
            found.append(None)
            continue
        if not _fits(value, least, most):
            reason, where = (
                Message("it must be a whole number in its range"),
                Where(row=row, column=name),
            )
            raise SeverityTableInvalid(column=name, reason=reason, where=where)
        found.append(int(value))
    return found


def _fits(value: object, least: int, most: int | None) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == value // 1 and value >= least and (most is None or value <= most)
