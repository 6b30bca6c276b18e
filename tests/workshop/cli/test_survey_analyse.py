"""`opendtm survey analyse`, as a new user calls it: on the example files of the manual, and on broken ones."""

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from opendtm.cli.main import main
from opendtm.cli.survey import app

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"
DESIGN = ("--strata", "district", "--clusters", "site_id", "--weights", "weight")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")


def call(out: Path, *more: str, data: Path | None = None, loa: Path | None = None) -> int:
    """Call the command on the examples, or on other files."""
    files = [str(data or EXAMPLES / "survey.csv"), "--loa", str(loa or EXAMPLES / "loa.csv")]
    return main(["survey", "analyse", *files, *more, "-o", str(out)])


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Read a CSV file as rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_examples_of_the_manual_give_results_with_their_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "results.csv"
    assert call(out, *DESIGN) == 0
    said = capsys.readouterr()
    assert "rows from 10 analyses; without a value: 0" in said.out
    assert (
        "Design: 225 interviews, 24 first-stage units, 4 strata, 20 degrees of freedom." in said.err
    )
    rows = rows_of(out)
    plans = [row for row in rows if row["analysis_var"] == "return_plan" and not row["group_var"]]
    assert sum(float(row["stat"]) for row in plans) == pytest.approx(1)
    assert {row["df"] for row in rows} == {"20"}
    assert all(float(row["deff"]) > 0 for row in rows if row["deff"])
    assert all(float(row["stat_low"]) <= float(row["stat"]) for row in rows)


def test_the_weighted_share_is_what_a_spreadsheet_gives(tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    assert call(out, *DESIGN) == 0
    interviews = [row for row in rows_of(EXAMPLES / "survey.csv") if row["return_plan"]]
    weights = {"all": 0.0, "return": 0.0}
    for row in interviews:
        weights["all"] += float(row["weight"])
        if row["return_plan"] == "return":
            weights["return"] += float(row["weight"])
    found = next(row for row in rows_of(out) if row["analysis_var_value"] == "return")
    assert float(found["stat"]) == pytest.approx(weights["return"] / weights["all"], rel=1e-12)
    assert int(found["n_total"]) == len(interviews)


def test_workbooks_in_and_out_give_the_same_as_csv(tmp_path: Path) -> None:
    for name in ("survey", "loa"):
        book = openpyxl.Workbook()
        with (EXAMPLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                book.worksheets[0].append([_typed(cell) for cell in row])
        book.save(tmp_path / f"{name}.xlsx")
    files = {"data": tmp_path / "survey.xlsx", "loa": tmp_path / "loa.xlsx"}
    assert call(tmp_path / "out.xlsx", *DESIGN, **files) == 0
    assert call(tmp_path / "out.csv", *DESIGN) == 0
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["results"]
    written = list(sheet.iter_rows(values_only=True))
    plain = rows_of(tmp_path / "out.csv")
    assert len(written) == len(plain) + 1
    place = written[0].index("stat")
    assert [row[place] for row in written[1:]] == pytest.approx(
        [float(row["stat"]) for row in plain], rel=1e-14
    )


def _typed(cell: str) -> str | float | None:
    try:
        return float(cell)
    except ValueError:
        return cell or None


def test_a_new_user_runs_it_in_french_from_another_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "opendtm.cli.main", "survey", "analyse"]
    files = [str(EXAMPLES / "survey.csv"), "--loa", str(EXAMPLES / "loa.csv")]
    done = subprocess.run(
        [*command, *files, *DESIGN, "--ci", "z", "--every-answer", "-o", "resultats.csv"],
        cwd=tmp_path,
        env=os.environ | {"OPENDTM_LANG": "fr"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "analyses" in done.stdout
    assert "degrés de liberté" in done.stderr
    assert "loi normale" in rows_of(tmp_path / "resultats.csv")[0]["method"]


def test_figures_are_withheld_where_asked(tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    assert call(out, *DESIGN, "--least", "30", "--max-cv", "25%") == 0
    rows = rows_of(out)
    withheld = [row for row in rows if not row["stat"]]
    assert withheld
    assert all(row["suppressed_reason"] for row in withheld)
    assert all(int(row["n_total"]) >= 30 for row in rows if row["stat"])


@pytest.mark.parametrize(
    ("loa", "code", "place"),
    [
        (
            "analysis_type,analysis_var,group_var\nmode,needs,\n",
            "OD918",
            "row 2, column analysis_type",
        ),
        ("analysis_type,analysis_var,group_var\nmean,needs,\n", "OD922", "column needs"),
        ("analysis_type,analysis_var,group_var\nmean,income,\n", "OD920", "file loa.csv, row 2"),
        ("analysis_type,analysis_var\nmean,income_month\n", "OD910", "file loa.csv"),
    ],
)
def test_a_broken_list_is_told_with_place_cause_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], loa: str, code: str, place: str
) -> None:
    path = tmp_path / "loa.csv"
    path.write_text(loa, encoding="utf-8")
    assert call(tmp_path / "out.csv", *DESIGN, loa=path) == 1
    said = capsys.readouterr().err
    assert code in said
    assert place in said
    assert "What to do:" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out.csv").exists()


def test_a_file_that_is_absent_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path / "out.csv", loa=tmp_path / "none.csv") == 1
    assert "OD101" in capsys.readouterr().err


@pytest.mark.parametrize(
    "more", [("--lonely-psu", "guess"), ("--ci", "normal"), ("--proportion-ci", "wilson")]
)
def test_an_option_of_none_is_wrong_usage(more: tuple[str, str]) -> None:
    words = ["analyse", "d.csv", "--loa", "l.csv", "-o", "out.csv", *more]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert more[1] in done.output


def test_help_names_every_flag_of_the_manual() -> None:
    done = CliRunner().invoke(app, ["analyse", "--help"])
    assert done.exit_code == 0
    for flag in ("--loa", "--strata", "--clusters", "--weights", "--fpc", "--lonely-psu", "--ci"):
        assert flag in done.output
