"""Quantiles with Woodruff's interval: limits of the share below the quantile, read off as quantiles.

Source: Woodruff 1952; rules and limits as R `svyquantile` of survey 4.1. The standard error is the length
of the interval over twice its t quantile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite

import numpy as np

from opendtm.errors.measure_survey import ChoiceUnknown
from opendtm.measure.survey.arrays import Codes, Domains, Floats, domains, frame, members
from opendtm.measure.survey.estimates import Bounds, Estimate, Variance
from opendtm.measure.survey.finishing import Finish, Moment, Told
from opendtm.measure.survey.intervals import (
    Interval,
    Limits,
    Share,
    proportion_limits,
    wald,
)
from opendtm.measure.survey.rules import ROUNDING, Rule, read_quantile
from opendtm.measure.survey.sample import Sample
from opendtm.measure.survey.terms import Statistic, Term, check_numbers
from opendtm.measure.survey.variance import domain_variances

MEDIAN = (0.5,)
PLAIN, OPEN = Interval(), Bounds()


@dataclass(frozen=True, slots=True)
class Answers:
    """The known answers of one domain: rows in the frame, values in ascending order, and their weights."""

    rows: Codes
    values: Floats
    weights: Floats
    asked: int  # rows of the domain, known or not
    missing: int


def quantile(
    sample: Sample,
    *variables: str,
    shares: Sequence[float] = MEDIAN,
    by: Sequence[str] = (),
    rule: Rule = Rule.MATH,
    interval: Interval = PLAIN,
    bounds: Bounds = OPEN,
) -> list[Estimate]:
    """Estimate quantiles of variables at `shares` (0 to 1, neither), in every domain.

    `level` of an estimate is the share. The interval's shape is `mean`, unless it asks for another of the
    shapes of a proportion; a limit that would lie beyond all answers is None. Errors as `mean`;
    ChoiceUnknown for a share or a rule of none.
    """
    check_numbers(sample, variables)
    sample.check_columns(by)
    _check(shares, rule)
    asked = {f"group{number}": sample.bound.column(name) for number, name in enumerate(by)}
    asked |= {f"value{number}": sample.bound.column(name) for number, name in enumerate(variables)}
    read = frame(sample, asked)
    cut = domains(read, {name: f"group{number}" for number, name in enumerate(by)})
    reading = Reading(Finish(sample, interval, bounds, Variance.WOODRUFF), Rule(rule))
    counted = members(read, cut)
    found: list[list[Estimate]] = [[] for _ in range(len(cut))]
    for number, name in enumerate(variables):
        question = Question(name, read.numbers(f"value{number}"), read.weights, cut)
        for share in shares:
            points = question.points(share, reading.rule)
            variances = domain_variances(read, question.linear(points), cut)
            for place, answers in enumerate(question.answers):
                moment = question.moment(place, share, points[place], variances[place])
                moment = replace(
                    moment, units=int(counted[0][place]), strata=int(counted[1][place])
                )
                found[place].append(reading.estimate(moment, answers, float(points[place])))
    return [each for domain in found for each in domain]


def _check(shares: Sequence[float], rule: Rule) -> None:
    for share in shares:
        if not 0 < share < 1:
            raise ChoiceUnknown(option="share", value=str(share), known="0.25, 0.5, 0.75")
    if rule not in set(Rule):
        raise ChoiceUnknown(option="rule", value=str(rule), known=", ".join(Rule))


class Question:
    """The answers to one question, by domain, sorted once for all shares."""

    def __init__(self, name: str, values: Floats, weights: Floats, cut: Domains) -> None:
        """Sort the known answers of each domain."""
        self.name, self.values, self.weights, self.cut = name, values, weights, cut
        self.known = ~np.isnan(values)
        self.answers = list(self._answers())

    def _answers(self) -> Iterator[Answers]:
        inside = np.flatnonzero(self.cut.of >= 0)
        order = inside[np.lexsort((self.values[inside], self.cut.of[inside]))]
        edges = np.searchsorted(self.cut.of[order], np.arange(len(self.cut) + 1))
        for start, end in pairwise(edges):
            rows = order[start:end]
            known = rows[self.known[rows]]
            heavy = known[self.weights[known] > 0]
            yield Answers(
                known, self.values[heavy], self.weights[heavy], len(rows), len(rows) - len(known)
            )

    def points(self, share: float, rule: Rule) -> Floats:
        """Give the quantile of each domain, NaN where nobody answered."""
        return np.array(
            [
                read_quantile(rule, each.values, each.weights, share)
                if len(each.values)
                else np.nan
                for each in self.answers
            ]
        )

    def linear(self, points: Floats) -> Floats:
        """Give the linearised value, with weight, of the share at or below each domain's quantile."""
        linear = np.zeros(len(self.values))
        rows = self.known & (self.cut.of >= 0)
        of = self.cut.of[rows]
        below, weights = (self.values[rows] <= points[of]).astype(np.float64), self.weights[rows]
        whole = np.bincount(of, weights, minlength=len(self.cut))
        whole[whole == 0] = 1.0
        shares = np.bincount(of, weights * below, minlength=len(self.cut)) / whole
        linear[rows] = weights * (below - shares[of]) / whole[of]
        return linear

    def moment(self, place: int, share: float, point: float, variance: float) -> Moment:
        """Give the share at or below the quantile of one domain, with its variance."""
        answers = self.answers[place]
        return Moment(
            term=Term(Statistic.QUANTILE, self.name, level=f"{share:g}"),
            group=self.cut.names[place],
            above=float(answers.weights[answers.values <= point].sum()),
            below=float(answers.weights.sum()),
            variance=float(variance) if isfinite(variance) else None,
            squares=0.0,
            n=len(answers.rows),
            hits=len(answers.rows),
            rows=answers.asked,
            weighted=float(answers.weights.sum()),
            units=0,
            strata=0,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """How a quantile and its limits are read off: the finish of estimates, and the rule."""

    finish: Finish
    rule: Rule

    def estimate(self, moment: Moment, answers: Answers, point: float) -> Estimate:
        """Read limits and standard error off the interval of the share at or below the quantile."""
        df = self.finish.freedom(moment)
        reason = self.finish.reason(moment, df)
        if reason is not None or moment.variance is None:
            return self.finish.filled(moment, Told(), reason)
        quantile = self.finish.interval.quantile(df)
        if moment.value >= 1 - ROUNDING:  # the greatest answer: no interval of its share
            return self.finish.filled(moment, Told(point))
        low, high = (self._at(answers, each) for each in self._shares(moment, quantile))
        if low is None or high is None:
            return self.finish.filled(moment, Told(point))
        return self.finish.filled(moment, Told(point, (high - low) / (2 * quantile), (low, high)))

    def _shares(self, moment: Moment, quantile: float) -> Limits:
        variance = moment.variance or 0.0
        share = Share(moment.value, variance, moment.rows, quantile, self.finish.interval.level)
        limits = proportion_limits(self.finish.shape(moment.term), share)
        return limits or wald(moment.value, variance, quantile)

    def _at(self, answers: Answers, share: float) -> float | None:
        if not 0 <= share <= 1:
            return None
        return read_quantile(self.rule, answers.values, answers.weights, share)
