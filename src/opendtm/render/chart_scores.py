"""How many places have which score, a bar for each sector: the worst scores first, what was not measured last and hollow.

It stands on light and on dark pages: words outside the bars take the colour of those around them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from opendtm.i18n import Message, mark, number, translate
from opendtm.render.lettering import width
from opendtm.render.palette import INK, PAPER, RAMP
from opendtm.render.svg import MM, POINT, drawing, element, group, text

SCORES = (5, 4, 3, 2, 1)
WIDE_MM = 86.0  # fits a phone of 360 pixels
_ROUND = "currentColor"
_POINTS = 8
_LINE, _BAR, _GAP = 1.3 * _POINTS * POINT, 46.0, 22.0
_EDGE = 2.0
_DARK_FROM = 4  # scores whose colour carries white numbers


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """One sector: the places at each score of SCORES, and those not measured in it."""

    label: str
    places: tuple[int, ...]
    not_measured: int

    @property
    def parts(self) -> tuple[int, ...]:
        """Give the places of every part of the bar, in its order."""
        return (*self.places, self.not_measured)


def score_bars(bars: Sequence[ScoreBar], lang: str) -> str:
    """Draw the bars, each as long as the others, with a key above them."""
    step = _LINE + _BAR + _GAP
    top = _LINE + _GAP
    parts = [_key(lang), *(_bar(bar, top + at * step, lang) for at, bar in enumerate(bars))]
    high = (top + len(bars) * step) / MM
    title = translate(mark("Places by score in each sector"), lang)
    return drawing(WIDE_MM, high, parts, title=title, alt=_words(bars, lang))


def _key(lang: str) -> str:
    """Write what each colour means; the words stand behind their squares."""
    side, at, parts = _BAR / 2, 0.0, list[str]()
    for index, words in enumerate(_names(lang)):
        parts.append(_piece(index, (at, 0.0, side, side)))
        parts.append(text(words, at + side + 8, side - 3, points=_POINTS, fill=_ROUND))
        at += side + 8 + width(words, points=_POINTS) + 2 * _GAP
    return group(parts)


def _names(lang: str) -> tuple[str, ...]:
    return (*(str(score) for score in SCORES), translate(mark("not measured"), lang))


def _bar(bar: ScoreBar, top: float, lang: str) -> str:
    total = sum(bar.parts)
    ends = [0, *accumulate(bar.parts)]
    parts = [text(bar.label, 0, top + _LINE - 10, points=_POINTS, fill=_ROUND)]
    for index, places in enumerate(bar.parts):
        if places:
            left, wide = (share * WIDE_MM * MM / total for share in (ends[index], places))
            parts.append(_piece(index, (left, top + _LINE, wide, _BAR)))
            parts.extend(_count(index, places, (left, wide), top + _LINE, lang))
    return group(parts)


def _piece(index: int, box: tuple[float, float, float, float]) -> str:
    left, top, wide, high = box
    hollow = index == len(SCORES)
    return element(
        "rect",
        x=left + _EDGE,
        y=top + _EDGE,
        width=max(wide - 2 * _EDGE, 1),
        height=high - 2 * _EDGE,
        fill="none" if hollow else RAMP[SCORES[index] - 1],
        stroke=_ROUND if hollow else None,
        stroke_width=2.5 if hollow else None,
        stroke_dasharray="8 6" if hollow else None,
    )


def _count(
    index: int, places: int, part: tuple[float, float], top: float, lang: str
) -> Iterator[str]:
    """Write the places into their part, where they have room."""
    left, wide = part
    words = number(places, lang)
    if width(words, points=_POINTS) + 4 * _EDGE > wide:
        return
    hollow = index == len(SCORES)
    colour = _ROUND if hollow else PAPER if SCORES[index] >= _DARK_FROM else INK
    where = left + wide / 2, top + _BAR / 2 + 0.36 * _POINTS * POINT
    yield text(words, *where, points=_POINTS, fill=colour, text_anchor="middle")


def _words(bars: Sequence[ScoreBar], lang: str) -> str:
    """Say the bars in words: each sector with its places by score."""
    said = []
    for bar in bars:
        counts = [
            Message("{n} with score {score}", {"n": places, "score": str(score)})
            for score, places in zip(SCORES, bar.places, strict=True)
            if places
        ]
        counts += [Message("{n} not measured", {"n": bar.not_measured})] if bar.not_measured else []
        words = ", ".join(each.text(lang) for each in counts)
        said.append(Message("{sector} ({counts})", {"sector": bar.label, "counts": words}))
    return "; ".join(each.text(lang) for each in said)
