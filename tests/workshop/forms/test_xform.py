"""Reading XForms of any maker: paths, types, words, choices, repeats, and what is no XForm."""

from collections.abc import Callable
from pathlib import Path

import pytest

from opendtm.errors import InputProblem
from opendtm.errors.forms import NotAnXForm, XmlRefused
from opendtm.forms import Choice, FormDefinition, QuestionType, read_form

FormOf = Callable[[str], FormDefinition]

MANY = """
    | survey |
    | | type                     | name   | label::English (en) | label::French (fr) | required | relevant    | calculation | constraint |
    | | start                    | start  |         |           |     |             |       |          |
    | | text                     | t      | Text    | Texte     | yes |             |       |          |
    | | integer                  | i      | Int     | Entier    |     | ${t} != ''  |       | . > 0    |
    | | decimal                  | d      | Dec     | Décimal   |     |             |       |          |
    | | date                     | day    | Day     | Jour      |     |             |       |          |
    | | time                     | hour   | Hour    | Heure     |     |             |       |          |
    | | dateTime                 | moment | Moment  | Instant   |     |             |       |          |
    | | select_one yn            | one    | One     | Un        |     |             |       |          |
    | | select_multiple yn       | many   | Many    | Plusieurs |     |             |       |          |
    | | rank yn                  | order  | Order   | Ordre     |     |             |       |          |
    | | geopoint                 | point  | Point   | Point     |     |             |       |          |
    | | geotrace                 | line   | Line    | Ligne     |     |             |       |          |
    | | geoshape                 | area   | Area    | Aire      |     |             |       |          |
    | | image                    | photo  | Photo   | Photo     |     |             |       |          |
    | | barcode                  | code   | Code    | Code      |     |             |       |          |
    | | note                     | words  | Read ${i} | Lisez ${i} |  |             |       |          |
    | | calculate                | twice  |         |           |     |             | ${i} * 2 |       |
    | | select_one_from_file s.csv | site | Site    | Site      |     |             |       |          |
    | | begin_repeat             | people | People  | Gens      |     |             |       |          |
    | | integer                  | age    | Age     | Âge       |     |             |       |          |
    | | begin_repeat             | needs  | Needs   | Besoins   |     |             |       |          |
    | | text                     | need   | Need    | Besoin    |     |             |       |          |
    | | end_repeat               |        |         |           |     |             |       |          |
    | | end_repeat               |        |         |           |     |             |       |          |
    | choices |
    | | list_name | name | label::English (en) | label::French (fr) |
    | | yn        | yes  | Yes                 | Oui                |
    | | yn        | no   | No                  | Non                |
"""

OLD = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>Old</h:title><model><instance><data xmlns="http://example.org/old"><a/><g><b>x</b></g></data></instance>
<bind id="b" nodeset="/data/g/b" type="xsd:int" required="true()"/></model></h:head>
<h:body><select1 ref="/data/a"><label>Which?</label><item><label>First</label><value>1</value></item></select1>
<input bind="b"><label>How <output value="/data/a"/> many?</label></input></h:body></h:html>"""


@pytest.fixture
def many(form_of: FormOf) -> FormDefinition:
    """Give a form with a question of every type."""
    return form_of(MANY)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/start", QuestionType.DATETIME),
        ("/t", QuestionType.TEXT),
        ("/i", QuestionType.INTEGER),
        ("/d", QuestionType.DECIMAL),
        ("/day", QuestionType.DATE),
        ("/hour", QuestionType.TIME),
        ("/moment", QuestionType.DATETIME),
        ("/one", QuestionType.SELECT_ONE),
        ("/many", QuestionType.SELECT_MULTIPLE),
        ("/order", QuestionType.RANK),
        ("/point", QuestionType.GEOPOINT),
        ("/line", QuestionType.GEOTRACE),
        ("/area", QuestionType.GEOSHAPE),
        ("/photo", QuestionType.BINARY),
        ("/code", QuestionType.BARCODE),
        ("/words", QuestionType.NOTE),
        ("/twice", QuestionType.TEXT),
        ("/site", QuestionType.SELECT_ONE),
        ("/people/age", QuestionType.INTEGER),
        ("/people/needs/need", QuestionType.TEXT),
    ],
)
def test_question_has_its_type(many: FormDefinition, path: str, kind: QuestionType) -> None:
    assert many.by_path[path].type is kind


def test_words_stand_under_their_languages(many: FormDefinition) -> None:
    assert many.languages == ("English (en)", "French (fr)")
    assert many.by_path["/i"].labels == {"English (en)": "Int", "French (fr)": "Entier"}
    assert many.by_path["/words"].labels["French (fr)"] == "Lisez …"


def test_choices_carry_codes_and_words(many: FormDefinition) -> None:
    yes, no = many.by_path["/many"].choices

    assert yes == Choice("yes", {"English (en)": "Yes", "French (fr)": "Oui"})
    assert no.name == "no"
    assert many.by_path["/site"].choices_file == "s.csv"


def test_repeats_are_known_outermost_first(many: FormDefinition) -> None:
    assert many.repeats == ("/people", "/people/needs")
    assert many.by_path["/people/needs/need"].repeats == ("/people", "/people/needs")
    assert many.by_path["/t"].repeats == ()


def test_rules_of_a_question_are_read(many: FormDefinition) -> None:
    question = many.by_path["/i"]

    assert question.relevant == "/data/t != ''"
    assert question.constraint == ". > 0"
    assert many.by_path["/t"].required
    assert not question.required
    assert many.by_path["/twice"].calculate is not None


def test_form_of_an_old_maker_is_read() -> None:
    form = read_form(OLD)

    assert (form.form_id, form.title, form.root, form.languages) == (
        "http://example.org/old",
        "Old",
        "data",
        (),
    )
    which, number = form.questions
    assert which.choices == (Choice("1", {"": "First"}),)
    assert (number.path, number.type, number.required) == ("/g/b", QuestionType.INTEGER, True)
    assert number.labels == {"": "How … many?"}


@pytest.mark.parametrize(
    ("xml", "error", "reason"),
    [
        (b"<a/>", NotAnXForm, "no model"),
        (b"<html><model/></html>", NotAnXForm, "no primary instance"),
        (b"<html><model><instance><a/></instance></model></html>", NotAnXForm, "no id"),
        (b"<html>", XmlRefused, "not well formed"),
    ],
)
def test_other_documents_are_refused_with_the_reason(
    xml: bytes, error: type[InputProblem], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        read_form(xml)


@pytest.mark.shared
def test_every_real_xform_is_read_or_refused_with_a_reason(shared: Path) -> None:
    read, refused = 0, []
    for path in sorted((shared / "xforms").rglob("*.xml")):
        try:
            form = read_form(path.read_bytes())
        except InputProblem as problem:
            refused.append((path.name, problem.text("fr")))
            continue
        read += 1
        assert form.form_id
        assert form.questions
        assert len(form.by_path) == len(form.questions)
    assert read == 456
    assert len(refused) == 4
