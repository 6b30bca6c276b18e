"""The weekly site update: complete in both languages, the catalogue's own codes, nothing personal, short."""

from pathlib import Path

import pytest

from opendtm.forms import FormDefinition, QuestionType, check
from opendtm.forms.workbook import XlsForm, open_form
from opendtm.vocab import Kind, Sharing, code_list, concept

WANTED = """
    consent site_id access assessment_date informant_type method idp_households idp_individuals returnee_households
    returnee_individuals host_households host_individuals idp_females idp_males arrivals_households
    arrivals_individuals displacement_reason departures_households departures_individuals departure_reason
    priority_needs action_needed comment latitude
"""


@pytest.fixture(scope="module")
def book(weekly_path: Path) -> XlsForm:
    """Give the form as its authors write it."""
    return open_form(weekly_path)


def test_check_finds_nothing(weekly_path: Path) -> None:
    assert check(weekly_path) == ()


def test_every_wanted_concept_is_asked(weekly: FormDefinition) -> None:
    bands = {f"idp_{sex}_{band}" for sex in "fm" for band in ("0_4", "5_17", "18_59", "60_plus")}
    needs = {f"need_{code.name}" for code in code_list("sector")}
    wanted = set(WANTED.split()) | bands | needs

    assert wanted == {question.concept for question in weekly.questions if question.concept}


def test_choices_have_the_codes_and_labels_of_the_catalogue(weekly: FormDefinition) -> None:
    compared = 0
    for question in weekly.questions:
        lists = concept(question.concept).codes if question.concept else None
        if lists is None:
            continue
        for choice in question.choices:
            code = code_list(lists).get(choice.name)
            assert dict(choice.labels) == {
                "English (en)": code.label.en,
                "French (fr)": code.label.fr,
            }
            compared += 1
    assert compared > 100


@pytest.mark.parametrize(
    "name",
    ["access", "informant_type", "method", "displacement_reason", "departure_reason", "need_wash"],
)
def test_lists_are_complete_and_in_the_order_of_the_catalogue(
    weekly: FormDefinition, name: str
) -> None:
    (question,) = weekly.measuring(name)

    listed = code_list(str(concept(name).codes))
    asked = [code.name for code in listed if not code.facts.get("derived")]
    assert [choice.name for choice in question.choices] == asked


def test_consent_comes_first_and_opens_the_rest(weekly: FormDefinition) -> None:
    asked = [question for question in weekly.questions if question.name not in {"start", "end"}]

    assert [question.name for question in asked[:2]] == ["consent_note", "consent"]
    assert asked[0].type is QuestionType.NOTE


def test_sites_come_from_a_file_beside_the_form(weekly: FormDefinition) -> None:
    (site,) = weekly.measuring("site_id")

    assert (site.choices_file, site.choices, weekly.media) == ("sites.csv", (), ("sites.csv",))


def test_concept_hashtag_sector_and_sharing_agree_with_the_dictionary(
    weekly: FormDefinition,
) -> None:
    for question in weekly.questions:
        if question.concept:
            entry = concept(question.concept)
            assert question.hxl == entry.hxl
            assert question.sector == entry.sector
            assert question.sharing == entry.sharing.value


def test_nothing_personal_is_asked(weekly: FormDefinition, book: XlsForm) -> None:
    assert all(question.sharing != Sharing.PERSONAL for question in weekly.questions)
    types = {row["type"] for _number, row in book.rows("survey")}
    assert not types & {"phonenumber", "username", "email", "deviceid"}


def test_every_text_stands_in_both_languages(book: XlsForm) -> None:
    headings = book.headings["survey"]
    pairs = [
        (heading, heading.replace("English (en)", "French (fr)"))
        for heading in headings
        if "English" in heading
    ]
    assert len(pairs) == 3
    for number, row in book.rows("survey"):
        for english, french in pairs:
            assert bool(row.get(english)) == bool(row.get(french)), (number, english)


def test_photo_says_that_no_person_may_be_on_it(book: XlsForm) -> None:
    (photo,) = [row for _number, row in book.rows("survey") if row["type"] == "image"]

    assert "Never photograph people" in photo["hint::English (en)"]
    assert "Ne photographiez jamais de personnes" in photo["hint::French (fr)"]
    assert not photo.get("required")


def test_counts_cannot_be_negative(weekly: FormDefinition) -> None:
    for question in weekly.questions:
        if (
            question.concept
            and concept(question.concept).kind is Kind.COUNT
            and not question.calculate
        ):
            assert question.constraint is not None
            assert question.constraint.startswith(". >= 0")


def test_population_may_stay_unknown(weekly: FormDefinition) -> None:
    for name in ("idp_households", "idp_individuals", "returnee_individuals", "host_individuals"):
        (question,) = weekly.measuring(name)
        assert not question.required


def test_it_stays_short_when_little_is_known(weekly: FormDefinition) -> None:
    always = [
        question
        for question in weekly.questions
        if question.required
        and not question.relevant
        and not question.calculate
        and not question.is_meta
    ]

    assert len(always) <= 20
