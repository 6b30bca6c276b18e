"""Fits a survey's origin-destination matrix to known stocks: iterative proportional fitting.

Rows and columns are scaled in turn until both totals are met; the cells keep the odds ratios of the survey
(Deming and Stephan 1940, unverified). A cell where the survey found nobody stays empty. Totals that no such
matrix can have are refused, with the place at fault, instead of an iteration that never ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from opendtm.errors.measure_stock import (
    MarginsDiffer,
    MarginsUnreachable,
    NotReconciled,
    StockTableInvalid,
)
from opendtm.i18n import Message
from opendtm.measure.stock.columns import Numbers
from opendtm.measure.stock.origins import Matrix

CLOSE = 1e-9  # of the total: how near the totals must come


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A matrix that has the totals asked for, how many passes it took, and how far off it still is (a share)."""

    matrix: Matrix
    passes: int
    off: float


def reconcile(
    surveyed: Matrix,
    *,
    by_origin: Mapping[str, float],
    by_place: Mapping[str, float],
    passes: int = 1000,
    close: float = CLOSE,
) -> Reconciled:
    """Scale a surveyed matrix to totals by origin and by place, which must name its origins and places.

    StockTableInvalid where a total is missing, below 0 or infinite; MarginsDiffer where both do not add up to
    the same; MarginsUnreachable where no matrix with the survey's empty cells has them; NotReconciled where
    `passes` did not suffice.
    """
    rows = _margin(by_origin, surveyed.origins)
    columns = _margin(by_place, surveyed.places)
    if abs(rows.sum() - columns.sum()) > close * max(rows.sum(), columns.sum(), 1.0):
        raise MarginsDiffer(origins=float(rows.sum()), places=float(columns.sum()))
    _check_reachable(surveyed, rows, columns)
    cells, done, off = _fitted(surveyed.persons, rows, columns, passes, close)
    if off > close:
        raise NotReconciled(passes=passes, off=f"{off:.2g}")
    return Reconciled(Matrix(surveyed.origins, surveyed.places, cells, "reconciled"), done, off)


def _fitted(
    cells: Numbers, rows: Numbers, columns: Numbers, passes: int, close: float
) -> tuple[Numbers, int, float]:
    whole = max(float(rows.sum()), 1.0)
    off = 1.0
    for done in range(1, passes + 1):
        cells = cells * _factors(rows, cells.sum(axis=1))[:, np.newaxis]
        cells = cells * _factors(columns, cells.sum(axis=0))[np.newaxis, :]
        off = float(np.abs(cells.sum(axis=1) - rows).max(initial=0.0)) / whole
        if off <= close:
            return cells, done, off
    return cells, passes, off


def _factors(wanted: Numbers, held: Numbers) -> Numbers:
    return np.divide(wanted, held, out=np.zeros_like(wanted), where=held > 0)


def _margin(totals: Mapping[str, float], names: tuple[str, ...]) -> Numbers:
    missing = sorted(set(names) ^ set(totals))
    if missing:
        reason = Message("{place} stands in one of matrix and totals only", {"place": missing[0]})
        raise StockTableInvalid(column=missing[0], reason=reason)
    values = np.array([totals[name] for name in names], float)
    wrong = ~np.isfinite(values) | (values < 0)
    if wrong.any():
        reason = Message("it must be a number of 0 or more")
        raise StockTableInvalid(column=names[int(wrong.argmax())], reason=reason)
    return values


def _check_reachable(surveyed: Matrix, rows: Numbers, columns: Numbers) -> None:
    """Look for any matrix with people in the survey's cells only that has the totals; name where it fails.

    A linear programme puts as many people as it can into the cells; who is left over shows the place.
    """
    row, column = np.nonzero(surveyed.persons)
    lacking, whole = (*rows, *columns), float(rows.sum())
    if whole == 0:
        return
    if len(row):
        size, height = len(row), len(rows)
        places = np.concatenate([row, column + height])
        ones, cells = np.ones(2 * size), np.tile(np.arange(size), 2)
        within = sparse.csr_matrix((ones, (places, cells)), shape=(height + len(columns), size))
        limits = np.concatenate([rows, columns])
        found = linprog(-np.ones(size), A_ub=within, b_ub=limits, method="highs")
        lacking = tuple(limits - within @ found.x)
    if max(lacking) > 1e-7 * whole:
        names = (*surveyed.origins, *surveyed.places)
        raise MarginsUnreachable(place=names[int(np.argmax(lacking))])
