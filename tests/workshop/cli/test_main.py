"""The door of the command line: help in both languages, statuses, commands loaded only when called."""

import resource
import subprocess
import sys

import pytest

from opendtm.cli import console, main
from opendtm.errors import InputProblem, Where
from opendtm.i18n import Message
from opendtm.records import Finding, Severity


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_MESSAGES": "fr_CD", "LANG": "en_GB"}, "fr"),
        ({"OPENDTM_LANG": "fr", "LC_ALL": "en_US"}, "fr"),
        ({"OPENDTM_LANG": "xx", "LANG": "fr_FR"}, "fr"),
    ],
)
def test_language_comes_from_the_environment(environment: dict[str, str], language: str) -> None:
    assert console.language(environment) == language


def test_help_lists_every_command_with_its_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--help"]) == 0
    shown = capsys.readouterr().out
    for name in ("form", "table", "figures", "report", "demo", "device", "serve"):
        assert f"  {name} " in shown


def test_help_is_in_french_where_french_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENDTM_LANG", "fr")
    main.main(["--help"])
    assert "Commandes :" in capsys.readouterr().out
    main.main(["table", "--help"])
    assert "Utilisation :" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["table", "nonsense"], ["table", "read"]])
def test_wrong_usage_is_status_two_and_says_so(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(arguments) == 2
    assert capsys.readouterr().err


def test_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--version"]) == 0
    assert capsys.readouterr().out[0].isdigit()


def test_help_starts_without_the_heavy_libraries() -> None:
    code = "import sys; from opendtm.cli.main import main; main(['--help']); print([m for m in ('pyarrow', 'django', 'duckdb', 'openpyxl', 'click', 'typer') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "[]"


def test_help_takes_less_than_a_third_of_a_second_of_work() -> None:
    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    taken = []
    for _ in range(3):
        before = spent()
        subprocess.run(
            [sys.executable, "-m", "opendtm.cli", "--help"], capture_output=True, check=True
        )
        taken.append(spent() - before)
    assert min(taken) < 0.3


def test_problem_is_printed_with_code_place_and_remedy(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "load", lambda _name: _Failing())
    assert main.main(["table"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "OD001" in shown.err
    assert "file a.csv, sheet S, row 3" in shown.err


def test_file_that_cannot_be_written_is_a_problem(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        main, "load", lambda _name: _Failing(PermissionError(13, "Permission denied", "out.csv"))
    )
    assert main.main(["table"]) == 1
    assert "OD601" in capsys.readouterr().err


def test_findings_are_ranked_and_repetitions_counted(capsys: pytest.CaptureFixture[str]) -> None:
    notes = [Finding("many", Severity.NOTE, Message(f"note {number}")) for number in range(7)]
    console.findings([*notes, Finding("one", Severity.HARD, Message("hard one"))])
    lines = capsys.readouterr().err.splitlines()
    assert "hard one" in lines[0]
    assert len(lines) == 1 + console.SHOWN_PER_CHECK + 1
    assert "2 more" in lines[-1]


class _Failing:
    """A command that fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error or InputProblem(where=Where(file="a.csv", sheet="S", row=3))

    def main(self, **_arguments: object) -> None:
        raise self.error
