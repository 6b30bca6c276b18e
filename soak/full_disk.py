"""A volume runs full while phones send: no promise that cannot be kept, words for the phone, and then on.

While nothing fits any more the house may answer 503 and nothing else to what does not fit; when space has
been made it must take forms again without anybody touching it.
"""

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from soak import mishaps, oracle, volumes
from soak.databases import Postgres
from soak.house import House
from soak.phones import Network

PHONES = 6
PATIENCE = 40.0
FULL_FOR = 2.0
REFUSALS = 10


@dataclass
class Filled:
    """What came of a full volume; `resumed` is in seconds after space was made."""

    database: str
    volume: str
    refused: int = 0
    submissions: int = 0
    resumed: float = 0.0
    breaches: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    not_run: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether the house kept its promises, or the volume could not be made here."""
        return not (self.breaches or self.complaints)


@dataclass
class FullDisk:
    """A house that runs, and the volume under it that will run full."""

    house: House
    volume: Path
    name: str
    rng: random.Random

    async def run(self) -> Filled:
        """Fill the volume, free it, and judge; the house is dead afterwards, its database runs."""
        network = Network(self.house, self.rng)
        result = Filled(self.house.database.name, self.name)
        sending = [asyncio.create_task(self._phone(network)) for _ in range(PHONES)]
        await self._grown(network, 5)
        ballast = await asyncio.to_thread(volumes.fill, self.volume, leave=0)
        if not await self._refused(network, ballast):
            network.ledger.complain("a full volume refused nothing")
        result.refused = network.ledger.statuses["503"]
        ballast.unlink()
        begun = time.monotonic()
        if not await self._grown(network, 5):
            network.ledger.complain(f"nothing was taken {PATIENCE:g} s after space was made")
        result.resumed = round(time.monotonic() - begun, 2)
        await self._rest(network, sending)
        result.submissions = network.ledger.promised()[0]
        result.breaches = oracle.breaches(self._held(), network.ledger)
        result.complaints = network.ledger.complaints
        return result

    async def _phone(self, network: Network) -> None:
        while not network.resting:
            await mishaps.draw(network.rng, 0.3)(network)

    async def _refused(self, network: Network, ballast: Path) -> bool:
        """Keep the volume full until enough was refused, and a while longer."""
        before, end = network.ledger.statuses["503"], time.monotonic() + PATIENCE
        full_until = time.monotonic() + FULL_FOR
        while time.monotonic() < end:
            await asyncio.to_thread(volumes.top_up, ballast)
            await asyncio.sleep(0.05)
            refused = network.ledger.statuses["503"] - before
            if refused >= REFUSALS and time.monotonic() > full_until:
                return True
        return False

    async def _grown(self, network: Network, more: int) -> bool:
        """Wait until `more` forms were acknowledged; starts PostgreSQL where it gave up, as a supervisor does."""
        wanted, end = network.ledger.promised()[0] + more, time.monotonic() + PATIENCE
        database = self.house.database
        while network.ledger.promised()[0] < wanted:
            if time.monotonic() > end:
                return False
            if isinstance(database, Postgres) and database.postmaster() is None:
                await asyncio.to_thread(database.start)
            await asyncio.sleep(0.05)
        return True

    async def _rest(self, network: Network, sending: list[asyncio.Task[None]]) -> None:
        network.resting = True
        _, late = await asyncio.wait(sending, timeout=PATIENCE)
        if late:
            network.ledger.complain(f"{len(late)} phones could not deliver after space was made")
            network.closing = True
            await asyncio.wait(late, timeout=PATIENCE)
        await asyncio.to_thread(self.house.kill)

    def _held(self) -> oracle.Held:
        return oracle.held(self.house.database.url, self.house.data, self.house.operation)
