"""The attacker: who has everything that was published, and a linear program.

For each hidden cell the attacker asks for the least and the largest value that agrees with every published
number, every sum, and the knowledge that counts are whole and not negative. What cannot influence each other
is asked apart, so that a large table falls into many small questions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from opendtm.measure.disclosure.ledger import Bools, Floats, Ints, Ledger

FINE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Hidden cells that hang together: their places in the ledger, the sums over them, what these come to."""

    cells: Ints
    sums: csr_array
    rest: Floats
    least: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """What an attacker knows of each hidden cell: its place in the ledger, and between what it must lie."""

    cells: Ints
    low: Floats
    high: Floats


def blocks(ledger: Ledger, hidden: Bools) -> Iterator[Block]:
    """Cut the hidden cells into blocks that share no published sum."""
    unknown = np.flatnonzero(hidden)
    if unknown.size == 0:
        return
    told = ledger.relations[:, unknown].tocsr()
    rest = -(ledger.relations @ np.where(hidden, 0.0, ledger.values))
    telling = np.flatnonzero(np.diff(told.indptr))
    told, rest = told[telling, :], rest[telling]
    touching = (abs(told).T @ abs(told)).tocsr()
    count, label = connected_components(touching, directed=False)
    line_label = label[told.indices[told.indptr[:-1]]] if told.shape[0] else np.zeros(0, int)
    in_order, lines_in_order = (
        np.argsort(label, kind="stable"),
        np.argsort(line_label, kind="stable"),
    )
    cuts = np.searchsorted(label[in_order], np.arange(count + 1))
    line_cuts = np.searchsorted(line_label[lines_in_order], np.arange(count + 1))
    for number in range(count):
        inside = in_order[cuts[number] : cuts[number + 1]]
        lines = lines_in_order[line_cuts[number] : line_cuts[number + 1]]
        cells = unknown[inside]
        yield Block(cells, told[lines, :][:, inside], rest[lines], ledger.least[cells])


def ranges(ledger: Ledger, hidden: Bools) -> Ranges:
    """Give what linear programming tells of each hidden cell; infinity where nothing bounds it.

    Where all counts are whole the ends are rounded inwards.
    """
    found = [_block_ranges(block, np.zeros(block.cells.size)) for block in blocks(ledger, hidden)]
    joined = _joined(found)
    if not ledger.whole:
        return joined
    return replace(joined, low=np.ceil(joined.low - FINE), high=np.floor(joined.high + FINE))


def whole_ranges(ledger: Ledger, hidden: Bools) -> Ranges:
    """Give what integer programming tells: the sharpest that a table of whole counts allows, and slower."""
    return _joined(
        [_block_ranges(block, np.ones(block.cells.size)) for block in blocks(ledger, hidden)]
    )


def _block_ranges(block: Block, integrality: Floats) -> Ranges:
    ends = np.array(
        [
            [_extreme(block, place, sign, integrality) for sign in (1.0, -1.0)]
            for place in range(block.cells.size)
        ]
    )
    return Ranges(block.cells, ends[:, 0], ends[:, 1])


def _extreme(block: Block, place: int, sign: float, integrality: Floats) -> float:
    """Give the least (sign 1) or the largest (sign -1) value of one cell of a block.

    The truth itself is a solution, so where the solver gives none, nothing bounds the cell.
    """
    aim = np.zeros(block.cells.size)
    aim[place] = sign
    found = milp(
        aim,
        constraints=LinearConstraint(block.sums, block.rest, block.rest),
        bounds=Bounds(block.least, np.inf),
        integrality=integrality,
    )
    return -sign * np.inf if found.x is None else float(found.x[place])


def _joined(found: list[Ranges]) -> Ranges:
    cells = np.concatenate([each.cells for each in found]) if found else np.zeros(0, np.int64)
    order = np.argsort(cells)
    low = np.concatenate([each.low for each in found]) if found else np.zeros(0)
    high = np.concatenate([each.high for each in found]) if found else np.zeros(0)
    return Ranges(cells[order], low[order], high[order])
