"""One column of text into the type of its concept, with every doubt said aloud."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.tables import codewords, dates, missing, numbers
from opendtm.vocab import Concept, Kind

FITS = 0.5  # the share of filled cells that must be readable before a column counts as recognised


@dataclass(frozen=True, slots=True)
class Manner:
    """How a column is to be read where a mapping says so; None leaves it to the column itself."""

    decimal: str | None = None
    date_order: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Converted:
    """A column in the type of its concept; `unread` counts the words that could not be read."""

    values: pa.Array
    unread: dict[str, int] = field(default_factory=dict)
    as_numbers: numbers.Numbers | None = None
    as_dates: dates.Dates | None = None

    @property
    def fit(self) -> float:
        """Give the share of filled cells that could be read; 1 for an empty column."""
        read = len(self.values) - self.values.null_count
        unread = sum(self.unread.values())
        return read / (read + unread) if read + unread else 1.0

    @property
    def is_share(self) -> bool:
        """Tell whether a column of counts holds shares: nothing above 1, and something between."""
        if self.as_numbers is None or self.as_numbers.values.null_count == len(self.values):
            return False
        low, high = (pc.min_max(self.values)[key].as_py() for key in ("min", "max"))
        broken = pc.any(pc.not_equal(pc.floor(self.values), self.values)).as_py()
        return bool(low >= 0 and high <= 1 and broken)


def convert(column: pa.Array, concept: Concept, manner: Manner | None = None) -> Converted:
    """Read a column of text as values of a concept."""
    how = manner or Manner()
    if concept.kind in {Kind.COUNT, Kind.NUMBER}:
        whole = concept.kind is Kind.COUNT
        read = numbers.read_numbers(column, decimal=how.decimal, whole=whole, exact=how.exact)
        return Converted(read.values, read.unread, as_numbers=read)
    if concept.kind is Kind.DATE:
        days = dates.read_dates(column, order=how.date_order)
        return Converted(days.values, days.unread, as_dates=days)
    if concept.codes:
        several = concept.kind is Kind.CODES
        coded = codewords.read_codes(
            column, codes=concept.codes, several=several, translations=how.codes
        )
        return Converted(coded.values, coded.unread)
    return Converted(missing.as_null(column, codes=True))


def fits(converted: Converted, concept: Concept) -> bool:
    """Tell whether the values bear out that a column holds a concept."""
    if concept.kind is Kind.COUNT and converted.is_share:
        return False
    needed = FITS if concept.codes is None else 0.01
    return converted.fit >= needed
