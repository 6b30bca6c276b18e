"""The sums and variances of `taylor`, over arrays: for few interviews, and for weights that were calibrated."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from opendtm.measure.survey.arrays import Domains, Floats, Frame, domains, frame, members
from opendtm.measure.survey.finishing import Moment
from opendtm.measure.survey.replicates import jackknife_variances
from opendtm.measure.survey.sample import Sample
from opendtm.measure.survey.terms import Statistic, Term
from opendtm.measure.survey.variance import domain_variances


@dataclass(frozen=True, slots=True)
class Parts:
    """What the variance of a term is found from: rows (weights, above, below) and sums by domain."""

    frame: Frame
    domains: Domains
    term: Term
    rows: tuple[Floats, Floats, Floats]
    sums: tuple[Floats, Floats]


def array_moments(sample: Sample, terms: Sequence[Term], by: Sequence[str]) -> list[Moment]:
    """Give the moments of terms in each domain, domain by domain, as the one expression would."""
    bound = sample.bound
    asked = {f"group{number}": bound.column(name) for number, name in enumerate(by)}
    for number, term in enumerate(terms):
        asked |= {f"y{number}": term.above(bound), f"x{number}": term.under(bound)}
    read = frame(sample, asked)
    cut = domains(read, {name: f"group{number}" for number, name in enumerate(by)})
    find = jackknife_variance if sample.replication else taylor_variance
    found = [list(_moments(read, cut, (number, term), find)) for number, term in enumerate(terms)]
    return [each[place] for place in range(len(cut)) for each in found]


def _moments(
    read: Frame, cut: Domains, asked: tuple[int, Term], find: Callable[[Parts], Floats]
) -> Iterator[Moment]:
    number, term = asked
    above, below = read.numbers(f"y{number}"), read.numbers(f"x{number}")
    known = ~np.isnan(above)
    weights = read.weights * known
    above, below = np.where(known, above, 0.0), np.where(known, below, 0.0)
    sums = [cut.sums(weights * each) for each in (above, below)]
    whole = sums[1] if term.statistic is not Statistic.TOTAL else np.ones(len(cut))
    variances = find(Parts(read, cut, term, (weights, above, below), (sums[0], whole)))
    centre = np.divide(sums[0], sums[1], out=np.zeros(len(cut)), where=sums[1] != 0)
    squares = cut.sums(weights * (above - centre[np.maximum(cut.of, 0)] * below) ** 2)
    counts = [cut.sums(each) for each in (known, known & (above != 0), np.ones(read.rows))]
    units, strata = members(read, cut)
    weighted = cut.sums(weights)
    for place, group in enumerate(cut.names):
        variance = float(variances[place])
        yield Moment(
            term=term,
            group=group,
            above=float(sums[0][place]),
            below=float(whole[place]),
            variance=variance if isfinite(variance) else None,
            squares=float(squares[place]),
            n=int(counts[0][place]),
            hits=int(counts[1][place]),
            rows=int(counts[2][place]),
            weighted=float(weighted[place]),
            units=int(units[place]),
            strata=int(strata[place]),
        )


def taylor_variance(parts: Parts) -> Floats:
    """Give the variance in each domain by linearisation."""
    weights, above, below = parts.rows
    of = np.maximum(parts.domains.of, 0)
    inside = weights * (parts.domains.of >= 0)
    linear = inside * above
    if parts.term.statistic is not Statistic.TOTAL:
        whole = np.where(parts.sums[1] != 0, parts.sums[1], 1.0)
        ratio = parts.sums[0] / whole
        linear = inside * (above - ratio[of] * below) / whole[of]
    return domain_variances(parts.frame, linear, parts.domains)


def jackknife_variance(parts: Parts) -> Floats:
    """Give the variance in each domain by leaving units out."""
    weights, above, below = parts.rows
    under = None if parts.term.statistic is Statistic.TOTAL else weights * below
    return jackknife_variances(parts.frame, (weights * above, under), parts.domains)
