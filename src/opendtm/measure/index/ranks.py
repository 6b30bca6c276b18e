"""How sure the ranks of an index are: what becomes of them when its makers had chosen otherwise.

Monte Carlo over weights, normalisation and aggregation (OECD and JRC 2008; Saisana, Saltelli and Tarantola
2005), from a stated seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import stats

from opendtm.measure.index.declaration import Aggregation, Declaration
from opendtm.measure.index.scores import Scored, aggregated, held_at, normalised, scores

Numbers = npt.NDArray[np.float64]
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place with its rank, 1 for the highest index, and the ranks it takes in 5, 50 and 95 % of the draws.

    All ranks are None where the place has no index; `scored` says why.
    """

    scored: Scored
    rank: int | None = None
    low: int | None = None
    median: int | None = None
    high: int | None = None


def ranks(table: pa.Table, *, declared: Declaration) -> tuple[Ranked, ...]:
    """Rank the places that have an index, and say how far each rank moves, in the order of the rows.

    Each draw moves every weight by up to the declared share, evenly; normalises by the frozen cut-offs, by the
    least and largest value of these places, or by percentile rank; and adds up arithmetically or geometrically.
    A critical indicator holds the index down in every draw. Equal places share the better rank. Errors as in `scores`.
    """
    found = scores(table, declared=declared)
    kept = [row for row, each in enumerate(found) if each.value is not None]
    if not kept:
        return tuple(Ranked(each) for each in found)
    values = np.array([each.value for each in found if each.value is not None])
    drawn = _drawn(normalised(table, declared)[kept], declared)
    spread = np.quantile(drawn, (LOW, MIDDLE, HIGH), axis=0, method="inverted_cdf").astype(int)
    ranked = {
        row: (rank, *three)
        for row, rank, three in zip(kept, rank_of(values), spread.T.tolist(), strict=True)
    }
    return tuple(
        Ranked(each, *ranked[row]) if row in ranked else Ranked(each)
        for row, each in enumerate(found)
    )


def rank_of(values: Numbers) -> list[int]:
    """Rank from the highest value down; equal values (to nine digits) share the better rank."""
    return [int(rank) for rank in stats.rankdata(-np.round(values, 9), method="min")]


def _drawn(values: Numbers, declared: Declaration) -> Numbers:
    chance = np.random.default_rng(declared.seed)
    weights = np.array([each.weight for each in declared.ingredients])
    most = held_at(values, declared)
    ways, scales = tuple(Aggregation), (values, _between(values), _percentiles(values))
    drawn = np.empty((declared.draws, len(values)))
    for draw in range(declared.draws):
        moved = weights * chance.uniform(1 - declared.moved, 1 + declared.moved, len(weights))
        scale, way = scales[chance.integers(len(scales))], ways[chance.integers(len(ways))]
        found = aggregated(scale, moved, way=way, floor=declared.floor)
        drawn[draw] = rank_of(np.minimum(found, most))
    return drawn


def _between(values: Numbers) -> Numbers:
    """Normalise by the least and largest known value of each column; as it stands where all are equal."""
    scaled = values.copy()
    for column in range(values.shape[1]):
        known = ~np.isnan(values[:, column])
        told: Sequence[float] = values[known, column].tolist()
        if told and max(told) > min(told):
            width = max(told) - min(told)
            scaled[known, column] = 100 * (values[known, column] - min(told)) / width
    return scaled


def _percentiles(values: Numbers) -> Numbers:
    """Normalise by the share of the known values of each column at or below, ties at their middle."""
    scaled = values.copy()
    for column in range(values.shape[1]):
        known = ~np.isnan(values[:, column])
        if known.any():
            order = stats.rankdata(values[known, column], method="average")
            scaled[known, column] = 100 * (order - 0.5) / known.sum()
    return scaled
