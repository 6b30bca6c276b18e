"""The commands of the how-tos about surveys and stocks run as they stand there, on the example files of the manual."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripts import made_up_stock, made_up_survey
from scripts.example_files import differing

from opendtm.cli.main import main

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGES = ("draw-a-sample.md", "analyse-a-survey.md", "count-a-stock.md")


def commands() -> Iterator[list[str]]:
    """Give the words of every command that a page shows, in the order of the pages."""
    for page in PAGES:
        text = (DOCS / "how-to" / page).read_text(encoding="utf-8")
        for block in re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL):
            yield from (shlex.split(line)[1:] for line in block.splitlines() if line)


def test_the_example_files_are_those_that_the_project_makes() -> None:
    assert differing(made_up_survey.write) == differing(made_up_stock.write) == []


def test_every_command_of_the_pages_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (DOCS / "examples").glob("*.csv"):
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    found = list(commands())
    assert len(found) >= 14
    for words in found:
        assert main(words) == 0, capsys.readouterr().err
        assert capsys.readouterr().out.strip()
