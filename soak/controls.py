"""Negative controls: houses with one safeguard left out, which the oracle must catch.

An oracle that has never said no proves nothing. Each control breaks the house in one known way and runs
until the oracle objects; one that it does not catch in time fails the whole proof.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from soak import grounds, oracle, volumes
from soak.databases import Postgres
from soak.house import House
from soak.phones import Network
from soak.power import Outages
from soak.storm import Progress

ROUNDS = 12
CONFIRMED = {"OPENDTM_BREAK_I_AM_A_TEST": "1"}


@dataclass
class Control:
    """One safeguard left out: after how many rounds the oracle objected, and with which words."""

    database: str
    name: str
    rounds: int = 0
    breach: str = ""
    not_run: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether the broken house was caught, or could not be built here."""
        return bool(self.breach or self.not_run)


@dataclass
class Controls:
    """The controls of one kind of database, in folders below `folder`."""

    kind: str
    folder: Path
    rng: random.Random
    say: Progress

    async def run(self) -> list[Control]:
        """Run each control."""
        wanted: list[Callable[[], Awaitable[Control]]] = [
            self.no_unique_key,
            self.ack_before_commit,
            self.no_fsync,
        ]
        if self.kind == "postgres":
            wanted.append(self.commit_not_awaited)
        found = []
        for control in wanted:
            found.append(await control())
            said = found[-1].breach or found[-1].not_run or "NOT CAUGHT"
            self.say(f"{found[-1].database}: {found[-1].name}: {said[:120]}")
        return found

    async def no_unique_key(self) -> Control:
        """Without the unique key, the same form sent at once is held more than once."""

        async def spoil(network: Network) -> None:
            visits = [network.visit() for _ in range(4)]
            await asyncio.gather(*(network.post(visit) for visit in visits for _ in range(6)))

        with self._house("no_unique_key", keyed=False) as house:
            return await self._until_caught("no_unique_key", house, spoil)

    async def ack_before_commit(self) -> Control:
        """Acknowledged before the commit, a form is lost where the server dies between the two."""

        async def spoil(network: Network) -> None:
            await asyncio.gather(*(network.post(network.visit(), []) for _ in range(6)))

        with self._house("ack_before_commit") as house:
            return await self._until_caught("ack_before_commit", house, spoil)

    async def no_fsync(self) -> Control:
        """Without fsync, acknowledged files are gone or empty after a power cut."""
        folder = self.folder / f"{self.kind}-no-fsync"
        try:
            with volumes.disk(folder, 400) as disk:
                house = grounds.planned(self.kind, disk.folder)
                try:
                    grounds.raise_up(house, armed=_broken("no_fsync"))
                    outages = Outages(house, disk, folder, self.rng, self.say)
                    cuts = await outages.cut(ROUNDS, until_breach=True)
                finally:
                    grounds.take_down(house)
        except volumes.CannotMount as reason:
            return Control(self.kind, "no_fsync", not_run=str(reason))
        return Control(
            house.database.name, "no_fsync", rounds=cuts.cuts, breach="".join(cuts.breaches[:1])
        )

    async def commit_not_awaited(self) -> Control:
        """With `synchronous_commit=off`, PostgreSQL forgets the last moment before it was killed."""

        async def spoil(network: Network) -> None:
            await asyncio.gather(*(network.post(network.visit(), []) for _ in range(6)))
            await asyncio.to_thread(house.database.kill)

        with grounds.standing(self.kind, self.folder / "commit-not-awaited") as house:
            if not isinstance(house.database, Postgres):
                raise TypeError("only PostgreSQL can be told not to wait")
            for setting in ("synchronous_commit = off", "wal_writer_delay = '10s'"):
                house.database.ask(f"ALTER SYSTEM SET {setting}")
            house.database.ask("SELECT pg_reload_conf()")
            await asyncio.sleep(0.5)
            return await self._until_caught("synchronous_commit=off", house, spoil)

    async def _until_caught(
        self, name: str, house: House, spoil: Callable[[Network], Awaitable[None]]
    ) -> Control:
        network = Network(house, self.rng)
        result = Control(house.database.name, name)
        armed = _broken(name) if name.isidentifier() else {}
        while not result.breach and result.rounds < ROUNDS:
            result.rounds += 1
            await spoil(network)
            await asyncio.to_thread(house.kill)
            await asyncio.to_thread(house.database.start)
            found = oracle.held(house.database.url, house.data, house.operation)
            result.breach = "".join(oracle.breaches(found, network.ledger)[:1])
            if not result.breach:
                house.start(armed)
                await asyncio.to_thread(house.wait)
        return result

    def _house(self, safeguard: str, *, keyed: bool = True) -> AbstractContextManager[House]:
        folder = self.folder / f"{self.kind}-{safeguard}"
        return grounds.standing(self.kind, folder, armed=_broken(safeguard), keyed=keyed)


def _broken(safeguard: str) -> dict[str, str]:
    return {"OPENDTM_BREAK": safeguard, **CONFIRMED}
