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
