"""From a row of the list to what is estimated: its terms, and the words under which their results stand."""

from collections.abc import Iterator
from dataclasses import dataclass

from opendtm.measure.analysis.answers import Answers
from opendtm.measure.analysis.loa import Analysis, Kind
from opendtm.measure.survey import Statistic, Term

CHOSEN = "1"


@dataclass(frozen=True, slots=True)
class Ask:
    """One number wanted in every domain: the place of its analysis in the list, its answer, its term."""

    analysis: int
    value: str | None
    term: Term


@dataclass(frozen=True, slots=True)
class Domain:
    """What a batch of questions shares: the columns that cut the data, and the level of the intervals."""

    columns: tuple[str, ...]
    level: float


def asks(number: int, analysis: Analysis, answers: Answers) -> Iterator[Ask]:
    """Give the questions of one analysis, in the order of its results; errors of `Answers`."""
    if analysis.kind in {Kind.MEAN, Kind.MEDIAN}:
        statistic = Statistic.MEAN if analysis.kind is Kind.MEAN else Statistic.QUANTILE
        yield Ask(number, None, Term(statistic, answers.number(analysis.variable, analysis)))
    elif analysis.kind is Kind.RATIO:
        above, below = answers.pair(analysis)
        yield Ask(number, None, Term(Statistic.RATIO, above, below))
    elif analysis.kind is Kind.SELECT_ONE:
        column = answers.words(analysis.variable, analysis)
        for level in answers.levels(column):
            yield Ask(number, level, Term(Statistic.PROPORTION, column, level=level))
    else:
        for choice, column in answers.choices(analysis.variable, analysis):
            yield Ask(number, choice, Term(Statistic.PROPORTION, column, level=CHOSEN))


def domain(analysis: Analysis, answers: Answers) -> Domain:
    """Give the domain of an analysis; errors of `Answers`."""
    return Domain(tuple(answers.group(name, analysis) for name in analysis.groups), analysis.level)
