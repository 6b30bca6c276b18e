"""A submission's answers as lines for a person: question, answer, state, correction, findings beside it.

Labels come from the form in the reader's language; a code is shown by its choice's label. What is personal
is not shown on this page.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opendtm.forms import Choice, FormDefinition, Question, SubmissionReading
from opendtm.records import Answer, AnswerState
from opendtm.records.answers import GeoPoint
from opendtm.vocab import Sharing, code_list, concepts
from opendtm_server.collect import queries as collect
from opendtm_server.ui.templatetags.words import language, written
from opendtm_server.verify.models import Correction, Finding
from opendtm_server.verify.sentences import say
from opendtm_server.verify.stored import value_from_json

if TYPE_CHECKING:
    from opendtm_server.collect.models import Submission

_POSITION = re.compile(r"\[\d+\]")
_LANGUAGE = re.compile(r"\(([a-z]{2,3})(?:-[A-Za-z]+)?\)\s*$")


@dataclass(frozen=True)
class Doubt:
    """A finding in the reader's language."""

    row: Finding
    words: str
    remedy: str


@dataclass(frozen=True)
class AnswerLine:
    """One question with everything that is known of its answer."""

    path: str
    label: str
    concept: str
    value: str
    state: str
    personal: bool = False
    corrections: tuple[Correction, ...] = ()
    now: str = ""
    doubts: tuple[Doubt, ...] = field(default=())


def lines_of(submission: "Submission") -> list[AnswerLine]:
    """Give a line for every question of the form that the submission was filled with."""
    reading = collect.answers_of(submission)
    definition = collect.definition_of(submission.form_version)
    corrections = _by_concept(submission.corrections.all())
    doubts = _by_concept(doubts_of(submission))
    return [_line(answer, definition, corrections, doubts) for answer in reading.answers]


def opened_lines(opened: SubmissionReading, definition: FormDefinition) -> list[AnswerLine]:
    """Give a line for every question, without what was found or decided: just decrypted, or to be compared."""
    return [_line(answer, definition, {}, {}) for answer in opened.answers]


def other_doubts(submission: "Submission", lines: Iterable[AnswerLine]) -> list[Doubt]:
    """Give the findings that stand beside no answer on the page."""
    shown = {doubt.row.pk for line in lines for doubt in line.doubts}
    return [doubt for doubt in doubts_of(submission) if doubt.row.pk not in shown]


def doubts_of(submission: "Submission") -> list[Doubt]:
    """Give a submission's findings in the reader's language."""
    return [doubt_of(row) for row in submission.findings.all()]


def doubt_of(row: Finding) -> Doubt:
    """Give one finding in the reader's language."""
    lang = language()
    remedy = say(row.remedy, row.remedy_values, lang) if row.remedy else ""
    return Doubt(row, say(row.message, row.values, lang), remedy)


def shown_value(concept: str, stored: Any) -> str:
    """Write a stored value of a concept for a person; a dash for unknown."""
    value = value_from_json(concept, stored)
    known = concepts().get(concept)
    if known and known.codes and value is not None:
        codes = code_list(known.codes)
        parts = value if isinstance(value, tuple) else (value,)
        return ", ".join(
            codes.get(part).label.text(language()) if part in codes else part for part in parts
        )
    return _written(value)


def in_language(labels: Mapping[str, str]) -> str:
    """Choose a label in the reader's language: by the code in its name, else the form's first."""
    for name, label in labels.items():
        found = _LANGUAGE.search(name)
        if label and ((found and found.group(1) == language()) or name == language()):
            return label
    return next((label for label in labels.values() if label), "")


def _line(
    answer: Answer,
    definition: FormDefinition,
    corrections: Mapping[str, list[Correction]],
    doubts: Mapping[str, list[Doubt]],
) -> AnswerLine:
    question = definition.by_path.get(_POSITION.sub("", answer.path))
    concept = answer.concept or ""
    known = concepts().get(concept)
    personal = known is not None and known.sharing is Sharing.PERSONAL
    about = corrections.get(concept, []) if concept else []
    in_force = [one for one in about if one.undone_at is None]
    return AnswerLine(
        path=answer.path,
        label=(in_language(question.labels) if question else "") or answer.path.rpartition("/")[2],
        concept=concept if known and not personal else "",
        value="" if personal else _answered(answer, question),
        state=answer.state.value,
        personal=personal and answer.state is AnswerState.ANSWERED,
        corrections=tuple(about),
        now=shown_value(concept, in_force[-1].new_value) if in_force else "",
        doubts=tuple(doubts.get(concept, [])) if concept else (),
    )


def _answered(answer: Answer, question: Question | None) -> str:
    value = answer.value
    choices = {choice.name: choice for choice in question.choices} if question else {}
    if choices and isinstance(value, str | tuple):
        parts = value if isinstance(value, tuple) else (value,)
        return ", ".join(_choice(choices.get(part), part) for part in parts)
    if answer.concept and isinstance(value, str):
        return shown_value(answer.concept, value)
    return _written(value)


def _choice(choice: Choice | None, code: str) -> str:
    return (in_language(choice.labels) if choice else "") or code


def _written(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, GeoPoint):
        return f"{value.latitude:.5f}, {value.longitude:.5f}"
    return ", ".join(str(part) for part in value) if isinstance(value, tuple) else written(value)


def _by_concept(things: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for thing in things:
        row = thing.row if isinstance(thing, Doubt) else thing
        found.setdefault(row.concept, []).append(thing)
    return found
