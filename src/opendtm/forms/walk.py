"""Goes through a submission, element by element, and says what each answers, where, and with which doubts."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from opendtm.forms.definition import FormDefinition, Question, QuestionType
from opendtm.forms.names import HOUSEKEEPING
from opendtm.forms.typed import value_of
from opendtm.forms.xform import local
from opendtm.i18n import Message, mark
from opendtm.records import Answer, AnswerState, Finding, Severity

_MEDIA_NAME = re.compile(
    r"[^/\\<>:|\n]{1,200}\.(?:jpe?g|png|gif|webp|heic|amr|m4a|mp3|wav|ogg|aac|mp4|3gpp?|webm|pdf|csv|xlsx?|docx?|geojson|svg)",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """Where the walk is: the path without and with positions; regular where only repeats have copies."""

    plain: str
    path: str
    regular: bool


class _Once(dict[str, int]):
    """Says of every name that it stands there once."""

    def __missing__(self, _name: str) -> int:
        return 1


_ONCE = _Once()


class Walk:
    """Goes through one submission and collects answers, announced files and doubts."""

    def __init__(self, form: FormDefinition | None, source: str | None) -> None:
        """Begin with the form, where it is known, and the instance ID that doubts are told with."""
        self.form, self.source = form, source
        self.known = form.by_path if form else {}
        self.repeats = frozenset(form.repeats) if form else frozenset()
        self.attachments: list[str] = []
        self.unexpected: list[str] = []
        self.findings: list[Finding] = []
        self.seen: set[str] = set()
        self.found: dict[str, list[str]] = {}

    def answers(self, root: etree._Element) -> Iterator[Answer]:
        """Give the answers, in the order of the document; then those that were not asked."""
        yield from self.inside(root, Place("", "", regular=True))
        yield from self._not_asked()
        if self.unexpected:
            self.findings.append(_outside(self.source, len(self.unexpected)))

    def inside(self, parent: etree._Element, around: Place) -> Iterator[Answer]:
        """Give the answers of all that stands inside an element."""
        names = [local(child) for child in parent]
        many = Counter(names) if len(set(names)) < len(names) else _ONCE
        position = Counter[str]()
        for name, child in zip(names, parent, strict=True):
            position[name] += 1
            yield from self.at(child, self.place(around, name, position[name], many[name]))

    def at(self, node: etree._Element, place: Place) -> Iterator[Answer]:
        """Give the answers of an element, whether it is a leaf or holds others."""
        if len(node) or place.plain in self.repeats:
            self.found.setdefault(place.plain, []).append(place.path)
            yield from self.inside(node, place)
        elif place.plain not in HOUSEKEEPING:
            yield from self._leaf(node, place)

    def place(self, around: Place, name: str, position: int, many: int) -> Place:
        """Give the place of a child: one of `many` of its name, counted from 1."""
        plain, path = f"{around.plain}/{name}", f"{around.path}/{name}"
        repeated = plain in self.repeats
        if repeated or many > 1:
            path = f"{path}[{position}]"
        return Place(plain, path, around.regular and (repeated or many == 1))

    def _leaf(self, node: etree._Element, place: Place) -> Iterator[Answer]:
        question = self.known.get(place.plain) if place.regular else None
        if question is not None and question.type is QuestionType.NOTE:
            return
        self.seen.add(place.path)
        if self.form is not None and question is None:
            self.unexpected.append(place.path)
        yield self._answer(question, place.path, text_in(node))

    def _answer(self, question: Question | None, path: str, text: str) -> Answer:
        concept = question.concept if question else None
        if not text:
            return Answer(path, None, AnswerState.MISSING, concept)
        kind = question.type if question else QuestionType.TEXT
        if kind is QuestionType.BINARY or (self.form is None and _MEDIA_NAME.fullmatch(text)):
            self.attachments.append(text)
        try:
            return Answer(path, value_of(text, kind), AnswerState.ANSWERED, concept)
        except ValueError:
            self.findings.append(_mistyped(self.source, concept, path))
            return Answer(path, text, AnswerState.ANSWERED, concept)

    def _not_asked(self) -> Iterator[Answer]:
        """Name the questions that the phone left out because they were not relevant."""
        for question in self.form.questions if self.form else ():
            if question.type is QuestionType.NOTE or question.path in HOUSEKEEPING:
                continue
            for path in self._places(question):
                if path not in self.seen:
                    yield Answer(path, None, AnswerState.NOT_ASKED, question.concept)

    def _places(self, question: Question) -> Iterator[str]:
        """Give the path of a question in every pass of its innermost repeat; the plain path outside repeats."""
        if not question.repeats:
            yield question.path
            return
        innermost = question.repeats[-1]
        for written in self.found.get(innermost, ()):
            yield written + question.path.removeprefix(innermost)


def _mistyped(source: str | None, concept: str | None, path: str) -> Finding:
    return Finding(
        check="answer_not_of_its_type",
        severity=Severity.HARD,
        message=Message(
            mark("The answer to {path} is not of the type that the form asks for."), {"path": path}
        ),
        source=source,
        concept=concept,
        remedy=Message(mark("Read the answer as received, and correct it.")),
    )


def _outside(source: str | None, count: int) -> Finding:
    return Finding(
        check="answers_outside_the_form",
        severity=Severity.SOFT,
        message=Message(
            mark(
                "{count} answers are not of this version of the form, or stand there twice; they are kept as text."
            ),
            {"count": count},
        ),
        source=source,
        remedy=Message(
            mark("See with which version of the form it was filled in, and read it with that one.")
        ),
    )


def text_in(element: etree._Element) -> str:
    """Give the text of an element without the white space around it."""
    return (element.text or "").strip()
