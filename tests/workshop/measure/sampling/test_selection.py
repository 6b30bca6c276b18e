"""Selection by size: the probabilities of R's package sampling, exact sums, and what systematic choice keeps."""

import csv
from fractions import Fraction
from math import lcm
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opendtm.errors.measure_sampling import SampleImpossible
from opendtm.measure.sampling import inclusion_probabilities, systematic

sizes = st.lists(st.integers(0, 5_000), min_size=1, max_size=60)
starts = st.fractions(0, 1).filter(lambda start: start < 1)


@pytest.mark.shared
def test_probabilities_are_those_of_r(shared: Path) -> None:
    path = shared / "survey" / "r_pps_inclusion_probabilities_n40.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = inclusion_probabilities([int(row["size"]) for row in rows], count=40)
    assert len(found) == 742
    assert sum(found) == 40
    assert [float(one) for one in found] == pytest.approx(
        [float(row["pik_n40"]) for row in rows], rel=1e-12
    )
    assert found.count(Fraction(1)) == 1


def test_probabilities_by_hand_with_two_rounds_of_certainty() -> None:
    # 3 of 100, 60, 30, 10: 100 passes (300/200); of the rest 2 x 60 / 100 passes; 1 remains for 40.
    found = inclusion_probabilities([100, 60, 30, 10], count=3)
    assert found == [1, 1, Fraction(3, 4), Fraction(1, 4)]


def test_a_sample_of_all_is_certain_and_a_size_of_zero_has_no_chance() -> None:
    assert inclusion_probabilities([5, 0, 7], count=2) == [1, 0, 1]
    assert inclusion_probabilities([5, 0, 7], count=0) == [0, 0, 0]


def test_more_clusters_than_have_households_are_refused() -> None:
    with pytest.raises(SampleImpossible) as refused:
        inclusion_probabilities([5, 0, 7], count=3)
    assert "2" in refused.value.text("en")


@given(sizes, st.integers(0, 60))
def test_probabilities_add_up_and_stay_within_one(found: list[int], count: int) -> None:
    assume(count <= sum(1 for size in found if size))
    probabilities = inclusion_probabilities(found, count=count)
    assert sum(probabilities) == count
    assert all(0 <= one <= 1 for one in probabilities)
    below = [
        (one / size) for one, size in zip(probabilities, found, strict=True) if size and one < 1
    ]
    assert len(set(below)) <= 1


def test_systematic_choice_by_hand() -> None:
    # Stretches [0, .5) [.5, 1.25) [1.25, 1.5) [1.5, 2): points .6 and 1.6 fall in the second and the last.
    stretches = [Fraction(1, 2), Fraction(3, 4), Fraction(1, 4), Fraction(1, 2)]
    assert systematic(stretches, start=Fraction(6, 10)) == [1, 3]
    assert systematic(stretches, start=Fraction(0)) == [0, 1]
    assert systematic(stretches, start=Fraction(1, 4)) == [0, 2]


@given(sizes, st.integers(1, 60), starts)
def test_systematic_choice_gives_the_number_asked_and_every_certain_unit(
    found: list[int], count: int, start: Fraction
) -> None:
    assume(count <= sum(1 for size in found if size))
    probabilities = inclusion_probabilities(found, count=count)
    chosen = systematic(probabilities, start=start)
    assert len(chosen) == len(set(chosen)) == count
    assert {at for at, one in enumerate(probabilities) if one == 1} <= set(chosen)
    assert all(probabilities[at] > 0 for at in chosen)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=8), st.integers(1, 3))
def test_every_unit_is_chosen_as_often_as_its_probability_says(
    found: list[int], count: int
) -> None:
    assume(count <= len(found))
    probabilities = inclusion_probabilities(found, count=count)
    grid = lcm(*(one.denominator for one in probabilities))
    assume(grid <= 2_000)
    counts = [0] * len(found)
    for at in range(grid):
        for place in systematic(probabilities, start=Fraction(at, grid)):
            counts[place] += 1
    assert [Fraction(times, grid) for times in counts] == probabilities
