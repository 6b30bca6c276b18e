"""What an expression gives, and how one kind of value becomes another, as phones do it."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime

from opendtm.forms.filling.nodes import Node

Nodes = list[Node]
Result = str | float | bool | Nodes
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:T.*)?")
_EPOCH = date(1970, 1, 1)
TextOf = Callable[[Node], str]


def text(value: Result, text_of: TextOf) -> str:
    """Give a value as text: a whole number without its point, a node as its answer, no number as nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, list):
        return text_of(value[0]) if value else ""
    return value


def number(value: Result, text_of: TextOf) -> float:
    """Give a value as a number; a day as days since 1970; what is none as not-a-number."""
    if isinstance(value, bool | float):
        return float(value)
    words = text(value, text_of).strip()
    if _DAY.fullmatch(words):
        return _days(words)
    try:
        return float(words)
    except ValueError:
        return math.nan


def truth(value: Result, text_of: TextOf) -> bool:
    """Give a value as yes or no: a number that is not zero, a text that is not empty."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return not math.isnan(value) and value != 0
    return bool(text(value, text_of))


def equal(left: Result, right: Result, text_of: TextOf) -> bool:
    """Compare two values: as truths where one is a truth, as numbers where one is a number, else as texts."""
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left, text_of) == truth(right, text_of)
    if isinstance(left, float) or isinstance(right, float):
        return number(left, text_of) == number(right, text_of)
    return text(left, text_of) == text(right, text_of)


def _days(words: str) -> float:
    if "T" not in words:
        return float((date.fromisoformat(words) - _EPOCH).days)
    moment = datetime.fromisoformat(words)
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return (moment.date() - _EPOCH).days + seconds / 86400
