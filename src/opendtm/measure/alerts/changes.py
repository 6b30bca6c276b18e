"""The change of a place from one round to the next, as a logarithm, where both rounds are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, log

import numpy as np
import numpy.typing as npt

from opendtm.errors.measure_alerts import HistoryTooShort, RateInvalid
from opendtm.measure.histories import Series

Numbers = npt.NDArray[np.float64]
OFFSET = 10.0


@dataclass(frozen=True, slots=True)
class Change:
    """The change of a place up to `round`; `size` is None where this round or the one before is unknown."""

    place: str
    round: int
    before: float | None
    count: float | None
    size: float | None


def changes_of(series: Series, *, offset: float = OFFSET) -> tuple[Change, ...]:
    """Give the change into every round after the first: ln((x_t + offset) / (x_{t-1} + offset)).

    The offset, in persons, lets an observed zero be computed with and keeps a handful of people at a small
    place from being a large change. A change over an unknown round is unknown. RateInvalid for an offset
    that is not above 0.
    """
    above_zero(offset=offset)
    return tuple(
        Change(series.place, series.first + step, before, count, _size(before, count, offset))
        for step, (before, count) in enumerate(pairwise(series.values), 1)
    )


def known_sizes(
    past: Sequence[Series], *, offset: float, leaving_out: frozenset[tuple[str, int]]
) -> Numbers:
    """Gather the sizes of every known change of the past, without those of the places and rounds left out."""
    return np.array(
        [
            change.size
            for series in past
            for change in changes_of(series, offset=offset)
            if change.size is not None and (change.place, change.round) not in leaving_out
        ],
        dtype=np.float64,
    )


def check_history(sizes: Numbers, rate: float) -> None:
    """Refuse a rate outside 0 to 1 and a history too short for it: n changes reach rates down to 1 / (n + 1)."""
    above_zero(rate=rate)
    if rate >= 1:
        raise RateInvalid(key="rate")
    needed = ceil(round((1 - rate) / rate, 9))
    if len(sizes) < needed:
        raise HistoryTooShort(known=len(sizes), needed=needed)


def above_zero(**settings: float) -> None:
    """Refuse a setting that is not a finite number above 0; RateInvalid names it."""
    for key, value in settings.items():
        if not 0 < value < float("inf"):
            raise RateInvalid(key=key)


def _size(before: float | None, count: float | None, offset: float) -> float | None:
    if before is None or count is None:
        return None
    return log((count + offset) / (before + offset))
