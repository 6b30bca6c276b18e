"""`opendtm form`: exit status, what goes where, both languages, and an XForm that is written only when it is whole."""

from pathlib import Path

import pytest

from opendtm import catalogue
from opendtm.cli.main import main
from opendtm.forms import read_form

WEEKLY = str(catalogue.ROOT / "forms" / "weekly_site_update.md")
FAULTY = "| survey |\n| | type | name | label |\n| | integer | my age | Age |\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English unless a test says otherwise."""
    monkeypatch.setenv("OPENDTM_LANG", "en")


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Give a form with a name that is not allowed."""
    path = tmp_path / "faulty.md"
    path.write_text(FAULTY, encoding="utf-8")
    return path


def test_check_of_a_good_form_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["form", "check", WEEKLY]) == 0

    captured = capsys.readouterr()
    assert captured.out == "weekly_site_update.md: nothing found.\n"
    assert captured.err == ""


def test_check_of_a_faulty_form_tells_place_cause_and_remedy(
    faulty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["form", "check", str(faulty)]) == 1

    captured = capsys.readouterr()
    assert "[name_not_allowed]" in captured.err
    assert "“my age”" in captured.err
    assert "file faulty.md, sheet survey, row 2, column name" in captured.err
    assert "What to do: Use letters" in captured.err
    assert captured.out.startswith("faulty.md: not ready for the field.")


def test_check_speaks_french(
    faulty: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "fr")

    assert main(["form", "check", str(faulty)]) == 1

    captured = capsys.readouterr()
    assert "feuille survey, ligne 2" in captured.err
    assert "pas prêt pour le terrain" in captured.out
    assert "What to do" not in captured.err


def test_soft_findings_alone_do_not_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "soft.md"
    path.write_text(FAULTY.replace("my age", "age"), encoding="utf-8")

    assert main(["form", "check", str(path)]) == 0
    assert "can go to the field" in capsys.readouterr().out


def test_convert_writes_the_xform_and_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.xml"

    assert main(["form", "convert", WEEKLY, "-o", str(output)]) == 0

    assert read_form(output.read_bytes()).form_id == "weekly_site_update"
    assert "form weekly_site_update, version 2026112502" in capsys.readouterr().out


def test_convert_of_a_faulty_form_writes_nothing(
    faulty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.xml"

    assert main(["form", "convert", str(faulty), "-o", str(output)]) == 1

    captured = capsys.readouterr()
    assert not output.exists()
    assert captured.err.startswith("OD203  The form cannot be converted")
    assert "sheet survey, row 2" in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize("command", [["check"], ["convert", "-o", "out.xml"]])
def test_file_that_is_no_form_is_told_and_not_raised(
    command: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    picture = tmp_path / "picture.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00")

    assert main(["form", command[0], str(picture), *command[1:]]) == 1
    assert capsys.readouterr().err.startswith("OD201")


@pytest.mark.parametrize(
    "arguments",
    [
        ["form"],
        ["form", "check"],
        ["form", "check", "nowhere.xlsx"],
        ["form", "convert", WEEKLY],
        ["form", "mend", WEEKLY],
    ],
)
def test_wrong_usage_has_its_own_status(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2


@pytest.mark.parametrize(
    "arguments", [["form", "--help"], ["form", "check", "--help"], ["form", "convert", "--help"]]
)
def test_help_is_given(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    assert "Usage" in capsys.readouterr().out
