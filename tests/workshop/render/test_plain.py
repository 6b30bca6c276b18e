"""A table of results as CSV and as a workbook: same values, nothing a formula."""

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa

from opendtm.render.plain import write_plain

TABLE = pa.table(
    {
        "name": ["=1+1", "Béma", None],
        "value": [1.0, 0.1 + 0.2, None],
        "sure": [True, False, None],
        "n": pa.array([3, 0, None], pa.int64()),
        "day": [date(2026, 11, 1), None, date(1890, 1, 2)],
    }
)


def test_csv_keeps_full_precision_and_computes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_plain(TABLE, path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["name", "value", "sure", "n", "day"],
        ["'=1+1", "1", "TRUE", "3", "2026-11-01"],
        ["Béma", "0.30000000000000004", "FALSE", "0", ""],
        ["", "", "", "", "1890-01-02"],
    ]


def test_a_workbook_has_typed_cells(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_plain(TABLE, path, title="results")
    sheet = openpyxl.load_workbook(path)["results"]
    first = [cell.value for cell in sheet[2]]
    assert first[:4] == ["=1+1", 1, True, 3]
    assert sheet["A2"].data_type == "s"
    assert [cell.value for cell in sheet[4]][:4] == [None, None, None, None]


def test_an_empty_table_still_has_its_headings(tmp_path: Path) -> None:
    write_plain(TABLE.slice(0, 0), tmp_path / "out.xlsx", title="results")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["results"]
    assert [cell.value for cell in sheet[1]] == TABLE.column_names
