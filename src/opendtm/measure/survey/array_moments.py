"""The sums and variances of `taylor`, over arrays: for samples whose weights were calibrated."""

from collections.abc import Iterator, Sequence
from math import isfinite

import numpy as np

from opendtm.measure.survey.arrays import Domains, Floats, Frame, domains, frame, members
from opendtm.measure.survey.design import Sample
from opendtm.measure.survey.finishing import Moment
from opendtm.measure.survey.terms import Statistic, Term
from opendtm.measure.survey.variance import domain_variances


def array_moments(sample: Sample, terms: Sequence[Term], by: Sequence[str]) -> list[Moment]:
    """Give the moments of terms in each domain, domain by domain, as the one expression would."""
    table = sample.table
    asked = {f"group{number}": table[name] for number, name in enumerate(by)}
    for number, term in enumerate(terms):
        asked |= {f"y{number}": term.above(table), f"x{number}": term.under(table)}
    read = frame(sample, asked)
    cut = domains(read, {name: f"group{number}" for number, name in enumerate(by)})
    found = [list(_moments(read, cut, number, term)) for number, term in enumerate(terms)]
    return [each[place] for place in range(len(cut)) for each in found]


def _moments(read: Frame, cut: Domains, number: int, term: Term) -> Iterator[Moment]:
    above, below = read.numbers(f"y{number}"), read.numbers(f"x{number}")
    known = ~np.isnan(above)
    weights = read.weights * known
    above, below = np.where(known, above, 0.0), np.where(known, below, 0.0)
    sums = [cut.sums(weights * each) for each in (above, below)]
    whole = sums[1] if term.statistic is not Statistic.TOTAL else np.ones(len(cut))
    linear = _linear(term, (weights, above, below), cut, (sums[0], whole))
    variances = domain_variances(read, linear, cut)
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


def _linear(
    term: Term, rows: tuple[Floats, Floats, Floats], cut: Domains, sums: tuple[Floats, Floats]
) -> Floats:
    weights, above, below = rows
    of = np.maximum(cut.of, 0)
    inside = weights * (cut.of >= 0)
    if term.statistic is Statistic.TOTAL:
        return np.asarray(inside * above)
    whole = np.where(sums[1] != 0, sums[1], 1.0)
    ratio = sums[0] / whole
    return np.asarray(inside * (above - ratio[of] * below) / whole[of])
