"""A form on paper: every question is there in both languages, tagged, with its skips in words."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from tests.workshop.render.reading import fonts_of, opened, tags_of, words_of

from opendtm import catalogue, render
from opendtm.forms import Outline, QuestionType, convert, read_outline
from opendtm.i18n import Label
from opendtm.render.paper import paper_data
from opendtm.render.paper_skips import Asked, condition, is_plain

MADE_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
FORMS = ("weekly_site_update", "household_registration", "distribution", "return_intention")
ASKED = {
    "/consent": Asked(1, {"yes": Label("Yes", "Oui"), "no": Label("No", "Non")}),
    "/visit/people": Asked(2, {}),
    "/visit/needs": Asked(3, {"food": Label("Food", "Nourriture")}),
}
HEAD = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
<h:title>Small</h:title><model><instance><data id="small" version="2">%s<meta><instanceID/></meta></data></instance>
%s</model></h:head><h:body>%s</h:body></h:html>"""


@cache
def outline(name: str) -> Outline:
    """Read a form of the catalogue."""
    return read_outline(convert(catalogue.ROOT / "forms" / f"{name}.md").xml)


@cache
def made(name: str) -> bytes:
    """Make the paper of a form of the catalogue."""
    return render.paper_pdf(outline(name), made_at=MADE_AT)


def small(nodes: str, binds: str, body: str) -> Outline:
    """Read a small form written by hand."""
    return read_outline((HEAD % (nodes, binds, body)).encode())


def plain(text: str) -> str:
    """Leave out spaces: a line may break anywhere."""
    return "".join(text.split())


@pytest.mark.parametrize("name", FORMS)
def test_every_question_stands_on_the_paper_in_both_languages(name: str) -> None:
    text = plain(words_of(made(name)))
    asked = [
        question
        for question in outline(name).form.questions
        if question.labels and not question.calculate and question.type is not QuestionType.NOTE
    ]
    assert len(asked) > 10
    missing = [
        words
        for question in asked
        for words in question.labels.values()
        if plain(words) and plain(words) not in text
    ]
    assert missing == []


def test_every_choice_stands_on_the_paper() -> None:
    text = plain(words_of(made("weekly_site_update")))
    labels = [
        words
        for question in outline("weekly_site_update").form.questions
        for choice in question.choices
        for words in choice.labels.values()
    ]
    assert [words for words in labels if plain(words) not in text] == []


def test_paper_is_tagged_titled_and_has_its_fonts() -> None:
    reader = opened(made("weekly_site_update"))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"]
    assert reader.metadata is not None
    assert "Weekly site update" in str(reader.metadata.title)
    assert {str(tag.get("/S")) for tag in tags_of(made("weekly_site_update"))} >= {
        "/H1",
        "/H2",
        "/P",
    }
    assert all(fonts_of(made("weekly_site_update")).values())


def test_paper_says_which_form_and_version_on_every_page() -> None:
    pages = [plain(page.extract_text()) for page in opened(made("weekly_site_update")).pages]
    form = outline("weekly_site_update").form
    assert 3 <= len(pages) <= 6
    for number, page in enumerate(pages, start=1):
        assert plain(f"Form {form.form_id}, version {form.version}") in page
        assert plain(f"Page {number} of {len(pages)}") in page


def test_condition_shared_by_questions_in_a_row_is_said_once() -> None:
    text = words_of(made("weekly_site_update"))
    assert (
        text.count("Questions 14 to 21 only if question 13 is “Yes”. Otherwise go to question 22.")
        == 1
    )
    assert (
        text.count("Questions 14 à 21 seulement si la réponse à la question 13 est « Oui ».") == 1
    )


def test_questions_with_the_same_few_choices_become_a_table() -> None:
    (table,) = [
        item
        for item in paper_data(outline("weekly_site_update"))["items"]
        if item["kind"] == "matrix"
    ]
    assert len(table["rows"]) == 10
    assert [choice[0] for choice in table["choices"]][-1] == "Not known"


def test_numbers_get_as_many_boxes_as_their_limit_has_digits() -> None:
    form = small(
        "<a/><b/>",
        '<bind nodeset="/data/a" type="int" constraint=". &lt;= 120"/><bind nodeset="/data/b" type="int"/>',
        '<input ref="/data/a"><label>A</label></input><input ref="/data/b"><label>B</label></input>',
    )
    answers = [item["answer"] for item in paper_data(form)["items"]]
    assert answers == [{"kind": "digits", "count": 3}, {"kind": "digits", "count": 7}]


def test_notes_that_only_the_phone_can_show_are_left_out() -> None:
    binds = '<bind nodeset="/data/n" readonly="true()" relevant="/data/total &gt; 5"/><bind nodeset="/data/m" readonly="true()"/>'
    form = small(
        "<n/><m/>",
        binds,
        '<input ref="/data/n"><label>Check</label></input><input ref="/data/m"><label>Read this</label></input>',
    )
    assert [item["text"] for item in paper_data(form)["items"]] == [["Read this"]]


def test_repeat_says_that_it_is_filled_once_for_each() -> None:
    sections = [
        item for item in paper_data(outline("distribution"))["items"] if item["kind"] == "section"
    ]
    assert any(section["repeated"] for section in sections)
    assert "one more sheet of this part" in words_of(made("distribution"))


def test_condition_that_climbs_inside_a_repeat_finds_its_question() -> None:
    body = '<group ref="/data/r"><label>Person</label><repeat nodeset="/data/r"><input ref="/data/r/known"><label>Known</label></input><input ref="/data/r/age"><label>Age</label></input></repeat></group>'
    binds = '<bind nodeset="/data/r/age" type="int" relevant=" ../known  = \'x\'"/>'
    form = small("<r><known/><age/></r>", binds, body)
    assert form.parts[0].parts[1].relevant == "/data/r/known = 'x'"
    skip = paper_data(form)["items"][-1]["skip"]
    assert skip == ["Only if question 1 is “x”. Otherwise go to the end."]


def test_form_in_one_language_is_written_once() -> None:
    form = small("<a/>", "", '<input ref="/data/a"><label>Only here</label></input>')
    (item,) = paper_data(form)["items"]
    assert item["text"] == ["Only here"]
    assert words_of(render.paper_pdf(form, made_at=MADE_AT)).count("Only here") == 1


@pytest.mark.parametrize(
    ("expression", "english", "french"),
    [
        ("/data/consent = 'yes'", "question 1 is “Yes”", "la réponse à la question 1 est « Oui »"),
        ("/data/consent != ''", "question 1 has an answer", "la question 1 a une réponse"),
        (
            "/data/visit/people > 12",
            "question 2 is more than 12",
            "la réponse à la question 2 est supérieure à 12",
        ),
        (
            "selected(/data/visit/needs, 'food')",
            "question 3 includes “Food”",
            "la réponse à la question 3 comprend « Nourriture »",
        ),
        (
            "not(selected(/data/visit/needs, 'food'))",
            "not: question 3 includes “Food”",
            "sauf si la réponse à la question 3 comprend « Nourriture »",
        ),
        (
            "/data/consent = 'yes' and (/data/visit/people < 3 or /data/visit/people = '')",
            "question 1 is “Yes” and (question 2 is less than 3 or question 2 has no answer)",
            "la réponse à la question 1 est « Oui » et (la réponse à la question 2 est inférieure à 3 ou la question 2 n'a pas de réponse)",
        ),
        (
            "/data/visit/people >= 1 and /data/visit/people <= 1.5",
            "question 2 is at least 1 and question 2 is at most 1.5",
            "la réponse à la question 2 est au moins 1 et la réponse à la question 2 est au plus 1,5",
        ),
    ],
)
def test_condition_is_said_in_words(expression: str, english: str, french: str) -> None:
    said = condition(expression, ASKED, "data")
    assert (said.text("en"), said.text("fr")) == (english, french)
    assert is_plain(expression, ASKED, "data")


@pytest.mark.parametrize(
    "expression",
    [
        "count(/data/visit/needs) > 1",
        "/data/visit/people div 2 > 3",
        "/data/visit/people = /data/consent",
        "/data/unknown = 1",
        "/data/consent = 'yes",
        "selected(/data/visit/needs",
        "#",
    ],
)
def test_condition_beyond_words_keeps_its_formula_with_numbers(expression: str) -> None:
    assert not is_plain(expression, ASKED, "data")
    said = condition(expression, ASKED, "data").text("en")
    assert said.startswith("the form's rule holds: ")
    assert "/data/consent" not in said


def test_paper_of_every_form_of_the_catalogue_is_made() -> None:
    names = sorted(path.stem for path in Path(catalogue.ROOT / "forms").glob("*.md"))
    assert names
    assert [name for name in names if not made(name).startswith(b"%PDF-")] == []
