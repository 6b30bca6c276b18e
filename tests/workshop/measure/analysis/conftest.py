"""Small surveys written as files, and a list of analyses run over them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opendtm.measure.analysis import (
    Choices,
    DesignColumns,
    analyse,
    read_loa,
    results_table,
)
from opendtm.tables.plain import read_plain

Analysed = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def analysed(tmp_path: Path) -> Analysed:
    """Give a function that runs a list over data, both as CSV text, and gives the rows of results."""

    def run(
        data: str,
        loa: str,
        columns: DesignColumns | None = None,
        choices: Choices | None = None,
        *,
        lang: str = "en",
    ) -> list[dict[str, Any]]:
        (tmp_path / "data.csv").write_text(data, encoding="utf-8")
        (tmp_path / "loa.csv").write_text(loa, encoding="utf-8")
        table = read_plain(tmp_path / "loa.csv")
        done = analyse(
            read_plain(tmp_path / "data.csv"),
            analyses=read_loa(table),
            loa=table,
            columns=columns,
            choices=choices,
        )
        rows: list[dict[str, Any]] = results_table(done, lang=lang).to_pylist()
        return rows

    return run
