"""Chance that can be repeated anywhere: every random number is a hash of the seed and of what it is for.

No generator of a library is used, whose sequence may change between versions: SHA-256 gives the same
number in any language, even on the command line (`printf '42/start/North' | sha256sum`). Each stratum has
its own numbers, so that a stratum added to the frame does not change the draw of the others.
"""

import hashlib
from fractions import Fraction

_BITS = 64


def told(seed: int, *purpose: object) -> str:
    """Give the text whose hash is the random number: the seed and its purpose, joined by strokes."""
    return "/".join(map(str, (seed, *purpose)))


def fraction(seed: int, *purpose: object) -> Fraction:
    """Give a number from 0 (included) to 1 (excluded): the first 64 bits of the hash, divided by 2^64."""
    digest = hashlib.sha256(told(seed, *purpose).encode()).digest()
    return Fraction(int.from_bytes(digest[: _BITS // 8], "big"), 1 << _BITS)
