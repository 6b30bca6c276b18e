"""A detector over the series of all places: alerts with their count and place, and what could not be judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from opendtm.i18n import Label
from opendtm.measure.alerts.changes import Change, changes_of
from opendtm.measure.histories import Series


class Direction(StrEnum):
    """Whether the people of a place became more or fewer."""

    RISE = "rise"
    FALL = "fall"


class Detector(Protocol):
    """What tells unusual changes of one place from ordinary ones, tuned for `rate`."""

    @property
    def rate(self) -> float:
        """Give the stated rate of false alarms, alerts a place and round."""

    @property
    def limit(self) -> float:
        """Give the limit beyond which a signal is an alert."""

    @property
    def offset(self) -> float:
        """Give the persons added to both counts of a ratio."""

    @property
    def way(self) -> Label:
        """Say how the limit was found."""

    def signals(self, sizes: Sequence[float | None]) -> tuple[float | None, ...]:
        """Give a signal for each change: not 0 for an alert, negative for a fall, None where unknown."""


@dataclass(frozen=True, slots=True)
class Alert:
    """An unusual change: where, in which round, from how many persons to how many, and how far beyond `limit`.

    `cause` is what an event report said of it; None where nobody has reported one.
    """

    place: str
    round: int
    direction: Direction
    before: float
    count: float
    signal: float
    limit: float
    rate: float
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """The alerts of all places by round, with the place-rounds that were judged and those that could not be."""

    alerts: tuple[Alert, ...]
    judged: int
    unjudged: int


def watch(series: Sequence[Series], *, detector: Detector) -> Watch:
    """Let a detector judge every change of every place.

    A change into or out of an unknown round is not judged and is counted as such: silence is not calm.
    """
    alerts: list[Alert] = []
    judged = unjudged = 0
    for each in series:
        changes = changes_of(each, offset=detector.offset)
        signals = detector.signals([change.size for change in changes])
        for change, signal in zip(changes, signals, strict=True):
            if signal is None:
                unjudged += 1
                continue
            judged += 1
            alerts += _alert(change, signal, detector)
    alerts.sort(key=lambda alert: (alert.round, alert.place))
    return Watch(tuple(alerts), judged, unjudged)


def _alert(change: Change, signal: float, detector: Detector) -> list[Alert]:
    if signal == 0 or change.before is None or change.count is None:
        return []
    alert = Alert(
        place=change.place,
        round=change.round,
        direction=Direction.RISE if signal > 0 else Direction.FALL,
        before=change.before,
        count=change.count,
        signal=abs(signal),
        limit=detector.limit,
        rate=detector.rate,
    )
    return [alert]
