"""The counts of one place, round after round, in which a round without an answer stays unknown.

Forecasts and change alerts start here: neither may take a round that nobody answered for an observed zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from opendtm.errors import Where
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Message
from opendtm.measure.stock.columns import counts, known_counts, texts

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Series:
    """The counts of one place in consecutive rounds from `first` on; None where the round is unknown."""

    place: str
    first: int
    values: tuple[float | None, ...]

    @property
    def last(self) -> int:
        """Give the number of the last round."""
        return self.first + len(self.values) - 1

    @property
    def tail(self) -> tuple[float, ...]:
        """Give the counts after the last unknown round; empty where the last round is unknown."""
        kept: list[float] = []
        for value in reversed(self.values):
            if value is None:
                break
            kept.append(value)
        return tuple(reversed(kept))


def series_of(table: pa.Table, *, value: str = "count") -> tuple[Series, ...]:
    """Read one series a place, in the order of the places' codes, to the last round of the table.

    `table` has a row a place and round: `place`, `round` (whole numbers) and the column `value`, empty where
    nobody could say. A round between a place's first row and the last round of the table that has no row is
    unknown too. StockTableInvalid for a column that is wrong, or two rows of one place and round.
    """
    places, numbers, found = texts(table, "place"), rounds(table), counts(table, value)
    told: dict[str, dict[int, float | None]] = {}
    for row, (place, number, count) in enumerate(zip(places, numbers, found, strict=True), 1):
        known = told.setdefault(place, {})
        if number in known:
            reason = Message("the place has this round twice")
            raise StockTableInvalid(column="round", reason=reason, where=Where(row=row))
        known[number] = None if np.isnan(count) else float(count)
    last = max(numbers, default=0)
    return tuple(_series(place, told[place], last) for place in sorted(told))


def rounds(table: pa.Table) -> list[int]:
    """Give the column `round`, whole numbers and none empty; StockTableInvalid otherwise."""
    numbers = known_counts(table, "round")
    wrong = numbers != np.floor(numbers)
    if wrong.any():
        where = Where(row=int(wrong.argmax()) + 1, column="round")
        reason = Message("a round must be a whole number")
        raise StockTableInvalid(column="round", reason=reason, where=where)
    return [int(number) for number in numbers]


def _series(place: str, known: Mapping[int, float | None], last: int) -> Series:
    first = min(known)
    return Series(place, first, tuple(known.get(number) for number in range(first, last + 1)))
