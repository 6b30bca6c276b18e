"""Tables with margins over any number of crossed and nested dimensions, as a ledger.

Place inside place inside place, by sex, by age: every cell that such a table could print, from the finest to
the grand total, and every sum that ties them together.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product

import numpy as np
from scipy.sparse import csr_array, eye_array, kron, vstack

from opendtm.measure.disclosure.ledger import Cell, Ledger, ledger, with_least
from opendtm.measure.disclosure.rules import Rule

DEARER = 8.0  # how much dearer to hide a total is than its parts, by level


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension: `leaves`, and what lies in what (`parents`: child to parent, for leaves and nodes)."""

    leaves: Sequence[Hashable]
    parents: Mapping[Hashable, Hashable]

    def heights(self) -> dict[Hashable, int]:
        """Give every member, leaves first, with how many levels lie below it at most."""
        found = dict.fromkeys(self.leaves, 0)
        for leaf in self.leaves:
            member, steps = self.parents.get(leaf), 1
            while member is not None:
                found[member] = max(found.get(member, 0), steps)
                member, steps = self.parents.get(member), steps + 1
        return found


def crossed(
    counts: Mapping[tuple[Hashable, ...], float],
    dimensions: Sequence[Dimension],
    *,
    rule: Rule,
    unit: str = "person",
) -> Ledger:
    """Build the ledger of a table: its keys are tuples with one member of each dimension.

    `counts` gives the finest cells; what it does not name is an observed zero. Every combination of members
    becomes a cell with its sum.
    """
    leaf_values = np.array(
        [counts.get(key, 0.0) for key in product(*(each.leaves for each in dimensions))]
    )
    values = reduce(kron, [_sums(each) for each in dimensions]).tocsr() @ leaf_values
    heights = [each.heights() for each in dimensions]
    keys = list(product(*heights))
    cells = [
        Cell(key, float(value), unit, weight=_weight(key, heights))
        for key, value in zip(keys, values, strict=True)
    ]
    return with_least(replace(ledger(cells, (), rule=rule), relations=_relations(dimensions)))


def _weight(key: tuple[Hashable, ...], heights: Sequence[Mapping[Hashable, int]]) -> float:
    above = sum(height[member] for member, height in zip(key, heights, strict=True))
    return float(DEARER**above)


def _sums(dimension: Dimension) -> csr_array:
    """Give the matrix (members x leaves) that adds leaves up to every member."""
    nodes = {node: index for index, node in enumerate(dimension.heights())}
    lines, columns = [], []
    for column, leaf in enumerate(dimension.leaves):
        member: Hashable | None = leaf
        while member is not None:
            lines.append(nodes[member])
            columns.append(column)
            member = dimension.parents.get(member)
    shape = (len(nodes), len(dimension.leaves))
    return csr_array((np.ones(len(lines)), (lines, columns)), shape=shape)


def _steps(dimension: Dimension) -> csr_array:
    """Give one line a member that has parts: its parts minus itself."""
    nodes = {node: index for index, node in enumerate(dimension.heights())}
    wholes = {node: line for line, node in enumerate(dict.fromkeys(dimension.parents.values()))}
    entries = [(wholes[parent], nodes[child], 1.0) for child, parent in dimension.parents.items()]
    entries += [(line, nodes[whole], -1.0) for whole, line in wholes.items()]
    lines, columns, factors = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (len(wholes), len(nodes))
    return csr_array(
        (np.array(factors), (np.array(lines, int), np.array(columns, int))), shape=shape
    )


def _relations(dimensions: Sequence[Dimension]) -> csr_array:
    """Cross the sums of each dimension with every member of the others."""
    sizes = [len(each.heights()) for each in dimensions]
    crossed_lines = []
    for position, dimension in enumerate(dimensions):
        factors = [eye_array(size) for size in sizes]
        factors[position] = _steps(dimension)
        crossed_lines.append(reduce(kron, factors))
    return csr_array(vstack(crossed_lines))
