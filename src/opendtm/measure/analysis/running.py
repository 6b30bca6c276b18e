"""Runs a list of analyses: all questions that cut the data alike are estimated together, in one pass.

Nothing is dropped: an analysis, or a group, of which nothing can be said has a row that says why.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from opendtm.measure.analysis.answers import Answers, in_order
from opendtm.measure.analysis.loa import Analysis, Kind
from opendtm.measure.analysis.placing import DesignColumns, placed_sample
from opendtm.measure.analysis.questions import Ask, Domain, asks, domain
from opendtm.measure.engines import DUCKDB, Engine, told
from opendtm.measure.survey import (
    Bounds,
    Estimate,
    Interval,
    Reference,
    Sample,
    Shape,
    Statistic,
    estimate,
    quantile,
)
from opendtm.tables.plain import PlainTable

TOGETHER = 24  # terms in one pass; more would make the engine's statement needlessly long
Groups = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a run may be asked: reference of intervals, their shape for shares, when to withhold.

    `every_answer` keeps answers of a question that nobody of a group gave, as rows of 0, which
    analysistools leaves out.
    """

    reference: Reference = Reference.DESIGN
    shape: Shape = Shape.MEAN
    bounds: Bounds = field(default_factory=Bounds)
    every_answer: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One row of results: an answer (None for numbers) of an analysis in a group, and its estimate."""

    analysis: Analysis
    value: str | None
    groups: Groups
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its results in the order of the list, the sample that they come from, and what computed."""

    results: tuple[Result, ...]
    sample: Sample
    data_version: str
    engine: str

    @property
    def withheld(self) -> int:
        """Count the rows without a value."""
        return sum(one.estimate.value is None for one in self.results)


def analyse(
    data: PlainTable,
    *,
    analyses: Sequence[Analysis],
    loa: PlainTable,
    columns: DesignColumns | None = None,
    choices: Choices | None = None,
    engine: Engine = DUCKDB,
    advance: Callable[[float], None] = lambda _: None,
) -> Run:
    """Run analyses over a survey, on an engine.

    `advance` is told what part of the questions was answered since it was last told; the parts add up to 1.
    Everything is checked before anything is estimated. Errors: those of `Answers`, of `DesignColumns` and
    of the estimators.
    """
    answers = Answers(data, loa)
    asked = [list(asks(number, one, answers)) for number, one in enumerate(analyses)]
    domains = [domain(one, answers) for one in analyses]
    sample = placed_sample(data, columns or DesignColumns(), answers.columns, engine=engine)
    count = sum(map(len, asked)) or 1
    runner = _Runner(sample, choices or Choices(), lambda number: advance(number / count))
    for shared in dict.fromkeys(domains):
        wanted = [
            ask
            for questions, one in zip(asked, domains, strict=True)
            if one == shared
            for ask in questions
        ]
        runner.answer(shared, wanted)
    results = [
        result for number, one in enumerate(analyses) for result in runner.results(number, one)
    ]
    return Run(tuple(results), sample, data.sha256, told(engine))


class _Runner:
    """Collects estimates by analysis and group until all questions are answered."""

    def __init__(self, sample: Sample, choices: Choices, advance: Callable[[float], None]) -> None:
        self.sample, self.choices, self.advance = sample, choices, advance
        self.found: dict[int, dict[Groups, list[tuple[str | None, Estimate]]]] = {}

    def answer(self, shared: Domain, wanted: Sequence[Ask]) -> None:
        """Estimate the questions of one domain, a batch at a time."""
        direct = [ask for ask in wanted if ask.term.statistic is not Statistic.QUANTILE]
        for start in range(0, len(direct), TOGETHER):
            batch = direct[start : start + TOGETHER]
            self._keep(batch, self._estimates(shared, batch))
        middle = [ask for ask in wanted if ask.term.statistic is Statistic.QUANTILE]
        if middle:
            self._keep(middle, self._medians(shared, middle))

    def results(self, number: int, analysis: Analysis) -> Iterator[Result]:
        """Give the rows of one analysis: group by group in order, then answer by answer."""
        found = self.found.get(number, {})
        for groups in _sorted(found, len(analysis.groups)):
            for value, one in self._shown(analysis, found[groups]):
                yield Result(analysis, value, groups, one)

    def _estimates(self, shared: Domain, batch: Sequence[Ask]) -> list[Estimate]:
        interval = Interval(shared.level, self.choices.reference, self.choices.shape)
        terms = [ask.term for ask in batch]
        bounds = self.choices.bounds
        return estimate(self.sample, terms, by=shared.columns, interval=interval, bounds=bounds)

    def _medians(self, shared: Domain, batch: Sequence[Ask]) -> list[Estimate]:
        interval = Interval(shared.level, self.choices.reference, Shape.MEAN)
        names = [ask.term.variable for ask in batch]
        bounds = self.choices.bounds
        return quantile(self.sample, *names, by=shared.columns, interval=interval, bounds=bounds)

    def _keep(self, batch: Sequence[Ask], estimates: Sequence[Estimate]) -> None:
        for place, one in enumerate(estimates):
            ask = batch[place % len(batch)]
            groups = tuple(value for _, value in one.group)
            rows = self.found.setdefault(ask.analysis, {}).setdefault(groups, [])
            rows.append((ask.value, one))
        self.advance(len(batch))

    def _shown(
        self, analysis: Analysis, rows: list[tuple[str | None, Estimate]]
    ) -> list[tuple[str | None, Estimate]]:
        """Leave out answers that nobody of the group gave; one row stays where nobody answered at all."""
        if analysis.kind not in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE}:
            return rows
        if not any(one.n_total for _, one in rows):
            return [(None, one) for _, one in rows[:1]]
        if analysis.kind is Kind.SELECT_MULTIPLE or self.choices.every_answer:
            return rows
        return [(value, one) for value, one in rows if one.n]


def _sorted(found: Collection[Groups], depth: int) -> list[Groups]:
    ranks = [
        {word: rank for rank, word in enumerate(in_order({groups[at] for groups in found}))}
        for at in range(depth)
    ]
    return sorted(found, key=lambda groups: [ranks[at][groups[at]] for at in range(depth)])
