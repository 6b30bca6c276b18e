"""The account of a population: it closes, and says what the flows do not explain."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.measure.stock import Flows, account
from opendtm.measure.stock.accounting import FLOWS


def test_account_closes_with_its_residual() -> None:
    flows = Flows(
        new_displacement=500, births=30, returns_from_abroad=20, returns=200,
        local_integration=10, settlement_elsewhere=5, deaths=15, departures_abroad=40,
    )  # fmt: skip
    found = account(10_000, 10_400, flows=flows)
    assert (found.entries, found.exits, found.expected) == (550, 270, 10_280)
    assert found.residual == 120
    assert found.residual_share == pytest.approx(120 / 10_400)
    assert found.unknown == ()


def test_flow_that_is_not_known_is_named_and_lies_in_the_residual() -> None:
    found = account(100, 90, flows=Flows(new_displacement=0, returns=5))
    assert found.residual == -5
    assert found.unknown == (
        "births", "returns_from_abroad", "local_integration", "settlement_elsewhere", "deaths",
        "departures_abroad",
    )  # fmt: skip


@pytest.mark.parametrize(("opening", "closing"), [(None, 5), (5, None)])
def test_residual_of_an_unknown_stock_is_unknown(
    opening: float | None, closing: float | None
) -> None:
    found = account(opening, closing, flows=Flows(returns=0))
    assert (found.residual, found.residual_share) == (None, None)


def test_residual_of_an_empty_stock_has_no_share() -> None:
    assert account(5, 0, flows=Flows(returns=5)).residual_share is None


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_impossible_flow_is_refused(wrong: float) -> None:
    with pytest.raises(StockTableInvalid, match="deaths"):
        account(1, 1, flows=Flows(deaths=wrong))


def test_every_flow_has_a_name_in_both_languages() -> None:
    assert set(FLOWS) == set(Flows.__slots__)
    assert all(label.en and label.fr for label in FLOWS.values())


amounts = st.one_of(st.none(), st.integers(0, 10**6))


@settings(deadline=None)
@given(st.integers(0, 10**7), st.integers(0, 10**7), st.lists(amounts, min_size=8, max_size=8))
def test_account_always_closes(opening: int, closing: int, moved: list[int | None]) -> None:
    found = account(opening, closing, flows=Flows(*moved))
    assert found.residual is not None
    assert opening + found.entries - found.exits + found.residual == closing
