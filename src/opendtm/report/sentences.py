"""The small phrases from which the report's sentences are built: counts, shares, enumerations.

A count is never pasted into a plural sentence: none, one and many are separate sentences, because French
and English treat them differently.
"""

import math
from collections.abc import Sequence

from opendtm.i18n import Label, Message
from opendtm.report.model import Words

NOTHING = Message("")


def by_count(n: float, *, none: Message, one: Message, many: Message) -> Message:
    """Choose the sentence for none, one or many."""
    if n == 0:
        return none
    return one if n == 1 else many


def in_sites(n: int) -> Message:
    """Say "in one site" or "in 30 sites"."""
    return Message("in one site") if n == 1 else Message("in {n} sites", {"n": n})


def in_areas(n: int) -> Message:
    """Say "in one area" or "in 30 areas", where a source states areas and not sites."""
    return Message("in one area") if n == 1 else Message("in {n} areas", {"n": n})


def people(n: float) -> Message:
    """Say "no IDPs", "one IDP" or "12,419 IDPs"."""
    return by_count(
        whole(n),
        none=Message("no IDPs"),
        one=Message("one IDP"),
        many=Message("{n} IDPs", {"n": whole(n)}),
    )


def share(part: float, whole_: float) -> Message:
    """Say a part as a percentage of a whole; anything between zero and one percent is "under 1%"."""
    if whole_ == 0:
        return Message("{n}%", {"n": 0})
    percentage = 100 * part / whole_
    if 0 < percentage < 1:
        return Message("under 1%")
    return Message("{n}%", {"n": _half_up(percentage)})


def inline(label: Label) -> Label:
    """Give a label as it stands inside a sentence: its first letter small."""
    return Label(
        _small(label.en),
        _small(label.fr),
        {lang: _small(word) for lang, word in label.others.items()},
    )


def enumeration(words: Sequence[Words]) -> Words:
    """List words, parted by semicolons because a sector's name may hold a comma. ValueError for none."""
    if not words:
        raise ValueError("nothing to enumerate")
    if len(words) == 1:
        return words[0]
    return Message("{first}; {rest}", {"first": words[0], "rest": enumeration(words[1:])})


def paragraph(parts: Sequence[Message]) -> Message:
    """Put sentences one behind the other; empty ones vanish."""
    said = [part for part in parts if part.sentence]
    if not said:
        return NOTHING
    joined = said[-1]
    for part in reversed(said[:-1]):
        joined = Message("{first} {rest}", {"first": part, "rest": joined})
    return joined


def whole(n: float) -> int:
    """Round an estimate to whole persons for a sentence, halves up."""
    return _half_up(n)


def kilometres(metres: float) -> int:
    """Give the least whole number of kilometres that a distance "up to" does not exceed."""
    return math.ceil(metres / 1000)


def _half_up(n: float) -> int:
    return int(n + 0.5) if n >= 0 else -int(-n + 0.5)


def _small(word: str) -> str:
    return word[:1].lower() + word[1:]
