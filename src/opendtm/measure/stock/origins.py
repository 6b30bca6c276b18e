"""Where people came from and where they are: the origin-destination matrix with its shares and diversity."""

from dataclasses import dataclass
from math import log

import numpy as np
import pyarrow as pa

from opendtm.measure.stock.columns import Numbers, known_counts, texts


@dataclass(frozen=True, slots=True)
class Matrix:
    """Persons by origin (rows) and by place where they are now (columns), codes sorted.

    `modelled` says what of it was computed rather than asked: empty, `reconciled` (IPF), or `lower_bound`.
    """

    origins: tuple[str, ...]
    places: tuple[str, ...]
    persons: Numbers
    modelled: str = ""

    def out_of(self) -> Numbers:
        """Give the persons of each origin."""
        return np.asarray(self.persons.sum(axis=1), float)

    def into(self) -> Numbers:
        """Give the persons in each place."""
        return np.asarray(self.persons.sum(axis=0), float)

    def total(self) -> float:
        """Give all persons."""
        return float(self.persons.sum())

    def share_of_origin(self) -> Numbers:
        """Give where the people of each origin are (rows add up to 1; NaN-free: an empty row stays 0)."""
        return _shares(self.persons, self.out_of()[:, np.newaxis])

    def share_of_place(self) -> Numbers:
        """Give where the people of each place came from (columns add up to 1; an empty one stays 0)."""
        return _shares(self.persons, self.into()[np.newaxis, :])

    def table(self) -> pa.Table:
        """Write the cells above zero as rows: origin, place, persons, and both shares."""
        rows, columns = np.nonzero(self.persons)
        return pa.table(
            {
                "origin": pa.array([self.origins[row] for row in rows], pa.string()),
                "place": pa.array([self.places[column] for column in columns], pa.string()),
                "persons": self.persons[rows, columns],
                "share_of_origin": self.share_of_origin()[rows, columns],
                "share_of_place": self.share_of_place()[rows, columns],
            }
        )


@dataclass(frozen=True, slots=True)
class Diversity:
    """How mixed a population is: Shannon entropy in nats, as a share of its largest value, and Herfindahl.

    `evenness` is entropy / ln k for k origins with people, None for one origin. `herfindahl` is Σ p², from
    1/k (all alike) to 1 (one origin only).
    """

    entropy: float
    evenness: float | None
    herfindahl: float
    origins: int


def matrix(table: pa.Table, *, value: str = "persons") -> Matrix:
    """Add up a table with a row a group: `origin`, `place` and the column `value`.

    StockTableInvalid for a column that is absent or empty in a row, or a count below 0.
    """
    origin, place = texts(table, "origin"), texts(table, "place")
    persons = known_counts(table, value)
    origins, places = tuple(sorted(set(origin))), tuple(sorted(set(place)))
    rows = {code: number for number, code in enumerate(origins)}
    columns = {code: number for number, code in enumerate(places)}
    cells = np.zeros((len(origins), len(places)))
    np.add.at(cells, ([rows[code] for code in origin], [columns[code] for code in place]), persons)
    return Matrix(origins, places, cells)


def diversity(persons: Numbers) -> Diversity | None:
    """Give the diversity of a row or column of a matrix; None where there is nobody."""
    held = persons[persons > 0]
    if not held.size:
        return None
    parts = held / held.sum()
    entropy = float(-(parts * np.log(parts)).sum()) + 0.0
    return Diversity(
        entropy=entropy,
        evenness=entropy / log(held.size) if held.size > 1 else None,
        herfindahl=float((parts**2).sum()),
        origins=int(held.size),
    )


def _shares(persons: Numbers, totals: Numbers) -> Numbers:
    return np.divide(persons, totals, out=np.zeros_like(persons), where=totals > 0)
