"""A form on paper: the questions of an XForm on A4, in two languages, to be filled by hand and keyed in later.

Digits get boxes, choices get circles (one) or squares (several), and what is asked only sometimes says when.
Data go into the layout as JSON only, as in the reports; the layout is `templates/paper.typ`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import typst

from opendtm.forms import Question, QuestionType
from opendtm.forms.outline import Outline, Part
from opendtm.i18n import LANGUAGES, Label, Message, mark, translate
from opendtm.render.legible import legible_data
from opendtm.render.paper_skips import Asked, condition, is_plain
from opendtm.render.pdf import STANDARD, typst_fonts
from opendtm.render.tokens import tokens

Data = dict[str, Any]
_TEMPLATES = Path(__file__).parent / "templates"
_MATRIX_AT_MOST = 6
_DIGITS = 7
_UPPER_BOUND = re.compile(r"\.\s*<=\s*(\d{1,9})\b")
_WORDS = {
    "number": mark("Number of this paper"),
    "version": mark("Form {form}, version {version}"),
    "page": mark("Page {page} of {pages}"),
    "how": mark(
        "Fill the circle of one answer, the squares of several; one digit a box, from the right."
    ),
    "photo": mark("Number of the photo on the camera"),
    "latitude": mark("Latitude"),
    "longitude": mark("Longitude"),
    "day": mark("Day"),
    "month": mark("Month"),
    "year": mark("Year"),
    "hour": mark("Hour"),
    "minute": mark("Minute"),
    "code": mark("Code"),
    "listed": mark("Name, from the list of the form"),
    "repeat": mark("Use one more sheet of this part for each further one. Sheet number"),
    "rank": mark("Number the answers, 1 comes first"),
    "end": mark("End of the form"),
}


@dataclass(frozen=True)
class _Side:
    """One of the two languages of a page: ours for the words of the page, and the form's own name of it."""

    lang: str
    name: str

    def of(self, words: Mapping[str, str]) -> str:
        return words.get(self.name) or words.get("") or next(iter(words.values()), "")


def paper_pdf(outline: Outline, *, made_at: datetime) -> bytes:
    """Lay a form out as PDF/UA-1, A4 portrait, in its English and French (or its first two languages)."""
    data = legible_data(paper_data(outline))
    inputs = {
        "data": json.dumps(data, ensure_ascii=False),
        "tokens": json.dumps(tokens()),
    }
    return typst.compile(
        _TEMPLATES / "paper.typ",
        root=_TEMPLATES,
        font_paths=typst_fonts(),
        sys_inputs=inputs,
        pdf_standards=[STANDARD],
        timestamp=made_at.replace(microsecond=0),
    )


def paper_data(outline: Outline) -> Data:
    """Say what stands on the paper, in order; every text is a list with one entry a language."""
    sides = _sides(outline.form.languages)
    page = _Page(outline, sides)
    form = {"form": outline.form.form_id, "version": outline.form.version or "–"}
    words = {
        name: [translate(sentence, side.lang) for side in sides]
        for name, sentence in _WORDS.items()
    }
    words["version"] = [text.format_map(form) for text in words["version"]]
    return {
        "title": outline.form.title,
        "form": outline.form.form_id,
        "sides": [side.lang for side in sides],
        "words": words,
        "items": page.items(),
    }


def _sides(languages: tuple[str, ...]) -> list[_Side]:
    found = [
        _Side(lang, name)
        for lang in LANGUAGES
        for name in languages
        if f"({lang})" in name.lower() or name.lower() == lang
    ]
    if len(found) >= 2:
        return found[:2]
    others = [_Side("en", name) for name in languages if name not in {side.name for side in found}]
    return [*found, *others][:2] or [_Side("en", "")]


@dataclass
class _Page:
    """Numbers the questions of a form and writes them down in order."""

    outline: Outline
    sides: list[_Side]
    asked: dict[str, Asked] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, question in enumerate(_questions(self.outline.parts), start=1):
            answers = {choice.name: self._label(choice.labels) for choice in question.choices}
            self.asked[question.path] = Asked(number, answers)

    def items(self) -> list[Data]:
        return list(self._written(self.outline.parts, 1))

    def _written(self, parts: tuple[Part, ...], level: int) -> Iterator[Data]:
        """Write parts down; what several in a row share as their condition is said before the first."""
        for relevant, together in groupby(parts, key=lambda part: part.relevant):
            run = tuple(part for part in together if not self._is_check(part))
            skip = self._skip(relevant, run)
            for item in self._run(run, level):
                yield item | {"skip": skip} if "skip" in item and skip else item
                skip = []

    def _run(self, run: tuple[Part, ...], level: int) -> Iterator[Data]:
        for alike, some in groupby(run, key=_row_of):
            rows = tuple(some)
            if alike and len(rows) > 1:
                yield self._matrix(rows)
            else:
                for part in rows:
                    yield from self._one(part, level)

    def _one(self, part: Part, level: int) -> Iterator[Data]:
        if part.question is not None:
            yield self._question(part, part.question)
            return
        if any(part.labels.values()) or part.relevant or part.repeated:
            heading = {"kind": "section", "level": min(level, 2), "repeated": part.repeated}
            yield heading | self._texts(part)
        yield from self._written(part.parts, level + 1)

    def _question(self, part: Part, question: Question) -> Data:
        if not _is_asked(question):
            return {"kind": "note"} | self._texts(part)
        return {
            "kind": "question",
            "number": self.asked[part.path].number,
            "required": question.required,
            "answer": self._answer(part, question),
        } | self._texts(part)

    def _matrix(self, rows: tuple[Part, ...]) -> Data:
        choices = rows[0].question.choices if rows[0].question else ()
        return {
            "kind": "matrix",
            "skip": [],
            "choices": [self._words(choice.labels) or [choice.name] for choice in choices],
            "rows": [
                {"number": self.asked[row.path].number, "text": self._words(row.labels)}
                for row in rows
            ],
        }

    def _texts(self, part: Part) -> Data:
        return {"text": self._words(part.labels), "hint": self._words(part.hints), "skip": []}

    def _is_check(self, part: Part) -> bool:
        """Tell a note that only the phone can show: it depends on a sum, or has answers in its words."""
        if part.question is None or _is_asked(part.question):
            return False
        if any("…" in words for words in part.labels.values()):
            return True
        return bool(part.relevant) and not is_plain(part.relevant or "", self.asked, self.root)

    def _skip(self, relevant: str | None, run: tuple[Part, ...]) -> list[str]:
        if not relevant or not run:
            return []
        inside = [self.asked[each.path].number for each in _questions(run)]
        values = {
            "condition": condition(relevant, self.asked, self.root),
            "first": min(inside, default=0),
            "last": max(inside, default=0),
            "next": max(inside, default=0) + 1,
        }
        sentence = Message(self._sentence(inside), values)
        return [sentence.text(side.lang) for side in self.sides]

    def _sentence(self, inside: list[int]) -> str:
        if not inside:
            return mark("Only if {condition}.")
        if max(inside) == len(self.asked):
            return mark("Only if {condition}. Otherwise go to the end.")
        if len(inside) == 1:
            return mark("Only if {condition}. Otherwise go to question {next}.")
        return mark(
            "Questions {first} to {last} only if {condition}. Otherwise go to question {next}."
        )

    @property
    def root(self) -> str:
        return self.outline.form.root

    def _answer(self, part: Part, question: Question) -> Data:
        kind = question.type
        if question.choices:
            shown = [self._words(choice.labels) or [choice.name] for choice in question.choices]
            return {"kind": kind.value, "choices": shown}
        if question.choices_file:
            return {"kind": "listed"}
        if part.control == "trigger":
            return {"kind": "tick"}
        if kind is QuestionType.INTEGER:
            bound = _UPPER_BOUND.search(question.constraint or "")
            return {"kind": "digits", "count": len(bound.group(1)) if bound else _DIGITS}
        return {"kind": kind.value}

    def _words(self, words: Mapping[str, str]) -> list[str]:
        return [side.of(words) for side in self.sides] if any(words.values()) else []

    def _label(self, words: Mapping[str, str]) -> Label:
        by_lang = {side.lang: side.of(words) for side in self.sides}
        first = next(iter(by_lang.values()), "")
        return Label(en=by_lang.get("en", first), fr=by_lang.get("fr", first))


def _questions(parts: tuple[Part, ...]) -> Iterator[Question]:
    """Go through what is asked, leaving out notes and what the form fills in by itself."""
    for part in parts:
        if part.question is not None and _is_asked(part.question):
            yield part.question
        yield from _questions(part.parts)


def _is_asked(question: Question) -> bool:
    return question.type is not QuestionType.NOTE and not question.calculate


def _row_of(part: Part) -> object:
    """Say which questions may share a table: one answer each, from the same few choices."""
    question = part.question
    if question is None or question.type is not QuestionType.SELECT_ONE:
        return None
    alike = 2 < len(question.choices) <= _MATRIX_AT_MOST and not any(part.hints.values())
    return tuple(choice.name for choice in question.choices) if alike else None
