"""A form as a phone would show it, to read on a screen: sections, questions, hints, choices, and rules in words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from opendtm.forms import Outline, Part, Question, QuestionType, type_words
from opendtm.i18n import Label, Message
from opendtm.render.paper_skips import Asked, condition

SHOWN = 60  # choices of one list that a page shows
_ITSELF = re.compile(r"(?<![\w.)\]/'\"])\.(?![\w./])")


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a preview. A section has no number; `more` counts the choices that are not shown.

    `only_if` and `limit` say when it is asked and what is taken, in words where that is possible.
    """

    text: str
    level: int
    number: int | None = None
    hint: str = ""
    kind: Message | None = None
    repeated: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()
    more: int = 0
    choices_file: str = ""
    only_if: Message | None = None
    limit: Message | None = None
    concept: str = ""


def preview(outline: Outline, language: str) -> tuple[Shown, ...]:
    """Give what a phone shows, in order, in one language of the form (its own name of it)."""
    return tuple(_Screen(outline, language).lines(outline.parts, 1))


class _Screen:
    def __init__(self, outline: Outline, language: str) -> None:
        self.root, self.language = outline.form.root, language
        self.asked = {
            one.path: Asked(
                number,
                {
                    choice.name: _label(choice.labels)
                    for choice in one.choices
                    if any(choice.labels.values())
                },
            )
            for number, one in enumerate(_questions(outline.parts), start=1)
        }

    def lines(self, parts: tuple[Part, ...], level: int) -> Iterator[Shown]:
        for part in parts:
            if part.question is not None:
                yield self._question(part, part.question, level)
            elif any(part.labels.values()) or part.relevant or part.repeated:
                yield Shown(
                    self._words(part.labels),
                    level,
                    repeated=part.repeated,
                    only_if=self._rule(part.relevant),
                )
                yield from self.lines(part.parts, min(level + 1, 4))
            else:
                yield from self.lines(part.parts, level)

    def _question(self, part: Part, question: Question, level: int) -> Shown:
        note = question.type is QuestionType.NOTE
        choices = tuple(self._words(one.labels) or one.name for one in question.choices[:SHOWN])
        return Shown(
            self._words(part.labels) or question.name,
            level,
            number=None if note else self.asked[part.path].number,
            hint=self._words(part.hints),
            kind=type_words(question.type),
            required=question.required,
            choices=choices,
            more=len(question.choices) - len(choices),
            choices_file=question.choices_file or "",
            only_if=self._rule(part.relevant),
            limit=self._rule(_of_itself(question.constraint, f"/{self.root}{part.path}")),
            concept=question.concept or "",
        )

    def _rule(self, expression: str | None) -> Message | None:
        return condition(expression, self.asked, self.root) if expression else None

    def _words(self, words: Mapping[str, str]) -> str:
        return words.get(self.language) or words.get("") or next(iter(words.values()), "")


def _of_itself(constraint: str | None, path: str) -> str | None:
    """Write a limit with the question's own path in the place of the dot."""
    return _ITSELF.sub(path, constraint) if constraint else None


def _questions(parts: tuple[Part, ...]) -> Iterator[Question]:
    for part in parts:
        if part.question is not None:
            if part.question.type is not QuestionType.NOTE:
                yield part.question
        else:
            yield from _questions(part.parts)


def _label(labels: Mapping[str, str]) -> Label:
    def of(lang: str) -> str:
        named = (words for name, words in labels.items() if f"({lang})" in name.lower())
        return next(named, "") or next(iter(labels.values()), "")

    return Label(of("en"), of("fr"))
