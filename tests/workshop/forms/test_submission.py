"""Submissions: typed answers, positions in repeats, missing versus not asked, announced files, refusals."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opendtm.errors import InputProblem
from opendtm.errors.forms import (
    NotASubmission,
    SubmissionEncrypted,
    SubmissionOfOtherForm,
    XmlRefused,
)
from opendtm.forms import FormDefinition, QuestionType, SubmissionReading, read_submission
from opendtm.forms.typed import text_of, value_of
from opendtm.records import Answer, AnswerState
from opendtm.records.answers import GeoPoint, Value

FormOf = Callable[[str], FormDefinition]

TABLE = """
    | survey |
    | | type               | name   | label  | opendtm::concept |
    | | note               | hello  | Hello  |                  |
    | | integer            | hh     | HH     | idp_households   |
    | | select_multiple n  | needs  | Needs  | priority_needs   |
    | | geopoint           | gps    | GPS    | latitude         |
    | | image              | photo  | Photo  |                  |
    | | begin_group        | g      | G      |                  |
    | | date               | day    | Day    | assessment_date  |
    | | end_group          |        |        |                  |
    | | begin_repeat       | people | People |                  |
    | | integer            | age    | Age    |                  |
    | | text               | job    | Job    |                  |
    | | end_repeat         |        |        |                  |
    | choices |
    | | list_name | name  | label |
    | | n         | food  | Food  |
    | | n         | cash  | Cash  |
    | settings |
    | | form_id | version |
    | | visit   | 3       |
"""


@pytest.fixture
def visit(form_of: FormOf) -> FormDefinition:
    """Give a small form of a visit."""
    return form_of(TABLE)


def xml(
    body: str,
    *,
    meta: str = "<orx:instanceID>uuid:1</orx:instanceID>",
    form: str = 'id="visit" version="3"',
) -> bytes:
    return f'<data xmlns:orx="http://openrosa.org/xforms" {form}>{body}<orx:meta>{meta}</orx:meta></data>'.encode()


def by_path(reading: SubmissionReading) -> dict[str, Answer]:
    return {answer.path: answer for answer in reading.answers}


def test_submission_names_itself(visit: FormDefinition) -> None:
    meta = (
        "<orx:instanceID>uuid:2</orx:instanceID><orx:deprecatedID>uuid:1</orx:deprecatedID>"
        "<orx:instanceName>Camp 2026-11-21</orx:instanceName>"
    )

    reading = read_submission(xml("<hh>3</hh>", meta=meta), visit)

    assert (reading.form_id, reading.version) == ("visit", "3")
    assert (reading.instance_id, reading.deprecated_id) == ("uuid:2", "uuid:1")
    assert reading.instance_name == "Camp 2026-11-21"


def test_answers_are_typed_and_carry_their_concepts(visit: FormDefinition) -> None:
    body = "<hello/><hh>12</hh><needs>food cash</needs><gps>4.5 18.25 350 5</gps><g><day>2026-11-20</day></g>"

    answers = by_path(read_submission(xml(body), visit))

    assert answers["/hh"] == Answer("/hh", 12, AnswerState.ANSWERED, "idp_households")
    assert answers["/needs"].value == ("food", "cash")
    assert answers["/gps"].value == GeoPoint(4.5, 18.25, 350.0, 5.0)
    assert answers["/g/day"].value == date(2026, 11, 20)
    assert "/hello" not in answers


def test_empty_is_missing_and_absent_is_not_asked(visit: FormDefinition) -> None:
    answers = by_path(read_submission(xml("<hh/><needs>  </needs>"), visit))

    assert answers["/hh"] == Answer("/hh", None, AnswerState.MISSING, "idp_households")
    assert answers["/needs"].state is AnswerState.MISSING
    assert answers["/g/day"] == Answer("/g/day", None, AnswerState.NOT_ASKED, "assessment_date")
    assert answers["/photo"].state is AnswerState.NOT_ASKED


def test_zero_is_an_answer(visit: FormDefinition) -> None:
    assert by_path(read_submission(xml("<hh>0</hh>"), visit))["/hh"] == Answer(
        "/hh", 0, concept="idp_households"
    )


def test_repeats_have_positions_and_their_own_gaps(visit: FormDefinition) -> None:
    body = "<people><age>4</age><job/></people><people><age>40</age></people>"

    answers = by_path(read_submission(xml(body), visit))

    assert (answers["/people[1]/age"].value, answers["/people[2]/age"].value) == (4, 40)
    assert answers["/people[1]/job"].state is AnswerState.MISSING
    assert answers["/people[2]/job"].state is AnswerState.NOT_ASKED
    assert "/people/job" not in answers


def test_one_pass_of_a_repeat_has_position_one(visit: FormDefinition) -> None:
    assert (
        by_path(read_submission(xml("<people><age>4</age></people>"), visit))[
            "/people[1]/age"
        ].value
        == 4
    )


def test_repeat_without_a_pass_gives_no_answers(visit: FormDefinition) -> None:
    assert not [
        path
        for path in by_path(read_submission(xml("<hh>1</hh>"), visit))
        if path.startswith("/people")
    ]


def test_announced_files_are_named(visit: FormDefinition) -> None:
    assert read_submission(xml("<photo>1700.jpg</photo>"), visit).attachments == ("1700.jpg",)
    assert read_submission(xml("<photo>1700.jpg</photo><hh>1.5</hh>")).attachments == ("1700.jpg",)
    assert read_submission(xml("<photo/>"), visit).attachments == ()


def test_without_a_form_answers_are_text(visit: FormDefinition) -> None:
    reading = read_submission(
        xml(
            "<hh>12</hh><g><day>2026-11-20</day></g><people><age>1</age></people><people><age>2</age></people>"
        )
    )

    assert by_path(reading)["/hh"] == Answer("/hh", "12")
    assert [answer.path for answer in reading.answers] == [
        "/hh",
        "/g/day",
        "/people[1]/age",
        "/people[2]/age",
    ]
    assert reading.findings == ()


def test_answer_of_another_type_is_kept_and_told(visit: FormDefinition) -> None:
    reading = read_submission(xml("<hh>twelve</hh>"), visit)

    assert by_path(reading)["/hh"].value == "twelve"
    (finding,) = reading.findings
    assert (finding.check, finding.source, finding.concept) == (
        "answer_not_of_its_type",
        "uuid:1",
        "idp_households",
    )
    assert "twelve" not in finding.message.text("en")


def test_answer_outside_the_form_is_kept_and_told(visit: FormDefinition) -> None:
    reading = read_submission(xml("<hh>1</hh><gone>9</gone>"), visit)

    assert by_path(reading)["/gone"] == Answer("/gone", "9")
    assert reading.unexpected == ("/gone",)
    assert [finding.check for finding in reading.findings] == ["answers_outside_the_form"]


def test_answer_that_stands_twice_is_used_not_at_all(visit: FormDefinition) -> None:
    reading = read_submission(xml("<hh>1</hh><hh>2</hh>"), visit)

    assert reading.unexpected == ("/hh[1]", "/hh[2]")
    assert all(
        answer.concept is None for answer in reading.answers if answer.path.startswith("/hh[")
    )


def test_missing_instance_id_is_left_to_the_reader(visit: FormDefinition) -> None:
    assert read_submission(xml("<hh>1</hh>", meta=""), visit).instance_id is None


def test_meta_without_namespace_is_read() -> None:
    assert (
        read_submission(b'<d id="f"><meta><instanceID>uuid:9</instanceID></meta></d>').instance_id
        == "uuid:9"
    )


def test_envelope_of_a_server_is_opened() -> None:
    wrapped = b'<submission xmlns="http://opendatakit.org/submissions"><data><d id="f"><a>1</a></d></data></submission>'

    assert read_submission(wrapped).form_id == "f"


@pytest.mark.parametrize(
    ("document", "error", "reason"),
    [
        (b"<data/>", NotASubmission, "does not name its form"),
        (
            b'<OpenRosaResponse xmlns="http://openrosa.org/http/response"/>',
            NotASubmission,
            "OpenRosaResponse",
        ),
        (
            b'<data id="visit" encrypted="yes"><base64EncryptedKey>a</base64EncryptedKey></data>',
            SubmissionEncrypted,
            "encrypted",
        ),
        (b'<data id="other"><hh>1</hh></data>', SubmissionOfOtherForm, "other, not to visit"),
        (b"<data", XmlRefused, "not well formed"),
    ],
)
def test_other_documents_are_refused_with_the_reason(
    visit: FormDefinition, document: bytes, error: type[InputProblem], reason: str
) -> None:
    with pytest.raises(error, match=reason) as caught:
        read_submission(document, visit)

    assert caught.value.text("fr") != caught.value.text("en")


MINUS_FOUR = timezone(timedelta(hours=-4))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("007", QuestionType.INTEGER, 7),
        ("-3", QuestionType.INTEGER, -3),
        ("12.0", QuestionType.INTEGER, 12),
        ("2.50", QuestionType.DECIMAL, 2.5),
        ("1e3", QuestionType.DECIMAL, 1000.0),
        ("2026-11-21", QuestionType.DATE, date(2026, 11, 21)),
        ("2026-11-21T00:00:00.000+01:00", QuestionType.DATE, date(2026, 11, 21)),
        (
            "2012-08-16T15:39:05.500-04",
            QuestionType.DATETIME,
            datetime(2012, 8, 16, 15, 39, 5, 500000, MINUS_FOUR),
        ),
        ("2026-11-21T10:00:00Z", QuestionType.DATETIME, datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("10:30:00.000+01:00", QuestionType.TIME, "10:30:00.000+01:00"),
        ("true", QuestionType.BOOLEAN, True),
        ("b  a b", QuestionType.SELECT_MULTIPLE, ("b", "a")),
        ("-4.5 18", QuestionType.GEOPOINT, GeoPoint(-4.5, 18.0)),
        ("yes", QuestionType.SELECT_ONE, "yes"),
        ("1 2;3 4", QuestionType.GEOTRACE, "1 2;3 4"),
    ],
)
def test_text_of_an_answer_has_its_value(text: str, kind: QuestionType, value: Value) -> None:
    assert value_of(text, kind) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.5", QuestionType.INTEGER),
        ("1_000", QuestionType.INTEGER),
        ("9" * 400, QuestionType.INTEGER),
        ("1e999", QuestionType.DECIMAL),
        ("nan", QuestionType.DECIMAL),
        ("1,5", QuestionType.DECIMAL),
        ("21/11/2026", QuestionType.DATE),
        ("2026-02-30", QuestionType.DATE),
        ("2026-11-21", QuestionType.DATETIME),
        ("noon", QuestionType.TIME),
        ("perhaps", QuestionType.BOOLEAN),
        ("91 0", QuestionType.GEOPOINT),
        ("4.5", QuestionType.GEOPOINT),
        ("1 2 3 4 5", QuestionType.GEOPOINT),
    ],
)
def test_text_that_is_none_of_its_type_is_refused(text: str, kind: QuestionType) -> None:
    with pytest.raises(ValueError, match=r"^"):
        value_of(text, kind)


def test_point_is_written_with_four_numbers() -> None:
    assert text_of(GeoPoint(1.5, 2.0)) == "1.5 2.0 0.0 0.0"


@pytest.mark.shared
def test_every_real_submission_is_read_or_refused_with_a_reason(shared: Path) -> None:
    paths = sorted((shared / "submissions").rglob("*.xml"))
    outcomes = [_outcome(path.read_bytes()) for path in paths]

    reasons = [outcome.code for outcome in outcomes if isinstance(outcome, InputProblem)]
    assert len(outcomes) - len(reasons) == 134
    assert sorted(reasons) == ["OD210"] * 3 + ["OD212"] * 10 + ["OD213"] * 4
    assert all(outcome.text("fr") for outcome in outcomes if isinstance(outcome, InputProblem))


def _outcome(
    document: bytes, form: FormDefinition | None = None
) -> SubmissionReading | InputProblem:
    """Read a submission, or give the reason why not; any other failure is a failure of the test."""
    try:
        return read_submission(document, form)
    except InputProblem as problem:
        return problem


GOOD = xml("<hh>1</hh><needs>food</needs><gps>1 2</gps><people><age>4</age></people>")


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=6)), max_size=6))
def test_damaged_submission_is_read_or_refused(
    visit: FormDefinition, damage: list[tuple[int, bytes]]
) -> None:
    document = GOOD
    for place, junk in damage:
        document = document[:place] + junk + document[place + len(junk) :]

    outcome = _outcome(document, visit)

    assert isinstance(outcome, InputProblem) or outcome.form_id == "visit"
