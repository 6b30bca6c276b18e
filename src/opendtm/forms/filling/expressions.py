"""Reads an expression of a form into something that can be evaluated: the part of XPath that forms use."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from opendtm.errors.forms import ExpressionUnreadable, ListMissing
from opendtm.forms.filling import values
from opendtm.forms.filling.nodes import Node
from opendtm.forms.filling.values import Nodes, Result, TextOf
from opendtm.i18n import Message, mark

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<literal>\"[^\"]*\"|'[^']*')"
    r"|(?P<name>[A-Za-z_][\w\-.]*(?::[A-Za-z_][\w\-.]*)?|\*)"
    r"|(?P<sign>!=|<=|>=|\.\.|::|[()\[\],/.|=<>+\-@]))"
)
_LEVELS: Sequence[frozenset[str]] = (
    frozenset({"or"}),
    frozenset({"and"}),
    frozenset({"=", "!="}),
    frozenset({"<", "<=", ">", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "div", "mod"}),
)


@dataclass(frozen=True)
class Scope:
    """Where an expression is evaluated.

    `here` is the node at hand and `origin` the node whose expression it is (`current()`); `text_of` gives a node's
    answer, empty where it is not relevant; `lists` are the lists beside the form by name.
    """

    here: Node
    origin: Node
    text_of: TextOf
    lists: Mapping[str, Node]
    today: date
    place: int = 1
    size: int = 1


Evaluate = Callable[[Scope], Result]
Function = Callable[[Scope, Sequence[Evaluate]], Result]
Step = Callable[[Scope, Nodes], Nodes]


def compile_expression(expression: str, functions: Mapping[str, Function]) -> Evaluate:
    """Read an expression. Raises ExpressionUnreadable, with the reason."""
    return _Reader(expression, functions).whole()


class _Reader:
    """Reads the tokens of one expression from left to right."""

    def __init__(self, expression: str, functions: Mapping[str, Function]) -> None:
        self.expression, self.functions = expression, functions
        self.tokens = self._tokens()
        self.at = 0

    def whole(self) -> Evaluate:
        found = self._binary(0)
        if self.at < len(self.tokens):
            raise self._fault(mark("“{sign}” is not expected."), self._next())
        return found

    def _tokens(self) -> list[tuple[str, str]]:
        found, start = [], 0
        text = self.expression.rstrip()
        while start < len(text):
            match = _TOKEN.match(text, start)
            if match is None or match.lastgroup is None:
                raise self._fault(mark("“{sign}” is not expected."), text[start : start + 10])
            found.append((match.lastgroup, match.group(match.lastgroup)))
            start = match.end()
        return found

    def _fault(self, sentence: str, sign: str) -> ExpressionUnreadable:
        return ExpressionUnreadable(
            expression=self.expression, cause=Message(sentence, {"sign": sign})
        )

    def _peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        if place >= len(self.tokens) or self.tokens[place][0] == "literal":
            return ""
        return self.tokens[place][1]

    def _next(self) -> str:
        if self.at >= len(self.tokens):
            raise self._fault(mark("it ends too early."), "")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _expect(self, sign: str) -> None:
        found = self._next()
        if found != sign:
            raise self._fault(mark("“{sign}” is not expected."), found)

    def _binary(self, level: int) -> Evaluate:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self._peek() in _LEVELS[level]:
            left = _OPERATORS[self._next()](left, self._binary(level + 1))
        return left

    def _unary(self) -> Evaluate:
        if self._peek() == "-":
            self._next()
            inner = self._unary()
            return lambda scope: -values.number(inner(scope), scope.text_of)
        return self._primary()

    def _primary(self) -> Evaluate:
        if self.at >= len(self.tokens):
            raise self._fault(mark("it ends too early."), "")
        kind, word = self.tokens[self.at]
        if kind in {"number", "literal"}:
            self.at += 1
            constant: Result = float(word) if kind == "number" else word[1:-1]
            return lambda _scope: constant
        if word == "(":
            self._next()
            inner = self._binary(0)
            self._expect(")")
            return inner
        if kind == "name" and self._peek(1) == "(":
            return self._call()
        return self._path()

    def _call(self) -> Evaluate:
        name = self._next()
        self._expect("(")
        arguments: list[Evaluate] = []
        while self._peek() != ")":
            arguments.append(self._binary(0))
            if self._peek() == ",":
                self._next()
        self._expect(")")
        if name in {"current", "instance"}:
            start = _origin if name == "current" else _list_named(arguments[0])
            return self._steps_from(start) if self._peek() == "/" else start
        if name not in self.functions:
            raise self._fault(mark("there is no function “{sign}” here."), name)
        function = self.functions[name]
        return lambda scope: function(scope, arguments)

    def _path(self) -> Evaluate:
        if self._peek() == "/":
            return self._steps_from(lambda scope: [scope.origin.root()], absolute=True)
        step = self._step()
        start: Evaluate = lambda scope: step(scope, [scope.here])  # noqa: E731 - a start like the others
        return self._steps_from(start) if self._peek() == "/" else start

    def _steps_from(self, start: Evaluate, *, absolute: bool = False) -> Evaluate:
        steps: list[Step] = []
        while self._peek() == "/":
            self._next()
            steps.append(self._root_step() if absolute and not steps else self._step())

        def walk(scope: Scope) -> Result:
            found = start(scope)
            for step in steps:
                found = step(scope, found if isinstance(found, list) else [])
            return found

        return walk

    def _root_step(self) -> Step:
        self._next()  # the name of the root: every form has but one
        return lambda _scope, nodes: nodes

    def _step(self) -> Step:
        kind = self.tokens[self.at][0] if self.at < len(self.tokens) else ""
        word = self._next()
        if kind != "name" and word not in {".", ".."}:
            raise self._fault(mark("“{sign}” is not expected."), word)
        step = _step_to(word)
        while self._peek() == "[":
            self._next()
            condition = self._binary(0)
            self._expect("]")
            step = _filtered(step, condition)
        return step


def _origin(scope: Scope) -> Result:
    return [scope.origin]


def _list_named(name: Evaluate) -> Evaluate:
    def find(scope: Scope) -> Result:
        wanted = values.text(name(scope), scope.text_of)
        if wanted not in scope.lists:
            raise ListMissing(file=f"{wanted}.csv")
        return [scope.lists[wanted]]

    return find


def _step_to(word: str) -> Step:
    if word == ".":
        return lambda _scope, nodes: nodes
    if word == "..":
        return lambda _scope, nodes: list(
            dict.fromkeys(node.parent for node in nodes if node.parent)
        )
    return lambda _scope, nodes: [child for node in nodes for child in node.named(word)]


def _filtered(step: Step, condition: Evaluate) -> Step:
    def run(scope: Scope, nodes: Nodes) -> Nodes:
        kept = []
        for parent in nodes:
            candidates = step(scope, [parent])
            for place, node in enumerate(candidates, start=1):
                inside = replace(scope, here=node, place=place, size=len(candidates))
                found = condition(inside)
                if found == place if _is_number(found) else values.truth(found, scope.text_of):
                    kept.append(node)
        return kept

    return run


def _is_number(value: Result) -> bool:
    return isinstance(value, float)


def _compared(check: Callable[[float, float], bool]) -> Callable[[Evaluate, Evaluate], Evaluate]:
    return lambda left, right: (
        lambda scope: check(
            values.number(left(scope), scope.text_of), values.number(right(scope), scope.text_of)
        )
    )


def _reckoned(reckon: Callable[[float, float], float]) -> Callable[[Evaluate, Evaluate], Evaluate]:
    return lambda left, right: (
        lambda scope: reckon(
            values.number(left(scope), scope.text_of), values.number(right(scope), scope.text_of)
        )
    )


def _divided(left: float, right: float) -> float:
    if right:
        return left / right
    return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left)


def _both(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda scope: (
        values.truth(left(scope), scope.text_of) and values.truth(right(scope), scope.text_of)
    )


def _either(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda scope: (
        values.truth(left(scope), scope.text_of) or values.truth(right(scope), scope.text_of)
    )


_OPERATORS: Mapping[str, Callable[[Evaluate, Evaluate], Evaluate]] = {
    "or": _either,
    "and": _both,
    "=": lambda left, right: lambda scope: values.equal(left(scope), right(scope), scope.text_of),
    "!=": lambda left, right: (
        lambda scope: not values.equal(left(scope), right(scope), scope.text_of)
    ),
    "<": _compared(lambda left, right: left < right),
    "<=": _compared(lambda left, right: left <= right),
    ">": _compared(lambda left, right: left > right),
    ">=": _compared(lambda left, right: left >= right),
    "+": _reckoned(lambda left, right: left + right),
    "-": _reckoned(lambda left, right: left - right),
    "*": _reckoned(lambda left, right: left * right),
    "div": _reckoned(_divided),
    "mod": _reckoned(lambda left, right: math.fmod(left, right) if right else math.nan),
}
