"""The examples of the manual beside R: survey 4.1.1 computed these from the same file and design.

Called as `svydesign(ids=~site_id, strata=~district, weights=~weight)`, then svymean, svyby, svyratio and
svyquantile (interval.type "mean", df of the design); unknown answers left out with `subset` and `na.rm`.
"""

from pathlib import Path
from typing import Any

import pytest

from opendtm.measure.analysis import DesignColumns, analyse, read_loa, results_table
from opendtm.tables.plain import read_plain

EXAMPLES = Path(__file__).resolve().parents[4] / "docs" / "examples"
MEANS = {
    "Coast": (5.04959761228, 0.448113443605),
    "Hills": (4.05466987883, 0.131490032258),
    "Lakes": (4.69722222177, 0.432129739153),
    "Plains": (4.51912000513, 0.214480534909),
}
RATIOS = {
    None: (0.6528748, 0.04712967),
    "Coast": (0.449111249065, 0.1924888949497),
    "Hills": (0.717402378433, 0.0932475859164),
    "Lakes": (0.730964466980, 0.0856288793080),
    "Plains": (0.689174443095, 0.0486295065396),
}
MEDIANS = {
    None: (33, 28, 42),
    "Coast": (36, 36, 49),
    "Hills": (31, 26, 58),
    "Lakes": (31, 24, 46),
    "Plains": (32, 26, 45),
}
PLANS = {"return": (0.37726, 0.0424), "stay": (0.44178, 0.0252), "undecided": (0.18096, 0.0391)}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    loa = read_plain(EXAMPLES / "loa.csv")
    columns = DesignColumns(weights="weight", strata="district", clusters=("site_id",))
    run = analyse(
        read_plain(EXAMPLES / "survey.csv"), analyses=read_loa(loa), loa=loa, columns=columns
    )
    found: list[dict[str, Any]] = results_table(run).to_pylist()
    return found


def of(rows: list[dict[str, Any]], kind: str, *names: str) -> dict[Any, tuple[Any, ...]]:
    """Pick the rows of a type of analysis, by group."""
    return {
        row["group_var_value"]: tuple(row[name] for name in names)
        for row in rows
        if row["analysis_type"] == kind
    }


def test_means_of_districts(rows: list[dict[str, Any]]) -> None:
    found = of(rows, "mean", "stat", "se")
    assert found == {name: pytest.approx(one, rel=1e-10) for name, one in MEANS.items()}


def test_ratios_of_everybody_and_of_districts(rows: list[dict[str, Any]]) -> None:
    found = of(rows, "ratio", "stat", "se")
    assert found == {name: pytest.approx(one, rel=1e-7) for name, one in RATIOS.items()}


def test_medians_with_their_limits(rows: list[dict[str, Any]]) -> None:
    assert of(rows, "median", "stat", "stat_low", "stat_upp") == MEDIANS


def test_shares_of_everybody(rows: list[dict[str, Any]]) -> None:
    found = {
        row["analysis_var_value"]: (row["stat"], row["se"])
        for row in rows
        if row["analysis_var"] == "return_plan" and row["group_var"] is None
    }
    assert found == {name: pytest.approx(one, abs=5e-5) for name, one in PLANS.items()}
