"""The draw of a stratum and of a whole frame: exact weights, reserves drawn out of the sample, repeatable chance."""

import hashlib
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.measure.sampling import (
    Cluster,
    Lot,
    ReserveRule,
    chance,
    draw_stratum,
    inclusion_probabilities,
    reserves_for,
)


def clusters(sizes: list[int], stratum: str = "north") -> list[Cluster]:
    """Make the clusters c0, c1, ... of a stratum."""
    return [Cluster(f"c{at}", stratum, Fraction(size), at, at + 2) for at, size in enumerate(sizes)]


SIZES = [400, 35, 60, 80, 20, 55, 90, 45, 70, 65, 30, 50]


def test_chance_is_the_hash_of_seed_and_purpose() -> None:
    bits = int(hashlib.sha256(b"42/start/North").hexdigest()[:16], 16)
    assert chance.fraction(42, "start", "North") == Fraction(bits, 2**64)


def test_the_same_seed_draws_the_same_and_another_seed_another_sample() -> None:
    def names(seed: int) -> list[str]:
        drawn = draw_stratum(clusters(SIZES), Lot(4, 8, seed, reserves=1)).drawn
        return [one.cluster.name for one in drawn]

    assert names(7) == names(7)
    assert len({tuple(names(seed)) for seed in range(20)}) > 1


def test_a_stratum_more_does_not_change_the_draw_of_another() -> None:
    lot = Lot(4, 8, 7)
    north = draw_stratum(clusters(SIZES, "north"), lot)
    draw_stratum(clusters(SIZES, "south"), lot)
    assert draw_stratum(clusters(SIZES, "north"), lot) == north
    assert north.starts != draw_stratum(clusters(SIZES, "south"), lot).starts


def test_every_interview_of_a_cluster_sample_by_size_weighs_the_same() -> None:
    drawn = draw_stratum(clusters(SIZES), Lot(4, 8, 7)).drawn
    weights = {round(one.weight or 0, 9) for one in drawn if not one.certain}
    # One cluster is certain (4 x 400 > 1000); 3 of 600 households remain: 600 / (3 x 8) = 25.
    assert weights == {25.0}
    certain = next(one for one in drawn if one.certain)
    assert (certain.cluster.name, certain.probability, certain.weight) == ("c0", 1.0, 50.0)


def test_a_cluster_smaller_than_asked_is_interviewed_whole() -> None:
    drawn = draw_stratum(clusters([5, 5]), Lot(2, 8, 1)).drawn
    assert [(one.interviews, one.second, one.weight) for one in drawn] == [(5, 1.0, 1.0)] * 2


def test_reserves_have_no_weight_until_all_are_opened() -> None:
    draw = draw_stratum(clusters(SIZES), Lot(4, 8, 7, reserves=2))
    assert (len(draw.main), len(draw.reserves), draw.interviews) == (4, 2, 32)
    assert all(one.weight is None for one in draw.reserves)
    assert all(one.weight_opened > 0 for one in draw.drawn)
    together = inclusion_probabilities(SIZES, count=6)
    assert [one.probability_opened for one in draw.drawn] == [
        float(together[one.cluster.index]) for one in draw.drawn
    ]


def test_probabilities_of_the_sample_are_not_changed_by_reserves() -> None:
    alone = inclusion_probabilities(SIZES, count=4)
    draw = draw_stratum(clusters(SIZES), Lot(4, 8, 7, reserves=2))
    assert [one.probability for one in draw.main] == [
        float(alone[one.cluster.index]) for one in draw.main
    ]


def test_over_many_seeds_clusters_are_drawn_as_often_as_their_probability_says() -> None:
    times: Counter[str] = Counter()
    for seed in range(1_500):
        draw = draw_stratum(clusters(SIZES), Lot(4, 8, seed, reserves=2))
        times.update(one.cluster.name for one in draw.main)
    alone = inclusion_probabilities(SIZES, count=4)
    for at, probability in enumerate(alone):
        spread = (float(probability) * (1 - float(probability)) / 1_500) ** 0.5
        assert abs(times[f"c{at}"] / 1_500 - float(probability)) <= 4 * spread


def test_random_order_with_equal_sizes_lets_every_pair_come_together() -> None:
    pairs: set[tuple[str, ...]] = set()
    for seed in range(200):
        draw = draw_stratum(clusters([1] * 5), Lot(2, 1, seed, order="random"))
        pairs.add(tuple(sorted(one.cluster.name for one in draw.main)))
    assert len(pairs) == 10


def test_in_the_order_of_the_frame_neighbours_do_not_come_together() -> None:
    for seed in range(50):
        drawn = draw_stratum(clusters([1] * 6), Lot(2, 1, seed)).drawn
        first, second = (one.cluster.index for one in drawn)
        assert second - first == 3


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 900), min_size=2, max_size=40),
    st.integers(1, 12),
    st.integers(0, 4),
    st.integers(0, 2**31),
)
def test_sample_and_reserves_are_as_many_as_asked_whatever_the_sizes(
    sizes: list[int], count: int, reserves: int, seed: int
) -> None:
    filled = sum(1 for size in sizes if size)
    count, reserves = min(count, filled), min(reserves, max(filled - count, 0))
    draw = draw_stratum(clusters(sizes), Lot(count, 8, seed, reserves=reserves))
    assert (len(draw.main), len(draw.reserves)) == (count, reserves)
    assert not any(one.reserve for one in draw.drawn if one.certain)


def test_reserves_are_opened_at_a_tenth_out_of_reach() -> None:
    rule = ReserveRule(clusters=40, interviews=400)
    assert not rule.opens(unreachable=2, interviews=380)  # 5 %
    assert not rule.opens(unreachable=3, interviews=370)
    assert rule.opens(unreachable=4, interviews=360)  # 10 %


def test_reserves_are_opened_below_four_fifths_of_the_interviews() -> None:
    rule = ReserveRule(clusters=40, interviews=400)
    assert not rule.opens(unreachable=0, interviews=320)
    assert rule.opens(unreachable=0, interviews=319)


@pytest.mark.parametrize(
    ("share", "available", "expected"), [(0.1, 99, 3), (0.1, 31, 1), (0, 99, 0)]
)
def test_reserves_are_a_share_as_far_as_there_are_others(
    share: float, available: int, expected: int
) -> None:
    assert reserves_for(30, share=share, available=available) == expected
