"""Variances by the jackknife: the estimate again and again, each time without one first-stage unit.

JK1 leaves one unit of the whole sample out and weighs the others up by n / (n - 1); JKn does so within
strata. The variance is sum (1 - f) (n - 1) / n (t_r - t)^2, with t the mean of the replicates, as R
`as.svrepdesign` and `svrVar` (mse = FALSE) have it. For a total it equals Taylor linearisation. Replicate
weights are never written out: what a replicate changes follows from sums by unit. Source: Wolter 2007, ch. 4.
"""

from dataclasses import replace

import numpy as np

from opendtm.errors.measure_survey import NotForThisDesign
from opendtm.i18n import Message, mark
from opendtm.measure.survey.arrays import Domains, Floats, Frame, Stage
from opendtm.measure.survey.design import Lonely, Replication
from opendtm.measure.survey.sample import Sample

JACKKNIFE = mark("A jackknife")
CALIBRATED = mark("its weights were brought to known totals, which each replicate would have to be")
LONELY = mark("it has strata with one sampled unit, and the rule {rule} says nothing of replicates")


def jackknife(sample: Sample) -> Sample:
    """Give the sample with variances by jackknife: JKn where it has strata, else JK1.

    Means, totals, ratios and proportions of it are estimated so; quantiles keep Woodruff's interval, since
    a jackknife of a quantile does not converge. NotForThisDesign for calibrated weights, and for strata of a
    single first-stage unit under another rule than REMOVE or CERTAINTY.
    """
    if sample.adjustments:
        raise NotForThisDesign(method=Message(JACKKNIFE), reason=Message(CALIBRATED))
    rule = sample.design.lonely
    if sample.facts.alone and rule not in {Lonely.REMOVE, Lonely.CERTAINTY}:
        reason = Message(LONELY, {"rule": rule.value})
        raise NotForThisDesign(method=Message(JACKKNIFE), reason=reason)
    kind = Replication.JKN if sample.facts.strata > 1 else Replication.JK1
    return replace(sample, replication=kind)


def jackknife_variances(
    frame: Frame, sums: tuple[Floats, Floats | None], domains: Domains
) -> Floats:
    """Give the variance of Y / X in each domain, from what rows add to Y and to X (None for a total).

    Weights are multiplied in. NaN where no stratum has two units, and where X vanishes in a replicate because
    a single unit holds the whole domain.
    """
    above, below = sums
    found = np.full(len(domains), np.nan)
    for domain in range(len(domains)):
        inside = np.where(domains.of == domain, 1.0, 0.0)
        replicates = _without_each(frame.stages[0], above * inside)
        if below is not None:
            under = _without_each(frame.stages[0], below * inside)
            replicates = np.divide(
                replicates, under, out=np.full(len(under), np.nan), where=under != 0
            )
        found[domain] = _spread(frame.stages[0], replicates)
    return found


def _without_each(stage: Stage, values: Floats) -> Floats:
    """Give the total without each unit, the others of its stratum weighed up."""
    units = np.bincount(stage.unit, values, minlength=len(stage.place))
    strata = np.bincount(stage.place, units, minlength=len(stage.drawn))
    others = strata[stage.place] - units
    drawn = stage.drawn[stage.place]
    return np.asarray(units.sum() - units + others / np.maximum(drawn - 1, 1))


def _spread(stage: Stage, replicates: Floats) -> float:
    drawn, fraction = stage.drawn[stage.place], stage.fraction[stage.place]
    used = (drawn > 1) & (fraction < 1)
    if not (drawn > 1).any():
        return float("nan")
    if not used.any():
        return 0.0
    scale = (1 - fraction[used]) * (drawn[used] - 1) / drawn[used]
    centre = replicates[used].mean()
    return float((scale * (replicates[used] - centre) ** 2).sum())
