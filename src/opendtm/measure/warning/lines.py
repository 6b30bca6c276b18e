"""The kept totals of one place, round after round, and the rounds between which no line may be drawn.

A total moves without anybody moving where it was counted by another method, or where it stands for other
places than before. Neither may be read as a change, and a total repeated from earlier rounds is no observation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from opendtm.measure.histories import Series

MOST_CARRIED = 0.5  # of the people of a total: beyond it, the round says nothing new
OTHER_PLACES = 0.1  # of the places of the total before: beyond it, the two stand for other places


class Break(StrEnum):
    """Why a line breaks before a round."""

    METHOD = "method"
    COVERAGE = "coverage"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was kept of a place for one round.

    `value` in persons or households, None where unknown; `carried` the part of it repeated from earlier rounds;
    `n_places` the places that it stands for; `basis` the method by which most of it was counted
    (`methods.bases`), None where nothing says so.
    """

    value: float | None
    carried: float = 0.0
    n_places: int = 1
    n_assessed: int = 1
    basis: str | None = None

    @property
    def is_repeated(self) -> bool:
        """Tell whether most of the value was carried forward, so that it is no observation of its round."""
        if self.value is None:
            return False
        return self.n_assessed == 0 or self.carried > MOST_CARRIED * self.value

    @property
    def observed(self) -> float | None:
        """Give the value as far as it is an observation of its round."""
        return None if self.is_repeated else self.value


@dataclass(frozen=True, slots=True)
class History:
    """The readings of a place in consecutive rounds, the first at position 0; None for a round without figures."""

    place: str
    readings: tuple[Reading | None, ...]

    @property
    def newest(self) -> int:
        """Give the position of the last round."""
        return len(self.readings) - 1

    @property
    def observed(self) -> tuple[float | None, ...]:
        """Give the value of each round as far as it was observed in it."""
        return tuple(reading.observed if reading else None for reading in self.readings)


@dataclass(frozen=True, slots=True)
class Since:
    """The difference to the round before, where both have a value, and why it may not be read as a change.

    Where either was mostly carried forward (`is_repeated`), nobody asks for its method.
    """

    difference: float
    breaks: Break | None
    is_repeated: bool


def breaks_of(history: History) -> tuple[Break | None, ...]:
    """Say for each round whether the line breaks before it, compared with the last observed round before.

    The method comes first. Coverage breaks a line where a total stands for over 10 % more or fewer places; a
    proposal of OpenDTM.
    """
    found: list[Break | None] = []
    last: Reading | None = None
    for reading in history.readings:
        if reading is None or reading.observed is None:
            found.append(None)
            continue
        found.append(_break(last, reading) if last else None)
        last = reading
    return tuple(found)


def lines(history: History) -> tuple[Series, ...]:
    """Cut a history into the lines that may be drawn: rounds in a row, observed, of one method and coverage."""
    drawn: list[Series] = []
    values = history.observed
    for at, (value, breaks) in enumerate(zip(values, breaks_of(history), strict=True)):
        if value is None:
            continue
        if drawn and breaks is None and drawn[-1].last == at - 1:
            before = drawn.pop()
            drawn.append(Series(history.place, before.first, (*before.values, value)))
        else:
            drawn.append(Series(history.place, at, (value,)))
    return tuple(drawn)


def since(history: History) -> Since | None:
    """Give the difference of the last round to the one before; None where either has no value."""
    last_two: Sequence[Reading | None] = history.readings[-2:]
    if len(last_two) < 2 or None in last_two:
        return None
    before, now = (reading for reading in last_two if reading is not None)
    if before.value is None or now.value is None:
        return None
    repeated = before.is_repeated or now.is_repeated
    return Since(
        difference=now.value - before.value,
        breaks=None if repeated else _break(before, now),
        is_repeated=repeated,
    )


def _break(before: Reading, now: Reading) -> Break | None:
    if before.basis != now.basis:
        return Break.METHOD
    if abs(now.n_places - before.n_places) > OTHER_PLACES * before.n_places:
        return Break.COVERAGE
    return None
