"""What is estimated, as two columns a statistic: what a row adds above the line, and below it.

A mean is a ratio whose denominator is one for every known answer, a proportion is the mean of an
indicator, a total has no denominator. An answer that is unknown is null above and below: the row keeps
its place in the design and leaves the domain (R's `na.rm`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import ibis

from opendtm.errors.measure_survey import NotANumber
from opendtm.measure.engines import fetched
from opendtm.measure.survey.binding import Bound
from opendtm.measure.survey.design import Column
from opendtm.measure.survey.sample import Sample


class Statistic(StrEnum):
    """The kinds of estimates."""

    MEAN = "mean"
    TOTAL = "total"
    RATIO = "ratio"
    PROPORTION = "proportion"
    QUANTILE = "quantile"


@dataclass(frozen=True, slots=True)
class Term:
    """One statistic of one variable: for a ratio with the variable below, for a proportion with its level."""

    statistic: Statistic
    variable: str
    below: str | None = None
    level: str | None = None

    @property
    def name(self) -> str:
        """Name the variable as a result shows it: `y/x` for a ratio."""
        return f"{self.variable}/{self.below}" if self.below else self.variable

    def known(self, bound: Bound) -> Column:
        """Tell for each row whether the answer is known."""
        known = _told(bound.column(self.variable))
        return known & _told(bound.column(self.below)) if self.below else known

    def above(self, bound: Bound) -> Column:
        """Give what a row adds above the line, null where unknown."""
        column = bound.column(self.variable)
        if self.statistic is Statistic.PROPORTION:
            column = column.cast("string") == self.level
        return _number(self.known(bound), column)

    def under(self, bound: Bound) -> Column:
        """Give what a row adds below the line, null where unknown."""
        column = bound.column(self.below) if self.below else ibis.literal(1.0)
        return _number(self.known(bound), column)


def _told(column: Column) -> Column:
    known = column.notnull()
    return known & ~column.isnan() if column.type().is_floating() else known


def _number(known: Column, column: Column) -> Column:
    return ibis.cases((known, column.cast("float64")), else_=ibis.null("float64"))


def check_numbers(sample: Sample, names: Sequence[str]) -> None:
    """Raise SurveyColumnMissing for a column that is not there, NotANumber for one of words."""
    sample.check_columns(names)
    for name in names:
        kind = sample.bound.kind(name)
        if not (kind.is_numeric() or kind.is_boolean()):
            raise NotANumber(column=name)


def levels(sample: Sample, variable: str) -> list[str]:
    """List the categories of a variable that the sample holds, in order."""
    sample.check_columns([variable])
    if sample.numbered is not None and sample.numbered.means_the_same(variable):
        levels: list[str] = sample.numbered.levels(variable)
        return levels
    column = sample.bound.column(variable)
    kinds = sample.table.filter(_told(column)).select(level=column, text=column.cast("string"))
    found = fetched(kinds.distinct()).sort_by("level")
    return list(found["text"].to_pylist())
