"""After a change at a few places, renewed figures beside the earlier ones are what computing everything gives.

1. Whatever answer is corrected, whatever place is moved, comes or goes: the same figures, to the last digit.
2. A correction leaves the figures of other places and of other indicators alone.
3. Where much is different, or the columns are, nothing is renewed.
"""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measuring import observations

from opendtm.measure import Panel, compute_levels, single_round
from opendtm.measure.renewal import Earlier, Renewal, renewal, superseded

LEVELS = (("none", True), ("adm1", True), ("site", False))
KEY = ("indicator", "place_level", "place_code", "place_name", "by")
ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "adm1_code": st.sampled_from(["A", "B", "C", None]),
    "adm1_name": st.sampled_from(["Ay", "Bee", None]),
    "site_name": st.sampled_from(["One", "Two"]),
    "site_type": st.sampled_from(["camp", "collective_centre", None]),
    "idp_individuals": st.none() | st.integers(0, 400).map(lambda each: each / 7),
    "idp_females": st.none() | st.integers(0, 200).map(lambda each: each / 3),
    "latrines_working": st.none() | st.integers(0, 9).map(float),
    "need_wash": st.sampled_from(["none", "some", "critical", None]),
    "method": st.sampled_from(["head_count", "estimate", None]),
}
Rows = list[dict[str, Any]]
FIVE = st.lists(st.fixed_dictionaries(ANSWERS), min_size=5, max_size=5)


def _corrected(rows: Rows, place: int, name: str, value: Any) -> Rows:
    return [row | ({name: value} if number == place else {}) for number, row in enumerate(rows)]


@st.composite
def changed(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """Draw five sites, and what becomes of them: one to three answers corrected, or a site gone or come."""
    rows = [{"site_id": f"S{number}", **row} for number, row in enumerate(draw(FIVE))]
    kind = draw(st.sampled_from(["correct", "correct", "gone", "come"]))
    if kind == "gone":
        return rows, [row for row in rows if row["site_id"] != f"S{draw(st.integers(0, 4))}"]
    if kind == "come":
        return rows, [*rows, {"site_id": "S5", **draw(st.fixed_dictionaries(ANSWERS))}]
    new = rows
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(ANSWERS)))
        new = _corrected(new, draw(st.integers(0, 4)), name, draw(ANSWERS[name]))
    return rows, new


def made(rows: Rows) -> Panel:
    """Make the panel of some sites, each row of the source that its site names."""
    table = observations(rows)
    place = table.column_names.index("_source")
    named = pa.array([f"t.csv#t!{row['site_id']}" for row in rows])
    return single_round(table.set_column(place, "_source", named))


def in_order(figures: pa.Table) -> pa.Table:
    return figures.sort_by([(name, "ascending") for name in KEY]).combine_chunks()


def together(earlier: pa.Table, found: Renewal) -> pa.Table:
    """Put renewed figures beside the earlier ones that hold."""
    gone = superseded(earlier, indicators=found.indicators, places=found.places)
    return in_order(pa.concat_tables([earlier.filter(pc.invert(gone)), found.figures]))


@settings(max_examples=25, deadline=None)
@given(changed())
def test_renewed_figures_are_those_of_computing_everything(change: tuple[Rows, Rows]) -> None:
    before, now = (made(rows) for rows in change)
    found = renewal(Earlier(before, LEVELS), now)
    whole = in_order(compute_levels(now, LEVELS, sources=True))
    if found is None:
        assert before.table.schema != now.table.schema or any(
            before.has(name) != now.has(name) for name in ("site_type", "method", "need_wash")
        )
        return
    earlier = compute_levels(before, LEVELS, sources=True)
    assert together(earlier, found).equals(whole)


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Give eight sites of two areas."""
    return [
        {
            "site_id": f"S{number}",
            "adm1_code": "AB"[number % 2],
            "site_type": "camp",
            "idp_individuals": 10 / 3 * number,
            "idp_females": 1.0,
            "need_wash": "some",
        }
        for number in range(8)
    ]


def test_correction_concerns_its_place_and_its_indicators_alone(rows: Rows) -> None:
    new = _corrected(rows, 3, "need_wash", "critical")
    found = renewal(Earlier(made(rows), LEVELS), made(new))
    assert found is not None
    assert found.places == {("none", "", ""), ("adm1", "B", ""), ("site", "S3", "")}
    assert "sites_critical_any" in found.indicators
    assert "idp_individuals" not in found.indicators
    assert set(found.figures["place_code"].to_pylist()) == {None, "B", "S3"}


def test_place_that_moves_concerns_both_areas_and_every_indicator(rows: Rows) -> None:
    new = _corrected(rows, 3, "adm1_code", "A")
    found = renewal(Earlier(made(rows), LEVELS), made(new))
    assert found is not None
    areas = {code for level, code, _ in found.places if level == "adm1"}
    assert areas == {"A", "B"}
    assert "idp_individuals" in found.indicators


def test_nothing_is_renewed_without_a_difference(rows: Rows) -> None:
    found = renewal(Earlier(made(rows), LEVELS), made(rows))
    assert found is not None
    assert (found.figures.num_rows, found.places) == (0, frozenset())


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: [row | {"idp_males": 3.0} for row in rows],
        lambda rows: [row | {"idp_females": 2.0} for row in rows],
        lambda rows: rows[::-1],
        lambda rows: [row | {"site_type": None} for row in rows],
    ],
    ids=["column", "every place", "order", "nothing to take apart by"],
)
def test_everything_is_computed_where_much_is_different(
    rows: Rows, change: Callable[[Rows], Rows]
) -> None:
    assert renewal(Earlier(made(rows), LEVELS), made(change(rows))) is None
