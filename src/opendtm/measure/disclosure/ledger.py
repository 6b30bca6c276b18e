"""Everything that is or may be published, and how it adds up: what an attacker would write down first.

A ledger holds cells (counts, totals, changes, of this release and of earlier ones) and relations among them.
Each relation is a sum that is known to be zero: parts minus their total, this round's carried figure minus
the earlier one. Totals are cells like others, so that they can be hidden too.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from opendtm.errors.measure import CountImpossible, TotalsDisagree
from opendtm.measure.disclosure.rules import Rule, Zero

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Relation = tuple[tuple[Hashable, float], ...]
CLOSE = 1e-6
UNRULED_WIDTH = 1.0  # of a hidden cell whose unit has no threshold


class Standing(StrEnum):
    """What can still be done with a cell."""

    OPEN = "open"  # to be published unless it must be hidden
    SHOWN = "shown"  # published earlier, or known to everybody: nothing hides it any more
    HIDDEN = (
        "hidden"  # is not published, whatever comes; only if it is small must nobody work it out
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One number. `weight` says how dear it is to hide: 1 for an ordinary cell, more for totals.

    `signed` marks a difference, which may be negative and is never small by itself.
    """

    key: Hashable
    value: float
    unit: str
    weight: float = 1.0
    standing: Standing = Standing.OPEN
    signed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """The cells as arrays of length n, and `relations` (m x n, sparse) with `relations @ values` zero.

    `least` is what everybody knows a hidden cell to be at least, `width` the length of range that a reader
    must be left. `small` cells must be hidden; `open` ones may be; `hidden` ones are.
    """

    keys: Sequence[Hashable]
    values: Floats
    relations: csr_array
    small: Bools
    open: Bools
    hidden: Bools
    least: Floats
    width: Floats
    weight: Floats

    @property
    def whole(self) -> bool:
        """Tell whether all cells are whole numbers, which an attacker would use."""
        return bool(np.all(self.values == np.round(self.values)))


def adds_up(total: Hashable, parts: Iterable[Hashable]) -> Relation:
    """State that a total is the sum of its parts."""
    return (*((part, 1.0) for part in parts), (total, -1.0))


def same(one: Hashable, other: Hashable) -> Relation:
    """State that two cells hold the same number, as a figure carried forward and the one it came from."""
    return ((one, 1.0), (other, -1.0))


def ledger(cells: Sequence[Cell], relations: Sequence[Relation], *, rule: Rule) -> Ledger:
    """Put cells and relations together under a rule.

    A relation names cells that are there; what is unknown is in no sum. Raises CountImpossible or
    TotalsDisagree.
    """
    values = np.array([cell.value for cell in cells], dtype=np.float64)
    _check_counts(cells, values)
    positions = {cell.key: index for index, cell in enumerate(cells)}
    found = Ledger(
        keys=tuple(cell.key for cell in cells),
        values=values,
        relations=_matrix(relations, positions),
        small=np.array([_is_small(cell, rule) for cell in cells], dtype=np.bool_),
        open=np.array([_is_open(cell, rule) for cell in cells], dtype=np.bool_),
        hidden=np.array([cell.standing is Standing.HIDDEN for cell in cells], dtype=np.bool_),
        least=np.array([_least(cell, rule) for cell in cells], dtype=np.float64),
        width=np.array([_width(cell, rule) for cell in cells], dtype=np.float64),
        weight=np.array([cell.weight for cell in cells], dtype=np.float64),
    )
    check_sums(found)
    return with_least(found)


def with_least(found: Ledger) -> Ledger:
    """Raise what everybody knows: a total is at least what its parts are at least, a shown cell is what it is."""
    fixed = ~(found.open | found.hidden | found.small)
    least = np.where(fixed, found.values, found.least)
    negative = found.relations < 0
    totals = np.flatnonzero(np.asarray(negative.sum(axis=1)).ravel() == 1)
    sums = found.relations[totals, :]
    whole = (negative[totals, :]).tocsr().indices
    parts = sums.maximum(0)
    while True:
        known = least.copy()
        np.maximum.at(known, whole, parts @ least)
        if np.array_equal(known, least):
            return replace(found, least=least)
        least = known


def check_sums(found: Ledger) -> None:
    """Raise TotalsDisagree for the first relation that does not hold."""
    rest = found.relations @ found.values
    wrong = np.flatnonzero(
        np.abs(rest) > CLOSE * (1 + np.abs(found.relations) @ np.abs(found.values))
    )
    if wrong.size == 0:
        return
    line = found.relations[[int(wrong[0])], :].tocoo()
    total = int(line.col[-1] if (line.data > 0).all() else line.col[line.data < 0][0])
    stated = float(found.values[total])
    raise TotalsDisagree(
        total=str(found.keys[total]), stated=stated, found=stated + float(rest[wrong[0]])
    )


def _check_counts(cells: Sequence[Cell], values: Floats) -> None:
    signed = np.array([cell.signed for cell in cells], dtype=np.bool_)
    wrong = np.flatnonzero(~np.isfinite(values) | ((values < 0) & ~signed))
    if wrong.size:
        cell = cells[int(wrong[0])]
        raise CountImpossible(cell=str(cell.key), value=str(cell.value))


def _matrix(relations: Sequence[Relation], positions: Mapping[Hashable, int]) -> csr_array:
    entries = [
        (line, positions[key], factor)
        for line, relation in enumerate(relations)
        for key, factor in relation
    ]
    lines, columns, factors = zip(*entries, strict=True) if entries else ((), (), ())
    found = csr_array(
        (np.array(factors, dtype=np.float64), (np.array(lines, int), np.array(columns, int))),
        shape=(len(relations), len(positions)),
    )
    found.sum_duplicates()
    return found


def _is_small(cell: Cell, rule: Rule) -> bool:
    if cell.signed or cell.standing is Standing.SHOWN:
        return False
    return rule.is_small(cell.value, cell.unit)


def _is_open(cell: Cell, rule: Rule) -> bool:
    """Tell whether a cell may be hidden; a zero that the rule shows tells by its absence."""
    zero = cell.value == 0 and not cell.signed and rule.zero is Zero.SHOWN
    return cell.standing is Standing.OPEN and not zero


def _least(cell: Cell, rule: Rule) -> float:
    if cell.signed:
        return -np.inf
    counted = cell.value >= 1 and rule.zero is Zero.SHOWN
    return 1.0 if counted else 0.0


def _width(cell: Cell, rule: Rule) -> float:
    if cell.standing is Standing.HIDDEN and not _is_small(cell, rule):
        return 0.0
    threshold = rule.thresholds.get(cell.unit)
    return float(threshold.width) if threshold else UNRULED_WIDTH
