"""From the grammar to Ibis: each value becomes one column of the row, known or null.

Only portable Ibis operations are used, so that the same expressions run on DuckDB and on Spark. Logic
is three-valued: a condition that cannot be decided is null, and so is what depends on it.
"""

from functools import reduce
from operator import add, and_
from typing import Any

import ibis

from opendtm.measure.grammar import Condition, Count, Ratio, Sum, Value

Column = Any  # an Ibis column; Ibis publishes no types that strict checking could use
Table = Any


def readable(value: Value, columns: frozenset[str]) -> bool:
    """Tell whether a table with these columns can say anything about a value."""
    match value:
        case Sum(names, where):
            return columns.issuperset(names) and _answerable(where, columns)
        case Count(where):
            return _answerable(where, columns)
        case Ratio(above, below):
            return readable(above, columns) and readable(below, columns)


def row_value(table: Table, value: Value) -> Column:
    """Give what one row adds to a sum or a count, as a number; null where it is unknown."""
    match value:
        case Count(where):
            return _all_met(table, where).cast("float64")
        case Sum(names, where):
            total = reduce(add, (table[name].cast("float64") for name in names))
            if not where:
                return total
            met = _all_met(table, where)
            return ibis.cases((met, total), (~met, ibis.literal(0.0)), else_=ibis.null("float64"))
        case Ratio(above, below):
            return _where_both(table, above, below, row_value(table, above))


def row_denominator(table: Table, value: Ratio) -> Column:
    """Give what one row adds to the denominator of a ratio; null where either side is unknown."""
    return _where_both(
        table, value.numerator, value.denominator, row_value(table, value.denominator)
    )


def _where_both(table: Table, above: Sum, below: Sum, column: Column) -> Column:
    known = row_value(table, above).notnull() & (row_value(table, below) > 0)
    return ibis.cases((known, column), else_=ibis.null("float64"))


def _all_met(table: Table, where: tuple[Condition, ...]) -> Column:
    return reduce(and_, (_met(table, condition) for condition in where))


def _met(table: Table, condition: Condition) -> Column:
    answer = table[condition.subject]
    if condition.several:
        return _any_met(answer, condition)
    known = answer.notnull()
    if condition.unknown:
        known &= ~answer.isin(condition.unknown)
    return ibis.cases((known, answer.isin(condition.codes)), else_=ibis.null("boolean"))


def _any_met(answers: Column, condition: Condition) -> Column:
    """Decide a question with several answers: met by one of the codes, unmet by any other known one."""
    met = reduce(
        lambda one, other: one | other, (answers.contains(code) for code in condition.codes)
    )
    told = answers.length()
    for code in condition.unknown:
        told -= answers.contains(code).cast("int64")
    return ibis.cases(
        (met, ibis.literal(value=True)),
        (told > 0, ibis.literal(value=False)),
        else_=ibis.null("boolean"),
    )


def _answerable(where: tuple[Condition, ...], columns: frozenset[str]) -> bool:
    return all(condition.subject in columns for condition in where)
