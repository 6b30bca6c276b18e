"""The flood of malformed requests: each refused with a readable 4xx, soon, and without growing the house."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from soak import nasty_requests, processes, words
from soak.house import House
from soak.nasty_requests import Nasty, Refuser
from soak.storm import Progress
from soak.wire import Answer, Delivery, Door, exchange

AT_ONCE = 8
WARM = 0.1
GROWTH_LIMIT = 64 * 1024 * 1024
KEPT = 40


@dataclass
class Flooded:
    """What a flood did. `worst` is in seconds, `growth` in bytes over all workers after the first tenth."""

    database: str
    sent: int = 0
    worst: float = 0.0
    limit: float = 0.0
    growth: int = 0
    seconds: float = 0.0
    cases: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    below: int = 0
    complaints: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Tell whether every request was refused as it should be."""
        return not self.complaints


@dataclass
class Flood:
    """A flood of `count` requests over a house that runs; `limit` is the most seconds for each."""

    house: House
    count: int
    rng: random.Random
    say: Progress
    limit: float = 2.0
    sent: int = 0
    worst: tuple[float, str] = (0.0, "")
    below: int = 0
    warm: int = 0
    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    complaints: Counter[str] = field(default_factory=Counter)

    async def run(self) -> Flooded:
        """Send everything; the house still runs afterwards and still answers phones."""
        begun = time.monotonic()
        await asyncio.gather(*(self._sender() for _ in range(AT_ONCE)))
        growth = max(0, processes.resident(self.house.workers()) - self.warm)
        if growth > GROWTH_LIMIT:
            self.complaints[f"the workers grew by {growth // 2**20} MB"] += 1
        if self.worst[0] > self.limit:
            self.complaints[f"{self.worst[1]} took {self.worst[0]:.1f} s"] += 1
        if not await asyncio.to_thread(self.house.answers):
            self.complaints["the house does not answer phones after the flood"] += 1
        return Flooded(
            database=self.house.database.name,
            sent=self.sent,
            worst=round(self.worst[0], 3),
            limit=self.limit,
            growth=growth,
            seconds=round(time.monotonic() - begun, 1),
            cases=dict(sorted(self.cases.items())),
            statuses=dict(sorted(self.statuses.items())),
            below=self.below,
            complaints=[f"{words_} ({n} times)" for words_, n in self.complaints.most_common(KEPT)],
        )

    async def _sender(self) -> None:
        while self.sent < self.count:
            self.sent += 1
            if self.sent == int(self.count * WARM) + 1:
                self.warm = processes.resident(self.house.workers())
            if self.sent % 500 == 0:
                name, now = self.house.database.name, processes.resident(self.house.workers())
                self.say(
                    f"{name}: {self.sent} of {self.count} malformed requests, "
                    f"workers at {now // 2**20} MB"
                )
            base = self.house.path(self.sent, "")
            await self._one(nasty_requests.draw(self.rng, base, ("en", "fr")[self.sent % 2]))

    async def _one(self, nasty: Nasty) -> None:
        begun = time.monotonic()
        how = Delivery(patience=max(10.0, self.limit * 5), piece=1 << 22)
        answer = await exchange(Door(self.house.port), nasty.sent, how)
        self.worst = max(self.worst, (time.monotonic() - begun, nasty.name))
        self.cases[nasty.name] += 1
        self.statuses[str(answer.status) if answer else "closed"] += 1
        wrong = self._wrong(nasty, answer)
        if wrong:
            self.complaints[f"{nasty.name}: {wrong}"] += 1

    def _wrong(self, nasty: Nasty, answer: Answer | None) -> str:
        """Say what is wrong with the answer to a request; empty where nothing is."""
        if nasty.refuser is Refuser.SERVER:
            self.below += 1
            return "" if answer is None or 400 <= answer.status < 500 else f"got {answer.status}"
        if answer is None:
            return "got no answer"
        if not 400 <= answer.status < 500:
            return f"got {answer.status}"
        if nasty.refuser is Refuser.HOUSE:
            return words.unreadable(answer, nasty.lang)
        return "" if len(answer.body) > 100 else f"got {answer.status} without words"
