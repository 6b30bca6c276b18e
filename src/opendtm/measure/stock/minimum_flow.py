"""The least number of people who must have moved between two rounds, from two tables of stocks.

People of one origin stand in places before and after; the flows that lead from one to the other with the
fewest moves solve a transport problem (after Abel 2013 and Abel and Sander 2014, unverified). It is modelled
and a lower bound: who moves away while others come leaves no trace in two stocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from opendtm.errors import Where
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Label, Message
from opendtm.measure.stock.columns import Numbers
from opendtm.measure.stock.origins import Matrix

LABEL = Label("Modelled, lower bound", "Modélisé, borne inférieure")
OUTSIDE = "outside"  # where the difference of the two totals comes from or goes to
Stocks = Mapping[str, Mapping[str, float]]  # persons by origin and place


@dataclass(frozen=True, slots=True)
class MinimumFlow:
    """The least flows between two rounds, in persons, over all origins.

    `flows` has places before as rows and places after as columns, who stayed on its diagonal, and OUTSIDE
    where the totals differ. `moved` is the least number of moves: it is the same for every solution, while several
    tables of `flows` may have it.
    """

    flows: Matrix
    moved: float
    from_outside: float
    to_outside: float


def minimum_flow(
    before: Stocks, after: Stocks, *, cost: Mapping[tuple[str, str], float] | None = None
) -> MinimumFlow:
    """Give the least flows that lead from the stocks `before` to those `after`, origin by origin.

    `cost` may give the cost of a move between two places, in any unit above 0 (a distance, say), so that of
    the many tables with equally few moves the cheapest is shown; a pair that is missing costs the highest.
    StockTableInvalid for a stock below 0 or infinite, or a cost that is not above 0.
    """
    names = sorted({place for stocks in (before, after) for of in stocks.values() for place in of})
    places = (*names, OUTSIDE)
    prices = _prices(places, cost)
    cells = np.zeros((len(places), len(places)))
    for origin in sorted({*before, *after}):
        old = _stocks(before.get(origin, {}), names)
        new = _stocks(after.get(origin, {}), names)
        gap = float(old.sum() - new.sum())
        cells += _transported(np.append(old, max(-gap, 0.0)), np.append(new, max(gap, 0.0)), prices)
    flows = Matrix(places, places, cells, "lower_bound")
    return MinimumFlow(
        flows=flows,
        moved=float(cells.sum() - np.trace(cells)),
        from_outside=float(cells[-1].sum()),
        to_outside=float(cells[:, -1].sum()),
    )


def _transported(old: Numbers, new: Numbers, prices: Numbers) -> Numbers:
    """Solve one origin: who can stay stays, the rest moves at the least cost."""
    stay = np.minimum(old, new)
    give, take = np.flatnonzero(old - stay > 0), np.flatnonzero(new - stay > 0)
    cells = np.diag(stay)
    if not give.size or not take.size:
        return cells
    height, width = len(give), len(take)
    row, column = np.divmod(np.arange(height * width), width)
    held = sparse.csr_matrix(
        (
            np.ones(2 * height * width),
            (np.concatenate([row, column + height]), np.tile(np.arange(height * width), 2)),
        )
    )
    amounts = np.concatenate([(old - stay)[give], (new - stay)[take]])
    costs = prices[np.ix_(give, take)].ravel()
    solved = linprog(costs, A_eq=held[:-1], b_eq=amounts[:-1], method="highs")
    cells[np.ix_(give, take)] = solved.x.reshape(height, width)
    return cells


def _prices(places: tuple[str, ...], cost: Mapping[tuple[str, str], float] | None) -> Numbers:
    dearest = max(cost.values(), default=1.0) if cost else 1.0
    prices = np.full((len(places), len(places)), dearest)
    rank = {place: number for number, place in enumerate(places)}
    for (one, other), price in (cost or {}).items():
        if not np.isfinite(price) or price <= 0:
            raise _wrong("cost", Message("a cost must be above 0"))
        if one in rank and other in rank:
            prices[rank[one], rank[other]] = price
    return prices


def _stocks(stocks: Mapping[str, float], names: list[str]) -> Numbers:
    values = np.array([stocks.get(name, 0.0) for name in names], float)
    if not np.isfinite(values).all() or (values < 0).any():
        raise _wrong("stock", Message("it must be a number of 0 or more"))
    return values


def _wrong(column: str, reason: Message) -> StockTableInvalid:
    return StockTableInvalid(column=column, reason=reason, where=Where(column=column))
