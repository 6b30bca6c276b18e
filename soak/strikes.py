"""Strikes against the house and its database: kills, freezes, stops, and failures at named points of the code.

After each strike the harness does what a machine's supervisor does, which is to start what was killed, and
waits until a phone is answered again. Longer than half a minute is a complaint.
"""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from soak import processes
from soak.databases import Postgres, SqliteFile
from soak.house import WORKERS, House
from soak.ledger import Ledger

POINTS = (
    "before_fsync",
    "after_fsync",
    "after_rename",
    "after_folder_sync",
    "after_insert",
    "before_commit",
    "after_commit",
    "before_answer",
)
PATIENCE = 30.0
Strike = Callable[[], Awaitable[int]]


@dataclass
class Strikes:
    """What may be done to one house. Every strike gives the number of kills that it was."""

    house: House
    rng: random.Random
    ledger: Ledger
    tally: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    slowest: float = 0.0

    async def one(self) -> None:
        """Strike once, by weight, and wait until the house answers again."""
        table = self._table()
        strike = self.rng.choices(list(table), list(table.values()))[0]
        killed = await strike()
        self.kills += killed
        self.tally[strike.__name__] += killed or 1
        await self.revive()

    async def revive(self) -> None:
        """Start what does not run, whenever that is seen, and wait for an answer; note how long that took.

        A server that gives up a moment after a strike, because its workers died one upon the other, is
        started again like one that was killed.
        """
        begun = time.monotonic()
        try:
            await asyncio.to_thread(self.house.database.start)
            await self._answered(begun + PATIENCE)
        except TimeoutError as problem:
            self.ledger.complain(f"not back after {PATIENCE:g} s: {problem}")
            await asyncio.to_thread(self.house.kill)
            self.house.start()
        self.slowest = max(self.slowest, time.monotonic() - begun)

    async def _answered(self, end: float) -> None:
        while not await asyncio.to_thread(self.house.answers):
            if time.monotonic() > end:
                raise TimeoutError("the house does not answer")
            if not self.house.runs():
                await asyncio.to_thread(self.house.kill)
                self.house.start()
            await asyncio.sleep(0.05)

    def _table(self) -> dict[Strike, int]:
        table: dict[Strike, int] = {
            self.kill_worker: 50,
            self.kill_house: 4,
            self.kill_main: 3,
            self.kill_at_point: 12,
            self.fail_at_point: 6,
            self.freeze_worker: 4,
            self.freeze_house: 2,
        }
        if isinstance(self.house.database, SqliteFile):
            return table
        return table | {
            self.kill_database: 10,
            self.kill_backend: 16,
            self.end_backends: 4,
            self.stop_database: 3,
            self.freeze_database: 4,
        }

    async def kill_worker(self) -> int:
        """Kill one of the processes that answer; the house replaces it."""
        workers = self.house.workers()
        if not workers:
            return 0
        # The oldest: one that dies within five seconds of its start makes the server give up, as it should.
        await asyncio.to_thread(processes.kill, [workers[0]])
        end = time.monotonic() + 5
        while len(self.house.workers()) < WORKERS and time.monotonic() < end:
            await asyncio.sleep(0.01)
        await self._moment()
        return 1

    async def kill_house(self) -> int:
        """Kill every process of the server at once."""
        await asyncio.to_thread(self.house.kill)
        return 1

    async def kill_main(self) -> int:
        """Kill the main process alone; its workers must go with it, or the port stays taken."""
        workers = self.house.workers()
        if self.house.main is None:
            return 0
        await asyncio.to_thread(processes.kill, [self.house.main.pid])
        end = time.monotonic() + 5
        while any(processes.alive(pid) for pid in workers) and time.monotonic() < end:
            await asyncio.sleep(0.01)
        if any(processes.alive(pid) for pid in workers):
            self.ledger.complain("workers outlived the main process")
            await asyncio.to_thread(processes.kill, workers)
        return 1

    async def kill_at_point(self) -> int:
        """Serve with a point of the code at which a worker kills itself, until two have died."""
        point = f"{self.rng.choice(POINTS)}:kill:{self.rng.randrange(1, 6)}"
        return await self._armed(point, lambda seen: len(seen) >= WORKERS + 2)

    async def fail_at_point(self) -> int:
        """Serve with a point of the code at which the disk or the database seems to fail."""
        point = f"{self.rng.choice(POINTS)}:error:{self.rng.randrange(1, 6)}"
        await self._armed(point, lambda _seen: False, seconds=0.6)
        return 1

    async def _armed(
        self, point: str, enough: Callable[[set[int]], bool], *, seconds: float = 2.5
    ) -> int:
        await asyncio.to_thread(self.house.kill)
        self.house.start({"OPENDTM_FAULTPOINT": point})
        seen: set[int] = set()
        end = time.monotonic() + PATIENCE
        begun = 0.0
        while time.monotonic() < end and not enough(seen) and self.house.runs():
            seen |= set(self.house.workers())
            if len(seen) >= WORKERS and not begun:
                begun, end = time.monotonic(), time.monotonic() + seconds
            await asyncio.sleep(0.005)
        alive = sum(processes.alive(pid) for pid in seen)
        await asyncio.to_thread(self.house.kill)
        return len(seen) - alive + 1

    async def freeze_worker(self) -> int:
        """Stop one answering process for a while."""
        return await self._freeze(self.house.workers()[:1])

    async def freeze_house(self) -> int:
        """Stop every process of the server for a while."""
        return await self._freeze(self.house.processes())

    async def freeze_database(self) -> int:
        """Stop every process of PostgreSQL for a while."""
        return await self._freeze(self._postgres().processes())

    async def _freeze(self, pids: list[int]) -> int:
        processes.send(pids, signal.SIGSTOP)
        await asyncio.sleep(0.2 + self.rng.random())
        processes.send(pids, signal.SIGCONT)
        return 0

    async def kill_database(self) -> int:
        """Kill the postmaster and all its children."""
        await asyncio.to_thread(self._postgres().kill)
        await self._moment()
        return 1

    async def kill_backend(self) -> int:
        """Kill one process that serves a connection; PostgreSQL restarts all of them by itself."""
        killed = await asyncio.to_thread(self._postgres().kill_backend, self.rng.random())
        await self._moment()
        return int(killed)

    async def end_backends(self) -> int:
        """End one connection as a keeper of the database would."""
        await asyncio.to_thread(self._postgres().end_backend, self.rng.random())
        return 0

    async def stop_database(self) -> int:
        """Stop PostgreSQL in order, while phones are sending."""
        await asyncio.to_thread(self._postgres().stop)
        await self._moment()
        return 0

    async def _moment(self) -> None:
        await asyncio.sleep(0.1 + self.rng.random() * 0.3)

    def _postgres(self) -> Postgres:
        if not isinstance(self.house.database, Postgres):
            raise TypeError("this house has no PostgreSQL")
        return self.house.database
