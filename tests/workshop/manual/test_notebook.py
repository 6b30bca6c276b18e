"""The notebook of the manual runs from top to bottom: on the made-up files, and on real ones by environment.

Its cells are run as one script in a process of their own, in a copy of the folder, as a newcomer would.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[3] / "docs"
NOTEBOOK = DOCS / "notebooks" / "workshop.ipynb"


def cells(kind: str) -> list[str]:
    """Give the cells of a kind."""
    book = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == kind]


def run(folder: Path, **variables: str) -> str:
    """Run the notebook in a copy of the manual's folder and give what it printed."""
    for name in ("notebooks", "examples"):
        shutil.copytree(DOCS / name, folder / name)
    script = folder / "notebooks" / "cells.py"
    script.write_text("\n\n".join(cells("code")), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script.name],
        cwd=script.parent,
        env=os.environ | {"OPENDTM_LANG": "en"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_newcomer_runs_it_on_the_files_of_the_manual(tmp_path: Path) -> None:
    shown = run(tmp_path)
    assert "634 interviews in 64 clusters of 10" in shown
    assert "225 interviews, 20 degrees of freedom" in shown
    made = tmp_path / "notebooks" / "workshop-out"
    assert {"results.csv", "chart.svg"} <= {path.name for path in made.iterdir()}
    assert any(path.suffix == ".html" for path in made.iterdir())


@pytest.mark.shared
def test_it_runs_on_real_files_named_by_environment(shared: Path, tmp_path: Path) -> None:
    start = "analysistools__no_ratio_results_table__"
    sites = shared / "idp" / "haiti2013" / "iom-haiti-dtm.csv"
    shown = run(
        tmp_path,
        OPENDTM_SITES=str(sites),
        OPENDTM_BY="adm1",
        OPENDTM_SURVEY=str(shared / "impact" / f"{start}dataset.csv"),
        OPENDTM_LOA=str(shared / "impact" / f"{start}loa.csv"),
        OPENDTM_STRATA="",
        OPENDTM_CLUSTERS="",
        OPENDTM_WEIGHTS="",
        OPENDTM_OUT=str(tmp_path / "out"),
    )
    assert "100 interviews, 99 degrees of freedom, 143 results" in shown
    assert (tmp_path / "out" / "chart.svg").is_file()


def test_the_notebook_keeps_no_output_and_says_how_to_use_a_real_file() -> None:
    book = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert book["nbformat"] == 4
    assert all(not cell.get("outputs") for cell in book["cells"])
    assert "OPENDTM_SITES" in cells("markdown")[0]
