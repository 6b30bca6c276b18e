"""Places out of reach: what may be given to them, for how long, and when the total is refused.

1. Only an inaccessible place is imputed; not yet covered stays unknown, closed has nobody.
2. An observation expires after k rounds.
3. A total of which more than the stated share would be imputed is refused, with the reason.
4. The range comes from the changes of single places of the group, and is the same for the same seed.
"""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.measure.stock import Basis, Held, Way, imputed, places_of, total

ROWS = [
    ("A", "north", "assessed", 120.0, 100.0, 1),
    ("B", "north", "assessed", 90.0, 100.0, 1),
    ("C", "north", "inaccessible", None, 40.0, 1),
    ("D", "north", "not_covered", None, 70.0, 1),
    ("E", "north", "closed", None, 30.0, 1),
    ("F", "south", "inaccessible", None, 50.0, 3),
]
NAMES = ("place", "group", "state", "now", "last", "age")


def held(rows: list[tuple[object, ...]]) -> tuple[Held, ...]:
    """Read places from tuples."""
    return places_of(pa.Table.from_pylist([dict(zip(NAMES, row, strict=True)) for row in rows]))


def given_to(way: Way, *, rounds: int = 4) -> dict[str, tuple[float | None, str]]:
    """Map each place of ROWS to its value and where it comes from."""
    found = imputed(held(ROWS), way=way, rounds=rounds)
    return {each.place: (each.value, each.basis.value) for each in found}


def test_ratio_moves_a_place_with_its_group() -> None:
    found = given_to(Way.RATIO)
    assert found["C"] == (pytest.approx(40 * 210 / 200), "ratio_imputed")
    assert found["F"] == (None, "unknown")  # no place of the south was seen twice


def test_carried_place_keeps_its_last_figure() -> None:
    found = given_to(Way.CARRY)
    assert found["C"] == (40, "carried_forward")
    assert found["F"] == (50, "carried_forward")


def test_only_what_is_out_of_reach_is_imputed() -> None:
    found = given_to(Way.RATIO)
    assert found["A"] == (120, "observed")
    assert found["D"] == (None, "unknown")
    assert found["E"] == (None, "closed")


def test_observation_expires_after_the_rounds_stated() -> None:
    assert given_to(Way.CARRY, rounds=2)["F"] == (None, "unknown")
    assert given_to(Way.CARRY, rounds=3)["F"] == (50, "carried_forward")


def test_matched_places_are_those_of_the_round_before() -> None:
    older = [("A", "g", "assessed", 20.0, 10.0, 2), ("B", "g", "inaccessible", None, 5.0, 1)]
    (_, away) = imputed(held(older), way=Way.RATIO, rounds=4)
    assert away.basis is Basis.UNKNOWN


def test_total_tells_its_parts() -> None:
    found = total(held(ROWS), rounds=4, limit=0.2)
    assert found.value == pytest.approx(252)
    assert (found.observed, found.imputed) == (210, pytest.approx(42))
    assert (found.n_observed, found.n_imputed, found.n_unknown) == (2, 1, 2)
    assert found.share == pytest.approx(42 / 252)
    assert found.refused is None


def test_total_with_too_much_imputed_is_refused_with_the_reason() -> None:
    found = total(held(ROWS), rounds=4, limit=0.1)
    assert (found.value, found.low, found.high) == (None, None, None)
    assert found.refused is not None
    assert "16.7 % of this total" in found.refused.text("en")
    assert "16,7 % de ce total" in found.refused.text("fr")
    assert (found.observed, found.imputed) == (210, pytest.approx(42))


def test_share_barely_above_the_limit_is_written_so_that_it_shows() -> None:
    rows = [("A", "g", "assessed", 8997.0, 8997.0, 1), ("B", "g", "inaccessible", None, 1003.0, 1)]
    refused = total(held(rows), rounds=4, limit=0.1).refused
    assert refused is not None
    assert "10.03 % of this total" in refused.text("en")
    assert "at most 10.00 % may be" in refused.text("en")


def test_place_never_observed_held_nothing_that_is_known() -> None:
    new = ("N", "g", "not_covered", None, None, None)
    some = total(held([*ROWS, new]), rounds=2, limit=1.0)
    assert (some.n_unknown, some.seen_before, some.last_of_unknown) == (3, (70, 50), 120)
    none = total(held([ROWS[0], new]), rounds=4)
    assert (none.n_unknown, none.last_of_unknown) == (1, None)


def test_share_exactly_at_the_limit_is_allowed() -> None:
    rows = [("A", "g", "assessed", 90.0, 90.0, 1), ("B", "g", "inaccessible", None, 10.0, 1)]
    assert total(held(rows), rounds=4, limit=0.1).value == pytest.approx(100)


def test_range_holds_the_total_and_repeats_with_its_seed() -> None:
    one, again, other = (total(held(ROWS), rounds=4, limit=0.2, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert one.low is not None
    assert one.high is not None
    assert one.low <= 252 <= one.high
    assert one.low >= 210  # what was observed is certain
    assert (one.low, one.high) != (other.low, other.high)
    assert one.level == 0.90


def test_range_is_a_point_where_all_places_changed_alike() -> None:
    rows = [(f"P{n}", "g", "assessed", 20.0, 10.0, 1) for n in range(4)]
    found = total(held([*rows, ("Z", "g", "inaccessible", None, 3.0, 1)]), rounds=4)
    assert (found.value, found.low, found.high) == (86, pytest.approx(86), pytest.approx(86))


def test_range_covers_what_the_places_out_of_reach_did_in_nine_of_ten_worlds() -> None:
    chance = np.random.default_rng(7)
    hits = 0
    for trial in range(60):
        last = chance.uniform(50, 500, 40)
        now = np.round(last * chance.lognormal(0, 0.3, 40))
        rows = [
            (f"P{n:02d}", "g", "assessed", float(now[n]), float(last[n]), 1)
            if n > 5
            else (f"P{n:02d}", "g", "inaccessible", None, float(last[n]), 1)
            for n in range(40)
        ]
        found = total(held(rows), rounds=4, limit=0.5, seed=trial)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= now.sum() <= found.high
    assert 48 <= hits <= 60  # 90 % of 60 is 54; binomial limits at 99 %


def test_carrying_gives_no_range() -> None:
    assert total(held(ROWS), way=Way.CARRY, rounds=4, limit=0.5).low is None


def test_nothing_known_is_unknown_not_zero() -> None:
    found = total(held([("A", "g", "not_covered", None, 5.0, 1)]), rounds=4)
    assert (found.value, found.share, found.n_unknown) == (None, None, 1)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("A", "g", "lost", None, 5.0, 1), "state"),
        (("A", "g", "assessed", -1.0, 5.0, 1), "now"),
        (("A", "g", "inaccessible", None, 5.0, None), "age"),
        (("A", "g", "inaccessible", None, 5.0, 0), "age"),
        ((None, "g", "assessed", 1.0, 5.0, 1), "place"),
    ],
)
def test_unusable_place_is_refused_with_its_row(row: tuple[object, ...], column: str) -> None:
    kinds = ("string", "string", "string", "float64", "float64", "int64")
    schema = pa.schema(list(zip(NAMES, kinds, strict=True)))
    table = pa.Table.from_pylist([dict(zip(NAMES, row, strict=True))], schema=schema)
    with pytest.raises(StockTableInvalid) as refused:
        places_of(table)
    assert (refused.value.where.row, refused.value.where.column) == (1, column)


amounts = st.integers(min_value=0, max_value=10_000)
states = st.sampled_from(["assessed", "inaccessible", "closed", "not_covered"])
some = st.lists(st.tuples(states, amounts, amounts, st.integers(1, 6)), min_size=1, max_size=12)


@settings(deadline=None)
@given(some, st.sampled_from(Way), st.integers(0, 6), st.sampled_from([0.0, 0.1, 1.0]))
def test_totals_keep_their_promises(
    rows: list[tuple[str, int, int, int]], way: Way, rounds: int, limit: float
) -> None:
    places = held(
        [
            (f"P{n}", "g", state, float(now) if state == "assessed" else None, float(last), age)
            for n, (state, now, last, age) in enumerate(rows)
        ]
    )
    found = total(places, way=way, rounds=rounds, limit=limit)
    if found.value is not None:
        assert found.value == pytest.approx(found.observed + found.imputed)
        assert (found.share or 0) <= limit + 1e-12
    assert all(each.state == "inaccessible" for each in found.places if each.imputed)
    assert all((each.age or 0) <= rounds for each in found.places if each.imputed)
