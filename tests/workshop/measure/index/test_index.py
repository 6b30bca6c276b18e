"""Composite indices: numbers by hand, what is missing, and how sure the ranks are.

1. Frozen cut-offs make 0 and 100; arithmetic and geometric means are computed by hand.
2. A missing indicator is neither worst nor best; too many give no index, with the reason.
3. The range of a rank comes from seeded draws over weights, normalisation and aggregation.
4. Every index of the catalogue reads, in both languages.
5. A critical indicator is never averaged away, neither in the index nor in a rank.
6. Figures become a table of places, and ranks a table that says what they were made by.
"""

from copy import deepcopy
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.errors.measure_index import IndexInvalid, IndexTableInvalid
from opendtm.measure import indicators
from opendtm.measure.index import (
    Aggregation,
    Declaration,
    declaration,
    declaration_in,
    declarations,
    index_table,
    places_from,
    ranks,
    read_declaration,
    scores,
)
from opendtm.measure.index.ranks import rank_of

WORDS = {"en": "x", "fr": "x"}
RAW: dict[str, Any] = {
    "id": "test",
    "version": 1,
    "label": WORDS,
    "definition": WORDS,
    "source": WORDS,
    "review": [],
    "aggregation": "arithmetic",
    "least_weight": 0.6,
    "floor": 1,
    "uncertainty": {"weights": 0.25, "draws": 400, "seed": 3},
    "indicators": [
        {"column": "food", "en": "Food", "fr": "Vivres", "weight": 1, "worst": 0, "best": 10},
        {"column": "walk", "en": "Walk", "fr": "Marche", "weight": 1, "worst": 60, "best": 10},
        {"column": "safe", "en": "Safety", "fr": "Sécurité", "weight": 2, "worst": 0, "best": 1},
    ],
}


def declared(**changes: Any) -> Declaration:
    """Make a declaration from the one above."""
    return read_declaration(deepcopy(RAW) | changes, file="test.yaml")


def places(*rows: tuple[float | None, float | None, float | None]) -> pa.Table:
    """Make a table of places P0, P1, ... with food, walk and safe."""
    columns = {
        name: pa.array([row[at] for row in rows], "f8")
        for at, name in enumerate(("food", "walk", "safe"))
    }
    return pa.table({"place": [f"P{row}" for row in range(len(rows))]} | columns)


def test_index_is_the_weighted_mean_of_what_lies_between_the_cut_offs() -> None:
    (found,) = scores(places((5, 20, 0.25)), declared=declared())
    # 50, 80 (a long walk is worse) and 25, the last twice: 180 / 4
    assert found.value == pytest.approx(45)
    assert (found.known, found.declared, found.weight_known, found.missing) == (3, 3, 1, ())


def test_geometric_index_does_not_make_up_for_the_worst() -> None:
    (found,) = scores(places((5, 20, 0.25)), declared=declared(aggregation="geometric"))
    assert found.value == pytest.approx((50 * 80 * 25**2) ** 0.25)
    assert found.arithmetic == pytest.approx(45)


def test_zero_counts_as_the_floor_in_a_geometric_mean() -> None:
    table = places((10, None, 0))
    (found,) = scores(table, declared=declared(aggregation="geometric", least_weight=0.5))
    assert found.value == pytest.approx(100 ** (1 / 3))  # 100^(1/3) x 1^(2/3)


def test_values_beyond_the_cut_offs_are_cut() -> None:
    (found,) = scores(places((99, 500, 1)), declared=declared())
    assert found.value == pytest.approx((100 + 0 + 200) / 4)


def test_missing_indicator_leaves_its_weight_to_the_others() -> None:
    (found,) = scores(places((5, None, 0.25)), declared=declared())
    assert found.value == pytest.approx((50 + 2 * 25) / 3)
    assert (found.weight_known, found.missing) == (0.75, ("walk",))


def test_too_little_weight_gives_a_reason_and_no_index() -> None:
    (found,) = scores(places((5, 20, None)), declared=declared())
    assert (found.value, found.arithmetic, found.geometric) == (None, None, None)
    assert found.reason is not None
    assert found.reason.text("en") == "Indicators with 50 % of the weight are known, not 60 %."
    assert found.reason.text("fr").startswith("Les indicateurs connus portent 50 %")


def test_required_indicator_that_is_missing_gives_no_index() -> None:
    raw = deepcopy(RAW)
    raw["indicators"][1]["required"] = True
    (found,) = scores(places((5, None, 1)), declared=read_declaration(raw, file="t"))
    assert found.value is None
    assert found.reason is not None
    assert "Marche" in found.reason.text("fr")


def test_absent_column_is_not_known_anywhere() -> None:
    (found,) = scores(places((5, 20, 0.25)).drop_columns(["walk"]), declared=declared())
    assert found.missing == ("walk",)


def test_equal_places_share_the_better_rank() -> None:
    assert rank_of(np.array([50.0, 80.0, 50.0, 10.0])) == [2, 1, 2, 4]


def test_place_that_is_best_in_everything_is_first_in_every_draw() -> None:
    found = ranks(places((9, 15, 0.9), (5, 30, 0.5), (1, 50, 0.1)), declared=declared())
    assert [(each.low, each.rank, each.median, each.high) for each in found] == [
        (1, 1, 1, 1),
        (2, 2, 2, 2),
        (3, 3, 3, 3),
    ]


def test_ranks_that_hang_on_the_choice_have_a_range() -> None:
    # P0 is even, P1 has one extreme: an arithmetic mean likes P1, a geometric one P0
    found = ranks(places((5, 35, 0.5), (10, 10, 0.05)), declared=declared(least_weight=1.0))
    assert {(each.low, each.high) for each in found} == {(1, 2)}


def test_draws_are_the_same_from_the_same_seed() -> None:
    chance = np.random.default_rng(4)
    rows = [tuple(row) for row in (chance.random((12, 3)) * (10, 50, 1)).tolist()]
    table = places(*rows)
    assert ranks(table, declared=declared()) == ranks(table, declared=declared())
    assert ranks(table, declared=declared()) != ranks(table, declared=replace(declared(), seed=9))


def test_place_without_an_index_has_no_rank_and_takes_none() -> None:
    found = ranks(places((9, 15, 0.9), (None, None, None), (1, 50, 0.1)), declared=declared())
    assert [each.rank for each in found] == [1, None, 2]
    assert found[1].scored.reason is not None
    assert (found[1].low, found[1].high) == (None, None)


def test_no_place_with_an_index_gives_no_ranks() -> None:
    assert ranks(places((None, None, None)), declared=declared())[0].rank is None


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"least_weight": 0}, "least_weight"),
        ({"floor": 0}, "floor"),
        ({"uncertainty": {"weights": 1, "draws": 1, "seed": 1}}, "uncertainty.weights"),
        ({"uncertainty": {"weights": 0, "draws": 0, "seed": 1}}, "uncertainty.draws"),
        ({"uncertainty": {"weights": 0}}, "draws"),
        ({"indicators": []}, "indicators"),
        ({"aggregation": "mean"}, "*"),
        ({"indicators": [RAW["indicators"][0] | {"weight": 0}]}, "food.weight"),
        ({"indicators": [RAW["indicators"][0] | {"best": 0}]}, "food.best"),
        ({"label": {"en": "x"}}, "fr"),
    ],
)
def test_declaration_that_cannot_be_used_names_the_key(change: dict[str, Any], key: str) -> None:
    with pytest.raises(IndexInvalid) as raised:
        declared(**change)
    assert raised.value.details["key"] == key
    assert "ne peut pas être utilisé" in raised.value.text("fr")


def test_index_that_the_catalogue_does_not_have_is_refused() -> None:
    with pytest.raises(IndexInvalid):
        declaration("happiness")


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"food": [1.0]}),
        pa.table({"place": ["A", "A"], "food": [1.0, 2.0]}),
        pa.table({"place": ["A", None], "food": [1.0, 2.0]}),
        pa.table({"place": ["A"], "food": ["many"]}),
        pa.table({"place": ["A"], "food": [float("inf")]}),
        pa.table({"place": ["A"], "food": [float("nan")]}),
    ],
    ids=["no place", "twice", "unnamed", "words", "infinite", "not a number"],
)
def test_table_that_cannot_be_computed_with_is_refused(table: pa.Table) -> None:
    with pytest.raises(IndexTableInvalid):
        scores(table, declared=declared())


def test_every_index_of_the_catalogue_reads_and_names_indicators_that_exist() -> None:
    found = declarations()
    assert [each.id for each in found] == ["mobility_stability", "solutions"]
    known = {one.id for one in indicators()}
    for each in found:
        assert each.review == ()
        for one in each.ingredients:
            assert one.column in known
            assert one.label.en
            assert one.label.fr


VALUES = st.one_of(st.none(), st.floats(0, 10))
ROWS = st.lists(st.tuples(VALUES, st.floats(0, 70), st.floats(0, 1)), min_size=1, max_size=6)


@settings(deadline=None, max_examples=60)
@given(rows=ROWS, way=st.sampled_from(Aggregation), more=st.floats(0, 1))
def test_better_indicator_never_lowers_the_index(
    rows: list[tuple[float | None, float, float]], way: Aggregation, more: float
) -> None:
    better = [(row[0], row[1], min(row[2] + more, 1.0)) for row in rows]
    before = scores(places(*rows), declared=declared(aggregation=way.value))
    after = scores(places(*better), declared=declared(aggregation=way.value))
    for low, high in zip(before, after, strict=True):
        assert low.value is not None
        assert high.value is not None
        assert high.value >= low.value - 1e-9
        assert 0 <= low.value <= 100 + 1e-9


@settings(deadline=None, max_examples=40)
@given(rows=ROWS, order=st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter(
    rows: list[tuple[float | None, float, float]], order: Any
) -> None:
    table = places(*rows)
    turned = list(range(len(rows)))
    order.shuffle(turned)
    small = replace(declared(), draws=20)
    straight = {each.scored.place: each for each in ranks(table, declared=small)}
    assert {e.scored.place: e for e in ranks(table.take(turned), declared=small)} == straight


def test_geometric_mean_of_two_equal_weights_is_the_root_of_the_product() -> None:
    raw = deepcopy(RAW) | {"aggregation": "geometric", "indicators": RAW["indicators"][:2]}
    (found,) = scores(places((4, 35, None)), declared=read_declaration(raw, file="t"))
    assert found.value == pytest.approx(sqrt(40 * 50))


def critical(limit: float, **changes: Any) -> Declaration:
    """Make the declaration above with a critical indicator of safety."""
    raw = deepcopy(RAW) | changes
    raw["indicators"][2]["critical"] = limit
    return read_declaration(raw, file="t")


def test_critical_indicator_is_not_averaged_away() -> None:
    table = places((10, 10, 0.2), (10, 10, 0.3))
    low, high = scores(table, declared=critical(25))
    assert (low.value, low.critical) == (20, ("safe",))
    assert low.arithmetic == pytest.approx(60)  # what the mean alone gives stands beside it
    assert (high.value, high.critical) == (pytest.approx(65), ())
    geometric = scores(table, declared=critical(25, aggregation="geometric"))
    assert geometric[0].value == 20


def test_critical_indicator_that_is_low_never_raises_an_index() -> None:
    (found,) = scores(places((0, 60, 0.2)), declared=critical(25))
    assert found.value == pytest.approx(10)  # the mean is lower than the critical value
    assert found.critical == ("safe",)


def test_critical_indicator_that_is_not_known_holds_nothing_down() -> None:
    (found,) = scores(places((10, 10, None)), declared=critical(25, least_weight=0.5))
    assert (found.value, found.critical) == (100, ())


def test_critical_indicator_never_lets_a_place_be_first() -> None:
    table = places((10, 10, 0.1), (6, 30, 0.5), (5, 35, 0.6))
    free = {each.scored.place: each for each in ranks(table, declared=declared())}
    held = {each.scored.place: each for each in ranks(table, declared=critical(25))}
    assert free["P0"].low == 1
    assert (held["P0"].rank, held["P0"].high) == (3, 3)
    assert held["P0"].low is not None
    assert held["P0"].low > 1


@pytest.mark.parametrize("limit", [-1, 100, float("nan")])
def test_critical_value_outside_the_scale_is_refused(limit: float) -> None:
    with pytest.raises(IndexInvalid) as raised:
        critical(limit)
    assert raised.value.details["key"] == "safe.critical"


def test_index_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump(RAW, allow_unicode=True), encoding="utf-8")
    assert declaration_in(file) == declared()
    for content in (b"id: [", b"\xff\xfe\x00", b"just words", b""):
        file.write_bytes(content)
        with pytest.raises(IndexInvalid) as raised:
            declaration_in(file)
        assert "own.yaml" in raised.value.text("en")


FIGURES = pa.table(
    {
        "indicator": ["food", "food", "safe", "safe", "food"],
        "place_code": ["B1", None, "B1", None, None],
        "place_name": ["Bravo", "Alpha", "Bravo", "Alpha", None],
        "value": pa.array([5.0, 2.0, 0.25, None, 7.0]),
    }
)


def test_figures_become_a_row_a_place_and_what_names_none_is_left_out() -> None:
    assert places_from(FIGURES).to_pylist() == [
        {"place": "Alpha", "place_name": "Alpha", "food": 2.0, "safe": None},
        {"place": "B1", "place_name": "Bravo", "food": 5.0, "safe": 0.25},
    ]


def test_two_figures_of_one_indicator_at_a_place_are_refused() -> None:
    twice = pa.concat_tables([FIGURES, FIGURES.slice(0, 1)])
    with pytest.raises(IndexTableInvalid) as raised:
        places_from(twice)
    assert raised.value.details["column"] == "food"


def test_table_of_an_index_says_what_it_was_made_by() -> None:
    table = places_from(FIGURES)
    made = critical(30, least_weight=0.7)
    low, bravo = index_table(
        ranks(table, declared=made), table, declared=made, lang="fr"
    ).to_pylist()
    assert (bravo["index"], bravo["rank"], bravo["rank_low"], bravo["rank_high"]) == (25, 1, 1, 1)
    assert bravo["arithmetic"] == pytest.approx((50 + 2 * 25) / 3)
    assert (bravo["missing"], bravo["critical"], bravo["food"]) == ("walk", "safe", 5)
    assert (low["index"], low["rank"]) == (None, None)
    assert low["reason"].startswith("Les indicateurs connus portent 25 %")
    told = ("index_id", "index_version", "aggregation", "weights_moved", "draws", "seed")
    assert [low[name] for name in told] == ["test", 1, "arithmetic", 0.25, 400, 3]
