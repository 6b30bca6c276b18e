"""The power is cut: what was acknowledged must be on the disk, not in the kernel's memory.

House and database lie on one disk. While phones send, every process is stopped, the disk's file is copied,
and the processes go on. The copy is mounted and its database started, as after an outage; then the oracle
reads it, held against what phones had been promised at that moment.
"""

import asyncio
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from soak import mishaps, oracle, processes
from soak.databases import Postgres
from soak.house import House
from soak.phones import Network
from soak.storm import Progress
from soak.volumes import Disk

PHONES = 8
SOON = 5.0
ENOUGH = 12


@dataclass
class Cuts:
    """What came of the power cuts; `not_run` says why there were none."""

    database: str
    cuts: int = 0
    wanted: int = 0
    seconds: float = 0.0
    submissions: int = 0
    breaches: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    not_run: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether every cut was survived, or none could be made here."""
        return not (self.breaches or self.complaints) and (
            bool(self.not_run) or self.cuts >= self.wanted
        )


@dataclass
class Outages:
    """Power cuts over a house that runs on `disk`; copies are made in `folder`."""

    house: House
    disk: Disk
    folder: Path
    rng: random.Random
    say: Progress

    async def cut(self, count: int, *, until_breach: bool = False) -> Cuts:
        """Cut the power `count` times, or until the first breach; the house is dead afterwards."""
        result = Cuts(self.house.database.name, wanted=count)
        network = Network(self.house, self.rng)
        begun = time.monotonic()
        sending = [asyncio.create_task(self._phone(network)) for _ in range(PHONES)]
        while result.cuts < count and not (until_breach and result.breaches):
            await self._traffic(network)
            result.breaches += await self._one(network, result.cuts)
            result.cuts += 1
            result.submissions = network.ledger.promised()[0]
            self.say(
                f"{result.database}: {result.cuts} of {count} power cuts, "
                f"{result.submissions} forms acknowledged, {len(result.breaches)} breaches"
            )
        network.resting = network.closing = True
        await asyncio.gather(*sending)
        await asyncio.to_thread(self.house.kill)
        result.seconds = round(time.monotonic() - begun, 1)
        result.complaints = network.ledger.complaints
        return result

    async def _phone(self, network: Network) -> None:
        while not network.resting:
            await mishaps.draw(network.rng, 0.3)(network)

    async def _traffic(self, network: Network) -> None:
        """Wait until something new was acknowledged."""
        before, end = network.ledger.promised()[0], time.monotonic() + SOON
        while network.ledger.promised()[0] < before + ENOUGH and time.monotonic() < end:
            await asyncio.sleep(0.02)

    async def _one(self, network: Network, number: int) -> list[str]:
        pids = [*self.house.processes(), *self.house.database.processes()]
        try:
            await asyncio.to_thread(processes.freeze, pids)
            image = self.folder / f"copy-{number}"
            copying = self.disk.copy(image, self.folder / "after")
            after = await asyncio.to_thread(copying.__enter__)
            # Answers that were on their way are promises, too: they have been read by now.
            ledger = network.ledger.copy()
        finally:
            processes.send(pids, signal.SIGCONT)
        try:
            found = await asyncio.to_thread(self._read, after)
        finally:
            await asyncio.to_thread(copying.__exit__, None, None, None)
        return [f"cut {number + 1}: {breach}" for breach in oracle.breaches(found, ledger)]

    def _read(self, after: Disk) -> oracle.Held:
        """Start what is on the copied disk and read it."""
        data = after.folder / self.house.data.relative_to(self.disk.folder)
        database = self.house.database
        if not isinstance(database, Postgres):
            return oracle.held("", data, self.house.operation)
        (after.folder / database.data.relative_to(self.disk.folder) / "postmaster.pid").unlink(
            missing_ok=True
        )
        second = Postgres(after.folder / database.folder.relative_to(self.disk.folder))
        try:
            second.start()
            return oracle.held(second.url, data, self.house.operation)
        finally:
            second.kill()
