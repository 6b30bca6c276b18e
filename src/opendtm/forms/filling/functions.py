"""The functions that expressions of forms may call, as the collection apps define them."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from opendtm.forms.filling import values
from opendtm.forms.filling.expressions import Evaluate, Function, Scope
from opendtm.forms.filling.values import Result

_EPOCH = date(1970, 1, 1)


def _text(scope: Scope, argument: Evaluate) -> str:
    return values.text(argument(scope), scope.text_of)


def _number(scope: Scope, argument: Evaluate) -> float:
    return values.number(argument(scope), scope.text_of)


def _truth(scope: Scope, argument: Evaluate) -> bool:
    return values.truth(argument(scope), scope.text_of)


def _each(scope: Scope, arguments: Sequence[Evaluate]) -> list[str]:
    """Give the texts of all arguments, a set of nodes as one text a node."""
    found: list[str] = []
    for argument in arguments:
        value = argument(scope)
        if isinstance(value, list):
            found.extend(scope.text_of(node) for node in value)
        else:
            found.append(values.text(value, scope.text_of))
    return found


def _texts(function: Callable[..., Result]) -> Function:
    """Make a function of texts."""
    return lambda scope, arguments: function(*(_text(scope, one) for one in arguments))


def _numbers(function: Callable[..., Result]) -> Function:
    """Make a function of numbers."""
    return lambda scope, arguments: function(*(_number(scope, one) for one in arguments))


def _aggregate(reduce: Callable[[Sequence[float]], float]) -> Function:
    """Make a function over every number of its arguments; nodes without an answer do not count."""

    def run(scope: Scope, arguments: Sequence[Evaluate]) -> Result:
        found = [values.number(text, scope.text_of) for text in _each(scope, arguments) if text]
        return float(reduce(found)) if found else math.nan

    return run


def _sum(scope: Scope, arguments: Sequence[Evaluate]) -> Result:
    """Add up; one node without an answer makes the sum unknown, as it is for phones."""
    return float(sum(values.number(text, scope.text_of) for text in _each(scope, arguments)))


def _of_pass(scope: Scope, arguments: Sequence[Evaluate]) -> Result:
    """Give the answer in one pass of a repeat: the question, the repeat, the number of the pass."""
    target, repeat = arguments[0](scope), arguments[1](scope)
    place = int(values.number(arguments[2](scope), scope.text_of))
    if not isinstance(target, list) or not isinstance(repeat, list) or not 0 < place <= len(repeat):
        return ""
    wanted = repeat[place - 1]
    return [node for node in target if wanted in node.around()][:1]


def _if(scope: Scope, arguments: Sequence[Evaluate]) -> Result:
    condition, then, otherwise = arguments
    return then(scope) if _truth(scope, condition) else otherwise(scope)


def _coalesce(scope: Scope, arguments: Sequence[Evaluate]) -> Result:
    return next((text for one in arguments if (text := _text(scope, one))), "")


def _count(scope: Scope, arguments: Sequence[Evaluate]) -> Result:
    found = arguments[0](scope)
    return float(len(found)) if isinstance(found, list) else 0.0


def _count_filled(scope: Scope, arguments: Sequence[Evaluate]) -> Result:
    return float(sum(1 for text in _each(scope, arguments) if text))


def _position(scope: Scope, arguments: Sequence[Evaluate]) -> Result:
    if not arguments:
        return float(scope.place)
    found = arguments[0](scope)
    return float(found[0].position()) if isinstance(found, list) and found else math.nan


def _join(scope: Scope, arguments: Sequence[Evaluate]) -> Result:
    separator, *parts = arguments
    return _text(scope, separator).join(_each(scope, parts))


def _once(scope: Scope, arguments: Sequence[Evaluate]) -> Result:
    return scope.text_of(scope.origin) or arguments[0](scope)


def _rounded(number: float, places: float = 0.0) -> float:
    if math.isnan(number) or math.isinf(number):
        return number
    scale = 10.0 ** int(places)
    return math.floor(number * scale + 0.5) / scale


def _whole(number: float) -> float:
    return number if math.isnan(number) or math.isinf(number) else float(math.trunc(number))


def _as_day(text: str) -> str:
    days = values.number(text, lambda _node: "")
    return "" if math.isnan(days) else (_EPOCH + timedelta(days=int(days))).isoformat()


def _format_day(text: str, pattern: str) -> str:
    """Write a day by the signs that forms use: %Y %y %m %n %d %e."""
    day = date.fromisoformat(text[:10]) if text else None
    if day is None:
        return ""
    signs = {
        "Y": f"{day.year:04}",
        "y": f"{day.year % 100:02}",
        "m": f"{day.month:02}",
        "n": str(day.month),
        "d": f"{day.day:02}",
        "e": str(day.day),
    }
    return re.sub(r"%([A-Za-z])", lambda match: signs.get(match.group(1), ""), pattern)


def _nth_selected(text: str, place: str) -> str:
    codes, index = text.split(), int(float(place))
    return codes[index] if 0 <= index < len(codes) else ""


def _piece(text: str, start: str, end: str = "") -> str:
    return text[int(float(start)) : int(float(end)) if end else None]


FUNCTIONS: Mapping[str, Function] = {
    "boolean": lambda scope, arguments: _truth(scope, arguments[0]),
    "coalesce": _coalesce,
    "concat": lambda scope, arguments: "".join(_each(scope, arguments)),
    "contains": _texts(lambda text, part: part in text),
    "count": _count,
    "count-non-empty": _count_filled,
    "count-selected": _texts(lambda text: float(len(text.split()))),
    "date": _texts(_as_day),
    "ends-with": _texts(lambda text, part: text.endswith(part)),
    "false": lambda _scope, _arguments: False,
    "format-date": _texts(_format_day),
    "if": _if,
    "indexed-repeat": _of_pass,
    "int": _numbers(_whole),
    "join": _join,
    "max": _aggregate(max),
    "min": _aggregate(min),
    "normalize-space": _texts(lambda text: " ".join(text.split())),
    "not": lambda scope, arguments: not _truth(scope, arguments[0]),
    "now": lambda scope, _arguments: f"{scope.today.isoformat()}T08:00:00+00:00",
    "number": _numbers(lambda number: number),
    "once": _once,
    "position": _position,
    "regex": _texts(lambda text, pattern: re.fullmatch(pattern, text) is not None),
    "round": _numbers(_rounded),
    "selected": _texts(lambda text, code: code.strip() in text.split()),
    "selected-at": _texts(_nth_selected),
    "starts-with": _texts(lambda text, part: text.startswith(part)),
    "string": _texts(lambda text: text),
    "string-length": _texts(lambda text: float(len(text))),
    "substr": _texts(_piece),
    "sum": _sum,
    "today": lambda scope, _arguments: scope.today.isoformat(),
    "true": lambda _scope, _arguments: True,
}
