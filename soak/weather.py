"""A bad network between phone and house: a TCP proxy that delays, cuts, throttles, and loses answers.

Every connection draws its lot from a seeded generator, or gets the lot that its phone asked for.
"""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from soak.wire import Door

PIECE = 2048


class Lot(StrEnum):
    """What befalls a connection."""

    CLEAR = "clear"
    DELAY = "delay"
    CUT = "cut"
    LOSE_ANSWER = "lose_answer"
    HALF_OPEN = "half_open"
    THROTTLE = "throttle"


@dataclass
class Weather:
    """The proxy before one house. `calls` counts what befell the connections."""

    house: Door
    rng: random.Random
    calls: dict[Lot, int] = field(default_factory=dict)
    _servers: list[asyncio.Server] = field(default_factory=list)
    _doors: dict[Lot, Door] = field(default_factory=dict)

    async def open(self) -> None:
        """Open a door for each lot."""
        for lot in Lot:
            server = await asyncio.start_server(partial(self._carry, lot), "127.0.0.1", 0)
            self._servers.append(server)
            self._doors[lot] = Door(int(server.sockets[0].getsockname()[1]))

    async def close(self) -> None:
        """Close every door."""
        for server in self._servers:
            server.close()

    def door(self, lot: Lot) -> Door:
        """Give the door at which that lot is drawn."""
        return self._doors[lot]

    async def _carry(
        self, lot: Lot, phone_in: asyncio.StreamReader, phone_out: asyncio.StreamWriter
    ) -> None:
        self.calls[lot] = self.calls.get(lot, 0) + 1
        house_out: asyncio.StreamWriter | None = None
        try:
            house_in, house_out = await asyncio.open_connection(self.house.host, self.house.port)
            there = asyncio.create_task(self._there(lot, phone_in, house_out))
            await self._back(lot, house_in, phone_out)
            there.cancel()
        except OSError:
            pass
        finally:
            for one in (phone_out, house_out):
                if one is not None:
                    with suppress(OSError):
                        one.close()

    async def _there(
        self, lot: Lot, phone_in: asyncio.StreamReader, house_out: asyncio.StreamWriter
    ) -> None:
        left = self.rng.randrange(100, 20_000) if lot in {Lot.CUT, Lot.HALF_OPEN} else None
        with suppress(OSError):
            while data := await phone_in.read(PIECE):
                if left is not None and left < len(data):
                    await self._end(lot, house_out, data[:left])
                    return
                left = None if left is None else left - len(data)
                house_out.write(data)
                await house_out.drain()
                if lot is Lot.THROTTLE:
                    await asyncio.sleep(0.01)
                elif lot is Lot.DELAY:
                    await asyncio.sleep(self.rng.random() * 0.05)

    async def _end(self, lot: Lot, house_out: asyncio.StreamWriter, rest: bytes) -> None:
        house_out.write(rest)
        with suppress(OSError):
            await house_out.drain()
        if lot is Lot.CUT:
            house_out.transport.abort()

    async def _back(
        self, lot: Lot, house_in: asyncio.StreamReader, phone_out: asyncio.StreamWriter
    ) -> None:
        while data := await house_in.read(PIECE):
            if lot is Lot.LOSE_ANSWER:
                phone_out.transport.abort()
                return
            if lot is Lot.DELAY:
                await asyncio.sleep(self.rng.random() * 0.1)
            phone_out.write(data)
            await phone_out.drain()
