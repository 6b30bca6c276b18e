"""Mends: each is said cell by cell, cures its fault, and is not offered where more than one cure is thinkable."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from opendtm.errors import InputProblem
from opendtm.forms import (
    Mend,
    XlsForm,
    check_form,
    convert_form,
    edited,
    mend_all,
    mends,
    open_content,
    setting_of,
    with_identity,
    with_setting,
    workbook_bytes,
)
from opendtm.records import Severity

OpenTable = Callable[[str], XlsForm]
# Of 108 forms of the field that do not convert; fewer means that a mend was lost.
CONVERTED_AFTER_MENDS = 22


@pytest.fixture
def table(write_form: Callable[[str], Path]) -> OpenTable:
    """Open a form given as a Markdown table."""
    return lambda text: open_content("my form.md", write_form(text).read_bytes())


def named(book: XlsForm, key: str) -> Mend | None:
    """Find a mend that a form is offered."""
    return next((mend for mend in mends(book, version="7") if mend.key == key), None)


def cure(book: XlsForm, key: str) -> XlsForm:
    """Make one mend."""
    mend = named(book, key)
    assert mend is not None
    return edited(book, mend.edits)


def column(book: XlsForm, sheet: str, name: str) -> list[str]:
    """Read a column."""
    return [row.get(name, "") for _number, row in book.rows(sheet)]


def test_names_are_mended_with_every_reference(table: OpenTable) -> None:
    book = table(
        """
        | survey |
        | | type    | name       | label                  | relevant             |
        | | integer | how many?  | How many               |                      |
        | | text    | why        | Why are there ${how many?} | ${ how many? } > 3 |
        """
    )
    mend = named(book, "names")
    assert mend is not None
    assert mend.message.text("en").startswith("Replace spaces and signs in names")
    assert next((edit.row, edit.before, edit.after) for edit in mend.edits) == (
        2,
        "how many?",
        "how_many",
    )
    mended = cure(book, "names")
    assert column(mended, "survey", "name") == ["how_many", "why"]
    assert column(mended, "survey", "label")[1] == "Why are there ${how_many}"
    assert column(mended, "survey", "relevant")[1] == "${how_many} > 3"
    assert column(book, "survey", "name")[0] == "how many?"
    convert_form(mended)


def test_name_whose_cure_is_taken_is_left_alone(table: OpenTable) -> None:
    book = table(
        """
        | survey |
        | | type | name  | label |
        | | text | a b   | One   |
        | | text | a_b   | Two   |
        """
    )
    assert named(book, "names") is None


def test_two_names_that_would_become_one_are_left_alone(table: OpenTable) -> None:
    book = table(
        """
        | survey |
        | | type | name  | label |
        | | text | a b   | One   |
        | | text | a?b   | Two   |
        """
    )
    assert named(book, "names") is None


def test_question_called_meta_gets_another_name(table: OpenTable) -> None:
    book = table(
        """
        | survey |
        | | type | name | label    |
        | | text | meta | Meta     |
        | | text | more | ${meta}? |
        """
    )
    mended = cure(book, "reserved")
    assert column(mended, "survey", "name") == ["meta_1", "more"]
    assert column(mended, "survey", "label")[1] == "${meta_1}?"
    convert_form(mended)


CASCADE = """
    | survey |
    | | type          | name | label | choice_filter |
    | | select_one a1 | one  | One   |               |
    | | select_one a2 | two  | Two   | {filter}      |
    | choices |
    | | list_name | name | label | parent |
    | | a1 | north | North | |
    | | a1 | south | South | |
    | | a2 | centre | Centre | north |
    | | a2 | centre | Centre | {parent} |
"""


def test_names_under_several_parents_are_allowed(table: OpenTable) -> None:
    book = table(CASCADE.format(filter="parent=${one}", parent="south"))
    with pytest.raises(InputProblem):
        convert_form(book)
    mended = cure(book, "cascade")
    assert setting_of(mended, "allow_choice_duplicates") == "yes"
    convert_form(mended)


def test_double_names_without_a_filter_are_no_cascade(table: OpenTable) -> None:
    assert named(table(CASCADE.format(filter="", parent="south")), "cascade") is None


def test_choice_that_stands_there_twice_is_deleted_once(table: OpenTable) -> None:
    book = table(CASCADE.format(filter="parent=${one}", parent="north"))
    assert named(book, "cascade") is None
    mended = cure(book, "same_choices")
    assert column(mended, "choices", "name") == ["north", "south", "centre"]
    convert_form(mended)


def test_two_columns_of_one_meaning_become_one(table: OpenTable) -> None:
    book = table(
        """
        | survey |
        | | type         | name | label | repeat_count | jr:count |
        | | begin_repeat | r    | R     |              | 3        |
        | | text         | t    | T     |              |          |
        | | end_repeat   |      |       |              |          |
        """
    )
    mended = cure(book, "columns")
    assert mended.headings["survey"] == ("type", "name", "label", "repeat_count")
    assert column(mended, "survey", "repeat_count")[0] == "3"
    convert_form(mended)


def test_two_columns_that_contradict_each_other_are_left_alone(table: OpenTable) -> None:
    book = table(
        """
        | survey |
        | | type         | name | label | repeat_count | jr:count |
        | | begin_repeat | r    | R     | 4            | 3        |
        | | text         | t    | T     |              |          |
        | | end_repeat   |      |       |              |          |
        """
    )
    assert named(book, "columns") is None


def test_identity_and_version_are_written_where_they_are_missing(table: OpenTable) -> None:
    book = table("| survey |\n| | type | name | label |\n| | text | t | T |")
    mended = cure(cure(book, "form_id"), "version")
    assert (setting_of(mended, "form_id"), setting_of(mended, "version")) == ("my_form", "7")
    assert with_identity(book) == cure(book, "form_id")
    assert with_identity(mended) == mended
    assert mends(mended, version="8") == ()


def test_codes_with_spaces_are_mended_with_the_rules_that_name_them(table: OpenTable) -> None:
    book = table(
        """
        | survey |
        | | type               | name | label | relevant                           |
        | | select_multiple nd | need | Needs |                                    |
        | | text               | why  | Why   | selected(${need}, 'clean water')   |
        | choices |
        | | list_name | name        | label       |
        | | nd        | clean water | clean water |
        | | nd        | food        | Food        |
        """
    )
    mended = cure(book, "choice_names")
    assert column(mended, "choices", "name") == ["clean_water", "food"]
    assert column(mended, "choices", "label")[0] == "clean water"
    assert column(mended, "survey", "relevant")[1] == "selected(${need}, 'clean_water')"


def test_code_that_may_be_a_parent_is_left_alone(table: OpenTable) -> None:
    book = table(
        """
        | survey |
        | | type               | name | label |
        | | select_multiple nd | need | Needs |
        | choices |
        | | list_name | name       | label | parent     |
        | | nd        | north kivu | NK    |            |
        | | nd        | goma       | Goma  | north kivu |
        """
    )
    assert named(book, "choice_names") is None


@pytest.mark.parametrize(
    ("default", "labels", "language"),
    [
        ("English (en)", ("A", "B"), "English (en)"),
        ("fr", ("A", "B"), "French (fr)"),
        ("Arabic (ar)", ("How many of the people are in this place?", "What is it?"), None),
        (
            "",
            ("How many of the people are in this place?", "What do you have to do?"),
            "English (en)",
        ),
        (
            "",
            ("Combien de personnes sont dans le site ?", "Quel est le nom des villages du site ?"),
            "French (fr)",
        ),
        ("", ("Age", "Site"), None),
    ],
)
def test_language_of_labels_is_said_only_where_it_is_certain(
    table: OpenTable, default: str, labels: tuple[str, str], language: str | None
) -> None:
    book = table(
        f"""
        | survey |
        | | type | name | label |
        | | text | a | {labels[0]} |
        | | text | b | {labels[1]} |
        | settings |
        | | form_id | version | default_language |
        | | f | 1 | {default} |
        """
    )
    mend = named(book, "language")
    assert (mend.edits[0].after if mend else None) == (language and f"label::{language}")


def test_language_is_not_said_where_a_column_has_it_already(table: OpenTable) -> None:
    book = table(
        """
        | survey |
        | | type | name | label | label::English (en) |
        | | text | a    | Âge   | Age                 |
        | settings |
        | | form_id | version | default_language |
        | | f | 1 | English (en) |
        """
    )
    assert named(book, "language") is None


def test_blanks_around_cells_are_taken_away(table: OpenTable) -> None:
    book = table("| survey |\n| | type | name | label |\n| | text | t | T |")
    rows = [{"type": "text", "name": " t\xa0", "label": "T "}]
    spoilt = XlsForm(book.name, {"survey": rows}, book.headings, book.sheet_names)
    assert column(cure(spoilt, "blanks"), "survey", "name") == ["t"]


def test_mended_form_written_as_a_workbook_reads_the_same(table: OpenTable) -> None:
    book, done = mend_all(
        table(CASCADE.format(filter="parent=${one}", parent="south")), version="1"
    )
    content = workbook_bytes(book)
    again = open_content(book.name, content)
    assert {mend.key for mend in done} == {"cascade", "form_id", "version"}
    assert [list(again.rows(sheet)) for sheet in again.sheets] == [
        list(book.rows(sheet)) for sheet in book.sheets
    ]
    assert convert_form(again).xml == convert_form(book).xml
    assert content == workbook_bytes(book)


def test_formula_in_a_cell_is_written_as_text(table: OpenTable) -> None:
    book = with_setting(
        table("| survey |\n| | type | name | label |\n| | text | t | T |"), "form_title", "=1+1"
    )
    assert setting_of(open_content("a.xlsx", workbook_bytes(book)), "form_title") == "=1+1"


def test_catalogue_form_needs_no_mend(weekly_path: Path) -> None:
    book = open_content(weekly_path.name, weekly_path.read_bytes())
    assert mends(book, version="1") == ()


def test_forms_of_the_field_convert_after_their_mends(shared: Path) -> None:
    cured = 0
    with (shared / "xlsforms" / "INDEX.csv").open(encoding="utf-8") as file:
        failing = [row["file"] for row in csv.DictReader(file) if row["pyxform"] == "fail"]
    for name in failing:
        try:
            book = open_content(Path(name).name, (shared / "xlsforms" / name).read_bytes())
        except InputProblem:
            continue
        if book.has("survey"):
            cured += _converts(mend_all(book, version="1")[0]) and not _converts(book)
    assert cured >= CONVERTED_AFTER_MENDS


def _converts(book: XlsForm) -> bool:
    try:
        convert_form(book)
    except InputProblem:
        return False
    return True


def test_mended_form_has_no_hard_finding_of_what_was_mended(table: OpenTable) -> None:
    book = table(CASCADE.format(filter="parent=${one}", parent="south"))
    mended, _done = mend_all(book, version="1")
    hard = {one.check for one in check_form(mended) if one.severity is Severity.HARD}
    assert hard == set()
