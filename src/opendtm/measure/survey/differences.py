"""Does a mean differ between two groups? The design-based t test (R `svyttest`)."""

from dataclasses import replace
from math import isfinite, sqrt

import numpy as np
from scipy import stats

from opendtm.errors.measure_survey import NothingToCompare
from opendtm.measure.reasons import Reason
from opendtm.measure.survey.arrays import Domains, Floats, domains, frame
from opendtm.measure.survey.association import Outcome
from opendtm.measure.survey.sample import Sample
from opendtm.measure.survey.terms import check_numbers
from opendtm.measure.survey.variance import covariance


def t_test(sample: Sample, variable: str, groups: str) -> Outcome:
    """Test the difference of two means: that of the second group less that of the first, in their order.

    t has one degree of freedom less than the design, as the difference is the slope of a regression on the
    group. Errors: SurveyColumnMissing, NotANumber, NothingToCompare unless there are two groups.
    """
    check_numbers(sample, [variable])
    sample.check_columns([groups])
    read = frame(
        sample, {"value": sample.bound.column(variable), "group": sample.bound.column(groups)}
    )
    cut = domains(read, {groups: "group"})
    if len(cut) != 2:
        raise NothingToCompare(column=groups, count=len(cut), needed=2)
    values = read.numbers("value")
    known = ~np.isnan(values) & (cut.of >= 0)
    weights = read.weights * known
    counts = (int(known.sum()), read.rows)
    if min(cut.sums(weights)) <= 0:
        return _without(sample, (variable, groups), counts, Reason.NOBODY)
    means = cut.sums(weights * np.where(known, values, 0.0)) / cut.sums(weights)
    linear = _linear(np.where(known, values, 0.0), weights, cut, means)
    variance = float(covariance(read, linear[:, None])[0, 0])
    df = sample.facts.df - 1
    if df < 1:
        return _without(sample, (variable, groups), counts, Reason.NO_DF)
    if not isfinite(variance) or variance <= 0:
        return _without(sample, (variable, groups), counts, Reason.LONELY)
    difference = float(means[1] - means[0])
    t = difference / sqrt(variance)
    return replace(
        _without(sample, (variable, groups), counts, None),
        statistic=t,
        df=(df,),
        p=float(2 * stats.t.sf(abs(t), df)),
        difference=difference,
    )


def _linear(values: Floats, weights: Floats, cut: Domains, means: Floats) -> Floats:
    """Give the linearised value, with weight, of the second mean less the first."""
    inside, of = cut.of >= 0, np.maximum(cut.of, 0)
    sign = np.where(of == 1, 1.0, -1.0) * inside
    return np.asarray(sign * weights * (values - means[of]) / cut.sums(weights)[of])


def _without(
    sample: Sample, variables: tuple[str, str], counts: tuple[int, int], reason: Reason | None
) -> Outcome:
    known, rows = counts
    return Outcome(
        "t",
        variables,
        None,
        (),
        None,
        known,
        rows - known,
        sample.facts.df,
        suppressed_reason=reason,
    )
