"""IMPACT's own list of analyses over its own data: the table of the R package analysistools, row by row."""

import csv
import math
from pathlib import Path
from typing import Any

import pytest

from opendtm.measure.analysis import RESULTS, analyse, read_loa, results_table
from opendtm.tables.plain import read_plain

NUMBERS = ("stat", "stat_low", "stat_upp", "n", "n_total", "n_w", "n_w_total")
WORDS = (
    "analysis_type",
    "analysis_var",
    "analysis_var_value",
    "group_var",
    "group_var_value",
    "analysis_key",
)


@pytest.fixture(scope="module")
def files(shared: Path) -> dict[str, Path]:
    start = "analysistools__no_ratio_results_table__"
    return {
        name: shared / "impact" / f"{start}{name}.csv"
        for name in ("dataset", "loa", "results_table")
    }


@pytest.fixture(scope="module")
def ours(files: dict[str, Path]) -> list[dict[str, Any]]:
    data, loa = read_plain(files["dataset"]), read_plain(files["loa"])
    rows: list[dict[str, Any]] = results_table(
        analyse(data, analyses=read_loa(loa), loa=loa)
    ).to_pylist()
    return rows


@pytest.fixture(scope="module")
def theirs(files: dict[str, Path]) -> list[dict[str, str]]:
    with files["results_table"].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.shared
def test_all_143_rows_stand_in_the_same_order(
    ours: list[dict[str, Any]], theirs: list[dict[str, str]]
) -> None:
    assert len(theirs) == 143
    assert [row["analysis_key"] for row in ours] == [row["analysis_key"] for row in theirs]


@pytest.mark.shared
def test_every_word_and_every_number_is_the_same(
    ours: list[dict[str, Any]], theirs: list[dict[str, str]]
) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        assert {name: mine[name] or "" for name in WORDS} == {name: other[name] for name in WORDS}
        for name in NUMBERS:
            assert math.isclose(mine[name], float(other[name]), rel_tol=1e-8), (name, mine, other)


@pytest.mark.shared
def test_limits_of_medians_are_the_same_too(
    ours: list[dict[str, Any]], theirs: list[dict[str, str]]
) -> None:
    medians = [
        (mine, other)
        for mine, other in zip(ours, theirs, strict=True)
        if mine["analysis_type"] == "median"
    ]
    assert len(medians) == 8
    for mine, other in medians:
        assert (mine["stat_low"], mine["stat_upp"]) == (
            float(other["stat_low"]),
            float(other["stat_upp"]),
        )


@pytest.mark.shared
def test_the_first_thirteen_columns_are_theirs_in_their_order(theirs: list[dict[str, str]]) -> None:
    assert RESULTS.names[:13] == list(theirs[0])
