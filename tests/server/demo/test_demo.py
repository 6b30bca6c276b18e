"""The demonstration as a newcomer runs it: made whole, made once, and never over somebody's files."""

import json
import time
from pathlib import Path
from subprocess import CompletedProcess

import pyarrow.parquet as pq
import pytest
from tests.server.command_line import opendtm

pytestmark = pytest.mark.command_line
PRODUCTS = {
    f"{lang}.{form}" for lang in ("en", "fr") for form in ("pdf", "html", "xlsx", "csv", "geojson")
}


def demo(folder: Path, *options: str) -> CompletedProcess[str]:
    """Make the demonstration."""
    return opendtm("demo", "--data", str(folder), "--no-serve", *options)


def state(folder: Path) -> dict[str, int]:
    """Give every file of a folder that is not the database's own, with the moment it was written."""
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("house.sqlite3")
    }


def test_demonstration_is_made_whole_and_only_once(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = demo(folder, "--sites", "4", "--weeks", "2")
    assert first.returncode == 0, first.stderr
    assert first.stderr == ""
    paths = [Path(line) for line in first.stdout.splitlines() if line.startswith("/")]
    assert {path.name.rpartition("_")[2] for path in paths} == PRODUCTS
    assert all(path.stat().st_size > 1000 for path in paths)
    assert paths[0].parent == folder / "products" / "site-needs" / "002"
    assert len(list((paths[0].parent / "sectors").iterdir())) == 20
    assert (folder / "logins.txt").stat().st_mode & 0o777 == 0o600
    before, began = state(folder), time.monotonic()
    again = demo(folder, "--sites", "4", "--weeks", "2")
    assert (again.returncode, again.stdout) == (0, first.stdout)
    assert time.monotonic() - began < 15
    assert state(folder) == before
    _is_proved_and_then_tampered_with(folder)


def _is_proved_and_then_tampered_with(folder: Path) -> None:
    """Compute the figures again; then take the last figure out of a file, and see that it is found."""
    proved = opendtm("matrix", "verify", str(folder))
    assert proved.returncode == 0, proved.stderr
    assert proved.stdout.splitlines()[-1] == "2 runs, every one holds."
    file = next(folder.rglob("round-*/revision-1/figures.parquet"))
    table = pq.read_table(file)
    pq.write_table(table.slice(0, table.num_rows - 1), file)
    found = opendtm("matrix", "verify", str(folder), lang="fr")
    assert found.returncode == 1
    assert "figures.parquet manque ou a été modifié" in found.stdout
    lines = opendtm("matrix", "verify", str(folder), "--json").stdout.splitlines()
    assert [json.loads(line)["holds"] for line in lines].count(False) == 1


def test_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work", encoding="utf-8")
    refused = demo(folder)
    assert refused.returncode == 1
    assert str(folder) in refused.stderr
    assert "Traceback" not in refused.stderr
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_broken_mark_is_not_taken_for_a_demonstration(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("[not ours", encoding="utf-8")
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    refused = demo(tmp_path)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert (tmp_path / "thesis.txt").is_file()


def test_mark_names_what_the_demonstration_is(tmp_path: Path) -> None:
    from opendtm_server.demo.folder import Wanted

    wanted = Wanted(tmp_path / "demo", seed=1, sites=4, weeks=2)
    wanted.begin()
    assert not wanted.is_finished()
    wanted.mark("done")
    assert wanted.is_finished()
    assert json.loads((tmp_path / "demo" / "demo.json").read_text()) == {
        "done": {"seed": 1, "sites": 4, "weeks": 2}
    }
    assert not Wanted(tmp_path / "demo", seed=2, sites=4, weeks=2).is_finished()
