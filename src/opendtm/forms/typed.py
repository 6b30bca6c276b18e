"""The text of an answer and its value: what stands in the XML, and what it means, in both directions."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from opendtm.forms.definition import QuestionType
from opendtm.records.answers import GeoPoint, Value

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}(?:\.0+)?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_TIME = re.compile(
    r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def value_of(text: str, kind: QuestionType) -> Value:
    """Give the value of an answer's text. Raises ValueError where the text is none of that type.

    Select-multiple and rank become tuples of codes in their order; dates with a time keep their offset; times,
    lines and areas stay text.
    """
    reader = _READERS.get(kind)
    return reader(text.strip()) if reader else text


def text_of(value: Value) -> str:
    """Write a value as a phone would; the opposite of `value_of`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, GeoPoint):
        parts = (value.latitude, value.longitude, value.altitude or 0.0, value.accuracy or 0.0)
        return " ".join(repr(float(part)) for part in parts)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return " ".join(value)
    return str(value)


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text.partition(".")[0])


def _decimal(text: str) -> float:
    if not _DECIMAL.fullmatch(text) or not math.isfinite(float(text)):
        raise ValueError(text)
    return float(text)


def _date(text: str) -> date:
    return date.fromisoformat(text.partition("T")[0])


def _moment(text: str) -> datetime:
    if "T" not in text:
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _time(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise ValueError(text)
    return text


def _boolean(text: str) -> bool:
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.split()))


def _point(text: str) -> GeoPoint:
    numbers = [_decimal(part) for part in text.split()]
    if not 2 <= len(numbers) <= 4 or abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        raise ValueError(text)
    altitude, accuracy = [*numbers[2:], None, None][:2]
    return GeoPoint(numbers[0], numbers[1], altitude, accuracy)


_READERS: Mapping[QuestionType, Callable[[str], Value]] = {
    QuestionType.INTEGER: _whole,
    QuestionType.DECIMAL: _decimal,
    QuestionType.DATE: _date,
    QuestionType.DATETIME: _moment,
    QuestionType.TIME: _time,
    QuestionType.BOOLEAN: _boolean,
    QuestionType.SELECT_MULTIPLE: _codes,
    QuestionType.RANK: _codes,
    QuestionType.GEOPOINT: _point,
}
