"""Sharing clusters among strata: hand-computed cases, and what holds for any strata."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opendtm.errors.measure_sampling import SampleImpossible
from opendtm.measure.sampling import RULES, Stratum, allocate

THREE = [
    Stratum("north", 1_000, 50, 1.0),
    Stratum("centre", 3_000, 80, 2.0),
    Stratum("south", 6_000, 90, 0.5),
]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("proportional", {"north": 3, "centre": 9, "south": 18}),
        ("equal", {"north": 10, "centre": 10, "south": 10}),
        ("neyman", {"north": 3, "centre": 18, "south": 9}),  # 1000 : 6000 : 3000
        ("power", {"north": 6, "centre": 10, "south": 14}),  # 31.6 : 54.8 : 77.5 of 163.9
    ],
)
def test_thirty_clusters_by_each_rule(rule: str, expected: dict[str, int]) -> None:
    assert allocate(THREE, total=30, rule=rule) == expected


def test_power_one_is_proportional_and_power_zero_is_equal() -> None:
    assert allocate(THREE, total=30, rule="power", power=1) == allocate(THREE, total=30)
    assert allocate(THREE, total=30, rule="power", power=0) == allocate(
        THREE, total=30, rule="equal"
    )


def test_a_small_stratum_gets_two_at_the_cost_of_the_others() -> None:
    strata = [Stratum("camp", 10, 5), Stratum("town", 9_990, 200)]
    assert allocate(strata, total=20) == {"camp": 2, "town": 18}


def test_a_stratum_of_one_cluster_is_taken_whole_and_an_empty_one_not_at_all() -> None:
    strata = [Stratum("one", 500, 1), Stratum("none", 0, 0), Stratum("rest", 500, 30)]
    assert allocate(strata, total=10) == {"one": 1, "none": 0, "rest": 9}


def test_a_full_stratum_passes_its_share_on() -> None:
    strata = [Stratum("large", 9_000, 4), Stratum("small", 1_000, 40)]
    assert allocate(strata, total=20) == {"large": 4, "small": 16}


def test_strata_without_spread_still_get_what_remains() -> None:
    strata = [Stratum("a", 100, 3, 1.0), Stratum("b", 100, 30, 0.0)]
    assert allocate(strata, total=20, rule="neyman") == {"a": 3, "b": 17}


@pytest.mark.parametrize("total", [5, 221])
def test_too_few_or_too_many_clusters_are_refused(total: int) -> None:
    with pytest.raises(SampleImpossible) as refused:
        allocate(THREE, total=total)
    assert str(total) in refused.value.text("en")
    assert str(total) in refused.value.text("fr")


@given(
    st.lists(
        st.tuples(st.floats(0, 1e6), st.integers(0, 60), st.floats(0, 10)), min_size=1, max_size=12
    ),
    st.integers(1, 700),
    st.sampled_from(RULES),
)
def test_the_parts_add_up_within_the_bounds(
    parts: list[tuple[float, int, float]], total: int, rule: str
) -> None:
    strata = [Stratum(str(at), *part) for at, part in enumerate(parts)]
    assume(sum(one.least for one in strata) <= total <= sum(one.clusters for one in strata))
    found = allocate(strata, total=total, rule=rule)
    assert sum(found.values()) == total
    assert all(one.least <= found[one.name] <= one.clusters for one in strata)
