"""XLSForm to XForm: meaning travels inside, and each failure of the converter reads like a sentence for a person."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyxform.errors import ErrorCode, PyXFormError

from opendtm.errors.forms import FormNotConverted
from opendtm.forms import FormDefinition, convert, read_form
from opendtm.forms.converter_faults import explain
from opendtm.forms.names import NAMESPACE, column_of

WriteForm = Callable[[str], Path]
FormOf = Callable[[str], FormDefinition]

MEANING = """
    | survey |
    | | type        | name | label | opendtm::concept | hxl                 | opendtm::sector | opendtm::sharing |
    | | integer     | hh   | HH    | idp_households   | #affected+idps+hh   |                 | public           |
    | | text        | why  | Why   | -                |                     |                 | restricted       |
    | | begin_group | g    | G     | need_wash        |                     |                 |                  |
    | | select_one n | w   | Water | need_wash        | #severity+wash      | wash            | public           |
    | | end_group   |      |       |                  |                     |                 |                  |
    | choices |
    | | list_name | name | label |
    | | n         | some | Some  |
    | settings |
    | | form_id | version | form_title |
    | | f       | 7       | A form     |
"""


def test_meaning_travels_from_the_columns_into_the_xform(form_of: FormOf) -> None:
    form = form_of(MEANING)

    households, why, water = form.questions[:3]
    assert (households.concept, households.hxl, households.sharing) == (
        "idp_households",
        "#affected+idps+hh",
        "public",
    )
    assert (water.concept, water.sector, water.path) == ("need_wash", "wash", "/g/w")
    assert (why.concept, why.sharing) == (None, "restricted")
    assert form.measuring("need_wash") == (water,)


def test_converted_form_names_itself(write_form: WriteForm) -> None:
    form = convert(write_form(MEANING))

    assert (form.form_id, form.version, form.title) == ("f", "7", "A form")
    assert f'xmlns:opendtm="{NAMESPACE}"'.encode() in form.xml


def test_namespaces_of_the_author_are_kept(write_form: WriteForm) -> None:
    table = MEANING.replace("form_title |", "form_title | namespaces |").replace(
        "A form     |", 'A form | esri="http://esri.com/xforms" |'
    )

    xml = convert(write_form(table)).xml

    assert b'xmlns:esri="http://esri.com/xforms"' in xml
    assert NAMESPACE.encode() in xml


def test_form_without_meaning_is_converted_as_it_is(write_form: WriteForm) -> None:
    form = convert(write_form("| survey |\n| | type | name | label |\n| | integer | age | Age |"))

    assert NAMESPACE.encode() not in form.xml
    assert form.form_id == "form"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("opendtm::concept", "concept"),
        ("OpenDTM : Concept", "concept"),
        ("bind::opendtm:sector", "sector"),
        ("HXL", "hxl"),
        ("opendtm::sharing", "sharing"),
        ("concept", None),
        ("label::hxl", None),
        ("opendtm::colour", None),
    ],
)
def test_column_of_meaning_is_recognised(heading: str, kind: str | None) -> None:
    assert column_of(heading) == kind


@pytest.mark.parametrize(
    ("survey", "sheet", "row", "cause", "remedy"),
    [
        ("| | text | a b | A |", "survey", 2, "spaces or signs", "letters, digits and underscores"),
        (
            "| | text | b | B |\n| | banana | a | A |",
            "survey",
            3,
            "“banana” does not exist",
            "Use a type of XLSForm",
        ),
        (
            "| | text | a | A |\n| | text | a | B |",
            "survey",
            3,
            "twice in the same group",
            "own name",
        ),
        ("| | select_one x | a | A |", None, None, "no sheet “choices”", "Add a sheet “choices”"),
        ("| | text | a | |", "survey", 2, "“a” has no label", "every language"),
        ("| | note | a | ${b} |", "survey", 2, "“b”, which is no question", "${ and }"),
        ("| | text | meta | A |", "survey", 2, "“meta” is reserved", "another name"),
        (
            "| | begin_group | g | G |\n| | text | a | A |",
            "survey",
            2,
            "opened and not closed",
            "begin_group",
        ),
        ("| | calculate | c | |", "survey", 2, "no calculation", "calculation"),
        ("| | text | | A |", "survey", 2, "has no name", "Write a name"),
    ],
)
def test_failure_says_where_why_and_what_to_do(
    write_form: WriteForm, survey: str, sheet: str | None, row: int | None, cause: str, remedy: str
) -> None:
    path = write_form("| survey |\n| | type | name | label |\n" + survey)

    with pytest.raises(FormNotConverted, match=cause) as caught:
        convert(path)

    assert (caught.value.where.sheet, caught.value.where.row) == (sheet, row)
    assert remedy in caught.value.remedy_text("en")
    assert caught.value.text("fr") != caught.value.text("en")
    assert caught.value.remedy_text("fr") != caught.value.remedy_text("en")


def test_choices_without_a_name_are_explained(write_form: WriteForm) -> None:
    path = write_form("""
        | survey |
        | | type         | name | label |
        | | select_one x | a    | A     |
        | choices |
        | | list_name | label |
        | | x         | X     |
    """)

    with pytest.raises(FormNotConverted, match="lacks the column 'name'") as caught:
        convert(path)

    assert caught.value.where.sheet == "choices"


def test_plain_python_failure_of_the_converter_is_passed_on_in_words() -> None:
    fault = explain(TypeError("unhashable type: 'dict'"))

    assert fault.cause.text("en") == "the converter says: unhashable type: 'dict'"
    assert fault.remedy.text("fr").startswith("Corrigez")


@pytest.mark.parametrize("code", ErrorCode)
def test_every_coded_fault_of_the_converter_can_be_told(code: ErrorCode) -> None:
    fault = explain(
        PyXFormError(
            code=code, context={"row": 7, "sheet": "survey", "column": "name", "value": "x"}
        )
    )

    assert fault.cause.text("en")
    assert fault.remedy.text("fr")
    assert fault.row in {7, 1, None}


def test_the_same_form_gives_the_same_bytes(write_form: WriteForm) -> None:
    path = write_form(MEANING)

    assert convert(path).xml == convert(path).xml
    assert read_form(convert(path).xml) == read_form(convert(path).xml)
