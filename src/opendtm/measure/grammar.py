"""The closed grammar of an indicator's value: what may be added up, counted or averaged, under which condition.

A value is data, never code. `parsing` turns the YAML of an indicator into these records and refuses
everything else; `expressions` turns them into queries.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from opendtm.measure.columns import STATE
from opendtm.vocab import code_list


@dataclass(frozen=True, slots=True)
class Condition:
    """A row meets it when its answer to `subject` is one of `codes`.

    An empty answer, or one that the code list marks as unknown (`unknown` names those), is neither met
    nor unmet: the row is then not counted at all. `several` marks a question with several answers,
    met by any of them. `subject` is a concept, or `_state` for the coverage of the place.
    """

    subject: str
    codes: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    several: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """A row meets it when the number `subject` is at least `least` and at most `most`, where they are given."""

    subject: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A row meets it when it meets one of `clauses`, and fails it when it fails them all."""

    clauses: tuple[Condition | Bound, ...]


@dataclass(frozen=True, slots=True)
class Beyond:
    """A row meets it when `numerator` for each `denominator` misses a threshold on the day of the answers.

    `threshold`, `agency` and `phase` name one line of `catalogue/thresholds`. Nothing is divided: somebody
    without any latrine is beyond every number of persons for each latrine.
    """

    numerator: "Sum"
    denominator: "Sum"
    threshold: str
    agency: str
    phase: str


Clause = Condition | Bound | AnyOf | Beyond
Where = tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of one or more concepts, over the rows that meet every condition of `where`.

    A row that does not meet them adds 0; a row where a condition or a concept is unknown adds nothing
    and is not counted among the places with a value.
    """

    concepts: tuple[str, ...]
    where: Where = ()


class Counted(StrEnum):
    """What is counted: places, each once however many rows it has, or records, which are the rows."""

    PLACES = "places"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class Count:
    """The number of places or records that meet every condition of `where`."""

    where: Where
    what: Counted = Counted.PLACES

    @property
    def of_places(self) -> bool:
        """Tell whether a place that stands in several rows counts once."""
        return self.what is Counted.PLACES


@dataclass(frozen=True, slots=True)
class Ratio:
    """One sum over another, over the rows where both are known and the denominator is above 0.

    With `zeros` rows whose denominator is 0 count too: people without any latrine make the number of
    persons for each latrine larger.
    """

    numerator: Sum
    denominator: Sum
    zeros: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """The share of rows that meet `of`, 0 to 1, among those that meet `among` and are known in both."""

    of: Where
    among: Where = ()


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a number over the rows that meet `where` and know it."""

    concept: str
    where: Where = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One question of an index: what each of its codes is worth, 0 (worst) to 1, and its weight."""

    concept: str
    weight: float
    scores: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Index:
    """The weighted mean of the items that are known, 0 to 100; then the mean over the rows.

    A row in which the known items hold less than `minimum` of the whole weight has no value.
    """

    items: tuple[Item, ...]
    minimum: float


Averaged = (
    Ratio | Share | Mean | Index
)  # has a denominator: computed anew at each level, never added up
Value = Sum | Count | Averaged


def subjects(value: Value) -> tuple[str, ...]:
    """List the concepts that a value reads, each once, without the coverage of the place."""
    return tuple(dict.fromkeys(name for name in _read(value) if name != STATE))


def thresholds_in(value: Value) -> tuple[Beyond, ...]:
    """List the comparisons with a threshold that a value makes in each row."""
    where: Where = ()
    match value:
        case Sum(_, where) | Count(where) | Mean(_, where):
            pass
        case Share(of, among):
            where = of + among
    return tuple(clause for clause in where if isinstance(clause, Beyond))


def _read(value: Value) -> Iterator[str]:
    match value:
        case Sum(names, where):
            yield from (*names, *_asked(where))
        case Count(where):
            yield from _asked(where)
        case Ratio(above, below):
            yield from (*_read(above), *_read(below))
        case Share(of, among):
            yield from _asked(of + among)
        case Mean(name, where):
            yield from (name, *_asked(where))
        case Index(items):
            yield from (item.concept for item in items)


def _asked(where: Where) -> Iterator[str]:
    for clause in where:
        match clause:
            case Condition(subject) | Bound(subject):
                yield subject
            case AnyOf(clauses):
                yield from _asked(clauses)
            case Beyond(above, below):
                yield from (*_read(above), *_read(below))


@cache
def unknown_codes(listed: str) -> tuple[str, ...]:
    """List the codes of a code list that say "not known"."""
    return tuple(code.name for code in code_list(listed) if code.facts.get("unknown"))


def scored(item: Item) -> Mapping[str, float]:
    """Give what each code of an item is worth; a code that is not there is unknown."""
    return dict(item.scores)
