"""`opendtm lake` as a user calls it: rounds of two operations brought, figures of both together."""

import json
from pathlib import Path

import pytest

from opendtm.cli.main import main
from opendtm.errors import every_error
from opendtm.errors.measure_engines import EngineUnknown

NORTH = "Site ID,Admin1 Pcode,IDP individuals\nN1,AA1,10\nN2,AA2,\n"
SOUTH = "Site ID,Admin1 Pcode,IDP individuals,Assessment date\nN1,BB1,5,2026-03-02\nS2,BB1,0,2026-03-03\n"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.fixture
def lake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Bring a round of two operations."""
    folder = tmp_path / "lake"
    for name, rows in (("north", NORTH), ("south", SOUTH)):
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
        words = ["lake", "add", str(folder), str(tmp_path / f"{name}.csv"), "--operation", name]
        assert main(words) == 0, capsys.readouterr().err
    return str(folder)


def test_what_was_brought_is_told(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = capsys.readouterr().err
    assert "north/undated.parquet: 2 places." in said
    assert "south/2026-03-03.parquet: 2 places." in said


def test_figures_of_both_operations_are_shown(
    lake: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lake", "figures", lake, "--by", "adm1", "--indicator", "idp_individuals"]) == 0
    shown = capsys.readouterr()
    assert "south: 2026-03-03" in shown.err
    (line,) = (line for line in shown.out.splitlines() if " BB1 " in line)
    assert line.split() == ["BB1", "5", "persons", "2", "/", "2", "3", "Mar", "2026", "observed"]


def test_figures_are_written_as_json(lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lake", "figures", lake, "--indicator", "idp_individuals", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["value"], one["n_places"], one["n_known"]) == (15, 3, 4)


def test_folder_that_is_no_lake_is_an_error_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "fr")
    assert main(["lake", "figures", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "OD965" in said
    assert "aucun panel" in said


@pytest.mark.parametrize(("lang", "words"), [("en", "There is no engine"), ("fr", "Il n'y a pas")])
@pytest.mark.parametrize("command", ["lake", "flow", "figures", "survey"])
def test_engine_that_is_none_is_told_by_every_command(
    command: str, lang: str, words: str, lake: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("OPENDTM_LANG", lang)
    out, table = str(tmp_path / "out.csv"), str(tmp_path / "north.csv")
    (tmp_path / "loa.csv").write_text(
        "analysis_type,analysis_var,group_var,level\nmean,IDP individuals,,\n"
    )
    asked = {
        "lake": ["lake", "figures", lake],
        "flow": ["flow", "daily", table, "-o", out],
        "figures": ["figures", table],
        "survey": ["survey", "analyse", table, "--loa", str(tmp_path / "loa.csv"), "-o", out],
    }
    assert main([*asked[command], "--engine", "spark:7077"]) == 1
    said = capsys.readouterr().err
    assert EngineUnknown.code in said
    assert words in said


def test_errors_of_engines_have_codes_of_their_own() -> None:
    codes = [error.code for error in every_error()]
    assert sorted(code for code in codes if "OD963" <= code <= "OD967") == [
        "OD963", "OD964", "OD965", "OD966", "OD967",
    ]  # fmt: skip
