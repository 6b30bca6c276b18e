"""Suggestions of concepts: by name, words in either language, hashtag and choices; never where two fit alike."""

from dataclasses import replace
from pathlib import Path

import pytest

from opendtm.forms import (
    Choice,
    FormDefinition,
    Question,
    QuestionType,
    concept_edits,
    convert_form,
    edited,
    open_content,
    read_form,
    suggest,
)
from opendtm.vocab import code_list


def form(*questions: Question) -> FormDefinition:
    """Make a form of some questions."""
    return FormDefinition("f", "1", "F", "data", (), None, questions)


@pytest.mark.parametrize(
    ("question", "concept", "reason"),
    [
        (Question("/idp_individuals", QuestionType.INTEGER), "idp_individuals", "named like it"),
        (
            Question("/q1", QuestionType.INTEGER, hxl="#affected +hh+idps"),
            "idp_households",
            "hashtag",
        ),
        (
            Question("/q2", QuestionType.TEXT, {"en": "Phone number"}),
            "contact_phone",
            "label reads",
        ),
        (
            Question("/q3", QuestionType.TEXT, {"fr": "Numéro de téléphone"}),
            "contact_phone",
            "label reads",
        ),
    ],
)
def test_question_is_recognised(question: Question, concept: str, reason: str) -> None:
    found = suggest(form(question))[question.path]
    assert found.concept.name == concept
    assert reason in found.reason.text("en")
    assert 0.5 < found.confidence < 1


def test_choices_of_a_code_list_suggest_its_concept() -> None:
    codes = code_list("closure_reason").names()
    choices = tuple(Choice(name) for name in codes)
    found = suggest(form(Question("/q", QuestionType.SELECT_ONE, choices=choices)))["/q"]
    assert found.concept.name == "closure_reason"
    assert "closure_reason" in found.reason.text("fr")


def test_yes_and_no_suggest_nothing() -> None:
    question = Question("/q", QuestionType.SELECT_ONE, choices=(Choice("yes"), Choice("no")))
    assert suggest(form(question)) == {}


def test_type_that_cannot_hold_the_concept_suggests_nothing() -> None:
    assert suggest(form(Question("/idp_individuals", QuestionType.GEOPOINT))) == {}


def test_concept_is_suggested_once_and_not_where_another_question_has_it() -> None:
    question = Question("/idp_individuals", QuestionType.INTEGER)
    twin = replace(question, path="/again/idp_individuals")
    said = replace(question, path="/said", concept="idp_individuals")
    assert list(suggest(form(question, twin))) == ["/idp_individuals"]
    assert suggest(form(question, said)) == {}


def test_most_questions_of_a_catalogue_form_are_suggested_without_its_concepts(
    weekly: FormDefinition,
) -> None:
    plain = replace(
        weekly, questions=tuple(replace(one, concept=None, hxl=None) for one in weekly.questions)
    )
    found = suggest(plain)
    right = [
        path for path, one in found.items() if weekly.by_path[path].concept == one.concept.name
    ]
    known = [one for one in weekly.questions if one.concept]
    assert len(right) >= 0.6 * len(known)
    assert len(right) >= 0.9 * len(found)


def test_concepts_are_written_into_the_sheet_and_taken_away_again(weekly_path: Path) -> None:
    text = "| survey |\n| | type | name | label |\n| | begin_group | g | G |\n| | integer | q | Q |\n| | end_group | | |"
    book = open_content("f.md", text.encode())
    mapped = edited(book, concept_edits(book, {"/g/q": "idp_individuals"}))
    question = read_form(convert_form(mapped).xml).by_path["/g/q"]
    assert (question.concept, question.hxl) == ("idp_individuals", "#affected+idps+ind")
    bare = edited(mapped, concept_edits(mapped, {"/g/q": ""}))
    assert read_form(convert_form(bare).xml).by_path["/g/q"].concept is None
    assert concept_edits(bare, {"/g/q": ""}) == ()
