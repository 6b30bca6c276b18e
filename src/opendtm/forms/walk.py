"""Goes through a submission, element by element, and says what each answers, where, and with which doubts."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from opendtm.forms.definition import FormDefinition, Question, QuestionType
from opendtm.forms.names import HOUSEKEEPING
from opendtm.forms.typed import value_of
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
        self.given: list[Answer] = []

    def answers(self, root: etree._Element) -> list[Answer]:
        """Give the answers, in the order of the document; then those that were not asked."""
        self.inside(root, Place("", "", regular=True))
        self._not_asked()
        if self.unexpected:
            self.findings.append(_outside(self.source, len(self.unexpected)))
        return self.given

    def inside(self, parent: etree._Element, around: Place) -> None:
        """Take the answers of all that stands inside an element."""
        names = [child.tag.rpartition("}")[2] for child in parent]
        if len(set(names)) == len(names):
            for name, child in zip(names, parent, strict=True):
                self.at(child, self.place(around, name, 1, 1))
            return
        many, position = Counter(names), Counter[str]()
        for name, child in zip(names, parent, strict=True):
            position[name] += 1
            self.at(child, self.place(around, name, position[name], many[name]))

    def at(self, node: etree._Element, place: Place) -> None:
        """Take the answers of an element, whether it is a leaf or holds others."""
        if len(node) or place.plain in self.repeats:
            self.found.setdefault(place.plain, []).append(place.path)
            self.inside(node, place)
        elif place.plain not in HOUSEKEEPING:
            self._leaf(node, place)

    def place(self, around: Place, name: str, position: int, many: int) -> Place:
        """Give the place of a child: one of `many` of its name, counted from 1."""
        plain = f"{around.plain}/{name}"
        repeated = plain in self.repeats
        path = plain if around.path is around.plain else f"{around.path}/{name}"
        if repeated or many > 1:
            path = f"{path}[{position}]"
        return Place(plain, path, around.regular and (repeated or many == 1))

    def _leaf(self, node: etree._Element, place: Place) -> None:
        question = self.known.get(place.plain) if place.regular else None
        if question is not None and question.type is QuestionType.NOTE:
            return
        path = place.path
        self.seen.add(path)
        if self.form is not None and question is None:
            self.unexpected.append(path)
        self.given.append(self._answer(question, path, (node.text or "").strip()))

    def _answer(self, question: Question | None, path: str, text: str) -> Answer:
        kind, concept = (question.type, question.concept) if question else (QuestionType.TEXT, None)
        if not text:
            return Answer(path, None, AnswerState.MISSING, concept)
        if kind is QuestionType.BINARY or (self.form is None and _MEDIA_NAME.fullmatch(text)):
            self.attachments.append(text)
        try:
            return Answer(path, value_of(text, kind), AnswerState.ANSWERED, concept)
        except ValueError:
            self.findings.append(_mistyped(self.source, concept, path))
            return Answer(path, text, AnswerState.ANSWERED, concept)

    def _not_asked(self) -> None:
        """Name the questions that the phone left out because they were not relevant."""
        for question in self.form.asked if self.form else ():
            for path in self._places(question) if question.repeats else (question.path,):
                if path not in self.seen:
                    self.given.append(Answer(path, None, AnswerState.NOT_ASKED, question.concept))

    def _places(self, question: Question) -> Iterator[str]:
        """Give the path of a question in every pass of its innermost repeat."""
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
