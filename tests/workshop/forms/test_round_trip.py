"""Whatever is answered comes back: random answers to random forms, written as XML and read again."""

import re
import string
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.forms import (
    FormDefinition,
    Question,
    QuestionType,
    observation_findings,
    read_submission,
    to_observation,
    write_submission,
)
from opendtm.records import AnswerState
from opendtm.records.answers import GeoPoint, Value
from opendtm.vocab import Kind, concept

CODES = st.text(string.ascii_lowercase + string.digits + "_-", min_size=1, max_size=8)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zs", "Zl", "Zp", "Co"]),
    min_size=1,
    max_size=30,
).map(lambda text: text.replace("\ufffe", "x").replace("\uffff", "x"))
DEGREES = st.floats(-90, 90, allow_nan=False)
OFFSETS = st.integers(-14 * 4, 14 * 4).map(
    lambda quarters: timezone(timedelta(minutes=15 * quarters))
)

VALUES: Mapping[QuestionType, st.SearchStrategy[Value]] = {
    QuestionType.TEXT: WORDS,
    QuestionType.BARCODE: WORDS,
    QuestionType.INTEGER: st.integers(-(10**12), 10**12),
    QuestionType.DECIMAL: st.floats(allow_nan=False, allow_infinity=False, width=64).filter(
        lambda x: abs(x) < 1e300
    ),
    QuestionType.DATE: st.dates(),
    QuestionType.DATETIME: st.datetimes(timezones=OFFSETS),
    QuestionType.BOOLEAN: st.booleans(),
    QuestionType.SELECT_ONE: CODES,
    QuestionType.SELECT_MULTIPLE: st.lists(CODES, min_size=1, max_size=5, unique=True).map(tuple),
    QuestionType.RANK: st.lists(CODES, min_size=2, max_size=5, unique=True).map(tuple),
    QuestionType.GEOPOINT: st.builds(
        GeoPoint, DEGREES, DEGREES, st.floats(0, 9000), st.floats(0, 100)
    ),
    QuestionType.BINARY: CODES.map(lambda name: f"{name}.jpg"),
}


@st.composite
def forms(draw: st.DrawFn) -> FormDefinition:
    """Draw a form: questions at the root, in a group, in a repeat, in a repeat of that repeat."""
    questions = []
    for number, kind in enumerate(
        draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=8))
    ):
        folder, repeats = draw(
            st.sampled_from(
                [
                    ("", ()),
                    ("/g", ()),
                    ("/r", ("/r",)),
                    ("/r/s", ("/r", "/r/s")),
                    ("/g/t", ("/g/t",)),
                ]
            )
        )
        questions.append(Question(f"{folder}/q{number}", kind, repeats=repeats))
    questions.sort(key=lambda question: question.path)
    return FormDefinition("f", "1", "F", "data", (), None, tuple(questions), ("/r", "/r/s", "/g/t"))


@st.composite
def filled(draw: st.DrawFn) -> tuple[FormDefinition, dict[str, Value]]:
    """Draw a form and answers to it, some left empty, some not asked."""
    form = draw(forms())
    values: dict[str, Value] = {}
    for question in form.questions:
        for path in _passes(question, draw(st.integers(1, 3))):
            if draw(st.booleans()):
                values[path] = draw(st.none() | VALUES[question.type])
    return form, values


def _passes(question: Question, count: int) -> list[str]:
    path = question.path
    for repeat in question.repeats[:-1]:
        path = path.replace(repeat, f"{repeat}[1]", 1)
    if not question.repeats:
        return [path]
    plain = question.repeats[-1]
    head = path[: len(path) - len(question.path) + len(plain)]
    return [f"{head}[{position}]/{question.name}" for position in range(1, count + 1)]


@settings(max_examples=200, deadline=None)
@given(filled())
def test_answers_come_back_as_they_were_given(
    drawn: tuple[FormDefinition, dict[str, Value]],
) -> None:
    form, values = drawn

    reading = read_submission(write_submission(form, values, instance_id="uuid:1"), form)

    given_back = {
        answer.path: answer.value
        for answer in reading.answers
        if answer.state is not AnswerState.NOT_ASKED
    }
    assert given_back == values
    assert reading.unexpected == ()
    assert reading.findings == ()
    assert reading.instance_id == "uuid:1"


@settings(max_examples=100, deadline=None)
@given(filled())
def test_empty_is_missing_and_absent_is_not_asked(
    drawn: tuple[FormDefinition, dict[str, Value]],
) -> None:
    form, values = drawn

    reading = read_submission(write_submission(form, values, instance_id="uuid:1"), form)

    states = {answer.path: answer.state for answer in reading.answers}
    for path, value in values.items():
        assert states[path] is (AnswerState.MISSING if value is None else AnswerState.ANSWERED)
    for question in form.questions:
        if not question.repeats and question.path not in values:
            assert states[question.path] is AnswerState.NOT_ASKED


@settings(max_examples=100, deadline=None)
@given(filled())
def test_announced_files_are_exactly_the_binary_answers(
    drawn: tuple[FormDefinition, dict[str, Value]],
) -> None:
    form, values = drawn
    binary = {question.path for question in form.questions if question.type is QuestionType.BINARY}
    plain = {path: re.sub(r"\[\d+\]", "", path) for path in values}

    reading = read_submission(write_submission(form, values, instance_id="uuid:1"), form)

    announced = {
        value for path, value in values.items() if value is not None and plain[path] in binary
    }
    assert set(reading.attachments) == announced


ANSWERS = {
    QuestionType.INTEGER: st.integers(0, 10**6),
    QuestionType.DATE: st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    QuestionType.TEXT: st.sampled_from(["water", "Route coupée"]),
    QuestionType.GEOPOINT: st.builds(GeoPoint, DEGREES, DEGREES, st.just(0.0), st.just(5.0)),
}


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_weekly_form_round_trip_keeps_every_concept(
    weekly: FormDefinition, data: st.DataObject
) -> None:
    values: dict[str, Value] = {}
    wanted: dict[str, object] = {}
    for question in weekly.questions:
        if not question.concept or not data.draw(st.booleans()):
            continue
        value = data.draw(_answer(question))
        values[question.path] = value
        wanted |= _observed(question, value)

    reading = read_submission(write_submission(weekly, values, instance_id="uuid:1"), weekly)

    assert to_observation(reading, weekly) == wanted
    assert observation_findings(reading, weekly) == ()


def _answer(question: Question) -> st.SearchStrategy[Value]:
    codes = [choice.name for choice in question.choices] or ["XX-001"]
    if question.type is QuestionType.SELECT_MULTIPLE:
        return st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True).map(tuple)
    if question.type is QuestionType.SELECT_ONE:
        return st.sampled_from(codes)
    return ANSWERS[question.type]


def _observed(question: Question, value: Value) -> dict[str, object]:
    if isinstance(value, GeoPoint):
        return {"latitude": value.latitude, "longitude": value.longitude}
    if concept(str(question.concept)).kind is Kind.COUNT:
        return {str(question.concept): float(str(value))}
    if isinstance(value, datetime):
        return {str(question.concept): value.date()}
    return {str(question.concept): value}
