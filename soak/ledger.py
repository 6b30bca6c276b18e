"""What phones sent and what they were promised: the memory against which the house is held.

Written at the phone's end only. `sending` is called before the first byte leaves, `answered` when the first
line of an answer has been read, so the ledger never knows less than a phone does.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from soak.wire import Answer

TAKEN = frozenset({201, 202})
UNAVAILABLE = 503
CONFLICT = 409
Files = Sequence[tuple[str, bytes]]


def sha256(content: bytes) -> str:
    """Give the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@dataclass
class Entry:
    """All that is known of one instance ID. Files are pairs of name and SHA-256."""

    bodies: set[str] = field(default_factory=set)
    files: set[tuple[str, str]] = field(default_factory=set)
    announced: dict[str, tuple[str, ...]] = field(default_factory=dict)
    taken_bodies: set[str] = field(default_factory=set)
    taken_files: set[tuple[str, str]] = field(default_factory=set)

    def copy(self) -> "Entry":
        """Give a copy that later events do not change."""
        return Entry(
            set(self.bodies),
            set(self.files),
            dict(self.announced),
            set(self.taken_bodies),
            set(self.taken_files),
        )


@dataclass
class Ledger:
    """Everything that was sent to one house, with every promise and every answer that should not have been."""

    entries: dict[str, Entry] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    statuses: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    def sending(
        self, instance: str, body: bytes, files: Files, announced: tuple[str, ...] = ()
    ) -> None:
        """Note what is about to leave a phone."""
        entry = self.entries.setdefault(instance, Entry())
        digest = sha256(body)
        entry.bodies.add(digest)
        entry.announced[digest] = announced
        entry.files |= {(name, sha256(content)) for name, content in files}

    def answered(
        self,
        instance: str,
        body: bytes,
        files: Files,
        answer: Answer | None,
        *,
        may: frozenset[int] = TAKEN,
    ) -> bool:
        """Note an answer; True where it was a promise. A status outside `may` and 503 is a complaint."""
        status = answer.status if answer else None
        self.statuses[str(status or "no answer")] += 1
        if answer is None:
            return False
        if answer.status not in may and answer.status != UNAVAILABLE:
            self.complain(f"{instance}: answered {status}, allowed {sorted(may)}", answer)
        if answer.status == UNAVAILABLE and "retry-after" not in answer.headers and answer.whole:
            self.complain(f"{instance}: 503 without Retry-After", answer)
        if answer.status == CONFLICT:
            self.refused.add(sha256(body))
        if answer.status not in TAKEN:
            return False
        entry = self.entries[instance]
        entry.taken_bodies.add(sha256(body))
        entry.taken_files |= {(name, sha256(content)) for name, content in files}
        return True

    def complain(self, words: str, answer: Answer | None = None) -> None:
        """Note something that must not happen, with the beginning of the answer."""
        body = answer.body[:300].decode("utf-8", "replace") if answer else ""
        self.complaints.append(f"{words} {body}".strip())

    def promised(self) -> tuple[int, int]:
        """Count the submissions and the files that were acknowledged."""
        return (
            sum(bool(entry.taken_bodies) for entry in self.entries.values()),
            sum(len(entry.taken_files) for entry in self.entries.values()),
        )

    def copy(self) -> "Ledger":
        """Give what is known now; later answers do not change it."""
        return Ledger(
            {instance: entry.copy() for instance, entry in self.entries.items()},
            set(self.refused),
            Counter(self.statuses),
            list(self.complaints),
        )
