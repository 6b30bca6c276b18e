"""A figure: a number that can answer for itself.

It carries its date, method, coverage and sources. Unknown is None, never zero; zero was observed.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pyarrow as pa

from opendtm.records.confidence import Confidence


class Method(StrEnum):
    """How a figure came about, the weakest of its parts."""

    OBSERVED = "observed"
    DERIVED = "derived"  # computed from another answer by a stated factor
    CARRIED_FORWARD = "carried_forward"  # some part repeats an earlier round
    ESTIMATED = "estimated"  # from a sample drawn by chance, with its error
    ASKED = "asked"  # of the interviews held alone: they were not drawn by chance
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what is known stands behind a figure, in places."""

    n_known: int  # places that should have answered (closed ones are not counted)
    n_assessed: int  # places with an answer of this round
    n_carried: int = 0  # places whose earlier answer was repeated
    n_inaccessible: int = 0

    @property
    def share(self) -> float | None:
        """Give assessed places as a share of known ones; None where none is known."""
        return self.n_assessed / self.n_known if self.n_known else None


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator at one place, for one round.

    `by` names a disaggregation as pairs of (dimension, code), empty for a total. `place_level` is an
    administrative level 0-3, or "site". `sources` are the records behind it (instance IDs or
    `file#sheet!row`). `carried` is the part of `value` that was carried forward, in the same unit.
    `confidence` is None where a figure was not graded (`measure.confidence.graded`), or has no value.
    """

    indicator: str
    value: float | None
    unit: str
    place_code: str | None
    place_name: str | None
    place_level: str
    n_places: int
    as_of: date | None
    method: Method
    coverage: Coverage
    by: tuple[tuple[str, str], ...] = ()
    round: str | None = None
    carried: float | None = None
    sources: tuple[str, ...] = ()
    suppressed: str | None = None
    confidence: Confidence | None = None

    SCHEMA = pa.schema(
        [
            pa.field("indicator", pa.string(), nullable=False),
            pa.field("place_level", pa.string(), nullable=False),
            pa.field("place_code", pa.string()),
            pa.field("place_name", pa.string()),
            pa.field("by", pa.string()),
            pa.field("value", pa.float64()),
            pa.field("unit", pa.string(), nullable=False),
            pa.field("n_places", pa.int32(), nullable=False),
            pa.field("as_of", pa.date32()),
            pa.field("round", pa.string()),
            pa.field("method", pa.string(), nullable=False),
            pa.field("n_known", pa.int32(), nullable=False),
            pa.field("n_assessed", pa.int32(), nullable=False),
            pa.field("n_carried", pa.int32(), nullable=False),
            pa.field("n_inaccessible", pa.int32(), nullable=False),
            pa.field("carried", pa.float64()),
            pa.field("sources", pa.list_(pa.string())),
            pa.field("suppressed", pa.string()),
        ]
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two rounds, taken apart so that it is not mistaken for movement.

    All parts in the unit of the figure; they sum to `total`: change on matched places, newly covered,
    closed, lost access (or not covered any more), corrections of the earlier round, and what places brought
    or took that were counted in another class before (reclassified; 0 for a whole operation).
    """

    before: float | None
    after: float | None
    matched: float
    newly_covered: float
    closed: float
    lost_access: float
    corrected: float
    n_matched: int
    n_new: int
    n_closed: int
    n_lost: int
    reclassified: float = 0.0
    n_reclassified: int = 0

    @property
    def total(self) -> float | None:
        """Give the whole difference; None where one side is unknown."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before
