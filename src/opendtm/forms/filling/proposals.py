"""Answers to try at a question, likely ones first, drawn from a source of chance."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from opendtm.forms.definition import QuestionType

TRIES = 12
_PHRASES = (
    "Water point broken since Monday",
    "Le point d'eau est en panne",
    "Route coupée après la pluie",
    "Nothing to report",
)
_SCAN = 400  # whole numbers tried one after the other where a constraint is narrow
Tally = Counter[tuple[str, str]]


def numbers(chance: random.Random, constraint: str, near: Sequence[float]) -> Iterator[str]:
    """Give whole numbers: drawn ones, those of the constraint and of other answers, then one after the other."""
    for _ in range(TRIES):
        ceiling = chance.choice((0, 3, 10, 60, 400))
        yield str(chance.randint(0, ceiling))
    written = [float(number) for number in re.findall(r"(?<![\w.])\d{1,6}(?![\w.])", constraint)]
    for number in [*near, *written]:
        for step in (0, -1, 1):
            yield str(int(number) + step)
    yield from (str(number) for number in range(_SCAN))


def decimals(chance: random.Random, constraint: str, near: Sequence[float]) -> Iterator[str]:
    """Give numbers with one decimal, then whole ones."""
    for _ in range(TRIES):
        yield str(chance.randint(0, chance.choice((10, 100, 1000))) / 10)
    yield from numbers(chance, constraint, near)


def days(chance: random.Random, today: date) -> Iterator[str]:
    """Give days of the last two years and the coming month, most of them near."""
    for _ in range(TRIES * 3):
        back = chance.randint(-30, chance.choice((0, 7, 60, 700)))
        yield (today - timedelta(days=back)).isoformat()
    yield from ((today + timedelta(days=step)).isoformat() for step in (0, -1, 1, -400, 400))


def texts(chance: random.Random) -> Iterator[str]:
    """Give short phrases, then codes and digits for questions that want a pattern."""
    yield chance.choice(_PHRASES)
    yield "".join(chance.choice("ABCDEFGH") for _ in range(4))
    for length in range(1, 16):
        yield "".join(str(chance.randint(0, 9)) for _ in range(length))
    yield f"A{chance.randint(100, 999)}"


def one_of(
    chance: random.Random, codes: Sequence[str], path: str, tally: Tally | None
) -> Iterator[str]:
    """Give the choices in an order of chance; with a tally, those chosen least often come first."""
    order = list(codes)
    chance.shuffle(order)
    if tally is not None:
        order.sort(key=lambda code: tally[path, code])
    yield from order


def several_of(
    chance: random.Random, codes: Sequence[str], path: str, tally: Tally | None
) -> Iterator[str]:
    """Give small sets of choices, then each choice alone."""
    order = list(one_of(chance, codes, path, tally))
    for _ in range(TRIES):
        size = min(chance.choice((1, 1, 2, 3)), len(order))
        picked = {order[0], *chance.sample(order, size - 1)} if size else set()
        yield " ".join(code for code in codes if code in picked)
    yield from order


def ranked(chance: random.Random, codes: Sequence[str]) -> Iterator[str]:
    """Give all choices in an order of chance."""
    yield " ".join(chance.sample(list(codes), len(codes)))


def position(chance: random.Random) -> Iterator[str]:
    """Give a position on land."""
    yield f"{chance.randint(40, 110) / 10} {chance.randint(150, 260) / 10} 400.0 5.0"


Plain = Callable[[random.Random, date], Iterator[str]]
PLAIN: Mapping[QuestionType, Plain] = {
    QuestionType.DATE: days,
    QuestionType.DATETIME: lambda chance, today: (
        f"{day}T09:30:00.000+00:00" for day in days(chance, today)
    ),
    QuestionType.TIME: lambda chance, _today: iter([f"{chance.randint(0, 23):02}:15:00.000Z"]),
    QuestionType.GEOPOINT: lambda chance, _today: position(chance),
    QuestionType.BARCODE: lambda chance, _today: texts(chance),
    QuestionType.TEXT: lambda chance, _today: texts(chance),
    QuestionType.BOOLEAN: lambda chance, _today: iter([chance.choice(("true", "false"))]),
    QuestionType.BINARY: lambda chance, _today: iter([f"{chance.randint(10**6, 10**7)}.jpg"]),
}
