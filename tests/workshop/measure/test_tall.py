"""Figures of small panels: sums keep their digits whatever else is asked, and say what rows said."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measuring import observations

from opendtm.measure import compute_levels, single_round, tall
from opendtm.measure.tall_groups import NEVER, Grouping, facts_of, number_groups

LEVELS = (("none", True), ("adm1", True), ("site", False))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "adm1_code": st.sampled_from(["A", "B", None]),
            "site_type": st.sampled_from(["camp", "collective_centre", None]),
            "idp_individuals": st.none() | st.integers(0, 400).map(lambda each: each / 7),
            "latrines_working": st.none() | st.integers(0, 9).map(float),
            "need_wash": st.sampled_from(["none", "critical", None]),
        }
    ),
    min_size=1,
    max_size=12,
)


def _marked(**columns: list[Any]) -> pa.Table:
    kinds = {"day": pa.date32(), "repeated": pa.bool_(), "known": pa.bool_(), "barred": pa.bool_()}
    return pa.table(
        {name: pa.array(values, kinds.get(name, pa.string())) for name, values in columns.items()}
    )


@pytest.fixture
def grouped() -> Grouping:
    """Give five rows of three areas; the place P stands in two of them, the last area has no code."""
    marked = _marked(
        key=["B", "A", "A", "A", ""],
        code=["B", "A", "A", "A", None],
        name=["Bee", "Ay", "Ay", "Ay", None],
        place=["T", "P", "P", "Q", "R"],
        source=["s5", "s2", "s1", None, "s4"],
        day=[date(2026, 1, 5), date(2026, 1, 2), None, date(2026, 1, 4), None],
        repeated=[False, True, False, False, False],
        known=[True, True, True, True, None],
        barred=[False] * 5,
    )
    return number_groups(marked, facts_of(marked), split=True)


def test_groups_come_by_code_with_those_without_one_last(grouped: Grouping) -> None:
    assert grouped.groups["code"].to_pylist() == ["A", "B", None]
    assert grouped.of.tolist() == [1, 0, 0, 0, 2]


def test_rows_are_added_and_places_counted_once(grouped: Grouping) -> None:
    every = np.ones((1, 5), np.bool_)
    assert grouped.sums(np.array([[1.0, 2.0, 4.0, 8.0, 16.0]])).tolist() == [[14.0, 1.0, 16.0]]
    assert grouped.counts(every).tolist() == [[2, 1, 1]]
    assert grouped.counts(every & grouped.facts.known).tolist() == [[2, 1, 0]]


def test_records_behind_are_sorted_and_a_row_without_one_adds_none(grouped: Grouping) -> None:
    flags = np.array([[True] * 5, [False, True, False, True, False]])
    assert grouped.behind(flags).to_pylist() == [["s1", "s2"], ["s5"], ["s4"], ["s2"], [], []]


def test_newest_day_is_unknown_where_no_row_has_one(grouped: Grouping) -> None:
    days = (np.datetime64("2026-01-04") - np.datetime64("1970-01-01")).astype(int)
    found = grouped.newest(np.array([[False, True, True, True, True]]))
    assert found.tolist() == [[days, NEVER, NEVER]]
    assert grouped.greatest(np.array([[True] * 5]), np.arange(5.0)[None])[0].tolist() == [3, 0, 4]


@settings(max_examples=4, deadline=None)
@given(ROWS)
def test_figures_have_the_same_digits_alone_and_in_parts(rows: list[dict[str, Any]]) -> None:
    named = [{"site_id": f"S{number}", **row} for number, row in enumerate(rows)]
    made = single_round(observations(named))
    whole = compute_levels(made, LEVELS, sources=True)
    names = whole["indicator"].unique().to_pylist()[::8]
    parts = [compute_levels(made, LEVELS, indicators=[each], sources=True) for each in names]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tall, "AT_ONCE", 1)
        assert compute_levels(made, LEVELS, sources=True).equals(whole)
    order = [("place_level", "ascending"), ("indicator", "ascending")]
    keys = [*order, ("by", "ascending"), ("place_code", "ascending")]
    chosen = whole.filter(pc.is_in(whole["indicator"], value_set=pa.array(names)))
    assert pa.concat_tables(parts).sort_by(keys).equals(chosen.sort_by(keys))
