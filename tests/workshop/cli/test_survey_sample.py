"""`opendtm survey size` and `opendtm survey draw`, as a user calls them."""

import csv
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from opendtm.cli.main import main


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    path = tmp_path / "frame.csv"
    rows = [f"S{at:02d},{'North' if at % 3 else 'South'},{30 + at * 13 % 170}" for at in range(60)]
    path.write_text("\n".join(["site,area,households", *rows]) + "\n", encoding="utf-8")
    return path


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Read a CSV file as rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def draw(frame: Path, out: Path, *more: str) -> int:
    """Call the command with the columns of the frame."""
    columns = ["--id-column", "site", "--strata", "area", "--size-column", "households"]
    return main(["survey", "draw", str(frame), *columns, "-o", str(out), *more])


def test_size_prints_every_step_and_the_order(capsys: pytest.CaptureFixture[str]) -> None:
    asked = "--population 10000 --per-cluster 10 --rho 0.06 --non-response 10%"
    assert main(["survey", "size", *asked.split()]) == 0
    shown = capsys.readouterr().out
    for step in ("384.15", "369.97", "569.75", "633.06", "634", "Clusters: 64 of 10", "620.66"):
        assert step in shown
    assert "Order of the corrections: finite population, design effect, non-response" in shown


def test_size_in_french_is_french(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "fr")
    assert (
        main(["survey", "size", "--population", "3000", "--margin", "10%", "--level", "90%"]) == 0
    )
    shown = capsys.readouterr().out
    assert "67" in shown
    assert "Ordre des corrections" in shown
    assert "Order" not in shown


def test_size_by_strata_writes_a_plan_that_draw_reads(
    frame: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.xlsx"
    wish = ["--frame", str(frame), "--strata", "area", "--size-column", "households"]
    assert (
        main(["survey", "size", *wish, "--per-cluster", "8", "--margin", "9%", "-o", str(plan)])
        == 0
    )
    assert "North" in capsys.readouterr().out
    out = tmp_path / "sample.csv"
    assert draw(frame, out, "--plan", str(plan), "--per-cluster", "8", "--seed", "3") == 0
    by_area = [row["area"] for row in rows_of(out) if row["draw_role"] == "main"]
    assert (by_area.count("South"), by_area.count("North")) == (15, 15)


def test_draw_takes_the_interviews_of_each_cluster_from_the_plan(
    frame: Path, tmp_path: Path
) -> None:
    plan, out = tmp_path / "plan.csv", tmp_path / "sample.csv"
    plan.write_text(
        "stratum,clusters,interviews_per_cluster\nNorth,4,7\nSouth,3,7\n", encoding="utf-8"
    )
    assert draw(frame, out, "--plan", str(plan), "--seed", "3") == 0
    assert {row["draw_interviews"] for row in rows_of(out)} == {"7"}
    assert draw(frame, out, "--plan", str(plan), "--per-cluster", "5", "--seed", "3") == 0
    assert {row["draw_interviews"] for row in rows_of(out)} == {"5"}


def test_size_of_a_table_of_strata_takes_each_row_as_its_households(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "strata.csv"
    path.write_text("area,hh\nNorth,10000\nSouth,3000\n", encoding="utf-8")
    wish = ["--frame", str(path), "--strata", "area", "--size-column", "hh"]
    assert main(["survey", "size", *wish]) == 0
    shown = capsys.readouterr().out
    assert "370" in shown
    assert "341" in shown  # 384.15 / (1 + 383.15 / 3000)


def test_draw_writes_the_sample_and_its_protocol(frame: Path, tmp_path: Path) -> None:
    out = tmp_path / "sample.csv"
    assert draw(frame, out, "--clusters", "12", "--per-cluster", "8", "--seed", "42") == 0
    found = rows_of(out)
    assert sum(row["draw_role"] == "main" for row in found) == 12
    assert all(float(row["draw_weight"]) > 1 for row in found if row["draw_role"] == "main")
    assert all(row["draw_weight"] == "" for row in found if row["draw_role"] == "reserve")
    written = yaml.safe_load((tmp_path / "sample.protocol.yaml").read_text(encoding="utf-8"))
    assert written["seed"] == 42
    assert written["frame"]["sha256"] == hashlib.sha256(frame.read_bytes()).hexdigest()
    assert written["sample"]["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert str(tmp_path) not in (tmp_path / "sample.protocol.yaml").read_text(encoding="utf-8")


def test_the_command_in_the_protocol_draws_the_same_sample_again(
    frame: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sample.csv"
    assert draw(frame, out, "--clusters", "12", "--per-cluster", "8", "--order", "random") == 0
    assert "Seed" in capsys.readouterr().err
    first = out.read_bytes()
    written = yaml.safe_load((tmp_path / "sample.protocol.yaml").read_text(encoding="utf-8"))
    words = written["command"].split()[1:]
    assert "--seed" in words
    out.unlink()
    done = subprocess.run(
        [sys.executable, "-m", "opendtm.cli.main", *words], cwd=tmp_path, check=False
    )
    assert done.returncode == 0
    assert out.read_bytes() == first


def test_draw_tells_precision_and_when_reserves_are_opened(
    frame: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = ["--clusters", "20", "--per-cluster", "5", "--rho", "0.1", "--seed", "1"]
    assert draw(frame, tmp_path / "s.csv", *wish) == 0
    shown = capsys.readouterr().out
    assert "Expected precision: ±11.5 percentage points at 95%" in shown
    assert "design effect of 1.40" in shown
    assert "North: visit the reserves, all of them" in shown


def test_draw_of_households_from_a_list_is_a_simple_random_sample(
    frame: Path, tmp_path: Path
) -> None:
    out = tmp_path / "s.csv"
    wish = ["--clusters", "15", "--order", "random", "--seed", "9", "--reserves", "0%"]
    assert main(["survey", "draw", str(frame), *wish, "-o", str(out)]) == 0
    found = rows_of(out)
    assert len(found) == 15
    assert {row["draw_weight"] for row in found} == {"4"}


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (["--clusters", "3"], "OD915"),  # two strata need two each
        (["--clusters", "99"], "OD915"),
        (["--clusters", "8", "--order", "zone"], "OD910"),
        (["--clusters", "8", "--sheet", "Other"], "OD913"),
    ],
)
def test_a_draw_that_cannot_be_made_says_why(
    frame: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], wish: list[str], code: str
) -> None:
    assert draw(frame, tmp_path / "s.csv", *wish) == 1
    said = capsys.readouterr().err
    assert said.startswith(code)
    assert "What to do:" in said
    assert not (tmp_path / "s.csv").exists()


@pytest.mark.parametrize(
    "wish",
    [
        [],
        ["--clusters", "8", "--plan", "x.csv"],
        ["--clusters", "8", "--allocation", "neyman"],
        ["--clusters", "8", "--rho", "5"],
        ["--clusters", "8", "--rho", "5%", "--deff", "2"],
        ["--clusters", "8", "--seed", "-1"],
    ],
)
def test_a_draw_called_wrongly_is_wrong_usage(
    frame: Path, tmp_path: Path, wish: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert draw(frame, tmp_path / "s.csv", *wish) == 2
    assert "Error" in capsys.readouterr().err


def test_a_plan_with_a_broken_number_is_refused_with_its_row(
    frame: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("stratum,clusters\nNorth,4\nSouth,2.5\n", encoding="utf-8")
    assert draw(frame, tmp_path / "s.csv", "--plan", str(plan)) == 1
    assert "row 3, column clusters" in capsys.readouterr().err
