"""The storm: phones that send, and strikes that fall, until enough has happened; then calm, and the oracle."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from soak import mishaps, oracle
from soak.house import House
from soak.phones import Network
from soak.strikes import Strikes
from soak.weather import Weather
from soak.wire import Door

PHONES = 12
CALM = 90.0
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Force:
    """How much must happen: faults of every kind, kills among them, and the most minutes it may take."""

    faults: int
    kills: int
    minutes: float


@dataclass
class Outcome:
    """What happened in a storm and what the oracle found after it."""

    database: str
    faults: int = 0
    kills: int = 0
    seconds: float = 0.0
    slowest_recovery: float = 0.0
    submissions: int = 0
    files: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    strikes: dict[str, int] = field(default_factory=dict)
    mishaps: dict[str, int] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    short: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether the house kept its promises and everything that was planned has happened."""
        return not (self.breaches or self.complaints or self.short)


@dataclass
class Storm:
    """A storm over one house that runs."""

    house: House
    force: Force
    rng: random.Random
    say: Progress
    befell: Counter[str] = field(default_factory=Counter)

    async def rage(self) -> Outcome:
        """Let it happen; the house is dead afterwards, and its database runs."""
        weather = Weather(Door(self.house.port), random.Random(self.rng.getrandbits(64)))
        await weather.open()
        network = Network(self.house, self.rng, weather=weather)
        strikes = Strikes(self.house, random.Random(self.rng.getrandbits(64)), network.ledger)
        begun = time.monotonic()
        sending = [asyncio.create_task(self._phone(network)) for _ in range(PHONES)]
        while not self._enough(strikes) and time.monotonic() - begun < self.force.minutes * 60:
            await self._strike(strikes, sending)
            self._report(begun, strikes, network)
        seconds = time.monotonic() - begun
        await self._calm(network, strikes, sending)
        await weather.close()
        return self._judged(network, strikes, seconds)

    async def _strike(self, strikes: Strikes, sending: list[asyncio.Task[None]]) -> None:
        if strikes.kills < self.force.kills:
            await strikes.one()
        await asyncio.sleep(0.05 if strikes.kills < self.force.kills else 0.5)
        for task in sending:
            if task.done():
                task.result()

    async def _phone(self, network: Network) -> None:
        while not network.resting:
            mishap = mishaps.draw(network.rng, 0.6)
            await mishap(network)
            if mishap in mishaps.MISHAPS:
                self.befell[mishap.__name__] += 1

    async def _calm(
        self, network: Network, strikes: Strikes, sending: list[asyncio.Task[None]]
    ) -> None:
        """Let every phone finish what it has begun, without strikes; then kill the house a last time."""
        await strikes.revive()
        network.resting = True
        done, late = await asyncio.wait(sending, timeout=CALM)
        if late:
            network.ledger.complain(f"{len(late)} phones could not deliver after the storm")
            network.closing = True
            done |= (await asyncio.wait(late, timeout=CALM))[0]
        for task in done:
            task.result()
        await asyncio.to_thread(self.house.kill)

    def _faults(self, strikes: Strikes) -> int:
        return self.befell.total() + strikes.tally.total()

    def _enough(self, strikes: Strikes) -> bool:
        return strikes.kills >= self.force.kills and self._faults(strikes) >= self.force.faults

    def _report(self, begun: float, strikes: Strikes, network: Network) -> None:
        submissions, files = network.ledger.promised()
        self.say(
            f"{self.house.database.name}: {self._faults(strikes)} of {self.force.faults} faults, "
            f"{strikes.kills} of {self.force.kills} kills, {submissions} forms and {files} files "
            f"acknowledged, {time.monotonic() - begun:.0f} s"
        )

    def _judged(self, network: Network, strikes: Strikes, seconds: float) -> Outcome:
        house, ledger = self.house, network.ledger
        found = oracle.held(house.database.url, house.data, house.operation)
        submissions, files = ledger.promised()
        return Outcome(
            database=house.database.name,
            faults=self._faults(strikes),
            kills=strikes.kills,
            seconds=round(seconds, 1),
            slowest_recovery=round(strikes.slowest, 2),
            submissions=submissions,
            files=files,
            statuses=dict(sorted(ledger.statuses.items())),
            strikes=dict(sorted(strikes.tally.items())),
            mishaps=dict(sorted(self.befell.items())),
            breaches=oracle.breaches(found, ledger),
            complaints=ledger.complaints,
            short="" if self._enough(strikes) else "the time was over before enough had happened",
        )
