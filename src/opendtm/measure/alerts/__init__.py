"""Change alerts on the counts of places, tuned on past rounds for a stated rate of false alarms.

What the rate means, how it is reached and where it fails: docs/explanation/severity-and-early-warning.md.
"""

from opendtm.measure.alerts.changes import Change, changes_of
from opendtm.measure.alerts.cusum import Cusum, tuned_cusum
from opendtm.measure.alerts.events import Event, events_of, with_causes
from opendtm.measure.alerts.ratio import LogRatio, tuned_ratio
from opendtm.measure.alerts.track import Track, track
from opendtm.measure.alerts.watching import Alert, Detector, Direction, Watch, watch

__all__ = [
    "Alert",
    "Change",
    "Cusum",
    "Detector",
    "Direction",
    "Event",
    "LogRatio",
    "Track",
    "Watch",
    "changes_of",
    "events_of",
    "track",
    "tuned_cusum",
    "tuned_ratio",
    "watch",
    "with_causes",
]
