"""A total by way of a total that is known: the ratio estimator, for the whole sample or stratum by stratum.

T = R X with R the estimated ratio and X the known total; se(T) = X se(R). The separate estimator adds the
strata up, each with its own ratio. Source: Cochran 1977, ch. 6; as R `predict(svyratio(), total=)`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import hypot, inf

from opendtm.errors.measure_survey import NotForThisDesign, TargetsUnfit
from opendtm.i18n import Message, mark
from opendtm.measure.survey.calibration import NO_TOTAL
from opendtm.measure.survey.descriptive import OPEN, PLAIN, ratio
from opendtm.measure.survey.estimates import Bounds, Estimate
from opendtm.measure.survey.intervals import Interval, wald
from opendtm.measure.survey.sample import Sample
from opendtm.measure.survey.terms import Statistic

UNSTRATIFIED = mark("the sample has no strata")
SEPARATE = mark("A separate ratio estimate")


def ratio_total(
    sample: Sample,
    above: str,
    below: str,
    *,
    known: float,
    interval: Interval = PLAIN,
    bounds: Bounds = OPEN,
) -> Estimate:
    """Estimate the total of `above` from the known total of `below`, with one ratio for all strata."""
    found = ratio(sample, (above, below), interval=interval, bounds=bounds)[0]
    return _scaled(found, known)


def separate_ratio_total(
    sample: Sample,
    above: str,
    below: str,
    *,
    known: Mapping[str, float],
    interval: Interval = PLAIN,
) -> Estimate:
    """Estimate the total with a ratio for each stratum; `known` maps each stratum to its total of `below`.

    Errors: NotForThisDesign without strata, TargetsUnfit where the strata of `known` are not those of the
    sample. A stratum that cannot be told leaves the whole without value, with its reason.
    """
    strata = sample.design.strata
    if strata is None:
        raise NotForThisDesign(method=Message(SEPARATE), reason=Message(UNSTRATIFIED))
    found = ratio(sample, (above, below), by=[strata], interval=interval)
    named = {each.group[0][1]: each for each in found}
    if set(named) != set(known):
        listed = ", ".join(sorted(set(named) ^ set(known)))
        raise TargetsUnfit(reason=Message(NO_TOTAL, {"variable": strata, "categories": listed}))
    parts = [_scaled(each, known[name]) for name, each in named.items()]
    return _added(sample, parts, interval)


def _scaled(found: Estimate, known: float) -> Estimate:
    def times(value: float | None) -> float | None:
        return None if value is None else value * known

    low, high = times(found.low), times(found.high)
    return replace(
        found,
        statistic=Statistic.TOTAL,
        value=times(found.value),
        se=None if found.se is None else found.se * abs(known),
        low=low if known >= 0 else high,
        high=high if known >= 0 else low,
        deff=None,
    )


def _added(sample: Sample, parts: Sequence[Estimate], interval: Interval) -> Estimate:
    """Add independent parts up; the interval is on the design's degrees of freedom or normal."""
    withheld = next((each for each in parts if each.value is None or each.se is None), None)
    first = parts[0]
    whole = replace(
        first,
        group=(),
        n=sum(each.n for each in parts),
        n_total=sum(each.n_total for each in parts),
        n_missing=sum(each.n_missing for each in parts),
        n_weighted=sum(each.n_weighted for each in parts),
        n_weighted_total=sum(each.n_weighted_total for each in parts),
    )
    if withheld is not None:
        reason = withheld.suppressed_reason
        return replace(
            whole, value=None, se=None, low=None, high=None, cv=None, suppressed_reason=reason
        )
    value, se = sum(each.value or 0.0 for each in parts), hypot(*(each.se or 0.0 for each in parts))
    df = sample.facts.df if first.df is not None else None
    low, high = wald(value, se * se, interval.quantile(inf if df is None else df))
    cv = se / abs(value) if value else None
    return replace(whole, value=value, se=se, low=low, high=high, df=df, cv=cv)
