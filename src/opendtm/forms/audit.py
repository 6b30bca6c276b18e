"""Reads `audit.csv`, the log that a phone keeps while a form is filled in: what was opened when, and for how long.

The times are the phone's own clock, in milliseconds since 1970; only their differences can be trusted.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

AUDIT_LIMIT = 20_000_000
_QUESTION = "question"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line: what happened at which question (empty for the form as a whole), start and end in milliseconds.

    `end` is None for what has no duration. `answers` are the old and the new one where the form logs them.
    """

    event: str
    path: str
    start: int
    end: int | None
    answers: tuple[str, str] | None = None

    @property
    def seconds(self) -> float:
        """Give how long it took; 0 where it has no duration or the clock went backwards."""
        return max(0, (self.end if self.end is not None else self.start) - self.start) / 1000


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """The log of one filling-in; `unread` counts the lines that are no events."""

    events: tuple[AuditEvent, ...]
    unread: int = 0

    @property
    def seconds_by_question(self) -> Mapping[str, float]:
        """Give the seconds spent at each question, in the order in which they were first opened."""
        found: dict[str, float] = {}
        for event in self.events:
            if event.event == _QUESTION:
                found[event.path] = found.get(event.path, 0.0) + event.seconds
        return found

    @property
    def visits_by_question(self) -> Mapping[str, int]:
        """Give how often each question was opened."""
        return Counter(event.path for event in self.events if event.event == _QUESTION)

    @property
    def changes_by_question(self) -> Mapping[str, int]:
        """Give how often an answer that stood already was changed or taken out, where the form logs answers."""
        return Counter(event.path for event in self.events if event.answers and event.answers[0])

    @property
    def elapsed(self) -> float:
        """Give the seconds from the first event to the end of the last, pauses included."""
        ends = [max(event.start, event.end or event.start) for event in self.events]
        return (max(ends) - min(event.start for event in self.events)) / 1000 if ends else 0.0

    @property
    def seconds(self) -> float:
        """Give the seconds spent at questions; pauses between them do not count."""
        return sum(self.seconds_by_question.values())

    @property
    def longest_pause(self) -> float:
        """Give the seconds of the longest time in which nothing of the form was open."""
        longest, last = 0, None
        for event in sorted(self.events, key=lambda event: event.start):
            if last is not None:
                longest = max(longest, event.start - last)
            last = max(last or 0, event.start, event.end or 0)
        return longest / 1000


def read_audit(content: bytes) -> AuditTrail:
    """Read the bytes of an `audit.csv`. What is no event is counted and left out; nothing is refused.

    Bytes behind the first 20 MB are not read.
    """
    text = content[:AUDIT_LIMIT].decode("utf-8-sig", "replace").replace("\0", "")
    lines = csv.DictReader(io.StringIO(text, newline=""))
    events, unread = [], 0
    for line in _safely(lines):
        event = _event(line)
        if event is None:
            unread += 1
        else:
            events.append(event)
    return AuditTrail(tuple(events), unread)


def _safely(lines: "csv.DictReader[str]") -> Iterator[Mapping[str, str | None]]:
    """Go through the lines; one that is no CSV comes as an empty one."""
    while True:
        try:
            yield next(lines)
        except StopIteration:
            return
        except csv.Error:
            yield {}


def _event(line: Mapping[str, str | None]) -> AuditEvent | None:
    start, end = _moment(line.get("start")), _moment(line.get("end"))
    if not line.get("event") or start is None:
        return None
    old, new = line.get("old-value"), line.get("new-value")
    return AuditEvent(
        event=str(line["event"]).strip(),
        path=(line.get("node") or "").strip(),
        start=start,
        end=end,
        answers=(old or "", new or "") if old or new else None,
    )


def _moment(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 16 else None
