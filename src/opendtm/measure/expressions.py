"""From the grammar to Ibis: each value becomes one column of the row, known or null.

Only portable Ibis operations are used, so that the same expressions run on DuckDB and on Spark. Logic
is three-valued: a condition that cannot be decided is null, and so is what depends on it.
"""

from functools import reduce
from itertools import zip_longest
from operator import add, and_, or_
from typing import Any

import ibis

from opendtm.measure.columns import AS_OF
from opendtm.measure.grammar import (
    AnyOf,
    Averaged,
    Beyond,
    Bound,
    Clause,
    Condition,
    Count,
    Index,
    Item,
    Mean,
    Ratio,
    Share,
    Sum,
    Value,
    Where,
    scored,
    subjects,
)
from opendtm.measure.thresholds import Rule, threshold

Column = Any  # an Ibis column; Ibis publishes no types that strict checking could use
Table = Any


def readable(value: Value, columns: frozenset[str]) -> bool:
    """Tell whether a table with these columns can say anything about a value."""
    match value:
        case Index(items):
            return any(item.concept in columns for item in items)
        case Count(where):
            return _all_answerable(where, columns)
        case Sum(names, where):
            return columns.issuperset(names) and _all_answerable(where, columns)
        case Mean(name, where):
            return name in columns and _all_answerable(where, columns)
        case Share(of, among):
            return _all_answerable(of + among, columns)
        case Ratio(above, below):
            return readable(above, columns) and readable(below, columns)


def row_value(table: Table, value: Value) -> Column:
    """Give what one row adds to a sum, a count or the numerator of an average; null where it is unknown."""
    match value:
        case Count(where):
            return _all_met(table, where).cast("float64")
        case Sum():
            return _added(table, value)
        case Ratio():
            return _where_both(table, value, row_value(table, value.numerator))
        case Share(of, among):
            return _only_where(table, among, _all_met(table, of).cast("float64"))
        case Mean(name, where):
            return _only_where(table, where, table[name].cast("float64"))
        case Index():
            return _score(table, value)


def _added(table: Table, value: Sum) -> Column:
    total = reduce(add, (table[name].cast("float64") for name in value.concepts))
    if not value.where:
        return total
    met = _all_met(table, value.where)
    return ibis.cases((met, total), (~met, ibis.literal(0.0)), else_=ibis.null("float64"))


def row_denominator(table: Table, value: Averaged) -> Column:
    """Give what one row adds to the denominator of an average; null where the row has no value."""
    if isinstance(value, Ratio):
        return _where_both(table, value, row_value(table, value.denominator))
    return ibis.cases(
        (row_value(table, value).notnull(), ibis.literal(1.0)), else_=ibis.null("float64")
    )


def part_of(column: Column) -> Column:
    """Give the part of a total that a row belongs to, as text; `several` where it names more than one code."""
    kind = column.type()
    if not kind.is_array():
        return column.cast("string").coalesce(ibis.literal("unknown"))
    count = column.length()
    return ibis.cases(
        (count == 1, column[0]),
        (count > 1, ibis.literal("several")),
        else_=ibis.literal("unknown"),
    ).coalesce(ibis.literal("unknown"))


def _where_both(table: Table, value: Ratio, column: Column) -> Column:
    below = row_value(table, value.denominator)
    counts = below >= 0 if value.zeros else below > 0
    known = row_value(table, value.numerator).notnull() & counts
    return ibis.cases((known, column), else_=ibis.null("float64"))


def _only_where(table: Table, where: Where, column: Column) -> Column:
    if not where:
        return column
    return ibis.cases((_all_met(table, where), column), else_=ibis.null("float64"))


def _score(table: Table, index: Index) -> Column:
    """Give the index of one row; an item whose column is missing, or whose answer scores nothing, is unknown."""
    held = [item for item in index.items if item.concept in table.columns]
    scores = [(item, _worth(table, item)) for item in held]
    zero = ibis.literal(0.0)
    gained = reduce(add, ((score * item.weight).coalesce(zero) for item, score in scores))
    weight = reduce(
        add,
        (
            ibis.cases((score.notnull(), ibis.literal(item.weight)), else_=zero)
            for item, score in scores
        ),
    )
    whole = sum(item.weight for item in index.items)
    return ibis.cases(
        (weight >= index.minimum * whole, 100.0 * gained / weight), else_=ibis.null("float64")
    )


def _worth(table: Table, item: Item) -> Column:
    answer = table[item.concept]
    return ibis.cases(
        *((answer == code, ibis.literal(score)) for code, score in scored(item).items()),
        else_=ibis.null("float64"),
    )


def _all_met(table: Table, where: Where) -> Column:
    return reduce(and_, (_met(table, clause) for clause in where))


def _met(table: Table, clause: Clause) -> Column:
    match clause:
        case AnyOf(clauses):
            held = [each for each in clauses if each.subject in table.columns]
            return reduce(or_, (_met(table, each) for each in held))
        case Bound():
            return _within(table[clause.subject], clause)
        case Beyond():
            return _missed(table, clause)
        case Condition():
            return _answered(table[clause.subject], clause)


def _answered(answer: Column, condition: Condition) -> Column:
    if condition.several:
        return _any_met(answer, condition)
    known = answer.notnull()
    if condition.unknown:
        known &= ~answer.isin(condition.unknown)
    return ibis.cases((known, answer.isin(condition.codes)), else_=ibis.null("boolean"))


def _any_met(answers: Column, condition: Condition) -> Column:
    """Decide a question with several answers: met by one of the codes, unmet by any other known one."""
    met = reduce(or_, (answers.contains(code) for code in condition.codes))
    told = answers.length()
    for code in condition.unknown:
        told -= answers.contains(code).cast("int64")
    return ibis.cases(
        (met, ibis.literal(value=True)),
        (told > 0, ibis.literal(value=False)),
        else_=ibis.null("boolean"),
    )


def _within(number: Column, bound: Bound) -> Column:
    limits = []
    if bound.least is not None:
        limits.append(number >= bound.least)
    if bound.most is not None:
        limits.append(number <= bound.most)
    return reduce(and_, limits)


def _missed(table: Table, beyond: Beyond) -> Column:
    """Compare with the limit in force on the day of the answers; the newest where the day is not known.

    Before the first edition nothing was asked for, so nothing is known of such a day.
    """
    measure = threshold(beyond.threshold)
    newest, *older = measure.limits(agency=beyond.agency, phase=beyond.phase)
    limit = ibis.literal(newest.value)
    for after, line in zip_longest([newest, *older], older):
        earlier = table[AS_OF] < ibis.date(after.valid_from)
        before = ibis.literal(line.value) if line else ibis.null("float64")
        limit = ibis.cases((earlier, before), else_=limit)
    asked = limit * row_value(table, beyond.denominator)
    reached = row_value(table, beyond.numerator)
    return reached > asked if measure.rule is Rule.AT_MOST else reached < asked


def _all_answerable(where: Where, columns: frozenset[str]) -> bool:
    return all(_answerable(clause, columns) for clause in where)


def _answerable(clause: Clause, columns: frozenset[str]) -> bool:
    match clause:
        case AnyOf(clauses):
            return any(each.subject in columns for each in clauses)
        case Beyond(above, below):
            return columns.issuperset(subjects(above) + subjects(below))
        case Condition(subject) | Bound(subject):
            return subject in columns
