"""Numbers as people write them: thousands in groups, a decimal comma or point, percent signs.

The sign is decided once a column, from all its values, never cell by cell.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.tables.missing import as_null

GROUP_SPACES = " \u00a0\u202f\u2009'’_"
_GROUP_SPACE = re.compile(f"(?<=[0-9])[{GROUP_SPACES}](?=[0-9]{{3}}(?![0-9]))")
_SPACED = re.compile(f"[+-]?[0-9]{{1,3}}([{GROUP_SPACES}][0-9]{{3}})+([.,][0-9]+)?$")
_SHAPE = re.compile(r"[+-]?[0-9.,]+$")
_GROUPED = {
    ",": re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?$"),
    ".": re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?$"),
}
_ONE_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}$")
_PLAIN = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
_THREE_AFTER_POINT = r"^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+$"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers (float64), the decimal sign used, and what could not be read with its count.

    `doubtful` holds examples that another sign would have turned into another number.
    """

    values: pa.Array
    decimal: str = "."
    unread: dict[str, int] = field(default_factory=dict)
    doubtful: tuple[str, ...] = ()


def read_numbers(
    column: pa.Array, *, decimal: str | None = None, whole: bool = False, exact: bool = False
) -> Numbers:
    """Read a column of text as numbers.

    `decimal` sets the sign; `whole` says that whole numbers are expected, which decides `1,234`; `exact`
    says that a spreadsheet typed the numbers itself, so that a full stop is always the decimal sign.
    """
    known = as_null(column)
    if decimal in {None, "."} and (
        quick := _read_plain(known, check=whole and decimal is None and not exact)
    ):
        return quick
    encoded = known.dictionary_encode()
    words = encoded.dictionary.to_pylist()
    sign = decimal or ("." if exact else decimal_sign(words, whole=whole))
    doubtful = () if decimal or exact else _doubtful(words, whole=whole)
    parsed = [number(word, decimal=sign) for word in words]
    values = pa.array(parsed, pa.float64()).take(encoded.indices)
    return Numbers(values, sign, _unread(encoded, words, parsed), doubtful)


def number(text: str, *, decimal: str) -> float | None:
    """Read one number with the given decimal sign; None where it is none."""
    plain = (
        _GROUP_SPACE.sub("", text.replace("−", "-")) if _SPACED.match(text.lstrip("-−+")) else text
    )
    plain = plain.strip().replace("−", "-")
    if not _SHAPE.match(plain):
        return _exotic(plain, decimal)
    other = "," if decimal == "." else "."
    if other in plain and not _GROUPED[other].match(plain):
        return None
    plain = plain.replace(other, "").replace(decimal, ".")
    try:
        return float(plain)
    except ValueError:
        return None


def decimal_sign(words: Iterable[str], *, whole: bool) -> str:
    """Decide the decimal sign of a column from its distinct values."""
    shapes = [_GROUP_SPACE.sub("", word) for word in words]
    numbers = [word for word in shapes if _SHAPE.match(word)]
    comma, point = (
        sum(_proves(word, *signs) for word in numbers) for signs in ((",", "."), (".", ","))
    )
    if comma or point:
        return "," if comma > point else "."
    groups = [word for word in numbers if _ONE_GROUP.match(word)]
    if not groups:
        return "."
    grouped = any("," in word for word in groups)
    if not whole:
        return "," if grouped else "."
    # A comma before three digits groups thousands of people; a point may come from a machine that writes
    # other thousands without any sign.
    return "." if grouped or _has_long_plain(numbers) else ","


def _proves(word: str, sign: str, other: str) -> bool:
    if sign not in word:
        return word.count(other) > 1
    if other in word:
        return word.rfind(sign) > word.rfind(other) and word.count(sign) == 1
    return word.count(sign) == 1 and not _ONE_GROUP.match(word)


def _has_long_plain(numbers: list[str]) -> bool:
    return any(word.lstrip("+-").isdigit() and len(word.lstrip("+-")) > 3 for word in numbers)


def _doubtful(words: list[str], *, whole: bool) -> tuple[str, ...]:
    shapes = [word for word in words if _SHAPE.match(word)]
    if not whole or any(_proves(word, ",", ".") or _proves(word, ".", ",") for word in shapes):
        return ()
    return tuple(word for word in shapes if _ONE_GROUP.match(word))[:3]


def _read_plain(known: pa.Array, *, check: bool) -> Numbers | None:
    plain = pc.match_substring_regex(known, _PLAIN)
    if not pc.all(plain).as_py() and len(known) != known.null_count:
        return None
    if check and pc.any(pc.match_substring_regex(known, _THREE_AFTER_POINT)).as_py():
        return None
    return Numbers(known.cast(pa.float64()))


def _exotic(text: str, decimal: str) -> float | None:
    if text.endswith("%"):
        share = number(text[:-1].strip(), decimal=decimal)
        return None if share is None else share / 100
    if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+", text):
        return float(text)
    return None


def _unread(
    encoded: pa.DictionaryArray, words: list[str], parsed: list[float | None]
) -> dict[str, int]:
    bad = {index for index, value in enumerate(parsed) if value is None}
    if not bad:
        return {}
    counts = encoded.indices.drop_null().value_counts().to_pylist()
    return {words[row["values"]]: row["counts"] for row in counts if row["values"] in bad}
