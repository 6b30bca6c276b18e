"""What to do about a risky file of records: which key costs most, and which values to blank.

Recoding one key for everybody (age in bands, a larger area) is better than blanking many values; both are
only advised, never done in passing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa

from opendtm.measure.disclosure.ledger import Ints
from opendtm.measure.disclosure.risk import (
    check_columns,
    codes,
    frequencies,
    individual_risk,
    weight_of,
)


@dataclass(frozen=True, slots=True)
class KeyAdvice:
    """What one key costs: its values, and what would be left of the risk without it.

    `below` counts the records with fewer than k alike if the key were dropped, `share` the global risk then.
    """

    key: str
    values: int
    below: int
    share: float


def recoding(
    records: pa.Table, *, keys: Sequence[str], k: int, weights: str | None = None
) -> list[KeyAdvice]:
    """Say of each key what dropping it would leave, the most useful to recode first."""
    check_columns(records, keys)
    found, counted = codes(records, keys), weight_of(records, weights)
    advice = []
    for place, key in enumerate(keys):
        alike, people = frequencies(np.delete(found, place, axis=1), counted)
        share = float(individual_risk(alike, people).mean())
        values = int(np.unique(found[:, place][found[:, place] >= 0]).size)
        advice.append(KeyAdvice(key, values, int((alike < k).sum()), share))
    return sorted(advice, key=lambda each: (each.below, each.share))


def blanking(records: pa.Table, *, keys: Sequence[str], k: int) -> dict[int, tuple[str, ...]]:
    """Say which keys of which records (by row, from 0) to blank so that each is like at least k in all.

    As few keys a record as will do; of several ways the one that leaves most records alike. Records that
    cannot be helped even without any key (fewer than k records in all) are not named.
    """
    check_columns(records, keys)
    found = codes(records, keys)
    alike, _ = frequencies(found, np.ones(len(found)))
    risky = np.flatnonzero(alike < k)
    advised: dict[int, tuple[str, ...]] = {}
    for size in range(1, len(keys) + 1):
        risky = _blanked(found, risky, size=size, k=k, keys=keys, advised=advised)
    return dict(sorted(advised.items()))


def _blanked(
    found: Ints,
    risky: Ints,
    *,
    size: int,
    k: int,
    keys: Sequence[str],
    advised: dict[int, tuple[str, ...]],
) -> Ints:
    """Help with `size` keys whom that helps; give the records that are left."""
    best = np.zeros(len(found), np.int64)
    ways = list(combinations(range(len(keys)), size))
    chosen = np.zeros(len(found), np.int64)
    for number, way in enumerate(ways):
        alike = _alike_without(found, way)
        better = alike > best
        best[better], chosen[better] = alike[better], number
    for row in risky[best[risky] >= k]:
        advised[int(row)] = tuple(keys[place] for place in ways[chosen[row]])
    return risky[best[risky] < k]


def _alike_without(found: Ints, way: Sequence[int]) -> Ints:
    rest = np.delete(found, way, axis=1)
    return frequencies(rest, np.ones(len(found)))[0]
