"""`opendtm disclosure risk`, as a user calls it."""

import json
from pathlib import Path

import pytest

from opendtm.cli.main import main

HEAD = "age,place,sex,education,w\n"
ROWS = (
    "1,2,f,1,18",
    "1,2,m,1,45.5",
    "1,2,m,1,39",
    "3,3,m,5,17",
    "4,3,m,4,541",
    "4,3,m,1,8",
    "6,2,m,5,5",
    "1,2,f,1,92",
)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.csv"
    path.write_text(HEAD + "\n".join(ROWS) + "\n", encoding="utf-8")
    return path


ASKED = ["--keys", "age, place,sex,education", "--weights", "w"]


def test_risky_file_gives_status_1_and_names_rows_without_values(
    records: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["disclosure", "risk", str(records), *ASKED]) == 1
    said = capsys.readouterr().out
    assert "Fewest records alike: 1 (at least 3); 8 records have fewer alike" in said
    assert "Global risk: 12.1% (below 3.0%); 1 records may be recognised" in said
    assert "The file may not be published." in said
    assert "  row 8: 1 alike, risk 40.2%" in said
    assert "541" not in said


def test_account_as_json_holds_the_same(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["disclosure", "risk", str(records), *ASKED, "--json"])
    account = json.loads(capsys.readouterr().out)
    assert account["global_risk"] == pytest.approx(0.12074, abs=1e-4)
    assert [each["row"] for each in account["worst"][:3]] == [8, 7, 5]
    assert {each["key"] for each in account["keys"]} == {"age", "place", "sex", "education"}
    assert account["may_be_published"] is False


def test_safe_file_gives_status_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "safe.csv"
    path.write_text("sex,w\n" + "f,900\nm,900\n" * 50, encoding="utf-8")
    assert main(["disclosure", "risk", str(path), "--keys", "sex", "--weights", "w"]) == 0
    assert "may be published" in capsys.readouterr().out


def test_one_illness_for_all_who_are_alike_is_not_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "same.csv"
    path.write_text("sex,w,illness\n" + "f,900,x\nm,900,y\n" * 50, encoding="utf-8")
    asked = ["--keys", "sex", "--weights", "w", "--sensitive", "illness"]
    assert main(["disclosure", "risk", str(path), *asked]) == 1
    assert "Fewest sensitive values among records alike: 1 (at least 2)" in capsys.readouterr().out


def test_account_in_french(
    records: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "fr")
    assert main(["disclosure", "risk", str(records), *ASKED]) == 1
    said = capsys.readouterr().out
    assert "Le fichier ne peut pas être publié." in said
    assert "12,1" in said


def test_codes_with_leading_zeros_stay_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "codes.csv"
    path.write_text("place\n01\n1\n01\n", encoding="utf-8")
    main(["disclosure", "risk", str(path), "--keys", "place", "--json"])
    assert json.loads(capsys.readouterr().out)["k"] == 1


def test_unknown_column_is_a_problem_with_a_remedy(
    records: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["disclosure", "risk", str(records), "--keys", "village"]) == 1
    said = capsys.readouterr().err
    assert "OD928" in said
    assert "education" in said


@pytest.mark.parametrize("content", [b"", b"a,b\n1\n", b"\xff\xfe\x00a"])
def test_file_that_is_no_table_is_a_problem(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    assert main(["disclosure", "risk", str(path), "--keys", "a"]) == 1
    assert "OD9" in capsys.readouterr().err


def test_no_key_is_wrong_usage(records: Path) -> None:
    assert main(["disclosure", "risk", str(records), "--keys", " , "]) == 2
