"""Flow by observed hour and day: what passed a point while somebody watched, and nothing about the rest.

A registry counts groups; sessions say when a point was watched. A point that was watched without anybody
passing has a flow of zero, one that nobody watched has none.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import fsum

import pyarrow as pa

from opendtm.i18n import Message
from opendtm.measure.flow.columns import (
    INFLOW,
    OUTFLOW,
    days,
    directions,
    numbers,
    refuse,
    words,
)
from opendtm.vocab import code_list

Watched = Mapping[tuple[str, date], float | None]


@dataclass(frozen=True, slots=True)
class Rate:
    """The flow of one direction at one point, in persons.

    `persons` were counted on `days` days of observation, in `hours` hours (None where sessions were not
    kept). `per_day` is standardised for the days observed, `per_hour` for the hours; None where there are
    none.
    """

    point: str
    direction: str
    persons: float
    days: int
    hours: float | None

    @property
    def per_day(self) -> float | None:
        """Give persons per observed day."""
        return self.persons / self.days if self.days else None

    @property
    def per_hour(self) -> float | None:
        """Give persons per observed hour."""
        return self.persons / self.hours if self.hours else None


def watched_hours(sessions: pa.Table) -> dict[tuple[str, date], float | None]:
    """Add up the hours watched by point and day: columns `point`, `day`, `hours` (above 0, to 24 a day)."""
    hours: dict[tuple[str, date], float | None] = {}
    rows = zip(words(sessions, "point"), days(sessions), strict=True)
    lengths = numbers(sessions, "hours", most=24.0)
    for row, (key, length) in enumerate(zip(rows, lengths, strict=True), 1):
        hours[key] = (hours.get(key) or 0.0) + float(length)
        if not 0 < (hours[key] or 0) <= 24:
            raise refuse(Message("a day is watched for 0 to 24 hours"), column="hours", row=row)
    return hours


def rates(registry: pa.Table, *, sessions: pa.Table | None = None) -> tuple[Rate, ...]:
    """Give the flow of each point and direction, points and directions in order.

    `registry` has a row a group: `point`, `day`, `direction`, `persons`. `sessions` says what was watched
    (`watched_hours`); without it a day counts as observed where somebody was counted, and there are no
    hours. Every point has every direction, zero where nobody passed. FlowTableInvalid for a column that is
    absent or wrong, or people counted at a point on a day that no session covers.
    """
    groups = tuple(_groups(registry))
    watched: Watched = (
        watched_hours(sessions)
        if sessions is not None
        else {(point, day): None for point, day, _, _ in groups}
    )
    sums: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row, (point, day, direction, persons) in enumerate(groups, 1):
        if (point, day) not in watched:
            reason = Message("{point} was not watched on {day}", {"point": point, "day": day})
            raise refuse(reason, column="day", row=row)
        sums[point, direction].append(persons)
    return tuple(_rates(watched, sums))


def net_flux(found: tuple[Rate, ...]) -> dict[str, float | None]:
    """Give inflow less outflow per observed day, by point; None where a point was not observed."""
    by_key = {(rate.point, rate.direction): rate.per_day for rate in found}
    flux: dict[str, float | None] = {}
    for point in dict.fromkeys(rate.point for rate in found):
        came, left = by_key.get((point, INFLOW)), by_key.get((point, OUTFLOW))
        flux[point] = None if came is None or left is None else came - left
    return flux


def rates_table(found: tuple[Rate, ...]) -> pa.Table:
    """Write rates as a table, one row a point and direction."""
    names = ("point", "direction", "persons", "days", "hours", "per_day", "per_hour")
    return pa.table({name: pa.array([getattr(rate, name) for rate in found]) for name in names})


def _groups(registry: pa.Table) -> Iterator[tuple[str, date, str, float]]:
    columns = (words(registry, "point"), days(registry), directions(registry))
    return zip(*columns, numbers(registry, "persons").tolist(), strict=True)


def _rates(watched: Watched, sums: Mapping[tuple[str, str], list[float]]) -> Iterator[Rate]:
    hours: dict[str, list[float | None]] = defaultdict(list)
    for (point, _), length in watched.items():
        hours[point].append(length)
    for point in sorted(hours):
        known = [length for length in hours[point] if length is not None]
        for direction in code_list("flow_direction").names():
            yield Rate(
                point=point,
                direction=direction,
                persons=fsum(sums.get((point, direction), ())),
                days=len(hours[point]),
                hours=fsum(known) if len(known) == len(hours[point]) else None,
            )
