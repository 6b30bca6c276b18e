"""HXL hashtags: which row holds them, and which concept a tagged column measures.

A concept's hashtag is a pattern as in the HXL standard: the same tag with at least its attributes. What a
column carries beyond the pattern must not change the meaning, or the column is something else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from opendtm.vocab import concepts

_TAG = re.compile(r"#([a-z][a-z0-9_]*)((?:\s*\+\s*[a-z0-9_]+)*)\s*$", re.IGNORECASE)
_NEUTRAL = frozenset(
    (
        "reported",
        "total",
        "num",
        "est",
        "estimated",
        "present",
        "stock",
        "id",
        "iso3",
        "pcode",
        "current",
        "text",
    )
)
_OMITTED = frozenset(
    ("name", "ind", "reported", "type", "site")
)  # attributes that people leave out
_MEANINGFUL = frozenset(("f", "m", "i"))
FULL, RELAXED = 0.95, 0.7


@dataclass(frozen=True, slots=True)
class Hashtag:
    """A parsed hashtag: the tag with its sign, and its attributes."""

    tag: str
    attributes: frozenset[str]


def parse(text: str) -> Hashtag | None:
    """Read one cell as a hashtag; None where it is none."""
    found = _TAG.match(text.strip())
    if not found:
        return None
    attributes = frozenset(part.strip().lower() for part in found[2].split("+") if part.strip())
    return Hashtag("#" + found[1].lower(), attributes)


def is_hashtag_row(cells: Sequence[str]) -> bool:
    """Tell whether a row is the HXL row: most filled cells are hashtags, and more than one is."""
    filled = [cell for cell in cells if cell]
    tags = sum(parse(cell) is not None for cell in filled)
    return tags >= min(2, len(cells)) and tags >= 0.5 * len(filled) and tags > 0


def concept_of(text: str) -> tuple[str, float] | None:
    """Name the concept that a column's hashtag stands for, with the confidence; None where none does."""
    column = parse(text)
    if column is None:
        return None
    fits = [(_fit(pattern, column), name, len(pattern.attributes)) for name, pattern in _patterns()]
    ranked = sorted((-fit, -count, name) for fit, name, count in fits if fit)
    return (ranked[0][2], -ranked[0][0]) if ranked else None


def is_personal(text: str) -> bool:
    """Tell whether a hashtag marks a person's name, phone or address."""
    column = parse(text)
    return bool(column and column.tag == "#contact" and not column.attributes & {"type", "num"})


@cache
def _patterns() -> tuple[tuple[str, Hashtag], ...]:
    parsed = ((name, parse(concept.hxl)) for name, concept in concepts().items())
    return tuple((name, tag) for name, tag in parsed if tag)


def _fit(pattern: Hashtag, column: Hashtag) -> float:
    if pattern.tag != column.tag:
        return 0.0
    if any(not _is_neutral(extra) for extra in column.attributes - pattern.attributes):
        return 0.0
    missing = pattern.attributes - column.attributes
    if not missing:
        return FULL
    return RELAXED if missing <= _OMITTED and len(missing) == 1 else 0.0


def _is_neutral(attribute: str) -> bool:
    if attribute in _MEANINGFUL:
        return False
    return attribute in _NEUTRAL or attribute.startswith("v_") or len(attribute) == 2
