"""What befalls phones and what bad phones do: each function is one fault, drawn by weight from `MISHAPS`.

After its mishap an honest phone still delivers. Lies are told under an instance ID of their own, so that
what honest phones were promised can be held strictly.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace

from soak.ledger import CONFLICT, TAKEN
from soak.phones import Network, Visit
from soak.questionnaire import filled
from soak.weather import Lot
from soak.wire import Delivery

Mishap = Callable[[Network], Awaitable[None]]
MALFORMED = frozenset({400, 408, 411, 413})
PERHAPS = TAKEN | {CONFLICT}
STRANGE_DAYS = ("1970-01-01", "2038-01-19", "1999-12-31", "2027-02-28", "9999-12-31", "2026-02-30")


async def honest(network: Network) -> None:
    """Deliver a visit in one request."""
    await network.deliver(network.visit())


async def in_parts(network: Network) -> None:
    """Deliver a visit in several requests, as clients do whose forms are too large for one."""
    visit = network.visit()
    for file in visit.files:
        await network.deliver(visit, [file], more_follows=True)
    await network.deliver(visit, visit.files[-1:])


async def cut_off(network: Network) -> None:
    """Lose the connection at a random byte, then deliver."""
    visit = network.visit()
    for _ in range(network.rng.randrange(1, 3)):
        size = len(network.packed(visit))
        await network.post(visit, how=Delivery(cut=network.rng.randrange(1, size)))
    await network.deliver(visit)


async def repeated(network: Network) -> None:
    """Send again what was acknowledged, because the phone forgot."""
    visit = network.visit()
    await network.deliver(visit)
    for _ in range(network.rng.randrange(1, 4)):
        await network.post(visit)


async def out_of_order(network: Network) -> None:
    """Send the files in any order, some twice, before the request that says it is the last."""
    visit = network.visit()
    files = list(visit.files) + list(visit.files[:1])
    network.rng.shuffle(files)
    await asyncio.gather(*(network.post(visit, [file], more_follows=True) for file in files))
    await network.deliver(visit, [])
    await network.deliver(visit)


async def edit_before_original(network: Network) -> None:
    """Send an edit, and the original that it replaces only afterwards."""
    original = network.visit()
    edit = network.visit(replaces=original.instance)
    await network.deliver(edit)
    await network.deliver(original)


async def at_once(network: Network) -> None:
    """Send the same form two to twenty times at the same moment."""
    visit = network.visit()
    times = network.rng.choice((2, 2, 3, 5, 8, 20))
    await asyncio.gather(*(network.post(visit) for _ in range(times)))
    await network.deliver(visit)


async def at_once_different(network: Network) -> None:
    """Send different forms under the same number at the same moment: one holds, the others are kept apart."""
    visit = network.visit()
    others = [_other(network, visit) for _ in range(network.rng.choice((1, 2, 4)))]
    twice = [visit, *others, visit, *others]
    await asyncio.gather(*(network.post(one, may=PERHAPS) for one in twice))


async def other_content(network: Network) -> None:
    """Send other content under a number that was taken: it must be refused and kept."""
    visit = network.visit()
    if await network.deliver(visit):
        await network.post(_other(network, visit), may=frozenset({CONFLICT}))
        await network.post(visit)


async def other_file(network: Network) -> None:
    """Send another file under a name that was taken: the first holds, the second is kept."""
    visit = network.visit()
    await network.deliver(visit)
    lies = [(name, network.content()) for name, _ in visit.files[:1]]
    await network.post(visit, lies)
    await network.post(visit)


async def wrong_length(network: Network) -> None:
    """Announce more or fewer bytes than come, or a hash that is not theirs; then deliver."""
    visit = network.visit()
    head, _, body = network.packed(visit).partition(b"\r\n\r\n")
    wrong = network.rng.choice((len(body) + 400, max(1, len(body) - 30), 1))
    lied = head.replace(
        f"Content-Length: {len(body)}".encode(), f"Content-Length: {wrong}".encode()
    )
    sent = lied + b"\r\nContent-MD5: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n" + body
    await network.raw(visit, visit.files, sent, how=Delivery(patience=1.5), may=MALFORMED)
    await network.deliver(visit)


async def chunked(network: Network) -> None:
    """Send in chunks without saying how much will come."""
    visit = network.visit()
    head, _, body = network.packed(visit).partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    pieces = [body[at : at + 7000] for at in range(0, len(body), 7000)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    sent = b"\r\n".join([*lines, b"Transfer-Encoding: chunked", b"", b""]) + chunks + b"0\r\n\r\n"
    if await network.raw(visit, visit.files, sent) not in TAKEN:
        await network.deliver(visit)


async def answer_lost(network: Network) -> None:
    """Lose the answer after the house has committed, once or twice, then deliver."""
    visit = network.visit()
    for _ in range(network.rng.randrange(1, 3)):
        await network.post(visit, lot=Lot.LOSE_ANSWER)
    await network.deliver(visit)


async def bad_weather(network: Network) -> None:
    """Send through a network that delays, cuts, throttles or goes quiet in the middle."""
    visit = network.visit()
    lot = network.rng.choice((Lot.DELAY, Lot.CUT, Lot.THROTTLE, Lot.HALF_OPEN))
    await network.post(visit, lot=lot, how=Delivery(patience=4.0))
    await network.deliver(visit)


async def drip(network: Network) -> None:
    """Hold connections open by sending a few bytes now and then, and give up."""
    visit = network.visit()
    sent = network.packed(visit)
    slow = Delivery(cut=min(len(sent), 400), piece=40, pause=0.15, patience=4.0)
    await asyncio.gather(*(network.post(visit, how=slow) for _ in range(3)))
    await network.deliver(visit)


async def wrong_clock(network: Network) -> None:
    """Send a visit of a day that the phone's clock made up."""
    await network.deliver(network.visit(day=network.rng.choice(STRANGE_DAYS)))


async def older_form(network: Network) -> None:
    """Send a visit that was filled in with the form's first version."""
    await network.deliver(network.visit(version="1"))


async def unknown_form(network: Network) -> None:
    """Send a form, or a version of it, that was never published here: refused, and kept."""
    wish = network.rng.choice(({"form": "stranger"}, {"version": "99"}))
    visit = network.visit(**wish)
    await network.post(visit, may=frozenset({404}))


def _other(network: Network, visit: Visit) -> Visit:
    body = filled(visit.instance, persons=-network.rng.getrandbits(40), files=visit.announced)
    return replace(visit, body=body)


MISHAPS: dict[Mishap, int] = {
    cut_off: 18,
    repeated: 8,
    out_of_order: 8,
    edit_before_original: 5,
    at_once: 12,
    at_once_different: 8,
    other_content: 8,
    other_file: 5,
    wrong_length: 5,
    chunked: 4,
    answer_lost: 10,
    bad_weather: 8,
    drip: 3,
    wrong_clock: 4,
    older_form: 4,
    unknown_form: 4,
}
ORDINARY: dict[Mishap, int] = {honest: 3, in_parts: 1}


def draw(rng: random.Random, share: float) -> Mishap:
    """Draw what the next phone does: a mishap with probability `share`, something ordinary otherwise."""
    table = MISHAPS if rng.random() < share else ORDINARY
    return rng.choices(list(table), list(table.values()))[0]
