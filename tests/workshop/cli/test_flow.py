"""`opendtm flow rates` and `opendtm flow daily`, as a user calls them: every file carries the caveat."""

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opendtm.cli.main import main
from opendtm.measure.flow import CAVEAT

ROWS = "point,day,direction,persons\nFMP-01,2026-03-02,Inflow,30\nFMP-01,2026-03-03,Sortant,10\n"
HOURS = "point,day,hours\nFMP-01,2026-03-02,8\nFMP-01,2026-03-03,8\nFMP-01,2026-03-04,4\n"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """Two groups past one point; directions as a word of either language."""
    path = tmp_path / "registry.csv"
    path.write_text(ROWS, encoding="utf-8")
    (tmp_path / "sessions.csv").write_text(HOURS, encoding="utf-8")
    return path


def test_rates_are_shown_with_net_flow_and_caveat(
    registry: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sessions = registry.with_name("sessions.csv")
    assert main(["flow", "rates", str(registry), "--sessions", str(sessions)]) == 0
    shown = capsys.readouterr().out
    assert "10.0" in shown  # 30 persons on 3 days watched
    assert "1.5" in shown  # in 20 hours
    assert "6.7 a day" in shown
    assert "does not give the total" in " ".join(shown.split())


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_every_row_of_the_file_carries_the_caveat(registry: Path, ending: str) -> None:
    out = registry.with_name(f"rates{ending}")
    assert main(["flow", "rates", str(registry), "-o", str(out)]) == 0
    if ending == ".csv":
        with out.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["caveat"] for row in rows} == {CAVEAT.en}
        assert [row["persons"] for row in rows] == ["30", "10", "0"]
    else:
        sheet = openpyxl.load_workbook(out).active
        assert sheet is not None
        assert sheet.cell(2, sheet.max_column).value == CAVEAT.en


def test_caveat_is_french_for_a_french_reader(
    registry: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "fr")
    out = registry.with_name("rates.csv")
    assert main(["flow", "rates", str(registry), "-o", str(out)]) == 0
    assert CAVEAT.fr in out.read_text(encoding="utf-8")
    assert "entrées moins sorties" in capsys.readouterr().out


def test_large_registry_is_added_up(tmp_path: Path) -> None:
    table = pa.table(
        {
            "point": ["P", "P"], "day": [date(2026, 3, 2)] * 2, "nationality": ["MLI", "MLI"],
            "persons": [3, 4],
        }
    )  # fmt: skip
    pq.write_table(table, tmp_path / "r.parquet")
    out = tmp_path / "daily.csv"
    assert main(["flow", "daily", str(tmp_path / "r.parquet"), "-o", str(out)]) == 0
    (row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    assert (row["persons"], row["groups"], row["caveat"]) == ("7", "2", CAVEAT.en)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("point,day,direction,persons\nP,02/03/2026,inflow,1\n", "2026-03-21"),
        ("point,day,direction,persons\nP,2026-03-02,sideways,1\n", "inflow, outflow or transit"),
        ("point,day,direction,persons\nP,2026-03-02,inflow,many\n", "not a number"),
        ("point,day,persons\nP,2026-03-02,1\n", "direction"),
    ],
)
def test_faulty_registry_is_told_with_its_place(
    tmp_path: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["flow", "rates", str(path)]) == 1
    assert said in " ".join(capsys.readouterr().err.split())


def test_missing_parquet_file_is_an_error_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "o.csv"
    assert main(["flow", "daily", str(tmp_path / "none.parquet"), "-o", str(out)]) == 1
    assert "OD951" in capsys.readouterr().err
