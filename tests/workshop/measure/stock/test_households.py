"""Persons from households: only where nobody counted persons, and never without the factor, source and date."""

from datetime import date

import pyarrow as pa
import pytest
from tests.workshop.measuring import observations

from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.measure import figures, single_round
from opendtm.measure.stock import factor_of, persons_from_households
from opendtm.records import HouseholdSize, Method

SIX = HouseholdSize(6, "Area baseline, 2025", date(2025, 4, 1))


def table() -> pa.Table:
    """Four places: counted, households only, neither, and a zero that was counted."""
    return observations(
        [
            {"site_id": "A", "idp_households": 38, "idp_individuals": 200},
            {"site_id": "B", "idp_households": 38, "idp_individuals": None},
            {"site_id": "C", "idp_households": None, "idp_individuals": None},
            {"site_id": "D", "idp_households": 2, "idp_individuals": 0},
        ]
    )


def test_only_empty_cells_are_filled() -> None:
    found = persons_from_households(table(), factor=SIX)
    assert found["idp_individuals"].to_pylist() == [200, 228, None, 0]


def test_factor_source_and_date_stand_in_the_column() -> None:
    found = persons_from_households(table(), factor=SIX)
    told = factor_of(found, "idp_individuals")
    assert told is not None
    assert HouseholdSize.read(told) == SIX
    assert found.schema.field("idp_individuals").metadata[b"opendtm.derived_rows"] == b"1"


def test_figure_of_derived_persons_says_so() -> None:
    found = persons_from_households(table(), factor=SIX)
    (figure,) = figures(single_round(found), indicators=["idp_individuals"])
    assert (figure.value, figure.method) == (428, Method.DERIVED)


def test_nothing_to_fill_leaves_the_table_unmarked() -> None:
    counted = table().slice(0, 1)
    found = persons_from_households(counted, factor=SIX)
    assert found is counted
    assert factor_of(found, "idp_individuals") is None


def test_absent_column_of_persons_is_made() -> None:
    bare = table().drop_columns(["idp_individuals"])
    found = persons_from_households(bare, factor=SIX)
    assert found["idp_individuals"].to_pylist() == [228, 228, None, 12]


@pytest.mark.parametrize("size", [0.5, 51, float("nan"), float("inf")])
def test_impossible_household_is_refused(size: float) -> None:
    with pytest.raises(StockTableInvalid, match="1 to 50"):
        persons_from_households(table(), factor=HouseholdSize(size, "x", date(2025, 1, 1)))


def test_factor_without_a_source_is_refused() -> None:
    with pytest.raises(StockTableInvalid, match="source"):
        persons_from_households(table(), factor=HouseholdSize(5, " ", date(2025, 1, 1)))


def test_source_written_by_hand_is_not_read_as_a_factor() -> None:
    assert HouseholdSize.read("census of 2019") is None
