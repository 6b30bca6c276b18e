"""Tables whose columns somebody names: headings as they stand, empty cells empty, places in messages."""

import hashlib
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from opendtm.errors.tables import EmptyFile
from opendtm.errors.tables_plain import CellUnusable, ColumnAbsent, ColumnRepeated, SheetAbsent
from opendtm.tables.plain import read_plain


def csv_file(folder: Path, text: str) -> Path:
    """Write a CSV file."""
    path = folder / "data.csv"
    path.write_text(text, encoding="utf-8")
    return path


def book(folder: Path, **sheets: list[list[object]]) -> Path:
    """Write a workbook of sheets given as rows."""
    path = folder / "data.xlsx"
    with Workbook(str(path)) as target:
        for name, rows in sheets.items():
            page = target.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return path


def test_columns_are_read_by_heading_and_na_is_empty(tmp_path: Path) -> None:
    table = read_plain(csv_file(tmp_path, "site,answer,n\nA,none,3\nB,NA,\nC,na-ma,NaN\n"))
    assert table.headings == ("site", "answer", "n")
    assert table.text("answer").to_pylist() == ["none", None, "na-ma"]
    assert table.numbers("n").to_pylist() == [3.0, None, None]
    assert table.rows.to_pylist() == [2, 3, 4]


def test_a_row_of_hashtags_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    table = read_plain(csv_file(tmp_path, "\nsite,n\n#loc,#affected\nA,1\n\nB,2\n"))
    assert table.text("site").to_pylist() == ["A", "B"]
    assert table.rows.to_pylist() == [4, 6]


def test_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "a\n1\n")
    assert read_plain(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_workbook_gives_its_first_sheet_or_the_one_named(tmp_path: Path) -> None:
    path = book(tmp_path, first=[["a"], [1]], second=[["b"], [2.5]])
    assert read_plain(path).numbers("a").to_pylist() == [1]
    assert read_plain(path, sheet="second").numbers("b").to_pylist() == [2.5]
    with pytest.raises(SheetAbsent) as refused:
        read_plain(path, sheet="third")
    assert "first, second" in refused.value.remedy_text("fr")


def test_a_column_that_is_absent_lists_the_others(tmp_path: Path) -> None:
    table = read_plain(csv_file(tmp_path, "a,b\n1,2\n"))
    with pytest.raises(ColumnAbsent) as refused:
        table.text("c")
    assert refused.value.code == "OD910"
    assert "a, b" in refused.value.remedy_text("en")
    assert refused.value.where.file == "data.csv"


def test_a_heading_that_stands_twice_is_refused_only_when_asked_for(tmp_path: Path) -> None:
    table = read_plain(csv_file(tmp_path, "a,a,b\n1,2,3\n"))
    assert table.text("b").to_pylist() == ["3"]
    with pytest.raises(ColumnRepeated):
        table.text("a")


def test_a_word_among_numbers_is_refused_with_its_row(tmp_path: Path) -> None:
    table = read_plain(csv_file(tmp_path, "n\n1\nmany\n3\n"))
    with pytest.raises(CellUnusable) as refused:
        table.numbers("n")
    assert (refused.value.where.row, refused.value.where.column) == (3, "n")
    assert "many" in refused.value.text("fr")


def test_a_word_for_unknown_is_no_number_either(tmp_path: Path) -> None:
    with pytest.raises(CellUnusable):
        read_plain(csv_file(tmp_path, "n\n1\nunknown\n")).numbers("n")


@pytest.mark.parametrize("text", ["a,b\n", "\n"])
def test_a_table_without_rows_is_empty(tmp_path: Path, text: str) -> None:
    with pytest.raises(EmptyFile):
        read_plain(csv_file(tmp_path, text))
