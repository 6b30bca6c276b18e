"""Verified samples, areas and shares: totals with design-based variances, against R and by hand."""

import csv
import json
from math import sqrt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.errors.measure_stock import RatioUndefined, SampleTooSmall, StockTableInvalid
from opendtm.measure.stock import (
    Estimate,
    Frame,
    combined_total,
    group_total,
    quadrat_total,
    separate_total,
    t_square_total,
)

DIGITS = 1e-8


def verified(
    counted: list[float], reported: list[float], stratum: list[str] | None = None
) -> pa.Table:
    """Make a table of verified places."""
    columns: dict[str, list[float] | list[str]] = {"counted": counted, "reported": reported}
    return pa.table(columns | ({"stratum": stratum} if stratum else {}))


@pytest.fixture(scope="module")
def oracle(shared: Path) -> dict[str, dict[str, float]]:
    """Values computed by R survey 4.1.1."""
    found: dict[str, dict[str, float]] = json.loads(
        (shared / "survey" / "r_ratio_total_oracle.json").read_text()
    )
    return found


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    """Read a sample of the academic performance data."""
    with (shared / "survey" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_combined_ratio_over_strata_is_that_of_r(
    shared: Path, oracle: dict[str, dict[str, float]]
) -> None:
    sample, known = rows(shared, "apistrat"), oracle["strat_separate"]["known"]
    places = {row["stype"]: int(row["fpc"]) for row in sample}
    frame = {name: Frame(places[name], total) for name, total in known.items()}  # type: ignore[attr-defined]
    table = verified(
        [float(row["api.stu"]) for row in sample],
        [float(row["enroll"]) for row in sample],
        [row["stype"] for row in sample],
    ).append_column("weight", pa.array([float(row["pw"]) for row in sample]))
    combined, separate = combined_total(table, frame=frame), separate_total(table, frame=frame)
    assert combined.ratio == pytest.approx(oracle["strat"]["ratio"], rel=DIGITS)
    assert combined.total == pytest.approx(oracle["strat"]["est_total"], rel=DIGITS)
    assert combined.se == pytest.approx(oracle["strat"]["se"], rel=DIGITS)
    assert separate.total == pytest.approx(oracle["strat_separate"]["est_total"], rel=DIGITS)
    assert separate.se == pytest.approx(oracle["strat_separate"]["se"], rel=DIGITS)
    assert combined.df == 197


def test_clusters_as_places_are_those_of_r(
    shared: Path, oracle: dict[str, dict[str, float]]
) -> None:
    sums: dict[str, list[float]] = {}
    for row in rows(shared, "apiclus1"):
        of = sums.setdefault(row["dnum"], [0.0, 0.0])
        of[0] += float(row["api.stu"])
        of[1] += float(row["enroll"])
    table = verified([of[0] for of in sums.values()], [of[1] for of in sums.values()])
    frame = {"all": Frame(757, oracle["clus1"]["total_enroll_known"])}
    found = combined_total(table, frame=frame)
    assert found.total == pytest.approx(oracle["clus1"]["est_total"], rel=DIGITS)
    assert found.se == pytest.approx(oracle["clus1"]["se"], rel=DIGITS)
    assert separate_total(table, frame=frame).se == pytest.approx(found.se, rel=1e-12)


def test_ratio_corrects_what_informants_say_too_much_of() -> None:
    table = verified([90, 45, 180], [100, 50, 200])
    found = combined_total(table, frame={"all": Frame(30, 3000)})
    assert (found.ratio, found.total, found.se) == (0.9, 2700, pytest.approx(0, abs=1e-9))
    assert (found.n, found.places, found.df, found.cv) == (3, 30, 2, pytest.approx(0, abs=1e-12))


def test_variance_by_hand() -> None:
    found = combined_total(verified([12, 18], [10, 20]), frame={"all": Frame(10, 150)})
    residuals = np.array([12 - 10, 18 - 20])  # R = 30 / 30 = 1
    variance = (150 / 150) ** 2 * 10**2 * (1 - 2 / 10) / 2 * residuals.var(ddof=1)
    assert found.total == 150
    assert found.se == pytest.approx(sqrt(variance))
    assert found.high - found.total == pytest.approx(12.706204736 * found.se)  # t, 1 df


def test_weights_left_out_are_those_of_equal_chances() -> None:
    table = verified([12, 18, 5], [10, 20, 6])
    frame = {"all": Frame(10, 150)}
    weighted = table.append_column("weight", pa.array([10 / 3] * 3))
    assert combined_total(weighted, frame=frame).se == pytest.approx(
        combined_total(table, frame=frame).se
    )


def test_census_has_no_sampling_error() -> None:
    found = combined_total(verified([12, 18], [10, 20]), frame={"all": Frame(2, 30)})
    assert (found.total, found.se) == (30, 0)


@pytest.mark.parametrize(
    ("counted", "reported", "places", "error"),
    [
        ([1.0], [1.0], 5, SampleTooSmall),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], 2, SampleTooSmall),
        ([1.0, 2.0], [0.0, 0.0], 5, RatioUndefined),
        ([1.0, -2.0], [1.0, 1.0], 5, StockTableInvalid),
    ],
)
def test_sample_that_gives_no_ratio_is_refused(
    counted: list[float], reported: list[float], places: int, error: type[Exception]
) -> None:
    for correct in (combined_total, separate_total):
        with pytest.raises(error):
            correct(verified(counted, reported), frame={"all": Frame(places, 10)})


def test_stratum_outside_the_frame_is_refused() -> None:
    table = verified([1, 2, 3, 4], [1, 2, 3, 4], ["a", "a", "b", "b"])
    with pytest.raises(StockTableInvalid, match="b"):
        combined_total(table, frame={"a": Frame(9, 9)})


def test_stratum_of_the_frame_that_nobody_verified_is_refused() -> None:
    frame = {"a": Frame(9, 9), "c": Frame(9, 9)}
    with pytest.raises(SampleTooSmall, match="c"):
        combined_total(verified([1, 2], [1, 2], ["a", "a"]), frame=frame)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=2, max_size=9),
    st.floats(0.1, 10),
)
def test_total_scales_with_the_unit_of_the_reports(pairs: list[tuple[int, int]], by: float) -> None:
    counted, reported = [float(y) for y, _ in pairs], [float(x) for _, x in pairs]
    one = combined_total(verified(counted, reported), frame={"all": Frame(20, 5000)})
    other = combined_total(
        verified(counted, [x * by for x in reported]), frame={"all": Frame(20, 5000 * by)}
    )
    assert other.total == pytest.approx(one.total)
    assert other.se == pytest.approx(one.se, abs=1e-6)
    assert one.low <= one.total <= one.high


def test_squares_give_area_times_density() -> None:
    squares = pa.table({"counted": [10.0, 14.0, 6.0], "area": [100.0, 100.0, 100.0]})
    found = quadrat_total(squares, area=10_000)
    assert found.total == pytest.approx(1000)  # 0.1 a square metre
    assert found.se == pytest.approx(10_000 / 100 * 4 / sqrt(3))  # counts 10, 14, 6: SD 4
    assert (found.df, found.n) == (2, 3)


def test_squares_that_cover_much_of_the_site_have_less_error() -> None:
    squares = pa.table({"counted": [10.0, 14.0, 6.0], "area": [100.0, 100.0, 100.0]})
    assert quadrat_total(squares, area=600).se == pytest.approx(600 / 100 * 4 / sqrt(3) * sqrt(0.5))


def test_distances_give_the_shelters_of_a_scattered_site() -> None:
    chance = np.random.default_rng(3)
    shelters = chance.uniform(0, 1000, (4000, 2))
    near, onward = [], []
    for point in chance.uniform(150, 850, (300, 2)):
        x, z = t_square(point, shelters)
        near.append(x)
        onward.append(z)
    points = pa.table({"to_shelter": near, "to_neighbour": onward})
    found = t_square_total(points, area=1_000_000, persons=5)
    assert found.low <= 20_000 <= found.high
    assert found.total == pytest.approx(20_000, rel=0.15)


def t_square(point: np.ndarray, shelters: np.ndarray) -> tuple[float, float]:
    """Measure as a field worker would: to the nearest shelter, then beyond the line at right angles to the way."""
    away = np.hypot(*(shelters - point).T)
    nearest = int(away.argmin())
    way = shelters[nearest] - point
    onward = shelters - shelters[nearest]
    beyond = onward @ way > 0
    return float(away[nearest]), float(np.hypot(*onward[beyond].T).min())


def test_density_of_distances_by_hand() -> None:
    points = pa.table({"to_shelter": [1.0, 1.0, 1.0], "to_neighbour": [2.0, 2.0, 2.0]})
    found = t_square_total(points, area=100, persons=4)
    assert found.total == pytest.approx(9 / (2 * sqrt(2) * 3 * 6) * 100 * 4)
    assert found.se == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("table", "area"),
    [
        ({"counted": [1.0, 2.0], "area": [1.0, 1.0]}, 0.0),
        ({"counted": [1.0, 2.0], "area": [1.0, 0.0]}, 9.0),
        ({"counted": [1.0, 2.0], "area": [5.0, 5.0]}, 9.0),
        ({"counted": [1.0], "area": [1.0]}, 9.0),
    ],
)
def test_squares_that_give_no_density_are_refused(
    table: dict[str, list[float]], area: float
) -> None:
    with pytest.raises(StockTableInvalid):
        quadrat_total(pa.table(table), area=area)


@pytest.mark.parametrize("near", [[0.0, 0.0, 1.0], [1.0, 1.0]])
def test_distances_that_give_no_density_are_refused(near: list[float]) -> None:
    points = pa.table({"to_shelter": near, "to_neighbour": [1.0] * len(near)})
    with pytest.raises(StockTableInvalid):
        t_square_total(points, area=9, persons=5)


def test_group_of_a_population_has_the_variance_of_a_product() -> None:
    found = group_total(Estimate(10_000, 500), share=Estimate(0.2, 0.01))
    assert found.value == 2000
    assert found.se == pytest.approx(sqrt(100**2 + 100**2 + 5**2))


@pytest.mark.parametrize(
    ("population", "share"),
    [((-1, 0), (0.5, 0)), ((1, 0), (1.5, 0)), ((1, 0), (0.5, -1)), ((float("nan"), 0), (0.5, 0))],
)
def test_impossible_group_is_refused(
    population: tuple[float, float], share: tuple[float, float]
) -> None:
    with pytest.raises(StockTableInvalid):
        group_total(Estimate(*population), share=Estimate(*share))
