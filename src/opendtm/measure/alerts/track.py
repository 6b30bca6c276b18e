"""The track record of alerts on a labelled history: how many were right, and how long before the report."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from opendtm.measure.alerts.events import Event
from opendtm.measure.alerts.watching import Alert, Watch


@dataclass(frozen=True, slots=True)
class Track:
    """What became of alerts.

    `right` of `alerts` lay near an event of their place; `found` of `events` had an alert near. `leads` has for
    each event found the rounds from its first alert to its report: above 0 the alert came first. `others` are
    alerts without an event; a share of `false_rate` of the judged place-rounds. Shares are None where nothing
    was counted.
    """

    alerts: int
    right: int
    events: int
    found: int
    leads: tuple[int, ...]
    judged: int

    @property
    def others(self) -> int:
        """Give the alerts without an event near."""
        return self.alerts - self.right

    @property
    def precision(self) -> float | None:
        """Give the share of alerts that were right."""
        return self.right / self.alerts if self.alerts else None

    @property
    def recall(self) -> float | None:
        """Give the share of events that had an alert."""
        return self.found / self.events if self.events else None

    @property
    def lead(self) -> float | None:
        """Give the median of the leads, in rounds."""
        return median(self.leads) if self.leads else None

    @property
    def false_rate(self) -> float | None:
        """Give the alerts without an event for each judged place and round."""
        return self.others / self.judged if self.judged else None


def track(watched: Watch, *, events: Sequence[Event], before: int = 2, after: int = 1) -> Track:
    """Compare alerts with a labelled history: near is up to `before` rounds before a report, or `after` after."""
    leads, right = [], set()
    for event in events:
        near = [alert for alert in watched.alerts if _near(alert, event, before, after)]
        right |= {(alert.place, alert.round) for alert in near}
        if near:
            leads.append(event.round - min(alert.round for alert in near))
    return Track(
        alerts=len(watched.alerts),
        right=len(right),
        events=len(events),
        found=len(leads),
        leads=tuple(leads),
        judged=watched.judged,
    )


def _near(alert: Alert, event: Event, before: int, after: int) -> bool:
    early = event.round - alert.round
    return alert.place == event.place and -after <= early <= before
