"""Fills a form in from a source of chance, question after question, and writes what a phone would send."""

import random
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from opendtm.errors.forms import NoAnswerFits
from opendtm.forms.definition import FormDefinition, QuestionType
from opendtm.forms.filling import proposals
from opendtm.forms.filling.blank import BlankForm, Place
from opendtm.forms.filling.nodes import Node
from opendtm.forms.filling.proposals import Tally
from opendtm.forms.filling.session import Session
from opendtm.forms.typed import value_of
from opendtm.forms.writing import write_submission
from opendtm.records.answers import Value

ATTEMPTS = 60
LEAVE_EMPTY = 0.15
_PASSES = (1, 1, 2, 3)
_TIMES = {"start": "T08:00:00.000+00:00", "end": "T08:25:00.000+00:00", "today": ""}


@dataclass(frozen=True)
class Filled:
    """One filled form: the XML that a phone would send, the values by written path, and what happened on the way.

    `asked` are the paths of questions that were put, `relevance` what conditions said of a path.
    """

    xml: bytes
    values: Mapping[str, Value]
    asked: frozenset[str]
    relevance: frozenset[tuple[str, bool]]


class _NoWay(Exception):
    """No way to finish this attempt: a question must be answered and nothing fits."""


@dataclass
class _Attempt:
    """One pass from the first question to the last."""

    session: Session
    chance: random.Random
    tally: Tally | None
    answers: Mapping[str, str]
    asked: set[str] = field(default_factory=set)
    put: set[Node] = field(default_factory=set)
    relevance: set[tuple[str, bool]] = field(default_factory=set)

    def run(self) -> None:
        """Ask until an answer no longer makes another question relevant, then look back at every constraint."""
        before = -1
        while before != len(self.put):
            before = len(self.put)
            self._walk(self.session.form.top, self.session.top)
        for node in self.put:
            if self.session.is_relevant(node) and not self.session.accepts(node):
                raise _NoWay(node.path)

    def _walk(self, place: Place, node: Node) -> None:
        for part in place.parts:
            if part.is_repeat:
                self._repeat(part, node)
            else:
                self._visit(part, node.named(part.name)[0])

    def _visit(self, place: Place, node: Node) -> None:
        relevant = self.session.is_relevant(node)
        if place.relevant is not None:
            self.relevance.add((place.path, relevant))
        if not relevant:
            return
        if place.parts:
            self._walk(place, node)
        elif place.is_asked and node not in self.put:
            self.put.add(node)
            self.asked.add(place.path)
            self._ask(place, node)

    def _repeat(self, place: Place, parent: Node) -> None:
        relevant = self.session.is_relevant(parent) and self._opens(place, parent)
        if place.relevant is not None:
            self.relevance.add((place.path, relevant))
        if not relevant:
            return
        passes = parent.named(place.name)
        wanted = len(passes) or self._passes(place, parent)
        for index in range(wanted):
            known = index < len(passes)
            node = passes[index] if known else self.session.open_pass(place, parent)
            self._walk(place, node)

    def _opens(self, place: Place, parent: Node) -> bool:
        return place.relevant is None or self.session.holds(
            place.relevant, Node(place.name, place.path, parent)
        )

    def _passes(self, place: Place, parent: Node) -> int:
        if place.passes is not None:
            return self.session.whole(place.passes, Node(place.name, place.path, parent))
        return self.chance.choice(_PASSES)

    def _ask(self, place: Place, node: Node) -> None:
        kind = place.question.type if place.question else QuestionType.TEXT
        if kind is QuestionType.NOTE or place.calculate is not None:
            return
        required = self.session.is_required(node)
        if not required and self._leaves_empty(place, kind):
            self.session.answer(node, "")
            return
        for text in self._proposed(place, node, kind):
            self.session.answer(node, text)
            if self.session.accepts(node):
                self._note(place, text)
                return
            self._see_notes(node)
        self.session.answer(node, "")
        if required:
            raise _NoWay(place.path)

    def _leaves_empty(self, place: Place, kind: QuestionType) -> bool:
        if place.path in self.answers:
            return not self.answers[place.path]
        return kind is QuestionType.BINARY or self.chance.random() < LEAVE_EMPTY

    def _see_notes(self, node: Node) -> None:
        """Note which remarks show on the same page while an answer is not accepted yet."""
        for other in node.parent.children if node.parent else ():
            place = self.session.place(other)
            is_note = place.question is not None and place.question.type is QuestionType.NOTE
            if is_note and place.relevant is not None and self.session.is_relevant(other):
                self.relevance.add((place.path, True))
                self.asked.add(place.path)

    def _proposed(self, place: Place, node: Node, kind: QuestionType) -> Iterator[str]:
        if place.path in self.answers:
            return iter([self.answers[place.path]])
        if kind in {QuestionType.INTEGER, QuestionType.DECIMAL}:
            draw = proposals.numbers if kind is QuestionType.INTEGER else proposals.decimals
            near = list(islice(self.session.answers_nearby(node), 12))
            return draw(self.chance, place.constraint_text, near)
        if kind is QuestionType.SELECT_ONE:
            return proposals.one_of(self.chance, self.session.choices(node), place.path, self.tally)
        if kind is QuestionType.SELECT_MULTIPLE:
            return proposals.several_of(
                self.chance, self.session.choices(node), place.path, self.tally
            )
        if kind is QuestionType.RANK:
            return proposals.ranked(self.chance, self.session.choices(node))
        return proposals.PLAIN[kind](self.chance, self.session.today)

    def _note(self, place: Place, text: str) -> None:
        if self.tally is not None:
            for code in text.split():
                self.tally[place.path, code] += 1


class Filler:
    """Fills one form in, again and again.

    `files` are the lists beside the form by file name, as CSV; `today` is the day on which it is filled in.
    """

    def __init__(
        self, xml: bytes, *, files: Mapping[str, bytes] | None = None, today: date
    ) -> None:
        self.blank = BlankForm(xml, files or {})
        self.today = today

    @property
    def definition(self) -> FormDefinition:
        """Give the form as it is read."""
        return self.blank.definition

    def fill(
        self,
        chance: random.Random,
        *,
        tally: Tally | None = None,
        answers: Mapping[str, str] | None = None,
    ) -> Filled:
        """Fill the form in once.

        `tally` is kept between forms by whoever wants every choice to have its turn; `answers` fixes the text of
        answers by path. Raises NoAnswerFits, ExpressionUnreadable or ListMissing.
        """
        stuck = ""
        for _ in range(ATTEMPTS):
            session = Session(self.blank, self.today)
            attempt = _Attempt(session, chance, tally, answers or {})
            self._preload(session)
            try:
                attempt.run()
            except _NoWay as reason:
                stuck = str(reason)
                continue
            return self._written(attempt)
        raise NoAnswerFits(question=stuck)

    def _preload(self, session: Session) -> None:
        for node in session.top.leaves():
            place = session.form.places.get(node.path)
            if place is not None and place.preload and node.name in _TIMES:
                node.text = self.today.isoformat() + _TIMES[node.name]

    def _written(self, attempt: _Attempt) -> Filled:
        session = attempt.session
        values = {
            node.written_path(): self._value(session, node)
            for node in session.top.leaves()
            if node.path in self.definition.by_path and session.is_relevant(node)
        }
        number = uuid.UUID(int=attempt.chance.getrandbits(128), version=4)
        xml = write_submission(self.definition, values, instance_id=f"uuid:{number}")
        return Filled(xml, values, frozenset(attempt.asked), frozenset(attempt.relevance))

    def _value(self, session: Session, node: Node) -> Value:
        question = self.definition.by_path[node.path]
        text = session.text_of(node)
        return value_of(text, question.type) if text else None
