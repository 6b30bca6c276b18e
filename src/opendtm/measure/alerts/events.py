"""Event reports: what people said happened, where and when; they give alerts a cause and are their test."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Message
from opendtm.measure.alerts.watching import Alert
from opendtm.measure.histories import rounds
from opendtm.measure.stock.columns import texts


@dataclass(frozen=True, slots=True)
class Event:
    """A reported event at a place, in the round in which it was reported; `cause` as reported, None if unknown."""

    place: str
    round: int
    cause: str | None = None


def events_of(table: pa.Table) -> tuple[Event, ...]:
    """Read events from the columns `place`, `round` and `cause`; StockTableInvalid for one that is wrong."""
    if "cause" not in table.column_names:
        raise StockTableInvalid(column="cause", reason=Message("the table has no such column"))
    causes = table["cause"].cast(pa.string()).to_pylist()
    rows = zip(texts(table, "place"), rounds(table), causes, strict=True)
    return tuple(Event(place, number, cause) for place, number, cause in rows)


def with_causes(
    alerts: Sequence[Alert], *, events: Sequence[Event], within: int = 1
) -> tuple[Alert, ...]:
    """Give each alert the cause of the nearest event of its place, at most `within` rounds away.

    Of two equally near the earlier one. An alert without such an event keeps the cause None: it is not known.
    """
    return tuple(replace(alert, cause=_cause(alert, events, within)) for alert in alerts)


def _cause(alert: Alert, events: Sequence[Event], within: int) -> str | None:
    near = [
        (abs(event.round - alert.round), event.round, event.cause)
        for event in events
        if event.place == alert.place
        and event.cause is not None
        and abs(event.round - alert.round) <= within
    ]
    return min(near)[2] if near else alert.cause
