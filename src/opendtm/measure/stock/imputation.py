"""Places that could not be reached: their last figure repeated, or moved with the places of their group.

Only an inaccessible place is imputed, only for a limited number of rounds, and always marked. A place that
is closed has nobody; a place that nobody has gone to yet is not covered, and stays unknown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

import numpy as np
import pyarrow as pa

from opendtm.errors import Where
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Message
from opendtm.measure.columns import CLOSED, INACCESSIBLE
from opendtm.measure.stock.columns import counts, texts
from opendtm.vocab import code_list


class Basis(StrEnum):
    """Where the value of a place comes from."""

    OBSERVED = "observed"
    CARRIED_FORWARD = "carried_forward"
    RATIO_IMPUTED = "ratio_imputed"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Way(StrEnum):
    """How an inaccessible place is given a value."""

    CARRY = "carry"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Held:
    """A place in a round: its state, what was observed now and last, and what the figure takes.

    `age` is the number of rounds since `last` was observed; `value` is in the unit of the observations,
    None where unknown.
    """

    place: str
    group: str
    state: str
    now: float | None
    last: float | None
    age: int | None
    value: float | None = None
    basis: Basis = Basis.UNKNOWN

    @property
    def imputed(self) -> bool:
        """Tell whether the value is not of this round."""
        return self.basis in {Basis.CARRIED_FORWARD, Basis.RATIO_IMPUTED}


def places_of(table: pa.Table) -> tuple[Held, ...]:
    """Read places from a table: `place`, `group`, `state` (list `coverage`), `now`, `last`, `age` in rounds.

    StockTableInvalid for a column that is absent, a state outside the list, a count below 0, or a last
    observation without its age.
    """
    numbers = (_known(table, name) for name in ("now", "last", "age"))
    columns = (texts(table, name) for name in ("place", "group", "state"))
    rows = enumerate(zip(*columns, *numbers, strict=True), 1)
    return tuple(_held(row, *told) for row, told in rows)


def imputed(places: tuple[Held, ...], *, way: Way, rounds: int) -> tuple[Held, ...]:
    """Give every place its value: observed, repeated or imputed if inaccessible, else unknown.

    With `Way.RATIO` the last figure moves with its group: x_t = x_{t-1} Σx_t / Σx_{t-1} over the places of
    the group observed in both rounds; a group without such places leaves its inaccessible places unknown.
    What is older than `rounds` rounds has expired.
    """
    ratios = group_ratios(places) if way is Way.RATIO else None
    return tuple(_valued(place, ratios, rounds) for place in places)


def matched(places: tuple[Held, ...], group: str) -> tuple[Held, ...]:
    """Give the places of a group observed in this round and in the one before."""
    return tuple(
        place
        for place in places
        if place.group == group and place.now is not None and place.last is not None
        and place.age == 1
    )  # fmt: skip


def group_ratios(places: tuple[Held, ...]) -> dict[str, float]:
    """Give Σ now / Σ last by group, over the matched places; a group with nobody before has none."""
    found = {}
    for group in {place.group for place in places}:
        both = matched(places, group)
        before = fsum(place.last or 0 for place in both)
        if before > 0:
            found[group] = fsum(place.now or 0 for place in both) / before
    return found


def expired(place: Held, rounds: int) -> bool:
    """Tell whether the last observation is too old to be used."""
    return place.age is None or place.age > rounds


def _valued(place: Held, ratios: Mapping[str, float] | None, rounds: int) -> Held:
    value, basis = _value(place, ratios, rounds)
    return Held(
        place.place, place.group, place.state, place.now, place.last, place.age, value, basis
    )


def _value(
    place: Held, ratios: Mapping[str, float] | None, rounds: int
) -> tuple[float | None, Basis]:
    if place.state == CLOSED:
        return None, Basis.CLOSED
    if place.now is not None:
        return place.now, Basis.OBSERVED
    if place.state != INACCESSIBLE or place.last is None or expired(place, rounds):
        return None, Basis.UNKNOWN
    if ratios is None:
        return place.last, Basis.CARRIED_FORWARD
    if place.group not in ratios:
        return None, Basis.UNKNOWN
    return place.last * ratios[place.group], Basis.RATIO_IMPUTED


def _known(table: pa.Table, name: str) -> Iterator[float | None]:
    return (None if np.isnan(value) else float(value) for value in counts(table, name))


def _held(row: int, place: str, group: str, state: str, *told: float | None) -> Held:
    now, last, age = told
    if state not in code_list("coverage"):
        raise _wrong("state", Message("{state} is not a state of coverage", {"state": state}), row)
    if last is not None and (age is None or age < 1):
        raise _wrong("age", Message("a last observation needs its age, from 1 round on"), row)
    return Held(place, group, state, now, last, None if age is None else int(age))


def _wrong(column: str, reason: Message, row: int) -> StockTableInvalid:
    return StockTableInvalid(column=column, reason=reason, where=Where(row=row, column=column))
