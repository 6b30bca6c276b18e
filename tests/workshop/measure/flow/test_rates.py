"""Flow by observed hour and day; comparisons over what is common; totals only of sampled shifts.

1. A watched point that nobody passed has a flow of zero; one that nobody watched has none.
2. Periods are compared at the same points and the same hours only.
3. A registry is multiplied up only by the probabilities with which days and shifts were drawn.
"""

from datetime import date, timedelta
from math import sqrt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.errors.measure_flow import FlowTableInvalid, NothingInCommon
from opendtm.measure.flow import (
    Period,
    compare,
    net_flux,
    rates,
    rates_table,
    shift_total,
    watched_hours,
)

DAY = date(2026, 3, 2)


def day(number: int) -> date:
    """Give a day of March."""
    return DAY + timedelta(days=number)


def registry(*rows: tuple[object, ...], names: str = "point day direction persons") -> pa.Table:
    """Make a registry from tuples."""
    split = names.split()
    return pa.Table.from_pylist([dict(zip(split, row, strict=True)) for row in rows])


def sessions(*rows: tuple[str, date, float]) -> pa.Table:
    """Make sessions from (point, day, hours)."""
    return registry(*rows, names="point day hours")


def test_flow_is_standardised_for_days_and_hours_observed() -> None:
    counted = registry(
        ("P", day(0), "inflow", 30), ("P", day(0), "inflow", 10), ("P", day(1), "outflow", 8)
    )
    found = rates(
        counted, sessions=sessions(("P", day(0), 8), ("P", day(1), 12), ("P", day(2), 12))
    )
    by_direction = {rate.direction: rate for rate in found}
    inflow = by_direction["inflow"]
    assert (inflow.persons, inflow.days, inflow.hours) == (40, 3, 32)
    assert inflow.per_day == pytest.approx(40 / 3)
    assert inflow.per_hour == 1.25
    assert by_direction["transit"].per_day == 0
    assert net_flux(found) == {"P": pytest.approx(40 / 3 - 8 / 3)}


def test_point_that_was_watched_without_anybody_has_a_flow_of_zero() -> None:
    found = rates(
        registry(("P", day(0), "inflow", 5)), sessions=sessions(("P", day(0), 8), ("Q", day(0), 8))
    )
    assert {rate.persons for rate in found if rate.point == "Q"} == {0}
    assert net_flux(found)["Q"] == 0


def test_registry_without_sessions_has_days_and_no_hours() -> None:
    found = rates(registry(("P", day(0), "inflow", 5), ("P", day(3), "inflow", 7)))
    assert (found[0].per_day, found[0].hours, found[0].per_hour) == (6, None, None)


def test_two_shifts_of_a_day_are_one_day_of_more_hours() -> None:
    assert watched_hours(sessions(("P", day(0), 6), ("P", day(0), 4))) == {("P", day(0)): 10}


def test_rates_become_a_table_with_a_row_a_direction() -> None:
    table = rates_table(rates(registry(("P", day(0), "inflow", 5))))
    assert table["direction"].to_pylist() == ["inflow", "outflow", "transit"]
    assert table["per_day"].to_pylist() == [5, 0, 0]


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        (("P", day(0), "sideways", 1), "direction"),
        (("P", day(0), "inflow", -1), "persons"),
        (("P", day(0), "inflow", None), "persons"),
        ((None, day(0), "inflow", 1), "point"),
        (("P", "yesterday", "inflow", 1), "day"),
    ],
)
def test_wrong_row_is_refused_by_its_number(rows: tuple[object, ...], column: str) -> None:
    with pytest.raises(FlowTableInvalid) as refused:
        rates(registry(rows))
    assert (refused.value.where.row, refused.value.where.column) == (1, column)


def test_absent_column_is_named() -> None:
    with pytest.raises(FlowTableInvalid, match="persons"):
        rates(registry(("P", day(0), "inflow"), names="point day direction"))


def test_people_counted_while_nobody_watched_are_refused() -> None:
    with pytest.raises(FlowTableInvalid, match="P was not watched"):
        rates(registry(("P", day(1), "inflow", 1)), sessions=sessions(("P", day(0), 8)))


@pytest.mark.parametrize("hours", [(0.0,), (25.0,), (13.0, 12.0)])
def test_day_of_impossible_length_is_refused(hours: tuple[float, ...]) -> None:
    with pytest.raises(FlowTableInvalid):
        watched_hours(sessions(*(("P", day(0), length) for length in hours)))


counts = st.lists(
    st.tuples(
        st.sampled_from("PQ"),
        st.integers(0, 5),
        st.sampled_from(["inflow", "outflow", "transit"]),
        st.integers(0, 500),
    ),
    min_size=1,
)


@settings(deadline=None)
@given(counts)
def test_no_traveller_is_lost_or_made_up(rows: list[tuple[str, int, str, int]]) -> None:
    table = registry(*((point, day(n), way, persons) for point, n, way, persons in rows))
    found = rates(table)
    assert sum(rate.persons for rate in found) == sum(row[3] for row in rows)
    for rate in found:
        assert (rate.per_day or 0) * rate.days == pytest.approx(rate.persons)


HOURLY = "point day hour direction persons"


def watched(*slots: tuple[str, int, int]) -> pa.Table:
    """Make hours watched from (point, day number, hour)."""
    return registry(*((point, day(n), hour) for point, n, hour in slots), names="point day hour")


def test_comparison_takes_common_points_and_hours_only() -> None:
    before = Period(
        registry(
            ("P", day(0), 8, "inflow", 10), ("P", day(1), 8, "inflow", 20),
            ("P", day(0), 9, "inflow", 500), ("Q", day(0), 8, "inflow", 900), names=HOURLY,
        ),
        watched(("P", 0, 8), ("P", 1, 8), ("P", 0, 9), ("Q", 0, 8)),
    )  # fmt: skip
    after = Period(
        registry(("P", day(30), 8, "inflow", 30), ("R", day(30), 8, "inflow", 700), names=HOURLY),
        watched(("P", 30, 8), ("P", 31, 8), ("R", 30, 8), ("P", 30, 20)),
    )
    (found,) = compare(before, after)
    assert (found.before, found.after, found.change) == (15, 15, 0)
    assert (found.points, found.hours, found.left_out) == (("P",), 1, ("Q", "R"))


def test_comparison_with_no_flow_before_has_no_share() -> None:
    before = Period(registry(("P", day(0), 8, "inflow", 0), names=HOURLY), watched(("P", 0, 8)))
    after = Period(registry(("P", day(1), 8, "inflow", 3), names=HOURLY), watched(("P", 1, 8)))
    (found,) = compare(before, after)
    assert (found.change, found.share) == (3, None)


def test_nothing_in_common_is_said() -> None:
    one = Period(registry(("P", day(0), 8, "inflow", 1), names=HOURLY), watched(("P", 0, 8)))
    other = Period(registry(("P", day(0), 20, "inflow", 1), names=HOURLY), watched(("P", 0, 20)))
    with pytest.raises(NothingInCommon) as refused:
        compare(one, other)
    assert refused.value.text("fr") != refused.value.text("en")


def test_people_in_an_hour_that_nobody_watched_are_refused() -> None:
    one = Period(registry(("P", day(0), 8, "inflow", 1), names=HOURLY), watched(("P", 0, 9)))
    with pytest.raises(FlowTableInvalid):
        compare(one, one)


@settings(deadline=None)
@given(counts)
def test_period_compared_with_itself_has_not_changed(rows: list[tuple[str, int, str, int]]) -> None:
    table = registry(*((p, day(n), n, way, persons) for p, n, way, persons in rows), names=HOURLY)
    period = Period(table, watched(*((p, n, n) for p, n, _, _ in rows)))
    assert {found.change for found in compare(period, period)} == {0}


SHIFTS = "day persons p_day p_shift"


def test_total_of_sampled_shifts_by_hand() -> None:
    table = registry(
        (day(0), 10, 0.5, 0.25), (day(0), 30, 0.5, 0.25), (day(1), 20, 0.5, 0.5), names=SHIFTS
    )
    found = shift_total(table)
    first, second = 40 / (0.5 * 0.25), 20 / (0.5 * 0.5)
    assert found.total == first + second == 400
    assert found.se == pytest.approx(sqrt(2 * ((first - 200) ** 2 + (second - 200) ** 2)))
    assert (found.df, found.shifts) == (1, 3)
    assert found.low == 0  # never fewer than nobody


def test_total_of_sampled_shifts_is_unbiased() -> None:
    chance = np.random.default_rng(5)
    flow = chance.integers(20, 200, (30, 4))
    totals = []
    for _ in range(400):
        drawn = chance.choice(30, 10, replace=False)
        rows = [(day(int(d)), int(flow[d, chance.integers(4)]), 10 / 30, 1 / 4) for d in drawn]
        totals.append(shift_total(registry(*rows, names=SHIFTS)).total)
    assert np.mean(totals) == pytest.approx(flow.sum(), rel=0.03)


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([(day(0), 1, 0.5, 0.5)], "day"),
        ([(day(0), 1, 0.0, 0.5), (day(1), 1, 0.5, 0.5)], "p_day"),
        ([(day(0), 1, 0.5, 0.5), (day(0), 1, 0.4, 0.5)], "p_day"),
        ([(day(0), 1, 1.5, 0.5), (day(1), 1, 0.5, 0.5)], "p_day"),
        ([(day(0), -1, 0.5, 0.5), (day(1), 1, 0.5, 0.5)], "persons"),
    ],
)
def test_shifts_that_give_no_total_are_refused(rows: list[tuple[object, ...]], column: str) -> None:
    with pytest.raises(FlowTableInvalid) as refused:
        shift_total(registry(*rows, names=SHIFTS))
    assert refused.value.where.column == column
