"""Suggests what the questions of somebody else's form measure: by name, words, hashtag and choices, with the reason.

A suggestion is for a person to confirm. Nothing is suggested where two concepts fit alike.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from opendtm.forms.definition import FormDefinition, Question, QuestionType
from opendtm.i18n import Message, mark
from opendtm.vocab import Concept, Kind, code_list, concepts, fold

_FITS: Mapping[QuestionType, frozenset[Kind]] = {
    QuestionType.TEXT: frozenset({Kind.TEXT, Kind.CODE}),
    QuestionType.INTEGER: frozenset({Kind.COUNT, Kind.NUMBER}),
    QuestionType.DECIMAL: frozenset({Kind.COUNT, Kind.NUMBER}),
    QuestionType.DATE: frozenset({Kind.DATE}),
    QuestionType.DATETIME: frozenset({Kind.DATE}),
    QuestionType.SELECT_ONE: frozenset({Kind.CODE, Kind.TEXT}),
    QuestionType.SELECT_MULTIPLE: frozenset({Kind.CODES}),
    QuestionType.BARCODE: frozenset({Kind.TEXT, Kind.CODE}),
}
NAME, HASHTAG, LABEL, SYNONYM, CHOICES, TOGETHER = 0.95, 0.9, 0.85, 0.75, 0.5, 0.2
ENOUGH = 0.6  # share of the choices that a code list must know
CERTAIN = 0.99


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A concept that a question may measure, how sure that is (0 to 1), and why."""

    concept: Concept
    confidence: float
    reason: Message


def suggest(form: FormDefinition) -> dict[str, Suggestion]:
    """Suggest a concept for questions that name none, by path; one that another question has is not suggested."""
    taken = {question.concept for question in form.questions if question.concept}
    found: dict[str, Suggestion] = {}
    for question in form.questions:
        if question.concept is None and not question.is_meta:
            best = suggest_one(question)
            if best and best.concept.name not in taken:
                found[question.path] = best
    return _best_of_each(found)


def suggest_one(question: Question) -> Suggestion | None:
    """Suggest a concept for one question; None where nothing fits, or two fit alike."""
    kinds = _FITS.get(question.type, frozenset())
    fitting = [one for one in _candidates(question) if one.concept.kind in kinds]
    by_name: dict[str, list[Suggestion]] = {}
    for one in fitting:
        by_name.setdefault(one.concept.name, []).append(one)
    ranked = sorted((_joined(of) for of in by_name.values()), key=lambda one: -one.confidence)
    if not ranked or (len(ranked) > 1 and ranked[0].confidence == ranked[1].confidence):
        return None
    return ranked[0]


def _best_of_each(found: Mapping[str, Suggestion]) -> dict[str, Suggestion]:
    """Keep a concept at the question that fits it best, the first of those that fit alike."""
    best: dict[str, str] = {}
    for path, one in found.items():
        held = best.get(one.concept.name)
        if held is None or one.confidence > found[held].confidence:
            best[one.concept.name] = path
    return {path: one for path, one in found.items() if best[one.concept.name] == path}


def _joined(reasons: list[Suggestion]) -> Suggestion:
    """Make one suggestion of all that speaks for a concept: the strongest reason, and a little for each more."""
    reasons = sorted(reasons, key=lambda one: -one.confidence)
    first = reasons[0]
    sure = min(CERTAIN, first.confidence + TOGETHER * (len(reasons) - 1) * (1 - first.confidence))
    return Suggestion(first.concept, round(sure, 3), first.reason)


def _candidates(question: Question) -> Iterator[Suggestion]:
    yield from _by_name(question)
    yield from _by_hashtag(question)
    yield from _by_words(question)
    yield from _by_choices(question)


def _by_name(question: Question) -> Iterator[Suggestion]:
    said = fold(question.name)
    for concept in _words().get(said, ()):
        if said == fold(concept.name):
            yield Suggestion(concept, NAME, Message(mark("The question is named like it.")))
        else:
            reason = mark("Its name “{name}” is another name of it.")
            yield Suggestion(concept, SYNONYM, Message(reason, {"name": question.name}))


def _by_hashtag(question: Question) -> Iterator[Suggestion]:
    said = _hashtag(question.hxl or "")
    for concept in concepts().values():
        if said and _hashtag(concept.hxl) == said:
            reason = mark("Its hashtag is {hxl}.")
            yield Suggestion(concept, HASHTAG, Message(reason, {"hxl": concept.hxl}))


def _by_words(question: Question) -> Iterator[Suggestion]:
    seen: set[str] = set()
    for label in question.labels.values():
        said = fold(label)
        for concept in _words().get(said, ()):
            if concept.name not in seen:
                seen.add(concept.name)
                own = said in {fold(concept.label.en), fold(concept.label.fr)}
                reason = Message(mark("Its label reads “{label}”."), {"label": label})
                yield Suggestion(concept, LABEL if own else SYNONYM, reason)


def _by_choices(question: Question) -> Iterator[Suggestion]:
    codes = {choice.name for choice in question.choices}
    if len(codes) < 2:
        return
    for concept in concepts().values():
        known = _codes_of(concept.codes) if concept.codes and concept.codes != "yes_no" else set()
        shared = len(codes & known)
        if shared >= 2 and shared >= ENOUGH * len(codes):
            reason = mark("{count} of its {all} choices are codes of the list {list}.")
            values = {"count": shared, "all": len(codes), "list": concept.codes}
            sure = CHOICES * shared / len(codes | known)
            yield Suggestion(concept, round(sure, 3), Message(reason, values))


@cache
def _words() -> Mapping[str, tuple[Concept, ...]]:
    """Find concepts by a name, a label or another name of theirs, folded."""
    found: dict[str, dict[str, Concept]] = {}
    for concept in concepts().values():
        labels = (concept.label.en, concept.label.fr)
        for word in (concept.name, *labels, *concept.synonyms):
            found.setdefault(fold(word), {})[concept.name] = concept
    return {word: tuple(known.values()) for word, known in found.items()}


@cache
def _codes_of(name: str) -> frozenset[str]:
    try:
        return frozenset(code_list(name).names())
    except KeyError:
        return frozenset()


def _hashtag(text: str) -> tuple[str, ...]:
    tag, *attributes = text.lower().replace(" ", "").split("+")
    return (tag, *sorted(attributes)) if tag else ()
