"""Every form of the catalogue: complete in both languages, every question with its meaning, no doubt left.

The tests run over whatever lies in `catalogue/forms/`, so a new form is held to the same promises at once.
"""

from collections import defaultdict
from pathlib import Path

import pytest
from pyxform.validators import odk_validate

from opendtm import catalogue
from opendtm.forms import CatalogueForm, catalogue_form, catalogue_forms, check, convert, read_form
from opendtm.forms.lint.rows import Form, Item, cell, prepare
from opendtm.forms.workbook import open_form
from opendtm.vocab import Kind, Sharing, code_list, concept, concepts

FORMS = {form.form_id: form for form in catalogue_forms()}
ENTITY_LISTS = {f"adm{level}.csv" for level in (1, 2, 3)} | {
    "sites.csv",
    "households.csv",
    "flow_points.csv",
}
ENGLISH, FRENCH = "English (en)", "French (fr)"
TEXTS = ("label", "hint", "constraint_message")
# What a phone records of its owner; no form of the catalogue asks for it.
OF_THE_OWNER = {"phonenumber", "username", "email", "deviceid"}


@pytest.fixture(params=FORMS, scope="module")
def form(request: pytest.FixtureRequest) -> CatalogueForm:
    """Give each form of the catalogue."""
    return FORMS[request.param]


@pytest.fixture(scope="module")
def sheet(form: CatalogueForm) -> Form:
    """Give the form as its authors wrote it."""
    return prepare(open_form(form.path))


def asking(sheet: Form) -> list[Item]:
    """List the rows in which somebody answers."""
    return [item for item in sheet.items if item.asks]


def test_folder_and_list_agree() -> None:
    files = {file.removeprefix("forms/") for file in catalogue.names("forms", ".md")}

    assert {form.path.name for form in FORMS.values()} == files
    assert len(FORMS) == len(files)


def test_form_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="weekly"):
        catalogue_form("weekly")


def test_themes_and_their_files_agree_and_names_are_unique() -> None:
    files = catalogue.concept_files()
    named = [row["name"] for file in files for row in catalogue.read_yaml(file)["concepts"]]

    assert sorted(files) == catalogue.names("concepts")
    assert sorted(named) == sorted(set(named))


def test_every_concept_has_both_labels_a_tag_and_a_list_that_is_there() -> None:
    for entry in concepts().values():
        assert entry.label.en, entry.name
        assert entry.label.fr, entry.name
        assert entry.hxl.startswith("#"), entry.name
        if entry.codes:
            assert entry.kind in {Kind.CODE, Kind.CODES}, entry.name
            assert code_list(entry.codes)


def test_form_says_what_it_is(form: CatalogueForm) -> None:
    definition = read_form(convert(form.path).xml)

    assert definition.form_id == form.form_id == form.path.stem
    assert definition.title == f"{form.title.en} / {form.title.fr}"
    for label in (form.title, form.purpose, form.audience):
        assert label.en
        assert label.fr


def test_form_converts_without_a_remark(form: CatalogueForm) -> None:
    assert convert(form.path).warnings == ()


def test_check_finds_nothing(form: CatalogueForm) -> None:
    found = [
        (finding.check, finding.where.row, finding.message.text("en"))
        for finding in check(form.path)
    ]

    assert found == []


def test_official_validator_accepts(form: CatalogueForm, tmp_path: Path) -> None:
    path = tmp_path / f"{form.form_id}.xml"
    path.write_bytes(convert(form.path).xml)

    assert odk_validate.check_xform(str(path)) == []


def test_every_text_stands_in_both_languages(sheet: Form) -> None:
    for number, row in sheet.book.rows("survey"):
        for text in TEXTS:
            pair = [bool(cell(row, f"{text}::{name}".lower())) for name in (ENGLISH, FRENCH)]
            assert pair[0] == pair[1], (number, text)
    for number, row in sheet.book.rows("choices"):
        assert row.get(f"label::{ENGLISH}"), number
        assert row.get(f"label::{FRENCH}"), number


def test_every_question_says_what_it_measures_who_may_see_it_and_who_can_answer(
    sheet: Form,
) -> None:
    for item in asking(sheet):
        assert cell(item.row, f"label::{ENGLISH}".lower()), item.name
        assert item.concept or item.measures_nothing, item.name
        assert item.meaning.get("sharing") in set(Sharing), item.name
        assert item.meaning.get("informant"), item.name


def test_meaning_agrees_with_the_dictionary(sheet: Form) -> None:
    classes = list(Sharing)
    for item in sheet.items:
        if item.concept is None:
            continue
        assert item.meaning.get("hxl") == item.concept.hxl, item.name
        assert item.meaning.get("sector") == item.concept.sector, item.name
        said = Sharing(item.meaning["sharing"])
        assert classes.index(said) >= classes.index(item.concept.sharing), item.name


def test_choices_have_the_labels_of_the_catalogue(sheet: Form) -> None:
    for item in sheet.items:
        if item.concept is None or not item.concept.codes or item.from_file:
            continue
        codes = code_list(item.concept.codes)
        for _number, row in sheet.choices.get(item.list_name or "", ()):
            label = codes.get(cell(row, "name")).label
            assert (row[f"label::{ENGLISH}"], row[f"label::{FRENCH}"]) == (label.en, label.fr)


def test_consent_comes_before_every_question(sheet: Form) -> None:
    first = asking(sheet)[0]

    assert first.concept is concept("consent")


def test_nothing_records_the_owner_of_the_phone(sheet: Form) -> None:
    assert not {item.kind for item in sheet.items} & OF_THE_OWNER


def test_places_come_from_lists_beside_the_form(sheet: Form) -> None:
    for item in sheet.items:
        if item.list_name and item.from_file:
            assert item.list_name in ENTITY_LISTS
    long = {name for name, rows in sheet.choices.items() if len(rows) > 60}
    assert long <= {"country"}


def test_counts_cannot_be_negative(sheet: Form) -> None:
    for item in asking(sheet):
        if item.kind in {"integer", "decimal"}:
            assert cell(item.row, "constraint").startswith(". >= "), item.name


def test_fields_point_at_questions_or_say_why_none_asks(form: CatalogueForm, sheet: Form) -> None:
    names = {item.name for item in sheet.items}
    for field in form.fields:
        assert set(field.questions) <= names, field.field
        assert field.questions or (field.reason and field.reason.en and field.reason.fr), field


def test_name_has_one_meaning_in_the_whole_catalogue() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for form in FORMS.values():
        for item in prepare(open_form(form.path)).items:
            if item.concept:
                meanings[item.name].add(item.concept.name)

    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}
