"""Many interviews in memory, added up by numbered cluster: the same numbers as the one expression, to the last digits.

What R says of the api data is asked of this way as of the others (`test_oracle`).
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measure.survey.interviews import INTERVIEWS, ONE_STAGE, TWO_STAGE

from opendtm.measure.survey import (
    Design,
    Engine,
    Estimate,
    Lonely,
    Statistic,
    Term,
    declare,
    estimate,
)

TERMS = [
    Term(Statistic.MEAN, "y"),
    Term(Statistic.TOTAL, "y"),
    Term(Statistic.RATIO, "y", "x"),
    Term(Statistic.PROPORTION, "kind", level="b"),
]
ROW = st.tuples(
    st.integers(1, 3),  # stratum
    st.integers(1, 4),  # cluster within it
    st.floats(0.5, 20),
    st.none() | st.floats(-50, 50),
    st.none() | st.floats(0.1, 9),
    st.sampled_from(["a", "b", None]),
    st.sampled_from([7, 9, None]),
)


def _interviews(rows: list[tuple[Any, ...]]) -> pa.Table:
    names = ("stratum", "cluster", "weight", "y", "x", "kind", "group")
    columns: dict[str, list[Any]] = dict(
        zip(names, map(list, zip(*rows, strict=True)), strict=True)
    )
    columns["cluster"] = [10 * row[0] + row[1] for row in rows]
    kinds = {"kind": pa.string(), "group": pa.int64(), "y": pa.float64(), "x": pa.float64()}
    return pa.table({name: pa.array(each, kinds.get(name)) for name, each in columns.items()})


def _numbers(each: Estimate) -> list[float | None]:
    return [each.value, each.se, each.low, each.high, each.deff, each.n_weighted, each.cv]


@settings(max_examples=5, deadline=None)
@given(
    rows=st.lists(ROW, min_size=2, max_size=25),
    lonely=st.sampled_from([Lonely.REMOVE, Lonely.ADJUST, Lonely.AVERAGE]),
    by=st.sampled_from([[], ["group"], ["kind", "group"]]),
)
def test_cells_give_what_the_expression_gives(
    rows: list[tuple[Any, ...]], lonely: Lonely, by: list[str]
) -> None:
    table = _interviews(rows)
    design = Design("weight", "stratum", ("cluster",), lonely=lonely)
    expected, found = (
        estimate(declare(table, design, engine=engine), TERMS, by=by)
        for engine in (Engine.EXPRESSION, Engine.CELLS)
    )
    assert [(one.group, one.n, one.n_missing, one.suppressed_reason) for one in found] == [
        (one.group, one.n, one.n_missing, one.suppressed_reason) for one in expected
    ]
    for one, other in zip(found, expected, strict=True):
        for mine, wanted in zip(_numbers(one), _numbers(other), strict=True):
            assert (mine is None) == (wanted is None)
            assert mine is None or mine == pytest.approx(wanted, rel=1e-7, abs=1e-7)


def test_cells_are_taken_for_many_interviews_of_clusters_drawn_in_one_stage() -> None:
    count = 50_001
    many = pa.table({"y": np.arange(count) % 7, "village": np.arange(count) % 40})
    assert declare(many, Design(clusters=("village",))).engine is Engine.CELLS
    assert declare(many, Design()).engine is Engine.EXPRESSION
    assert declare(INTERVIEWS, ONE_STAGE).engine is Engine.ARRAYS


def test_design_of_two_stages_is_estimated_over_arrays_instead() -> None:
    sample = declare(INTERVIEWS, TWO_STAGE, engine=Engine.CELLS)
    arrays = declare(INTERVIEWS, TWO_STAGE, engine=Engine.ARRAYS)
    assert sample.numbered is None
    terms = [Term(Statistic.MEAN, "y")]
    assert estimate(sample, terms) == estimate(arrays, terms)


def test_clusters_far_apart_in_number_are_told_apart() -> None:
    table = INTERVIEWS.append_column(
        "far", pa.array([10**12 * (number // 3) for number in range(INTERVIEWS.num_rows)])
    )
    design = Design("weight", None, ("far",))
    found, wanted = (
        estimate(declare(table, design, engine=engine), [Term(Statistic.MEAN, "y")])[0]
        for engine in (Engine.CELLS, Engine.ARRAYS)
    )
    assert found.se == pytest.approx(wanted.se, rel=1e-12)
    assert found.df == wanted.df == 4


def _same(found: list[Estimate], wanted: list[Estimate]) -> None:
    assert [one.group for one in found] == [one.group for one in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert (one.n, one.n_missing, one.df) == (other.n, other.n_missing, other.df)
        pairs = zip(_numbers(one), _numbers(other), strict=True)
        assert all(
            mine == (wanted if wanted is None else pytest.approx(wanted, rel=1e-9))
            for mine, wanted in pairs
        )


def _many(rows: int) -> pa.Table:
    """Make interviews by a fixed rule: more than a block of them, clusters numbered anew in each stratum from -3 on."""
    rng = np.random.default_rng(7)
    stratum, cluster = rng.integers(0, 5, rows), rng.integers(-3, 30, rows)
    known = rng.random(rows) > 0.1
    return pa.table(
        {
            "stratum": pa.array(stratum).cast(pa.string()),
            "cluster": pa.array(cluster, pa.int16()),
            "size": 60 + stratum,
            "weight": 1 + rng.random(rows),
            "y": pa.array(rng.normal(50, 9, rows), mask=~known),
            "x": pa.array(rng.integers(1, 9, rows), pa.uint8()),
            "kind": pa.array(rng.choice(["a", "b", "c"], rows), mask=rng.random(rows) < 0.1),
            "group": pa.array(rng.integers(0, 4, rows), mask=rng.random(rows) < 0.1),
            "other": rng.integers(100, 103, rows),
        }
    )


@pytest.mark.parametrize("by", [[], ["other"], ["group", "other"]], ids=str)
def test_cells_of_several_blocks_are_what_arrays_give(by: list[str]) -> None:
    table = _many(70_000)
    design = Design("weight", "stratum", ("cluster",), ("size",), nested=True)
    found, wanted = (
        estimate(declare(table, design, engine=engine), TERMS, by=by)
        for engine in (Engine.CELLS, Engine.ARRAYS)
    )
    _same(found, wanted)


def test_domains_too_many_to_cross_with_clusters_are_estimated_over_arrays() -> None:
    rows = np.arange(400)
    table = pa.table({"village": rows // 2, "who": rows % 399, "y": rows % 7})
    cells = declare(table, Design(clusters=("village",)), engine=Engine.CELLS)
    assert cells.numbered.grid(["who"]) is None
    arrays = declare(table, Design(clusters=("village",)), engine=Engine.ARRAYS)
    terms = [Term(Statistic.MEAN, "y")]
    _same(estimate(cells, terms, by=["who"]), estimate(arrays, terms, by=["who"]))


def test_groups_far_apart_in_number_are_joined_before_they_are_crossed() -> None:
    rows = np.arange(3000)
    table = pa.table(
        {"village": rows % 40, "one": rows % 3 * 4000, "two": rows % 5 * 2000, "y": rows % 7}
    )
    found, wanted = (
        estimate(
            declare(table, Design(clusters=("village",)), engine=engine),
            [Term(Statistic.MEAN, "y")],
            by=["one", "two"],
        )
        for engine in (Engine.CELLS, Engine.ARRAYS)
    )
    assert len(found) == 15
    _same(found, wanted)


@pytest.mark.parametrize("level", ["7", "07", "seven", "1000000"])
def test_level_of_a_column_of_whole_numbers(level: str) -> None:
    table = INTERVIEWS.append_column("code", pa.array([7, 9, 11] * 5))
    found = estimate(
        declare(table, ONE_STAGE, engine=Engine.CELLS),
        [Term(Statistic.PROPORTION, "code", level=level)],
    )[0]
    assert found.n == (5 if level == "7" else 0)
    assert (found.value == 0) is (level != "7")
