"""The condition of a question in words, for whoever fills a form on paper: "only if question 2 is Yes".

Only the small part of XPath that conditions are made of is read; what is beyond it is shown as it is
written, with the numbers of the questions in the place of their paths.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from opendtm.i18n import Label, Message, mark

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)|(?P<path>/[\w./-]+)"
    r"|(?P<sign>!=|<=|>=|=|<|>)|(?P<mark>[(),])|(?P<word>[a-z][\w-]*))"
)
_COMPARED = {
    "=": mark("question {number} is {answer}"),
    "!=": mark("question {number} is not {answer}"),
    ">": mark("question {number} is more than {answer}"),
    "<": mark("question {number} is less than {answer}"),
    ">=": mark("question {number} is at least {answer}"),
    "<=": mark("question {number} is at most {answer}"),
}
_EMPTY = {
    "=": mark("question {number} has no answer"),
    "!=": mark("question {number} has an answer"),
}


@dataclass(frozen=True)
class Asked:
    """A question as the paper knows it: its number, and its answers' words by code."""

    number: int
    answers: Mapping[str, Label]


class _BeyondUsError(Exception):
    """The condition holds something that is not read here."""


def condition(expression: str, asked: Mapping[str, Asked], root: str) -> Message:
    """Say a condition in words; `asked` knows the questions by path below the root."""
    try:
        return _Reading(expression, asked, root).whole()
    except _BeyondUsError:
        return Message(
            mark("the form's rule holds: {rule}"), {"rule": _plain(expression, asked, root)}
        )


def is_plain(expression: str, asked: Mapping[str, Asked], root: str) -> bool:
    """Tell whether a condition can be said in words, without its formula."""
    try:
        _Reading(expression, asked, root).whole()
    except _BeyondUsError:
        return False
    return True


def _plain(expression: str, asked: Mapping[str, Asked], root: str) -> str:
    def named(match: re.Match[str]) -> str:
        path = _below(match.group(), root)
        return f"[{asked[path].number}]" if path in asked else path.rpartition("/")[2]

    return re.sub(r"/[\w/-]+", named, expression)


def _below(path: str, root: str) -> str:
    return path.removeprefix(f"/{root}")


class _Reading:
    """Reads one condition from left to right."""

    def __init__(self, expression: str, asked: Mapping[str, Asked], root: str) -> None:
        self.tokens = list(_tokens(expression))
        self.asked, self.root = asked, root

    def whole(self) -> Message:
        said = self._either()
        if self.tokens:
            raise _BeyondUsError
        return said

    def _either(self) -> Message:
        said = self._both()
        while self._take("word", "or"):
            said = Message(mark("{first} or {second}"), {"first": said, "second": self._both()})
        return said

    def _both(self) -> Message:
        said = self._one()
        while self._take("word", "and"):
            said = Message(mark("{first} and {second}"), {"first": said, "second": self._one()})
        return said

    def _one(self) -> Message:
        if self._take("mark", "("):
            said = self._either()
            self._must("mark", ")")
            return Message(mark("({inside})"), {"inside": said})
        if self._take("word", "not"):
            self._must("mark", "(")
            said = self._either()
            self._must("mark", ")")
            return Message(mark("not: {inside}"), {"inside": said})
        if self._take("word", "selected"):
            return self._selected()
        return self._compared()

    def _selected(self) -> Message:
        self._must("mark", "(")
        question = self._question()
        self._must("mark", ",")
        answer = self._answer(question)
        self._must("mark", ")")
        values = {"number": question.number, "answer": answer}
        return Message(mark("question {number} includes {answer}"), values)

    def _compared(self) -> Message:
        question = self._question()
        sign = self._must("sign")
        if self.tokens and self.tokens[0] in {("text", "''"), ("text", '""')} and sign in _EMPTY:
            self.tokens.pop(0)
            return Message(_EMPTY[sign], {"number": question.number})
        values = {"number": question.number, "answer": self._answer(question)}
        return Message(_COMPARED[sign], values)

    def _question(self) -> Asked:
        path = _below(self._must("path"), self.root)
        if path not in self.asked:
            raise _BeyondUsError
        return self.asked[path]

    def _answer(self, question: Asked) -> object:
        if not self.tokens or self.tokens[0][0] not in {"text", "number"}:
            raise _BeyondUsError
        kind, written = self.tokens.pop(0)
        if kind == "number":
            return Label(written, written.replace(".", ",")) if "." in written else int(written)
        code = written[1:-1]
        known = question.answers.get(code)
        return Message(mark("“{answer}”"), {"answer": known if known is not None else code})

    def _take(self, kind: str, written: str) -> bool:
        if self.tokens[:1] == [(kind, written)]:
            self.tokens.pop(0)
            return True
        return False

    def _must(self, kind: str, written: str = "") -> str:
        if not self.tokens or self.tokens[0][0] != kind or written not in {"", self.tokens[0][1]}:
            raise _BeyondUsError
        return self.tokens.pop(0)[1]


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    place = 0
    text = expression.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise _BeyondUsError
        yield match.lastgroup, match.group(match.lastgroup)
        place = match.end()
