"""Proofs that a hidden cell is safe: other tables that agree with everything published.

A cell is safe when two tables, both in agreement with all that is published (and whole, where counts are),
give it values far enough apart. One table often proves many cells, so far fewer are computed than there are
cells. What is found is kept: hiding more cells never takes a proof away.
"""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from opendtm.measure.disclosure.attack import FINE, Block, blocks
from opendtm.measure.disclosure.ledger import Bools, Floats, Ints, Ledger

MANY = 8  # unsafe cells in a block from which on all are moved at once before each by itself
SECONDS = 5.0  # for one question to the solver; without an answer the cell counts as not proven


class Tables:
    """The tables found so far, as what they change in the true one, and what each cell can be in them."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with the truth alone."""
        self._ledger = ledger
        self._moves: list[tuple[Ints, Floats]] = []
        self.low, self.high = ledger.values.copy(), ledger.values.copy()
        self._want_low, self._want_high = wanted(ledger)

    def take(self, cells: Ints, shift: Floats) -> None:
        """Remember a table in which some cells differ from the truth by `shift`, and the like beyond it."""
        moved = np.abs(shift) > FINE
        cells, shift = cells[moved], shift[moved]
        if cells.size == 0:
            return
        for times in self._times(cells, shift):
            self._keep(cells, shift * times)

    def _times(self, cells: Ints, shift: Floats) -> tuple[float, ...]:
        """Say how many times a movement can be made, and its opposite, in whole steps where counts are whole."""
        if not self._ledger.whole:
            return (1.0,)
        step = float(np.gcd.reduce(np.abs(shift).astype(np.int64)))
        room = self._ledger.values[cells] - self._ledger.least[cells]
        far = self._ledger.width[cells].max() + np.abs(room[self._ledger.small[cells]]).max(
            initial=0.0
        )
        unit = shift / step
        down = np.floor(np.min(room[unit < 0] / -unit[unit < 0], initial=far) + FINE)
        up = np.floor(np.min(room[unit > 0] / unit[unit > 0], initial=far) + FINE)
        return tuple(times / step for times in (down, -up) if times)

    def _keep(self, cells: Ints, shift: Floats) -> None:
        values = self._ledger.values[cells] + shift
        self._moves.append((cells, shift))
        self.low[cells] = np.minimum(self.low[cells], values)
        self.high[cells] = np.maximum(self.high[cells], values)

    def without(self, cell: int) -> "Tables":
        """Give the tables that leave one cell as it is: those that remain when it is shown."""
        found = Tables(self._ledger)
        found._want_low, found._want_high = self._want_low, self._want_high
        for cells, shift in self._moves:
            if cell not in cells:
                found._keep(cells, shift)
        return found

    def unsafe(self, cells: Ints) -> Ints:
        """Give those of some cells that the tables do not prove safe yet."""
        covered = (self.low[cells] <= self._want_low[cells] + FINE) & (
            self.high[cells] >= self._want_high[cells] - FINE
        )
        apart = self.high[cells] - self.low[cells] >= self._ledger.width[cells] - FINE
        return cells[~np.where(self._ledger.small[cells], covered, apart)]

    def settle(self, cell: int, least: float) -> bool:
        """Want no less of a cell than what everybody knows it to be; tell whether that is less than before."""
        if least <= self._want_low[cell] + FINE:
            return False
        self._want_low[cell] = least
        self._want_high[cell] = max(self._want_high[cell], least + self._ledger.width[cell])
        return True

    def targets(self, cell: int) -> list[float]:
        """Give the values that a cell should still become able to take, the larger first."""
        if self.unsafe(np.array([cell])).size == 0:
            return []
        low, high = float(self._want_low[cell]), float(self._want_high[cell])
        up = [high] if self.high[cell] < high - FINE else []
        return [*up, low] if self.low[cell] > low + FINE else up


def wanted(ledger: Ledger) -> tuple[Floats, Floats]:
    """Give the least and the largest value that each cell should be able to take.

    A small cell must be able to be as little as everybody knows it to be at least, and `width` more than that,
    whatever it is; for any other hidden cell one of the two, or a range of `width` between, is enough.
    """
    low = np.where(
        ledger.small, ledger.least, np.maximum(ledger.least, ledger.values - ledger.width)
    )
    high = np.where(ledger.small, ledger.least + ledger.width, ledger.values + ledger.width)
    return low, high


def unproven(ledger: Ledger, hidden: Bools, found: Tables) -> Iterator[int]:
    """Look for the tables that are missing, and give one by one the hidden cells for which there are none."""
    for block in blocks(ledger, hidden):
        if found.unsafe(block.cells).size > MANY:
            _move_together(ledger, block, found)
        for cell in found.unsafe(block.cells):
            for target in found.targets(int(cell)):
                _move(ledger, block, found, cell=int(cell), target=target)
            if found.unsafe(np.array([cell])).size:
                yield int(cell)


def _move_together(ledger: Ledger, block: Block, found: Tables) -> None:
    """Move all cells of a block as far as is wanted, upwards and downwards, as many as will."""
    low, high = (each[block.cells] for each in wanted(ledger))
    ones = np.ones(block.cells.size)
    _ask(ledger, block, found, aim=-ones, bounds=Bounds(block.least, np.maximum(high, block.least)))
    _ask(ledger, block, found, aim=ones, bounds=Bounds(np.maximum(block.least, low), np.inf))


def _move(ledger: Ledger, block: Block, found: Tables, *, cell: int, target: float) -> None:
    """Look for a table in which one cell is as far in the direction of the target as it can be, and no farther."""
    place = block.cells == cell
    up = target > ledger.values[cell]
    floor = np.where(place & ~up, target, block.least)
    ceiling = np.where(place & up, target, np.inf)
    aim = np.where(place, -1.0 if up else 1.0, 0.0)
    _ask(ledger, block, found, aim=aim, bounds=Bounds(floor, ceiling))


def _ask(ledger: Ledger, block: Block, found: Tables, *, aim: Floats, bounds: Bounds) -> None:
    """Ask for a table, in whole numbers where the truth is whole, and remember it if there is one."""
    values = _answer(block, aim, bounds, np.zeros(aim.size))
    if values is not None and ledger.whole and np.abs(values - np.round(values)).max() > FINE:
        values = _answer(block, aim, bounds, np.ones(aim.size))
    if values is None:
        return
    values = np.round(values) if ledger.whole else values
    off = np.abs(block.sums @ values - block.rest).max(initial=0.0)
    if off <= FINE * (1 + np.abs(block.rest).max(initial=0.0)):
        found.take(block.cells, values - ledger.values[block.cells])


def _answer(block: Block, aim: Floats, bounds: Bounds, integrality: Floats) -> Floats | None:
    answer = milp(
        aim,
        constraints=LinearConstraint(block.sums, block.rest, block.rest),
        bounds=bounds,
        integrality=integrality,
        options={"time_limit": SECONDS},
    )
    found: Floats | None = answer.x
    return found
