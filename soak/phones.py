"""Phones: honest ones that try until they are told that their form is safe, and what befalls them.

A phone keeps a visit until an answer of 201 or 202 has been read, like ODK Collect. `Visit` is one filled
form; `Network` is what all phones of a house share: its doors, the ledger, the seeded generator.
"""

import asyncio
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from soak import words
from soak.house import House
from soak.ledger import TAKEN, Files, Ledger
from soak.questionnaire import filled
from soak.weather import Lot, Weather
from soak.wire import WHOLE, Answer, Delivery, Door, exchange, multipart, request

SIZES = (40, 900, 12_000, 70_000, 300_000)
WEIGHTS = (30, 30, 20, 6, 2)


@dataclass(frozen=True)
class Visit:
    """One filled form and its files; `phone` is the number of the phone that holds it."""

    phone: int
    instance: str
    body: bytes
    files: tuple[tuple[str, bytes], ...] = ()

    @property
    def announced(self) -> tuple[str, ...]:
        """Give the names of the files that the form speaks of."""
        return tuple(name for name, _ in self.files)


def language(visit: Visit) -> str:
    """Say which language the phone of a visit speaks: every second one French."""
    return "fr" if visit.phone % 2 else "en"


@dataclass
class Network:
    """The phones' side of one house. `resting` lets phones begin nothing new, `closing` makes them give up."""

    house: House
    rng: random.Random
    ledger: Ledger = field(default_factory=Ledger)
    weather: Weather | None = None
    resting: bool = False
    closing: bool = False

    def door(self, lot: Lot | None = None) -> Door:
        """Give the door of the house, or of the weather before it."""
        if lot is not None and self.weather is not None:
            return self.weather.door(lot)
        return Door(self.house.port)

    def instance(self) -> str:
        """Make an instance ID, the same in every run of a seed."""
        return f"uuid:{uuid.UUID(int=self.rng.getrandbits(128), version=4)}"

    def visit(self, **wishes: str) -> Visit:
        """Fill in a form with none to three files; `wishes` go to `questionnaire.filled`."""
        rng, instance = self.rng, self.instance()
        count = rng.choices((0, 1, 2, 3), (45, 30, 15, 10))[0]
        files = tuple((f"{rng.getrandbits(40):010x}.jpg", self.content()) for _ in range(count))
        names = tuple(name for name, _ in files)
        body = filled(instance, persons=rng.randrange(5000), files=names, **wishes)
        return Visit(rng.randrange(1000), instance, body, files)

    def content(self) -> bytes:
        """Make the bytes of a file that nobody else has."""
        return self.rng.randbytes(self.rng.choices(SIZES, WEIGHTS)[0] + self.rng.randrange(64))

    def packed(
        self, visit: Visit, files: Files | None = None, *, more_follows: bool = False
    ) -> bytes:
        """Write the request that carries a visit, with all its files or some."""
        chosen = visit.files if files is None else files
        body, kind = multipart(visit.body, chosen, more_follows=more_follows)
        headers = {"Content-Type": kind, "Accept-Language": language(visit)}
        return request("POST", self.house.path(visit.phone, "submission"), body, headers)

    async def post(
        self,
        visit: Visit,
        files: Files | None = None,
        *,
        how: Delivery = WHOLE,
        lot: Lot | None = None,
        more_follows: bool = False,
        may: frozenset[int] = TAKEN,
    ) -> bool:
        """Send a visit once; True where it was acknowledged."""
        chosen: Sequence[tuple[str, bytes]] = visit.files if files is None else files
        sent = self.packed(visit, chosen, more_follows=more_follows)
        return await self.raw(visit, chosen, sent, how=how, lot=lot, may=may) in TAKEN

    async def raw(
        self,
        visit: Visit,
        files: Files,
        sent: bytes,
        *,
        how: Delivery = WHOLE,
        lot: Lot | None = None,
        may: frozenset[int] = TAKEN,
    ) -> int | None:
        """Send a request that carries a visit, whatever its bytes; give the status, None without answer."""
        self.ledger.sending(visit.instance, visit.body, files, visit.announced)
        answer: Answer | None = await exchange(self.door(lot), sent, how)
        self.ledger.answered(visit.instance, visit.body, files, answer, may=may)
        if answer is None:
            return None
        if answer.whole and answer.status >= 400:
            wrong = words.unreadable(answer, language(visit))
            if wrong:
                self.ledger.complain(f"{visit.instance}: {answer.status}: {wrong}")
        return answer.status

    async def deliver(
        self, visit: Visit, files: Files | None = None, *, more_follows: bool = False
    ) -> bool:
        """Send until it is acknowledged; False only where the proof ended before."""
        wait = 0.05
        while not await self.post(visit, files, more_follows=more_follows):
            if self.closing:
                return False
            await asyncio.sleep(wait + self.rng.random() * 0.05)
            wait = min(wait * 1.6, 1.0)
        return True
