"""Risk of records: the published example, the formula summed by hand, k, l, missing keys and advice."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendtm.errors.measure import KeyMissing, NoRecords, WeightImpossible
from opendtm.measure.disclosure import blanking, recoding, risk
from opendtm.measure.disclosure.risk import codes, frequencies, individual_risk

KEYS = ["age", "location", "sex", "education"]
FRANC = pa.table(
    {
        "age": [1, 1, 1, 3, 4, 4, 6, 1],
        "location": [2, 2, 2, 3, 3, 3, 2, 2],
        "sex": [5, 1, 1, 1, 1, 1, 1, 5],
        "education": [1, 1, 1, 5, 4, 1, 5, 1],
        "weight": [18.0, 45.5, 39.0, 17.0, 541.0, 8.0, 5.0, 92.0],
    }
)


def test_example_of_the_literature_to_its_printed_digits() -> None:
    """The eight records after Capobianchi, Polettini and Lucarelli, which R's sdcMicro ships as `francdat`.

    Keys, weights, frequencies, risks and global risk as printed in Meindl, Templ and Kowarik, Guidelines for the
    Anonymization of Microdata Using R-package sdcMicro (version 1.0, 2012). They print 0.011 for the fifth record,
    whose own formula, log(541) / 540, gives 0.01165. Templ et al., JSS 67(4), 2015, write 2 for the key 5.
    """
    found = risk(FRANC, keys=KEYS, weights="weight")
    assert found.alike.tolist() == [2, 2, 2, 1, 1, 1, 1, 2]
    assert found.people.tolist() == [110.0, 84.5, 84.5, 17.0, 541.0, 8.0, 5.0, 110.0]
    printed = [0.017, 0.022, 0.022, 0.177, 0.012, 0.297, 0.402, 0.017]
    assert found.single.round(3).tolist() == printed
    assert found.k == 1
    assert found.single[4] == pytest.approx(math.log(541) / 540)
    assert round(found.expected, 2) == 0.97
    assert round(100 * found.share, 2) == 12.08


@pytest.mark.parametrize(
    ("alike", "people"),
    [(1, 17.0), (2, 84.5), (3, 40.0), (7, 30.0), (4, 4.0), (41, 50.0), (60, 300.0)],
)
def test_risk_is_the_mean_of_one_over_f_under_the_negative_binomial(
    alike: int, people: float
) -> None:
    """Sum 1/h P(F = h | f) over h = f, f+1, ... with P = C(h-1, f-1) p^f (1-p)^(h-f)."""
    chance = alike / people
    total = sum(
        math.comb(h - 1, alike - 1) * chance**alike * (1 - chance) ** (h - alike) / h
        for h in range(alike, 3000)
    )
    found = individual_risk(np.array([alike]), np.array([people]))
    assert found[0] == pytest.approx(total, rel=1e-9)


def test_risk_of_large_groups_stays_finite_and_small() -> None:
    found = individual_risk(np.array([5000]), np.array([5e7]))
    assert found[0] == pytest.approx(
        1e-4 / 4999, rel=1e-6
    )  # p / (f - 1 + p), Franconi and Polettini


def test_whole_population_is_recognised_in_proportion_to_the_group() -> None:
    """Without weights f = F, and one of three alike is found with one chance in three."""
    table = pa.table({"sex": ["f", "f", "f", "m"]})
    assert risk(table, keys=["sex"]).single.tolist() == pytest.approx([1 / 3] * 3 + [1])


def test_missing_key_could_be_anything() -> None:
    """By hand: (f, ?) is like (f, 1), (f, 2) and itself; (?, ?) like all five."""
    table = pa.table({"sex": ["f", "f", "f", "m", None], "place": ["1", "2", "", "1", None]})
    alike, people = frequencies(
        codes(table, ["sex", "place"]), np.array([1.0, 10, 100, 1000, 10000])
    )
    assert alike.tolist() == [3, 3, 4, 2, 5]
    assert people.tolist() == [10101, 10110, 10111, 11000, 11111]


@given(st.lists(st.tuples(*[st.sampled_from(["a", "b", "c", None])] * 3), min_size=1, max_size=25))
def test_frequencies_agree_with_comparing_every_pair(rows: list[tuple[str | None, ...]]) -> None:
    table = pa.table({str(n): pa.array([row[n] for row in rows], pa.string()) for n in range(3)})
    alike, _ = frequencies(codes(table, ["0", "1", "2"]), np.ones(len(rows)))

    def like(one: tuple[str | None, ...], other: tuple[str | None, ...]) -> bool:
        return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))

    assert alike.tolist() == [sum(like(row, other) for other in rows) for row in rows]


def test_diversity_counts_known_sensitive_values_among_records_alike() -> None:
    table = pa.table({"place": list("aaabb"), "illness": ["x", "x", "y", "x", None]})
    found = risk(table, keys=["place"], sensitive="illness")
    assert found.diversity is not None
    assert found.diversity.tolist() == [2, 2, 2, 1, 1]
    assert found.l == 1
    assert risk(table, keys=["place"]).l is None


def test_recoding_names_the_key_that_costs_most() -> None:
    """Every age is single; by sex alone all have two others alike."""
    table = pa.table({"sex": ["f"] * 3 + ["m"] * 3, "age": [1, 2, 3, 4, 5, 6]})
    advice = recoding(table, keys=["sex", "age"], k=3)
    assert [each.key for each in advice] == ["age", "sex"]
    assert [each.below for each in advice] == [0, 6]
    assert advice[0].values == 6
    assert advice[0].share == pytest.approx(1 / 3)


@given(
    st.lists(st.tuples(*[st.sampled_from("abcd")] * 3), min_size=1, max_size=30),
    st.integers(2, 4),
)
def test_blanking_as_advised_reaches_k(rows: list[tuple[str, ...]], k: int) -> None:
    keys = ["0", "1", "2"]
    columns = {key: [row[int(key)] for row in rows] for key in keys}
    advised = blanking(pa.table(columns), keys=keys, k=k)
    blanked = {
        key: pa.array(
            [None if key in advised.get(row, ()) else value for row, value in enumerate(values)],
            pa.string(),
        )
        for key, values in columns.items()
    }
    alike, _ = frequencies(codes(pa.table(blanked), keys), np.ones(len(rows)))
    if len(rows) >= k:
        assert alike.min() >= k
    else:
        assert advised == {}


def test_blanking_leaves_a_safe_file_alone() -> None:
    assert blanking(pa.table({"sex": ["f", "f", "m", "m"]}), keys=["sex"], k=2) == {}


def test_column_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyMissing) as refused:
        risk(FRANC, keys=["age", "village"])
    assert "village" in refused.value.text("fr")
    assert "education" in refused.value.remedy_text("en")


@pytest.mark.parametrize("weight", [0.5, None, -3.0, float("nan")])
def test_weight_below_one_is_refused(weight: float | None) -> None:
    table = pa.table({"sex": ["f", "m"], "w": pa.array([2.0, weight])})
    with pytest.raises(WeightImpossible):
        risk(table, keys=["sex"], weights="w")


def test_weight_that_is_no_number_is_refused() -> None:
    with pytest.raises(WeightImpossible):
        risk(pa.table({"sex": ["f"], "w": ["many"]}), keys=["sex"], weights="w")


def test_empty_file_is_refused() -> None:
    with pytest.raises(NoRecords):
        risk(pa.table({"sex": pa.array([], pa.string())}), keys=["sex"])
