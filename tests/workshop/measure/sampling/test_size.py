"""The size of a sample, against the check values of the methods and a second computation by exact steps."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendtm.errors.measure_sampling import AimOutside
from opendtm.measure.sampling import (
    Aim,
    design_effect,
    margin_expected,
    margin_of_whole,
    sample_size,
)
from opendtm.measure.sampling.size import rounded_up

shares = st.floats(0.01, 0.99)


def test_size_of_a_population_of_10000_at_5_points_is_370() -> None:
    steps = sample_size(Aim(), population=10_000)
    assert steps.interviews == 370
    assert steps.infinite == pytest.approx(384.1458820694124)
    assert steps.finite == pytest.approx(384.1458820694124 / (1 + 383.1458820694124 / 10_000))


def test_size_with_clusters_and_non_response_is_634_in_64_clusters() -> None:
    effect = design_effect(per_cluster=10, rho=0.06)
    assert effect == pytest.approx(1.54)
    steps = sample_size(Aim(design_effect=effect, non_response=0.1), population=10_000)
    assert steps.interviews == 634
    assert steps.clusters(10) == 64


def test_size_of_a_population_of_3000_at_10_points_and_90_percent_is_67() -> None:
    assert sample_size(Aim(margin=0.1, level=0.9), population=3_000).interviews == 67


def test_size_of_an_infinite_population_needs_no_population() -> None:
    steps = sample_size(Aim())
    assert steps.interviews == 385
    assert steps.finite == steps.infinite == steps.other_order


def test_the_other_order_of_corrections_gives_another_number() -> None:
    steps = sample_size(Aim(design_effect=1.54, non_response=0.1), population=10_000)
    designed = 384.1458820694124 * 1.54
    assert steps.other_order == pytest.approx(designed / (1 + (designed - 1) / 10_000) / 0.9)
    assert steps.other_order < steps.planned


def test_size_is_never_more_than_there_are_households() -> None:
    steps = sample_size(Aim(design_effect=3, non_response=0.2), population=120)
    assert steps.planned > 120
    assert steps.interviews == 120
    assert steps.takes_all
    assert steps.clusters(10) == 12


def test_a_whole_number_is_not_rounded_up_by_what_arithmetic_adds() -> None:
    assert rounded_up(0.1 * 3 / 0.1) == 3
    assert rounded_up(3.0001) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin": 0.0},
        {"margin": 1.0},
        {"level": 1.0},
        {"proportion": 0.0},
        {"non_response": 1.0},
        {"design_effect": 0.0},
        {"margin": float("nan")},
    ],
)
def test_an_aim_outside_its_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(AimOutside) as refused:
        Aim(**wrong)
    assert refused.value.code == "OD914"
    assert next(iter(wrong)) in refused.value.text("fr")


def test_no_household_and_no_correlation_beyond_one() -> None:
    with pytest.raises(AimOutside):
        sample_size(Aim(), population=0)
    with pytest.raises(AimOutside):
        design_effect(per_cluster=10, rho=1.5)


@given(
    margin=st.floats(0.01, 0.3),
    proportion=shares,
    population=st.integers(2, 10**7),
    effect=st.floats(1, 4),
)
def test_precision_is_the_inverse_of_size(
    margin: float, proportion: float, population: int, effect: float
) -> None:
    aim = Aim(margin=margin, proportion=proportion, design_effect=effect)
    steps = sample_size(aim, population=population)
    expected = margin_expected(aim, answers=steps.designed, population=population)
    assert expected == pytest.approx(margin, rel=1e-6) or steps.infinite < 1


def test_precision_of_nobody_is_unknown_and_of_everybody_exact() -> None:
    assert margin_expected(Aim(), answers=0) == inf
    assert margin_expected(Aim(), answers=50, population=50) == 0


def test_precision_of_two_equal_strata_is_that_of_one_by_root_two() -> None:
    assert margin_of_whole([0.1, 0.1], [500, 500]) == pytest.approx(0.1 / 2**0.5)
    assert margin_of_whole([0.1, 0.0], [900, 100]) == pytest.approx(0.09)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_larger_population_never_takes_fewer_interviews(one: int, other: int) -> None:
    small, large = sorted((one, other))
    few = sample_size(Aim(), population=small).interviews
    assert few <= sample_size(Aim(), population=large).interviews
