"""Intervals of proportions by their definitions, and where they have none."""

from math import asin, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from opendtm.errors.measure_survey import ChoiceUnknown
from opendtm.measure.survey import Interval, Reference, Shape
from opendtm.measure.survey.intervals import Share, proportion_limits, wald

SHARE = Share(value=0.2, variance=0.0016, rows=100, quantile=2.0, level=0.95)


def limits(shape: Shape, share: Share = SHARE) -> tuple[float, float]:
    found = proportion_limits(shape, share)
    assert found is not None
    return found


def test_wald_limits() -> None:
    assert wald(10, 4, 1.5) == (7, 13)
    assert limits(Shape.MEAN) == pytest.approx((0.12, 0.28))


def test_logit_limits_are_straight_on_the_logit_scale() -> None:
    half = 2 * 0.04 / (0.2 * 0.8)
    on_scale = [log(each / (1 - each)) for each in limits(Shape.LOGIT)]
    assert on_scale == pytest.approx([log(0.25) - half, log(0.25) + half])
    assert limits(Shape.XLOGIT) == limits(Shape.LOGIT)


def test_arcsine_limits_are_straight_on_the_arcsine_scale() -> None:
    half = 2 * 0.04 / (2 * sqrt(0.2 * 0.8))
    on_scale = [asin(sqrt(each)) for each in limits(Shape.ASIN)]
    assert on_scale == pytest.approx([asin(sqrt(0.2)) - half, asin(sqrt(0.2)) + half])


def test_beta_limits_of_a_simple_random_sample_are_those_of_clopper_and_pearson() -> None:
    """20 of 100, the variance p(1-p)/n, and a t quantile that cancels: the exact binomial limits."""
    t = float(stats.t.ppf(0.975, 99))
    share = Share(0.2, 0.2 * 0.8 / 100, 100, t, 0.95)
    exact = stats.binomtest(20, 100).proportion_ci(method="exact")
    assert limits(Shape.BETA, share) == pytest.approx((exact.low, exact.high), rel=1e-12)


@pytest.mark.parametrize("shape", Shape)
def test_where_everybody_said_yes_only_some_have_limits(shape: Shape) -> None:
    found = proportion_limits(shape, Share(1.0, 0.0, 50, 2.0, 0.95))
    if shape is Shape.BETA:
        assert found is not None
        assert 0.9 < found[0] < found[1] == 1
    elif shape is Shape.MEAN:
        assert found == (1, 1)
    else:
        assert found is None


def test_likelihood_limits_are_where_the_deviance_reaches_the_quantile() -> None:
    """Deviance, 2 n KL(p, limit), over design effect and dispersion equals the squared quantile."""
    p, rows = SHARE.value, SHARE.rows
    effect = SHARE.variance / (p * (1 - p) / rows) * rows / (rows - 1)
    for limit in limits(Shape.LIKELIHOOD):
        apart = p * log(p / limit) + (1 - p) * log((1 - p) / (1 - limit))
        assert 2 * rows * apart / effect == pytest.approx(SHARE.quantile**2, rel=1e-9)


@given(
    value=st.floats(0.001, 0.999),
    effect=st.floats(0.1, 20),
    rows=st.integers(10, 5000),
    shape=st.sampled_from(list(Shape)),
)
def test_limits_lie_around_the_share_and_within_0_and_1(
    value: float, effect: float, rows: int, shape: Shape
) -> None:
    share = Share(value, effect * value * (1 - value) / rows, rows, 2.0, 0.95)
    low, high = limits(shape, share)
    assert low <= value + 1e-12
    assert high >= value - 1e-12
    if shape is not Shape.MEAN:
        assert 0 <= low <= high <= 1


def test_share_without_error_has_limits_at_itself() -> None:
    share = Share(0.3, 0.0, 40, 2.0, 0.95)
    for shape in Shape:
        assert limits(shape, share) == pytest.approx((0.3, 0.3))


@pytest.mark.parametrize("level", [0, 1, 95, -0.1])
def test_level_must_be_a_share(level: float) -> None:
    with pytest.raises(ChoiceUnknown):
        Interval(level=level)


def test_choices_may_be_named_and_must_exist() -> None:
    assert Interval(reference="z", shape="beta") == Interval(
        reference=Reference.NORMAL, shape=Shape.BETA
    )
    with pytest.raises(ChoiceUnknown):
        Interval(shape="wilson")
    with pytest.raises(ChoiceUnknown):
        Interval(reference="domain")
