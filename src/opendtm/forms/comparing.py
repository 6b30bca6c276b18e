"""Two versions of a form side by side: what was added, removed or changed, and what that breaks in a series.

A question is the same where its path is, or where its name is found once in each version: then it was moved.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from opendtm.forms.definition import FormDefinition, Question
from opendtm.forms.question_words import type_words
from opendtm.i18n import Message, mark

SHOWN = 12  # codes named in one sentence
WORDS = 160  # characters of a label or a rule shown in one sentence


class ChangeKind(StrEnum):
    """What part of a question changed."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    TYPE = "type"
    LABEL = "label"
    CHOICES = "choices"
    CONCEPT = "concept"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference at one question. `breaks` says what no longer compares with earlier rounds; None for nothing."""

    path: str
    kind: ChangeKind
    message: Message
    breaks: Message | None = None


def compare(before: FormDefinition, after: FormDefinition) -> tuple[Change, ...]:
    """List what changed between two versions, in the order of the later form, what was removed last."""
    pairs = dict(_pairs(before, after))
    measured = {question.concept for question in after.questions}
    found: list[Change] = []
    for question in _asked(after):
        old = pairs.get(question.path)
        found += _between(old, question, measured) if old else [_added(question)]
    kept = {old.path for old in pairs.values()}
    found += [_removed(one, measured) for one in _asked(before) if one.path not in kept]
    return tuple(found)


def _asked(form: FormDefinition) -> list[Question]:
    return [question for question in form.questions if not question.is_meta]


def _pairs(before: FormDefinition, after: FormDefinition) -> Iterator[tuple[str, Question]]:
    """Give the earlier question of every later one, by the later path."""
    left = {one.path: one for one in _asked(before)}
    new = [one for one in _asked(after) if one.path not in left]
    for question in _asked(after):
        if question.path in left:
            yield question.path, left.pop(question.path)
    names = Counter(one.name for one in chain(left.values(), new))
    by_name = {one.name: one for one in left.values() if names[one.name] == 2}
    for question in new:
        if question.name in by_name:
            yield question.path, by_name.pop(question.name)


def _between(old: Question, new: Question, measured: set[str | None]) -> list[Change]:
    return [
        *_moved(old, new),
        *_types(old, new),
        *_labels(old, new),
        *_choices(old, new),
        *_concepts(old, new, measured),
        *_rules(old, new),
    ]


def _added(new: Question) -> Change:
    said = Message(mark("Added: {type}."), {"type": type_words(new.type)})
    if new.concept:
        values = {"type": type_words(new.type), "concept": new.concept}
        said = Message(mark("Added: {type}; measures {concept}."), values)
    return Change(new.path, ChangeKind.ADDED, said)


def _removed(old: Question, measured: set[str | None]) -> Change:
    return Change(old.path, ChangeKind.REMOVED, Message(mark("Removed.")), _lost(old, measured))


def _lost(old: Question, measured: set[str | None]) -> Message | None:
    """Say that a concept is measured no more, where that is so."""
    if not old.concept or old.concept in measured:
        return None
    sentence = mark("Nothing measures {concept} any more: its series ends.")
    return Message(sentence, {"concept": old.concept})


def _moved(old: Question, new: Question) -> Iterator[Change]:
    if old.path == new.path:
        return
    breaks = None
    if old.repeats != new.repeats:
        breaks = Message(mark("It moved into or out of a repeat: answers are counted otherwise."))
    said = Message(mark("Moved here from {path}."), {"path": old.path})
    yield Change(new.path, ChangeKind.MOVED, said, breaks)


def _types(old: Question, new: Question) -> Iterator[Change]:
    if old.type is new.type:
        return
    values = {"old": type_words(old.type), "new": type_words(new.type)}
    said = Message(mark("Type changed: {old} → {new}."), values)
    breaks = Message(mark("Answers of the old type do not compare with those of the new one."))
    yield Change(new.path, ChangeKind.TYPE, said, breaks)


def _labels(old: Question, new: Question) -> Iterator[Change]:
    for language, was, now in _differing(old.labels, new.labels):
        values = {"language": _language(language), "old": _short(was), "new": _short(now)}
        said = Message(mark("Label changed ({language}): “{old}” → “{new}”."), values)
        yield Change(new.path, ChangeKind.LABEL, said)


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for language in dict.fromkeys([*old, *new]):
        was, now = old.get(language, ""), new.get(language, "")
        if was != now:
            yield language, was, now


def _choices(old: Question, new: Question) -> Iterator[Change]:
    was = {choice.name: choice.labels for choice in old.choices}
    now = {choice.name: choice.labels for choice in new.choices}
    added = [name for name in now if name not in was]
    removed = [name for name in was if name not in now]
    reworded = [name for name in now if name in was and dict(was[name]) != dict(now[name])]
    if added:
        yield _codes(new, mark("{count} choices added: {codes}."), added)
    if removed:
        breaks = Message(mark("Earlier answers keep the removed codes; their series ends."))
        yield _codes(new, mark("{count} choices removed: {codes}."), removed, breaks)
    if reworded:
        yield _codes(new, mark("Labels of {count} choices changed: {codes}."), reworded)
    if old.choices_file != new.choices_file:
        values = {"old": _or_none(old.choices_file), "new": _or_none(new.choices_file)}
        said = Message(mark("The list of choices changed: {old} → {new}."), values)
        yield Change(new.path, ChangeKind.CHOICES, said)


def _codes(at: Question, sentence: str, codes: list[str], breaks: Message | None = None) -> Change:
    named = ", ".join(codes[:SHOWN]) + (", …" if len(codes) > SHOWN else "")
    said = Message(sentence, {"count": len(codes), "codes": named})
    return Change(at.path, ChangeKind.CHOICES, said, breaks)


def _concepts(old: Question, new: Question, measured: set[str | None]) -> Iterator[Change]:
    if old.concept == new.concept:
        return
    values = {"old": _or_none(old.concept), "new": _or_none(new.concept)}
    said = Message(mark("Concept changed: {old} → {new}."), values)
    yield Change(new.path, ChangeKind.CONCEPT, said, _lost(old, measured))


def _rules(old: Question, new: Question) -> Iterator[Change]:
    rules = (
        (mark("Asked under another condition: {old} → {new}."), old.relevant, new.relevant),
        (mark("Another limit holds: {old} → {new}."), old.constraint, new.constraint),
        (mark("Calculated otherwise: {old} → {new}."), old.calculate, new.calculate),
    )
    for sentence, was, now in rules:
        if _plain(was) != _plain(now):
            values = {"old": _or_none(_plain(was)), "new": _or_none(_plain(now))}
            yield Change(new.path, ChangeKind.RULE, Message(sentence, values))
    if old.required != new.required:
        said = (
            mark("An answer is now required.") if new.required else mark("May now be left empty.")
        )
        yield Change(new.path, ChangeKind.RULE, Message(said))


def _plain(rule: str | None) -> str:
    return " ".join((rule or "").split())


def _or_none(words: str | None) -> object:
    return _short(words) if words else Message(mark("none"))


def _short(words: str) -> str:
    return words if len(words) <= WORDS else words[:WORDS] + "…"


def _language(name: str) -> object:
    return name or Message(mark("no language named"))
