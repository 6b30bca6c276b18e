"""Which cells to hide so that nobody can work out the small ones: few, cheap ones, and a proof.

First what is small, then what would give it away. For a hidden cell that is not safe a linear program looks
for the cheapest way to make another value of it possible: some published cells would have to be able to
differ too, and those are hidden with it. At the end every cell that was hidden for others and is not needed
is shown again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from opendtm.measure.disclosure.attack import FINE
from opendtm.measure.disclosure.ledger import Bools, Floats, Ints, Ledger
from opendtm.measure.disclosure.proof import SECONDS, Tables, unproven

FEW = 8  # lost proofs that are looked for again before a cell is taken for needed
NEAR = 200  # cells among which a way is looked for first
FREE = 1e-3  # the price of moving what is hidden already


@dataclass(frozen=True, slots=True, eq=False)
class Suppression:
    """What to hide: `small` cells for themselves, `complement` for the others' sake.

    `exposed` lists hidden cells that a reader knows all the same, because of what was published before.
    """

    hidden: Bools
    small: Bools
    complement: Bools
    exposed: Ints


def suppress(ledger: Ledger) -> Suppression:
    """Choose the cells to hide (arrays of the ledger's length) and prove every one of them safe."""
    first = ledger.hidden | ledger.small
    hidden, found = first.copy(), Tables(ledger)
    hopeless: set[int] = set()
    while left := [cell for cell in unproven(ledger, hidden, found) if cell not in hopeless]:
        hidden, failed = _routed(ledger, hidden, found, left)
        hopeless.update(failed)
    hidden, found = _thinned(ledger, hidden, found, extra=np.flatnonzero(hidden & ~first))
    return Suppression(
        hidden=hidden,
        small=ledger.small,
        complement=hidden & ~first,
        exposed=found.unsafe(np.flatnonzero(hidden & ledger.small)),
    )


def _routed(
    ledger: Ledger, hidden: Bools, found: Tables, left: list[int]
) -> tuple[Bools, list[int]]:
    """Hide what the cells that are left need, one after the other; give those that nothing can help."""
    failed = []
    for cell in sorted(left, key=lambda each: -ledger.values[each]):
        before = hidden
        for target in found.targets(cell):
            hidden = _route(ledger, hidden, found, cell=cell, target=target)
        if hidden is before and found.targets(cell) and not _settled(ledger, hidden, found, cell):
            failed.append(cell)
    return hidden, failed


def _route(ledger: Ledger, hidden: Bools, found: Tables, *, cell: int, target: float) -> Bools:
    """Give `hidden` with the cheapest cells that let one cell be `target`; itself where there is no way."""
    shift = target - float(ledger.values[cell])
    for near in _circles(ledger, hidden, cell):
        moved = _cheapest(ledger, hidden, near, cell=cell, shift=shift)
        if moved is not None:
            break
    else:
        return hidden
    if not ledger.whole or np.abs(moved - np.round(moved)).max() <= FINE:
        found.take(near, np.round(moved) if ledger.whole else moved)
    added = near[(np.abs(moved) > FINE) & ~hidden[near]]
    if added.size == 0:
        return hidden
    more = hidden.copy()
    more[added] = True
    return more


def _settled(ledger: Ledger, hidden: Bools, found: Tables, cell: int) -> bool:
    """Tell whether less can be wanted of a cell, because everybody knows more of it whatever is hidden."""
    movable = ledger.open | hidden
    answer = milp(
        (np.arange(movable.size) == cell).astype(np.float64),
        constraints=LinearConstraint(ledger.relations, 0.0, 0.0),
        bounds=Bounds(
            np.where(movable, ledger.least, ledger.values), np.where(movable, np.inf, ledger.values)
        ),
    )
    least = float(np.ceil(answer.fun - FINE)) if answer.x is not None else float(ledger.least[cell])
    return found.settle(cell, least)


def _circles(ledger: Ledger, hidden: Bools, cell: int) -> Iterator[Ints]:
    """Give the cells that could move with one: first those near by in sums, then all there are."""
    movable = ledger.open | hidden
    reached = np.zeros(movable.size, dtype=np.bool_)
    reached[cell] = True
    magnitude = abs(ledger.relations)
    while True:
        wider = ((magnitude.T @ ((magnitude @ reached) > 0)) > 0) & movable
        wider |= reached
        grown = not np.array_equal(wider, reached)
        reached = wider
        if reached.sum() >= NEAR or not grown:
            break
    yield np.flatnonzero(reached)
    if grown:
        yield np.flatnonzero(movable)


def _cheapest(
    ledger: Ledger, hidden: Bools, near: Ints, *, cell: int, shift: float
) -> Floats | None:
    """Give the movements of the `near` cells, as cheap as can be, that shift one cell; None if none do."""
    sums = ledger.relations[:, near].tocsr()
    sums = sums[np.flatnonzero(np.diff(sums.indptr)), :]
    up, down = np.full(near.size, np.inf), ledger.values[near] - ledger.least[near]
    forced = np.zeros(2 * near.size)
    place = int(np.searchsorted(near, cell))
    room = np.concatenate([up, down])
    wanted, barred = (place, place + near.size) if shift > 0 else (place + near.size, place)
    forced[wanted] = room[wanted] = abs(shift)
    room[barred] = 0.0
    question = {
        "c": np.tile(_prices(ledger, hidden)[near], 2),
        "constraints": LinearConstraint(csr_array(hstack([sums, -sums])), 0.0, 0.0),
        "bounds": Bounds(forced, room),
    }
    moved = _movement(question)
    if moved is None or not ledger.whole or np.abs(moved - np.round(moved)).max() <= FINE:
        return moved
    whole = _movement(
        {**question, "integrality": np.ones(2 * near.size), "options": {"time_limit": SECONDS}}
    )
    return moved if whole is None else np.round(whole)


def _movement(question: dict[str, Any]) -> Floats | None:
    answer = milp(**question)
    if answer.x is None:
        return None
    half = answer.x.size // 2
    moved: Floats = answer.x[:half] - answer.x[half:]
    return moved


def _prices(ledger: Ledger, hidden: Bools) -> Floats:
    """Say what a unit of movement costs: next to nothing in hidden cells, more in dear and large ones."""
    return np.where(hidden, FREE, ledger.weight * np.log2(2.0 + np.abs(ledger.values)))


def _thinned(ledger: Ledger, hidden: Bools, found: Tables, *, extra: Ints) -> tuple[Bools, Tables]:
    """Show again, the dearest first, what was hidden for others and is not needed.

    A cell is taken for needed where more than a few others would need new proofs.
    """
    unsafe = found.unsafe(np.flatnonzero(hidden)).size
    dear = ledger.weight[extra] * np.abs(ledger.values[extra])
    for cell in extra[np.argsort(-dear, kind="stable")]:
        if _would_tell(ledger, hidden, cell):
            continue
        fewer = hidden.copy()
        fewer[cell] = False
        remaining = found.without(int(cell))
        if remaining.unsafe(np.flatnonzero(fewer)).size > unsafe + FEW:
            continue
        if sum(1 for _ in islice(unproven(ledger, fewer, remaining), unsafe + 1)) <= unsafe:
            hidden, found = fewer, remaining
            unsafe = found.unsafe(np.flatnonzero(hidden)).size
    return hidden, found


def _would_tell(ledger: Ledger, hidden: Bools, cell: int) -> bool:
    """Tell whether showing a cell would leave a single unknown in a sum."""
    column = ledger.relations[:, [cell]].tocoo()
    lines = abs(ledger.relations[column.row, :]) > 0
    return bool(np.any(lines @ hidden.astype(np.int64) == 2))
