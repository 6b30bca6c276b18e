"""Quantiles: rules by hand, domains, empty domains, limits beyond all answers."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workshop.measure.survey.interviews import INTERVIEWS, ONE_STAGE

from opendtm.errors.measure_survey import ChoiceUnknown, NotANumber
from opendtm.measure.survey import (
    Design,
    Interval,
    Reason,
    Reference,
    Rule,
    declare,
    mean,
    quantile,
)
from opendtm.measure.survey.rules import read_quantile

FOUR = np.array([10.0, 20.0, 30.0, 40.0])
EVEN = np.ones(4)


@pytest.mark.parametrize(
    ("rule", "share", "value"),
    [
        (Rule.MATH, 0.5, 20),
        (Rule.HF1, 0.51, 30),
        (Rule.SCHOOL, 0.5, 25),
        (Rule.HF2, 0.6, 30),
        (Rule.HF4, 0.5, 20),
        (Rule.HF4, 0.6, 24),
        (Rule.HF6, 0.5, 25),
        (Rule.HF6, 0.25, 12.5),
        (Rule.HF7, 0.25, 17.5),
        (Rule.HF8, 0.5, 25),
        (Rule.MATH, 0.01, 10),
        (Rule.SCHOOL, 0.999, 40),
    ],
)
def test_rules_on_four_answers_of_equal_weight(rule: Rule, share: float, value: float) -> None:
    assert read_quantile(rule, FOUR, EVEN, share) == pytest.approx(value)


@pytest.mark.parametrize(
    ("rule", "kind"), [(Rule.HF6, "weibull"), (Rule.HF7, "linear"), (Rule.HF8, "median_unbiased")]
)
@given(values=st.lists(st.integers(-99, 99), min_size=3, max_size=30), share=st.floats(0.05, 0.95))
def test_rules_with_equal_weights_are_those_of_numpy(
    rule: Rule, kind: str, values: list[int], share: float
) -> None:
    ordered = np.sort(np.array(values, dtype=float))
    found = read_quantile(rule, ordered, np.full(len(values), 2.5), share)
    assert found == pytest.approx(float(np.quantile(ordered, share, method=kind)), abs=1e-9)


def test_weight_counts_as_so_many_answers() -> None:
    heavy = read_quantile(Rule.MATH, np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 1.0]), 0.5)
    assert heavy == 2
    assert read_quantile(Rule.MATH, np.array([1.0, 2.0]), np.array([9.0, 1.0]), 0.5) == 1


def test_domains_and_shares_come_in_order() -> None:
    sample = declare(INTERVIEWS, ONE_STAGE)
    found = quantile(sample, "y", "x", shares=(0.25, 0.5), by=["group"])
    assert [(each.group[0][1], each.variable, each.level) for each in found] == [
        (group, name, share) for group in "uv" for name in "yx" for share in ("0.25", "0.5")
    ]
    assert found[1].n == 9
    assert found[1].df == 4


def test_standard_error_is_the_interval_over_twice_t() -> None:
    table = pa.table({"y": [float(n * n) for n in range(20)]})
    found = quantile(declare(table, Design()), "y")[0]
    assert found.low is not None
    assert found.high is not None
    assert found.se == pytest.approx((found.high - found.low) / (2 * 2.093024054408263))


def test_degrees_of_freedom_of_a_domain_are_as_for_means() -> None:
    sample = declare(INTERVIEWS, ONE_STAGE)
    own = Interval(reference=Reference.DOMAIN)
    quantiles, means = (
        ask(sample, "y", by=["stratum", "group"], interval=own) for ask in (quantile, mean)
    )
    assert [each.df for each in quantiles] == [each.df for each in means]


@pytest.mark.parametrize(("share", "value"), [(0.1, 1), (0.9, 4)])
def test_limit_beyond_all_answers_is_left_out(share: float, value: float) -> None:
    table = pa.table({"y": [1.0, 2.0, 3.0, 4.0], "village": [1, 2, 3, 4]})
    found = quantile(declare(table, Design(clusters=("village",))), "y", shares=(share,))[0]
    assert (found.value, found.low, found.high, found.se) == (value, None, None, None)
    assert found.suppressed_reason is None


def test_domain_without_answers_has_a_reason() -> None:
    table = pa.table({"y": [1.0, 2.0, None], "g": ["a", "a", "b"]})
    answered, silent = quantile(declare(table, Design()), "y", by=["g"])
    assert answered.value == 1
    assert (silent.value, silent.suppressed_reason) == (None, Reason.NOBODY)


def test_answers_of_weight_zero_are_not_read_off() -> None:
    table = pa.table({"y": [1.0, 2.0, 3.0, 99.0], "w": [1.0, 1.0, 1.0, 0.0]})
    found = quantile(declare(table, Design(weights="w")), "y", shares=(0.99,), rule=Rule.HF7)[0]
    assert (found.value or 0) <= 3


def test_questions_that_are_none() -> None:
    sample = declare(INTERVIEWS, ONE_STAGE)
    with pytest.raises(ChoiceUnknown):
        quantile(sample, "y", shares=(50,))
    with pytest.raises(ChoiceUnknown):
        quantile(sample, "y", rule="hf9")
    with pytest.raises(NotANumber):
        quantile(sample, "group")


def test_quantile_of_everybody_has_itself_as_limits() -> None:
    """All five of five: no chance was taken. R reads 59.43 as both limits, its 3 / 5 being rounded up."""
    table = pa.table({"y": [37.61, 57.8, 58.09, 59.43, 63.01], "all": [5] * 5, "w": [2.5] * 5})
    found = quantile(declare(table, Design(weights="w", finite=("all",))), "y")[0]
    assert (found.value, found.low, found.high, found.se) == (58.09, 58.09, 58.09, 0)
