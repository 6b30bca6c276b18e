"""What is asked of a panel in one pass, and what the panel looks like: the words of the aggregate queries."""

from dataclasses import dataclass

from opendtm.measure.definitions import Indicator
from opendtm.measure.grammar import Value


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of the answer: an indicator, whole or in one part of a disaggregation."""

    indicator: Indicator
    value: Value
    by: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked in one pass: a level, the cells, and the concept that they are taken apart by."""

    by: str
    cells: tuple[Cell, ...]
    along: str | None = None
    sources: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What the panel looks like, so that the query asks no more than it must.

    `split`: places stand in several rows; `carried`: some rows are carried forward; `same_day`: all rows
    have one date, or none has any.
    """

    split: bool
    carried: bool
    same_day: bool
