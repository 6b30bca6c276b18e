"""The jackknife: R `survey` 4.1.1 on fifteen interviews, the identity for totals, and where it is refused."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measure.survey.interviews import INTERVIEWS, ONE_STAGE, UNSTRATIFIED

from opendtm.errors.measure_survey import NotForThisDesign
from opendtm.measure.survey import (
    Design,
    Lonely,
    Reason,
    declare,
    jackknife,
    mean,
    poststratify,
    proportion,
    quantile,
    ratio,
    total,
)


def test_errors_within_strata_are_those_of_r() -> None:
    sample = jackknife(declare(INTERVIEWS, ONE_STAGE))
    found = [mean(sample, "y")[0], ratio(sample, ("y", "x"))[0]]
    assert [each.value for each in found] == pytest.approx([5.110236220472441, 1.2800788954635107])
    assert [each.se for each in found] == pytest.approx(
        [0.905079203449939, 0.1121202829078224], rel=1e-12
    )
    domains = mean(sample, "y", by=["group"])
    assert [each.se for each in domains] == pytest.approx(
        [1.2765334101249981, 0.2710950203919367], rel=1e-12
    )
    assert found[0].df == 4
    assert "JKn" in found[0].method.text("en")


def test_errors_without_strata_and_with_fpc_are_those_of_r() -> None:
    plain = jackknife(declare(INTERVIEWS, UNSTRATIFIED))
    assert mean(plain, "y")[0].se == pytest.approx(0.8082437689197967, rel=1e-12)
    assert "JK1" in mean(plain, "y")[0].method.text("fr")
    finite = Design("weight", "stratum", ("village",), ("villages",))
    sample = jackknife(declare(INTERVIEWS, finite))
    assert mean(sample, "y")[0].se == pytest.approx(0.7363417283182326, rel=1e-12)
    assert total(sample, "y")[0].se == pytest.approx(68.14268119174648, rel=1e-12)


def test_lonely_unit_of_a_lower_stage_does_not_matter() -> None:
    """R: `as.svrepdesign(type="JKn")` of the two stages, under `adjust`."""
    table = INTERVIEWS.set_column(2, "block", pa.array([1, 1, 1, *range(2, 14)]))
    stages, sizes = ("village", "block"), ("villages", "blocks")
    sample = jackknife(
        declare(table, Design("weight", "stratum", stages, sizes, lonely=Lonely.ADJUST))
    )
    assert sample.facts.lonely == ("A",)
    found = [mean(sample, "y")[0], total(sample, "y")[0], ratio(sample, ("y", "x"))[0]]
    assert [each.se for each in found] == pytest.approx(
        [0.73634172831823264, 68.142681191746476, 0.093551899201089028], rel=1e-12
    )


def test_leaving_out_each_unit_in_turn_is_what_it_says() -> None:
    """The mean of 2, 4, 9 without each: 6.5, 5.5, 3; spread 6.5 around 5, times 2 / 3."""
    table = pa.table({"y": [2.0, 4.0, 9.0]})
    found = mean(jackknife(declare(table, Design())), "y")[0]
    assert found.se is not None
    spread = sum((each - 5) ** 2 for each in (6.5, 5.5, 3.0))
    assert found.se**2 == pytest.approx(2 / 3 * spread, rel=1e-14)


@settings(max_examples=15, deadline=None)
@given(
    values=st.lists(st.integers(-9, 9), min_size=8, max_size=16),
    drawn=st.sampled_from([0.0, 0.2, 0.5]),
)
def test_for_a_total_it_equals_linearisation(values: list[int], drawn: float) -> None:
    count = len(values)
    table = pa.table(
        {
            "y": values,
            "h": ["AB"[n % 2] for n in range(count)],
            "village": [n % 4 for n in range(count)],
            "drawn": [drawn or 1e-9] * count,
        }
    )
    design = Design(strata="h", clusters=("village",), finite=("drawn",), finite_holds="fraction")
    sample = declare(table, design)
    one, other = total(sample, "y")[0], total(jackknife(sample), "y")[0]
    assert other.se == pytest.approx(one.se, rel=1e-7, abs=1e-7)


def test_domain_in_a_single_unit_has_no_jackknife() -> None:
    table = pa.table({"village": [1, 2, 3, 3], "y": [1.0, 2.0, 3.0, 5.0], "g": list("uuvv")})
    inside, single = mean(jackknife(declare(table, Design(clusters=("village",)))), "y", by=["g"])
    assert inside.value == 1.5
    assert single.suppressed_reason is Reason.LONELY


def test_quantiles_keep_woodruffs_interval() -> None:
    sample = declare(INTERVIEWS, ONE_STAGE)
    one, other = quantile(sample, "y")[0], quantile(jackknife(sample), "y")[0]
    assert one == other
    assert "Woodruff" in other.method.text("en")


def test_proportions_sum_and_share_one_error() -> None:
    found = proportion(jackknife(declare(INTERVIEWS, ONE_STAGE)), "group")
    assert found[0].se == pytest.approx(found[1].se)
    assert np.isclose(sum(each.value or 0 for each in found), 1)


def test_calibrated_weights_have_no_jackknife() -> None:
    sample = poststratify(declare(INTERVIEWS, ONE_STAGE), "group", {"u": 40, "v": 30})
    with pytest.raises(NotForThisDesign, match="known totals"):
        jackknife(sample)


@pytest.mark.parametrize("rule", ["adjust", "average"])
def test_rules_that_say_nothing_of_replicates(rule: str) -> None:
    table = pa.table({"h": list("AAB"), "y": [1, 2, 3]})
    with pytest.raises(NotForThisDesign, match=rule):
        jackknife(declare(table, Design(strata="h", lonely=rule)))
    removed = jackknife(declare(table, Design(strata="h", lonely="remove")))
    assert mean(removed, "y")[0].se == pytest.approx(1 / 3)
