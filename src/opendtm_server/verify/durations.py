"""How long a form took to fill in against what its author expects, as minutes in plain words.

The minutes at questions count where the phone's log came, since a form left open is no interview; otherwise
the time from start to end. Where neither is known, or a clock went backwards, nothing is said.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from opendtm.forms import AuditTrail, FormDefinition, SubmissionReading
from opendtm.i18n import Label
from opendtm_server.collect import queries as collect

if TYPE_CHECKING:
    from opendtm_server.collect.models import Submission

Said = tuple[str, dict[str, object]]


def duration_doubts(
    submission: "Submission", reading: SubmissionReading, definition: FormDefinition
) -> Iterator[Said]:
    """Find what is shorter or longer than the form expects, as check and the values of its sentence."""
    timing = definition.timing
    if timing is None:
        return
    trail = collect.trail_of(submission)
    minutes = _minutes(trail, reading, definition)
    if minutes is not None and timing.least is not None and minutes < timing.least:
        yield "filled_too_fast", {"minutes": _tenths(minutes), "least": _tenths(timing.least)}
    if minutes is not None and timing.most is not None and minutes > timing.most:
        yield "filled_too_slowly", {"minutes": _tenths(minutes), "most": _tenths(timing.most)}
    pause = trail.longest_pause / 60 if trail else 0.0
    if timing.pause is not None and pause > timing.pause:
        yield "pause_too_long", {"minutes": _tenths(pause), "most": _tenths(timing.pause)}


def _minutes(
    trail: AuditTrail | None, reading: SubmissionReading, definition: FormDefinition
) -> float | None:
    if trail is not None and trail.seconds_by_question:
        return trail.seconds / 60
    timing = definition.timing
    told = {answer.path: answer.value for answer in reading.answers}
    start = told.get(timing.start) if timing else None
    end = told.get(timing.end) if timing and timing.end else None
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    minutes = (end - start).total_seconds() / 60
    return minutes if minutes >= 0 else None


def _tenths(number: float) -> Label:
    written = f"{number:.1f}".removesuffix(".0")
    return Label(written, written.replace(".", ","))
