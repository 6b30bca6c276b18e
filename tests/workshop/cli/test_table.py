"""`opendtm table inspect` and `opendtm table read`, as a user calls them."""

import csv
import json
from pathlib import Path

import pytest
from pyarrow import parquet

from opendtm.cli.main import main
from opendtm.tables import Mapping, read_tables

SITES = "Nom du site;Ménages PDI;PDI individus;besoins prioritaires;Téléphone\nBéma;12;60;food health;+236 75 00 00 01\nKéla;4;20;;\n"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    path = tmp_path / "sites.csv"
    path.write_text(SITES, encoding="utf-8")
    return path


def test_inspect_shows_columns_with_confidence(
    sites: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["table", "inspect", str(sites)]) == 0
    shown = capsys.readouterr().out
    assert "idp_households" in shown
    assert "%" in shown
    assert "personal data" in shown
    assert "75 00" not in shown


def test_inspect_as_json_is_json(sites: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "inspect", str(sites), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["encoding"] == "utf-8"
    assert content["separator"] == ";"
    assert [column["fate"] for column in content["sheets"][0]["columns"]] == ["read"] * 4 + [
        "personal"
    ]


def test_inspect_writes_a_mapping_that_reads_the_same(sites: Path, tmp_path: Path) -> None:
    target = tmp_path / "m.yaml"
    assert main(["table", "inspect", str(sites), "--write-mapping", str(target)]) == 0
    again = read_tables(sites, mapping=Mapping.load(target))
    assert again.observations.equals(read_tables(sites).observations)


def test_read_writes_csv_that_reads_back_to_the_same_totals(sites: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert main(["table", "read", str(sites), "-o", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["priority_needs"] for row in rows] == ["food health", ""]
    again = read_tables(out).observations
    assert again["idp_individuals"].to_pylist() == [60, 20]
    assert again["priority_needs"].to_pylist() == [["food", "health"], None]


def test_read_writes_parquet(sites: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    assert main(["table", "read", str(sites), "-o", str(out)]) == 0
    assert parquet.read_table(out).equals(read_tables(sites).observations)


def test_read_with_a_mapping_uses_it(tmp_path: Path) -> None:
    path, mapping, out = tmp_path / "list.csv", tmp_path / "m.yaml", tmp_path / "out.csv"
    path.write_text("1,AAA,12\n2,BBB,13\n3,CCC,14\n")
    mapping.write_text(
        "opendtm_mapping: 1\nsheets:\n- header_rows: []\n  columns: {site_id: 2, idp_households: 3}\n"
    )
    assert main(["table", "read", str(path), "-m", str(mapping), "-o", str(out)]) == 0
    assert "AAA" in out.read_text()


def test_read_without_headings_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("1,AAA,12\n2,BBB,13\n3,CCC,14\n")
    assert main(["table", "read", str(path), "-o", str(tmp_path / "o.csv")]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "--write-mapping" in shown.err


def test_read_to_an_unknown_ending_is_wrong_usage(sites: Path, tmp_path: Path) -> None:
    assert main(["table", "read", str(sites), "-o", str(tmp_path / "out.docx")]) == 2


def test_read_to_a_folder_that_is_absent_is_a_problem(
    sites: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["table", "read", str(sites), "-o", str(tmp_path / "absent" / "out.csv")]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_file_that_is_absent_is_said_in_french(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "fr")
    assert main(["table", "inspect", str(tmp_path / "absent.csv")]) == 1
    assert "Que faire" in capsys.readouterr().err
