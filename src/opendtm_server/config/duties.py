"""What the house does by itself: checks, entities, sources that are due, files asked for or out of date.

A duty is called again and again and tells how much it did. Each piece is a short transaction of its own with
a pause after it, so that phones get to write in between.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from opendtm_server.collect import actions as collect
from opendtm_server.govern.queries import keepers, public_operations
from opendtm_server.verify import actions as verify
from opendtm_server.verify import queries as doubts

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

TOGETHER = 10  # submissions in one transaction
SHORTEST_PAUSE = 0.05  # seconds
SWEEP_EVERY = 6 * 3600.0  # seconds
AWAY = (OperationalError, InterfaceError)  # the database is, and comes back
Duty = Callable[[Event], int]


@dataclass
class Checks:
    """Checks what waits. What cannot be checked is set aside until the next start and holds nobody up."""

    at_hand: list[int] = field(default_factory=list)
    doubtful: set[int] = field(default_factory=set)
    aside: set[int] = field(default_factory=set)

    def __call__(self, stop: Event) -> int:
        """Check all that waits now, each operation in the order of visits, until `stop`; count it."""
        self._learn()
        done = 0
        for operation in public_operations():
            for lot in self._lots(doubts.in_order_of_visits(doubts.waiting(operation))):
                if stop.is_set():
                    return done
                begun = time.monotonic()
                self._check(operation, lot)
                done += len(lot)
                stop.wait(max(SHORTEST_PAUSE, time.monotonic() - begun))
        return done

    def _check(self, operation: "Operation", lot: list[int]) -> None:
        self.at_hand = lot
        try:
            verify.check_some(operation=operation, numbers=lot)
        except AWAY:
            self.at_hand = []
            raise
        self.at_hand = []

    def _learn(self) -> None:
        """Doubt what was at hand when the last call broke; if it was one alone, set it aside."""
        if len(self.at_hand) == 1:
            self.aside.update(self.at_hand)
        self.doubtful.update(self.at_hand)
        self.at_hand = []

    def _lots(self, waiting: Sequence[int]) -> Iterator[list[int]]:
        """Give lots of those without doubt, then each doubtful one by itself."""
        sound = [number for number in waiting if number not in self.doubtful]
        for start in range(0, len(sound), TOGETHER):
            yield sound[start : start + TOGETHER]
        yield from ([number] for number in waiting if number in self.doubtful - self.aside)


def entities(stop: Event) -> int:
    """Work what submissions asked of entities and what was not worked right after they came; count it."""
    done = 0
    for operation in public_operations():
        if stop.is_set():
            break
        done += collect.work_entities(operation)
    return done


def pulls(_stop: Event) -> int:
    """Pull the sources that somebody asked for and those that are due; count the runs."""
    asked, keeper = collect.pull_asked(), keepers().first()
    due = collect.pull_due(now=timezone.now(), by=keeper) if keeper else []
    return len(asked) + len(due)


def exports(stop: Event) -> int:
    """Make the files of raw answers that somebody waits for; count them."""
    return verify.make_waiting_exports(wanted=lambda: not stop.is_set())


def old_files(stop: Event) -> int:
    """Take the files of exports away whose day is over, also where nobody opens the page."""
    for operation in public_operations():
        if not stop.is_set():
            verify.remove_old_exports(operation)
    return 0


@dataclass
class Sweep:
    """Sweeps the stores of all operations some hours after the start, and again and again after that."""

    due: float = field(default_factory=lambda: time.monotonic() + SWEEP_EVERY)

    def __call__(self, stop: Event) -> int:
        """Sweep where it is time; count the files that were moved or taken away."""
        if time.monotonic() < self.due:
            return 0
        done = 0
        for operation in public_operations():
            swept = collect.sweep_files(operation=operation, wanted=lambda: not stop.is_set())
            done += sum(vars(swept).values())
        self.due = time.monotonic() + SWEEP_EVERY
        return done
