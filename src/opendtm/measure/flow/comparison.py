"""Two periods compared: only at the points and the hours of the day that were watched in both.

A new point, a lost one, or a shift that moved from morning to night changes what is counted without a single
traveller more. What is not common is left out and said.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum

import pyarrow as pa

from opendtm.errors.measure_flow import NothingInCommon
from opendtm.i18n import Message
from opendtm.measure.flow.columns import days, directions, numbers, refuse, words

Slot = tuple[str, int]  # a point and an hour of the day


@dataclass(frozen=True, slots=True)
class Period:
    """A registry and the hours that were watched.

    `registry`: `point`, `day`, `hour` (0 to 23), `direction`, `persons`. `watched`: one row an hour watched,
    `point`, `day`, `hour`.
    """

    registry: pa.Table
    watched: pa.Table


@dataclass(frozen=True, slots=True)
class Comparison:
    """The flow of one direction over the common hours of a day, in persons per day, before and after.

    `points` are the common ones, `hours` the number of their common hours of the day; `left_out` names the
    points that one period alone has.
    """

    direction: str
    before: float
    after: float
    points: tuple[str, ...]
    hours: int
    left_out: tuple[str, ...]

    @property
    def change(self) -> float:
        """Give the difference in persons per day."""
        return self.after - self.before

    @property
    def share(self) -> float | None:
        """Give the difference as a share of the earlier flow; None where that was zero."""
        return self.change / self.before if self.before else None


def compare(before: Period, after: Period) -> tuple[Comparison, ...]:
    """Compare two periods, direction by direction.

    For each point and hour of the day watched in both periods the mean per watched day is taken, and these
    are added up. FlowTableInvalid for a column that is absent or wrong, or people counted in an hour that
    was not watched; NothingInCommon where no point and hour was watched in both.
    """
    old, new = _watched(before.watched), _watched(after.watched)
    common = sorted(old.keys() & new.keys())
    if not common:
        raise NothingInCommon
    points = tuple(sorted({point for point, _ in common}))
    every = {point for point, _ in old.keys() | new.keys()}
    told = [_means(period, held) for period, held in ((before, old), (after, new))]
    ways = sorted({direction for means in told for _, direction in means})
    return tuple(
        Comparison(
            direction=direction,
            before=_sum(told[0], common, direction),
            after=_sum(told[1], common, direction),
            points=points,
            hours=len(common),
            left_out=tuple(sorted(every - set(points))),
        )
        for direction in ways
    )


def _watched(table: pa.Table) -> dict[Slot, frozenset[date]]:
    hours: dict[Slot, set[date]] = defaultdict(set)
    for point, hour, day in zip(words(table, "point"), _hours(table), days(table), strict=True):
        hours[point, hour].add(day)
    return {slot: frozenset(held) for slot, held in hours.items()}


def _means(
    period: Period, watched: Mapping[Slot, frozenset[date]]
) -> dict[tuple[Slot, str], float]:
    table = period.registry
    columns = (words(table, "point"), _hours(table), days(table), directions(table))
    sums: dict[tuple[Slot, str], list[float]] = defaultdict(list)
    rows = zip(*columns, numbers(table, "persons"), strict=True)
    for row, (point, hour, day, direction, persons) in enumerate(rows, 1):
        if day not in watched.get((point, hour), ()):
            values = {"point": point, "day": day, "hour": hour}
            reason = Message("{point} was not watched on {day} at {hour}", values)
            raise refuse(reason, column="hour", row=row)
        sums[(point, hour), direction].append(float(persons))
    return {key: fsum(counted) / len(watched[key[0]]) for key, counted in sums.items()}


def _sum(means: Mapping[tuple[Slot, str], float], common: Sequence[Slot], direction: str) -> float:
    return fsum(means.get((slot, direction), 0.0) for slot in common)


def _hours(table: pa.Table) -> list[int]:
    return [int(hour) for hour in numbers(table, "hour", most=23.0)]
