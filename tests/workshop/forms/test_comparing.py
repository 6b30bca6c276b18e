"""Comparing two versions of a form: every kind of change is told, with what it breaks."""

from collections.abc import Callable
from dataclasses import replace

from opendtm.forms import (
    Change,
    ChangeKind,
    Choice,
    FormDefinition,
    Question,
    QuestionType,
    compare,
)

FormOf = Callable[[str], FormDefinition]
BASE = Question(
    "/visit/people",
    QuestionType.INTEGER,
    {"English (en)": "How many?", "French (fr)": "Combien ?"},
    concept="idp_individuals",
    relevant="/data/open = 'yes'",
)
NEED = Question(
    "/need",
    QuestionType.SELECT_ONE,
    choices=(Choice("food", {"": "Food"}), Choice("water", {"": "Water"})),
    concept="need_1",
)


def form(*questions: Question) -> FormDefinition:
    """Make a form of some questions."""
    return FormDefinition("f", "1", "F", "data", (), None, questions)


def only(changes: tuple[Change, ...]) -> Change:
    """Give the one change."""
    (change,) = changes
    return change


def test_same_form_has_no_changes(weekly: FormDefinition) -> None:
    assert compare(weekly, weekly) == ()


def test_added_question_names_its_type_and_concept() -> None:
    change = only(compare(form(BASE), form(BASE, NEED)))
    assert (change.kind, change.path, change.breaks) == (ChangeKind.ADDED, "/need", None)
    assert change.message.text("en") == "Added: one choice; measures need_1."
    assert change.message.text("fr") == "Ajoutée : un seul choix ; mesure need_1."


def test_removed_question_breaks_the_series_of_its_concept() -> None:
    change = only(compare(form(BASE, NEED), form(NEED)))
    assert change.kind is ChangeKind.REMOVED
    assert change.breaks is not None
    assert "idp_individuals" in change.breaks.text("en")


def test_removed_question_breaks_nothing_where_another_measures_the_same() -> None:
    other = replace(BASE, path="/elsewhere/count")
    assert only(compare(form(BASE, other), form(other))).breaks is None


def test_question_found_once_by_name_was_moved() -> None:
    moved = replace(BASE, path="/end/people")
    change = only(compare(form(BASE), form(moved)))
    assert change.kind is ChangeKind.MOVED
    assert "/visit/people" in change.message.text("en")
    assert change.breaks is None


def test_question_moved_into_a_repeat_counts_otherwise() -> None:
    moved = replace(BASE, path="/rooms/people", repeats=("/rooms",))
    assert only(compare(form(BASE), form(moved))).breaks is not None


def test_question_of_a_name_used_twice_is_not_taken_for_moved() -> None:
    one, two = replace(BASE, path="/a/people"), replace(BASE, path="/b/people")
    kinds = [change.kind for change in compare(form(BASE), form(one, two))]
    assert kinds == [ChangeKind.ADDED, ChangeKind.ADDED, ChangeKind.REMOVED]


def test_type_change_is_said_and_breaks() -> None:
    change = only(compare(form(BASE), form(replace(BASE, type=QuestionType.TEXT))))
    assert change.message.text("en") == "Type changed: whole number → text."
    assert change.breaks is not None


def test_label_change_is_told_for_each_language_alone() -> None:
    labels = {"English (en)": "How many persons?", "French (fr)": "Combien ?"}
    change = only(compare(form(BASE), form(replace(BASE, labels=labels))))
    assert change.kind is ChangeKind.LABEL
    assert change.message.text("en") == (
        "Label changed (English (en)): “How many?” → “How many persons?”."
    )
    assert change.breaks is None


def test_choices_added_removed_and_reworded_are_told_apart() -> None:
    choices = (Choice("water", {"": "Drinking water"}), Choice("shelter", {"": "Shelter"}))
    added, removed, reworded = compare(form(NEED), form(replace(NEED, choices=choices)))
    assert "shelter" in added.message.text("en")
    assert "food" in removed.message.text("en")
    assert "water" in reworded.message.text("en")
    assert [change.breaks is not None for change in (added, removed, reworded)] == [
        False,
        True,
        False,
    ]


def test_long_list_of_codes_is_cut_and_counted() -> None:
    choices = tuple(Choice(f"c{number}") for number in range(5000))
    added = only(compare(form(NEED), form(replace(NEED, choices=(*NEED.choices, *choices)))))
    assert "5,000 choices" in added.message.text("en")
    assert len(added.message.text("en")) < 150


def test_concept_that_nothing_measures_any_more_breaks() -> None:
    change = only(compare(form(BASE), form(replace(BASE, concept=None))))
    assert change.message.text("en") == "Concept changed: idp_individuals → none."
    assert change.breaks is not None


def test_rules_are_compared_without_their_blanks() -> None:
    same = replace(BASE, relevant=" /data/open   = 'yes' ")
    other = replace(BASE, relevant=None, constraint=". > 0", calculate="1 + 1", required=True)
    assert compare(form(BASE), form(same)) == ()
    assert [change.kind for change in compare(form(BASE), form(other))] == [ChangeKind.RULE] * 4


def test_bookkeeping_of_the_form_is_not_compared() -> None:
    assert compare(form(BASE), form(BASE, Question("/meta/audit", QuestionType.BINARY))) == ()


def test_lists_from_files_are_compared_by_name() -> None:
    other = replace(NEED, choices_file="adm2.csv")
    assert "adm2.csv" in only(compare(form(NEED), form(other))).message.text("en")
