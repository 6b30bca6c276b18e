"""Every number that R `survey` recorded on the api data, in five designs, to 1e-8 relative."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.workshop.measure.survey.oracle import CHECKERS, DESIGNS, Z, compare, plain, stat
from tests.workshop.measure.survey.r_profile import r_limits

from opendtm.errors.measure_survey import LonelyStratum
from opendtm.measure.survey import (
    Design,
    Lonely,
    Sample,
    calibrate,
    declare,
    mean,
    poststratify,
    proportion,
    quantile,
    rake,
    ratio_total,
    separate_ratio_total,
    total,
)

pytestmark = pytest.mark.shared

# R finds its saddlepoint to 1e-8 only (`uniroot(tol = 1e-8)`), and the p-value takes part of that error.
SADDLEPOINT = 1e-7
POPULATION = {"E": 4421, "H": 755, "M": 1018}
OTHER_KEYS = {"calibration", "lonely_psu", "population_truth", "meta"}


def test_oracle_has_no_key_that_nobody_checks(oracle: dict[str, Any]) -> None:
    assert set(oracle) == set(DESIGNS) | OTHER_KEYS
    for name in DESIGNS:
        assert set(oracle[name]) - {"call"} == set(CHECKERS)
    assert set(oracle["calibration"]) == set(CALIBRATIONS)
    assert set(oracle["lonely_psu"]) == set(Lonely)
    assert set(oracle["population_truth"]) == set(TRUTHS)


@pytest.mark.parametrize("design", DESIGNS)
def test_design_is_the_one_that_r_declared(design: str, oracle: dict[str, Any]) -> None:
    assert oracle[design]["call"] == DESIGNS[design][2]
    assert oracle["meta"]["survey"] == "4.1.1"


@pytest.mark.parametrize("key", sorted(set(CHECKERS) - {"ciprop_schwideYes_likelihood"}))
@pytest.mark.parametrize("design", DESIGNS)
def test_result_is_that_of_r(
    design: str, key: str, oracle: dict[str, Any], samples: dict[str, Sample]
) -> None:
    wanted = oracle[design][key]
    if key.startswith("chisq"):
        wanted = {name: plain(value) for name, value in wanted.items()}
    loose = key.endswith(("lincom", "saddlepoint"))
    found = CHECKERS[key](samples[design])
    assert compare(found, wanted, tolerance=SADDLEPOINT if loose else 1e-8) == []


@pytest.mark.parametrize("design", DESIGNS)
def test_likelihood_interval_is_that_of_r(
    design: str, oracle: dict[str, Any], samples: dict[str, Sample]
) -> None:
    """Read off as R does, the limits are R's; solved for (`test_intervals`), they are near those."""
    wanted = oracle[design]["ciprop_schwideYes_likelihood"]
    found = CHECKERS["ciprop_schwideYes_likelihood"](samples[design])
    assert compare(found, wanted, tolerance=5e-6) == []
    assert compare(found["est"], wanted["est"]) == []
    one = proportion(samples[design], "sch.wide")[1]
    answers = samples[design].bound.read()[0]
    yes = np.array([answer == "Yes" for answer in answers["sch.wide"].to_pylist()])
    low, high = r_limits((one.value or 0, one.se or 0), one.df or 0, yes, answers["pw"].to_numpy())
    assert compare([low, high], [wanted["ci_low"], wanted["ci_high"]]) == []


def by_calibration(sample: Sample) -> dict[str, Any]:
    return {
        "mean": stat(mean(sample, "api00", interval=Z)),
        "total_enroll": stat(total(sample, "enroll", interval=Z)),
        "weights_first6": sample.table["__weight"].to_pyarrow().to_pylist()[:6],
    }


def post_stratified(sample: Sample, population: pa.Table) -> dict[str, Any]:
    found = by_calibration(poststratify(sample, "stype", POPULATION))
    return found | {"pop": [{"stype": name, "Freq": size} for name, size in POPULATION.items()]}


def raked(sample: Sample, population: pa.Table) -> dict[str, Any]:
    wide = pc.value_counts(population["sch.wide"]).to_pylist()
    sizes = {each["values"]: each["counts"] for each in sorted(wide, key=lambda one: one["values"])}
    after = rake(sample, {"stype": POPULATION, "sch.wide": sizes})
    return by_calibration(after) | {
        "weights_sum": after.facts.weighted,
        "pop2": [{"sch.wide": name, "Freq": size} for name, size in sizes.items()],
    }


def regressed(sample: Sample, population: pa.Table) -> dict[str, Any]:
    known = pc.sum(population["api99"]).as_py()
    return by_calibration(calibrate(sample, {"stype": POPULATION, "api99": known}))


CALIBRATIONS: dict[str, Callable[[Sample, pa.Table], dict[str, Any]]] = {
    "poststratify_clus1_stype": post_stratified,
    "rake_clus1_stype_schwide": raked,
    "calibrate_clus1_stype_api99": regressed,
}


@pytest.mark.parametrize("key", CALIBRATIONS)
def test_calibrated_estimates_are_those_of_r(
    key: str,
    oracle: dict[str, Any],
    samples: dict[str, Sample],
    api: Callable[[str], pa.Table],
) -> None:
    found = CALIBRATIONS[key](samples["clus1"], api("apipop"))
    assert compare(found, oracle["calibration"][key]) == []


@pytest.mark.parametrize("rule", sorted(set(Lonely) - {Lonely.FAIL}))
def test_lonely_stratum_counts_as_in_r(
    rule: Lonely, oracle: dict[str, Any], declared: Callable[..., Sample]
) -> None:
    sample = declared("apistrat_lonely", weights="pw", strata="stype", lonely=rule)
    found = {
        "mean": stat(mean(sample, "api00", interval=Z)),
        "total": stat(total(sample, "enroll", interval=Z)),
    }
    assert compare(found, oracle["lonely_psu"][rule]) == []
    assert mean(sample, "api00")[0].lonely is rule


def test_lonely_stratum_stops_where_the_rule_is_to_fail(
    oracle: dict[str, Any], declared: Callable[..., Sample]
) -> None:
    with pytest.raises(LonelyStratum) as refused:
        declared("apistrat_lonely", weights="pw", strata="stype")
    details = refused.value.details
    said = f"Stratum ({details['stratum']}) has only one PSU at stage {details['stage']}"
    assert {"error": said} == oracle["lonely_psu"]["fail"]


TRUTHS: dict[str, Callable[[Sample], Any]] = {
    "N": lambda census: census.facts.rows,
    "mean_api00": lambda census: mean(census, "api00")[0].value,
    "total_enroll": lambda census: total(census, "enroll")[0].value,
    "enroll_missing": lambda census: total(census, "enroll")[0].n_missing,
    "stype": lambda census: {
        each.group[0][1]: each.value for each in total(census, "one", by=["stype"])
    },
    "median_api00": lambda census: quantile(census, "api00", rule="school")[0].value,
}


def test_a_census_gives_the_truth(oracle: dict[str, Any], api: Callable[[str], pa.Table]) -> None:
    table = api("apipop")
    census = declare(table.append_column("one", pa.array([1] * table.num_rows)), Design())
    found = {key: truth(census) for key, truth in TRUTHS.items()}
    assert compare(found, oracle["population_truth"]) == []


def test_ratio_estimates_of_a_total_are_those_of_r(
    survey_files: Path, samples: dict[str, Sample], api: Callable[[str], pa.Table]
) -> None:
    oracle = json.loads((survey_files / "r_ratio_total_oracle.json").read_text())
    pairs = api("apipop").group_by("stype").aggregate([("enroll", "sum")])
    known = dict(zip(*(pairs[name].to_pylist() for name in ("stype", "enroll_sum")), strict=True))
    found: dict[str, Any] = {}
    for name in ("strat", "clus1"):
        one = ratio_total(samples[name], "api.stu", "enroll", known=sum(known.values()))
        found[name] = {
            "total_enroll_known": sum(known.values()),
            "ratio": (one.value or 0) / sum(known.values()),
            "est_total": one.value,
            "se": one.se,
        }
    apart = separate_ratio_total(samples["strat"], "api.stu", "enroll", known=known)
    found["strat_separate"] = {"known": known, "est_total": apart.value, "se": apart.se}
    assert compare(found, oracle) == []
    assert apart.df == 197
