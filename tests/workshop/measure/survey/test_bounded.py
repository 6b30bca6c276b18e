"""Calibration by a distance and within bounds: what R finds, what always holds, and when it cannot be.

R's values come from survey 4.1.1, of the design `svydesign(id=~village, strata=~stratum, weights=~weight)` over the
same fifteen interviews and `calibrate(design, ~group+x, c(70, 30, 290), calfun=, bounds=, epsilon=1e-14)`.
"""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measure.survey.interviews import INTERVIEWS, ONE_STAGE

from opendtm.errors.measure_survey import (
    BoundsTooNarrow,
    BoundsUnfit,
    ChoiceUnknown,
    TargetsUnfit,
)
from opendtm.measure.survey import (
    Design,
    Distance,
    Sample,
    calibrate,
    declare,
    mean,
    rake,
    total,
)

GROUPS = {"u": 40, "v": 30}
KNOWN = {"group": GROUPS, "x": 290}
NARROW = (0.93, 1.25)
R = {  # mean and its error, total and its error, the totals of both strata, the first four weights
    ("linear", NARROW): (
        (5.3014940133125679, 0.4198381678817919, 371.10458093187975, 29.388671751725425),
        (201.11273823577065, 169.99184269610907, 62.71234525746123, 39.758134489266368),
        (3.8413295373006502, 5.5931497812651889, 6.1620581904034433, 8.1225502858597789),
    ),
    ("raking", NARROW): (
        (5.3020853831075856, 0.41975694307405553, 371.14597681752974, 29.382986015183786),
        (201.15630437901774, 169.98967243851197, 62.747177224202431, 39.786631498737322),
        (3.8502501757978509, 5.5945686152376739, 6.1483917474820213, 8.1296334725603927),
    ),
    ("logit", NARROW): (
        (5.3100244662636875, 0.42140748135772255, 371.70171263845816, 29.498523695040557),
        (202.35254928726818, 169.34916335118996, 63.385184779457141, 40.10174885025932),
        (3.8207765889699057, 5.6606498087478148, 6.0116927797661157, 8.2340291748522247),
    ),
    ("logit", (0.7, 1.4)): (
        (5.3000330709401871, 0.41982872101072316, 371.00231496581284, 29.388010470750597),
        (201.18209311380627, 169.8202218520066, 62.527310549677281, 39.613609232557685),
        (3.8832850794674996, 5.6126672266944997, 6.1988055797085737, 8.0988398325524642),
    ),
    ("raking", None): (
        (5.297952176482239, 0.41674431394782563, 370.85665235375672, 29.172101976347779),
        (200.02727352891444, 170.82937882484225, 61.897261914199305, 39.155012351636252),
        (3.9116508811894026, 5.5723533269781393, 6.186071012245308, 8.0221134888506285),
    ),
}


@pytest.fixture(scope="module")
def sample() -> Sample:
    return declare(INTERVIEWS, ONE_STAGE)


def weights(sample: Sample) -> list[float]:
    found: list[float] = sample.table["__weight"].to_pyarrow().to_pylist()
    return found


@pytest.mark.parametrize(("distance", "bounds"), R, ids=str)
def test_calibration_within_bounds_is_that_of_r(
    sample: Sample, distance: str, bounds: tuple[float, float] | None
) -> None:
    whole, strata, first = R[distance, bounds]
    after = calibrate(sample, KNOWN, distance=distance, bounds=bounds)
    means, totals = mean(after, "y")[0], total(after, "y")[0]
    found = (means.value, means.se, totals.value, totals.se)
    assert found == pytest.approx(whole, rel=1e-8)
    parts = total(after, "y", by=["stratum"])
    assert [each.value for each in parts] == pytest.approx(strata[:2], rel=1e-8)
    assert [each.se for each in parts] == pytest.approx(strata[2:], rel=1e-8)
    assert weights(after)[:4] == pytest.approx(first, rel=1e-8)


def test_bounds_that_nothing_meets_change_nothing(sample: Sample) -> None:
    free, bound = calibrate(sample, KNOWN), calibrate(sample, KNOWN, bounds=(0.5, 2))
    assert weights(bound) == pytest.approx(weights(free), rel=1e-10)
    assert mean(bound, "y")[0].se == pytest.approx(mean(free, "y")[0].se, rel=1e-10)


def test_calibration_by_the_raking_distance_is_raking(sample: Sample) -> None:
    margins = {"group": GROUPS, "stratum": {"A": 38, "B": 32}}
    near = calibrate(sample, margins, distance=Distance.RAKING)
    assert weights(near) == pytest.approx(weights(rake(sample, margins)), rel=1e-9)


def test_method_says_distance_bounds_rounds_and_tolerance(sample: Sample) -> None:
    after = calibrate(sample, KNOWN, distance=Distance.LOGIT, bounds=NARROW, tolerance=1e-9)
    method = mean(after, "y")[0].method
    assert method.text("en").endswith(
        "calibrated to group, x by logit distance, each weight 0.93 to 1.25 times what it was "
        "(5 rounds to 1e-09)"
    )
    assert "distance logit" in method.text("fr")
    free = mean(calibrate(sample, KNOWN, distance=Distance.RAKING), "y")[0].method
    assert free.text("en").endswith("by raking distance (4 rounds to 1e-10)")


@pytest.mark.parametrize("distance", Distance)
def test_totals_out_of_reach_name_bounds_that_are_wide_enough(
    sample: Sample, distance: Distance
) -> None:
    with pytest.raises(BoundsTooNarrow, match=r"between 0\.95 and 1\.2 times") as refused:
        calibrate(sample, KNOWN, distance=distance, bounds=(0.95, 1.2))
    assert "0.92 to 1.31 are wide enough" in refused.value.remedy_text("en")
    assert "0.92 à 1.31" in refused.value.remedy_text("fr")
    assert weights(calibrate(sample, KNOWN, distance=distance, bounds=(0.92, 1.31)))


def test_totals_that_only_negative_weights_reach_are_refused(sample: Sample) -> None:
    """Every x lies from 1 to 7, so that 70 persons cannot have more than 490 together."""
    for distance in Distance:
        with pytest.raises(TargetsUnfit, match="no weights of zero or more"):
            calibrate(sample, {"group": GROUPS, "x": 500}, distance=distance, bounds=(0.2, 3))
    with pytest.raises(TargetsUnfit, match="did not settle in 50 rounds"):
        calibrate(sample, {"group": GROUPS, "x": 500}, distance=Distance.RAKING)


def test_rounds_that_are_too_few_are_said(sample: Sample) -> None:
    with pytest.raises(TargetsUnfit, match="did not settle in 1 rounds"):
        calibrate(sample, KNOWN, bounds=NARROW, rounds=1)


@pytest.mark.parametrize(
    ("distance", "bounds", "said"),
    [
        (Distance.LINEAR, (1.1, 2), "one must lie below 1"),
        (Distance.RAKING, (0.5, 1), "one must lie below 1"),
        (Distance.LINEAR, (float("nan"), 2), "one must lie below 1"),
        (Distance.RAKING, (-1, 2), "must not be negative"),
        (Distance.LOGIT, None, "needs both"),
        (Distance.LOGIT, (0, float("inf")), "needs both"),
    ],
    ids=str,
)
def test_bounds_that_are_none(
    sample: Sample, distance: Distance, bounds: tuple[float, float] | None, said: str
) -> None:
    with pytest.raises(BoundsUnfit, match=said):
        calibrate(sample, KNOWN, distance=distance, bounds=bounds)


def test_distance_that_is_none(sample: Sample) -> None:
    with pytest.raises(ChoiceUnknown, match="entropy is not a choice for distance"):
        calibrate(sample, KNOWN, distance="entropy")


@settings(max_examples=12, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(1, 20), st.integers(-9, 9), st.floats(0.45, 1.95)),
        min_size=8,
        max_size=30,
    ),
    distance=st.sampled_from(Distance),
)
def test_totals_that_weights_within_the_bounds_have_are_reached(
    rows: list[tuple[int, int, float]], distance: Distance
) -> None:
    heavy, x, moved = (np.array(each, np.float64) for each in zip(*rows, strict=True))
    x[:2] = -9, 9
    table = pa.table({"w": heavy, "x": x, "one": np.ones(len(x)), "y": x})
    known = {"x": float((heavy * moved) @ x), "one": float(heavy @ moved)}
    before = declare(table, Design(weights="w"))
    after = np.array(weights(calibrate(before, known, distance=distance, bounds=(0.4, 2))))
    assert abs(after @ x - known["x"]) <= 1e-9 * (1 + abs(known["x"]))
    assert after.sum() == pytest.approx(known["one"], rel=1e-9)
    assert (after / heavy).min() >= 0.4 - 1e-12
    assert (after / heavy).max() <= 2 + 1e-12
