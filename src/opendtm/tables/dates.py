"""Dates as people write them, in English and French, and as Excel counts them.

Whether 3/4 is the third of April or the fourth of March is decided once a column, from all its values.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.tables.missing import as_null
from opendtm.vocab import fold

ORDERS = ("dmy", "mdy", "ymd")
_EXCEL_FIRST_DAY = date(1899, 12, 30)
_EXCEL_RANGE = range(20_000, 80_000)  # 1954 to 2119
_ISO = r"^[12][0-9]{3}-[01][0-9]-[0-3][0-9]([T ].*)?$"
_YEAR_FIRST = re.compile(r"([12]\d{3})[-/. ](\d{1,2})[-/. ](\d{1,2})(?:[T ].*)?$")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})$")
_NUMERIC = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ,].*)?$")
_DAY_MONTH = re.compile(
    r"(?:[a-z]+\.?,? )?(\d{1,2})(?:st|nd|rd|th|er)?[- ,]*(?:de )?([a-z]+)\.?[- ,]*(\d{4}|\d{2})\b"
)
_MONTH_DAY = re.compile(r"(?:[a-z]+\.?,? )?([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})\b")
_MONTH = re.compile(r"([a-z]+)\.?[- ,/]*(\d{4}|\d{2})$")
_NAMES = (
    ("january", "janvier"), ("february", "fevrier"), ("march", "mars"), ("april", "avril"),
    ("may", "mai"), ("june", "juin"), ("july", "juillet"), ("august", "aout"),
    ("september", "septembre"), ("october", "octobre"), ("november", "novembre"), ("december", "decembre"),
)  # fmt: skip
_SHORT = {
    "jan": 1, "janv": 1, "feb": 2, "fev": 2, "fevr": 2, "mar": 3, "apr": 4, "avr": 4, "jun": 6, "jul": 7,
    "juil": 7, "aug": 8, "aou": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
MONTHS = {name: index for index, pair in enumerate(_NAMES, start=1) for name in pair} | _SHORT


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of dates (date32), the order used, and what could not be read with its count.

    `ambiguous` says that nothing in the column decided between day first and month first; `serial` and
    `months` count values that were Excel day numbers, or named a month only.
    """

    values: pa.Array
    order: str | None = None
    ambiguous: bool = False
    serial: int = 0
    months: int = 0
    unread: dict[str, int] = field(default_factory=dict)


def read_dates(column: pa.Array, *, order: str | None = None) -> Dates:
    """Read a column of text as dates; `order` (dmy, mdy or ymd) settles what numbers alone mean."""
    known = as_null(column)
    if quick := _read_iso(known):
        return quick
    encoded = known.dictionary_encode()
    words = encoded.dictionary.to_pylist()
    decided = order or date_order(words)
    parsed = [a_date(word, order=decided or "dmy") for word in words]
    values = pa.array(parsed, pa.date32()).take(encoded.indices)
    counts = {
        row["values"]: row["counts"]
        for row in encoded.indices.drop_null().value_counts().to_pylist()
    }
    return Dates(
        values,
        decided,
        ambiguous=decided is None and any(_NUMERIC.match(word) for word in words),
        serial=sum(counts.get(index, 0) for index, word in enumerate(words) if _serial(word)),
        months=sum(counts.get(index, 0) for index, word in enumerate(words) if _only_month(word)),
        unread={words[i]: counts.get(i, 0) for i, value in enumerate(parsed) if value is None},
    )


def date_order(words: Iterable[str]) -> str | None:
    """Decide between day first and month first from all values; None where none of them decides."""
    pairs = [(int(m[1]), int(m[2])) for m in map(_NUMERIC.match, words) if m]
    day_first = sum(first > 12 >= second for first, second in pairs)
    month_first = sum(second > 12 >= first for first, second in pairs)
    if day_first == month_first:
        return None
    return "dmy" if day_first > month_first else "mdy"


def a_date(text: str, *, order: str) -> date | None:
    """Read one date; None where it is none. A month alone becomes its first day."""
    text = text.strip()
    for pattern in (_YEAR_FIRST, _COMPACT):
        if found := pattern.match(text):
            return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.match(text):
        first, second = int(found[1]), int(found[2])
        day, month = (first, second) if order != "mdy" else (second, first)
        return _day(_year(found[3]), month, day)
    if _serial(text):
        return _EXCEL_FIRST_DAY + timedelta(days=int(float(text)))
    return _with_name(text)


def _with_name(text: str) -> date | None:
    plain = " ".join(_plain_letters(text).split())
    if found := _DAY_MONTH.match(plain):
        return _named(found[3], found[2], found[1])
    if found := _MONTH_DAY.match(plain):
        return _named(found[3], found[1], found[2])
    if found := _MONTH.match(plain):
        return _named(found[2], found[1], "1")
    return None


def _plain_letters(text: str) -> str:
    return "".join(fold(sign) if sign.isalpha() else sign for sign in text)


def _named(year: str, name: str, day: str) -> date | None:
    month = MONTHS.get(name)
    return _day(_year(year), month, int(day)) if month else None


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if year < 70 else 1900 + year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _serial(text: str) -> bool:
    whole, _, rest = text.partition(".")
    return (
        whole.isdigit()
        and len(whole) == 5
        and (not rest or rest.isdigit())
        and int(whole) in _EXCEL_RANGE
    )


def _only_month(text: str) -> bool:
    return bool(_MONTH.match(_plain_letters(text))) and not _DAY_MONTH.match(_plain_letters(text))


def _read_iso(known: pa.Array) -> Dates | None:
    if not pc.all(pc.match_substring_regex(known, _ISO)).as_py():
        return None
    try:
        return Dates(pc.utf8_slice_codeunits(known, 0, 10).cast(pa.date32()))
    except pa.ArrowInvalid:
        return None
