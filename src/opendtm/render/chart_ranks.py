"""Places by their rank in an index: a dot where each stands, and a bar over the ranks that it takes when the makers choose otherwise.

It takes the colour of the words around it, so that it can be read on light and on dark pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from opendtm.i18n import Message, mark, number, translate
from opendtm.render.lettering import shortened, width
from opendtm.render.svg import MM, POINT, drawing, element, group, text

WIDE_MM = 86.0  # fits a phone of 360 pixels
_INK = "currentColor"
_POINTS = 8
_LINE, _ROW = 1.3 * _POINTS * POINT, 44.0
_DOT = 9.0
_SIDE = 14.0  # room for a dot at either end
_GAP = 20.0


@dataclass(frozen=True, slots=True)
class RankDot:
    """A place with its index, its rank, and the ranks that bound 90 % of the draws."""

    label: str
    index: float
    rank: int
    low: int
    high: int


def rank_dots(dots: Sequence[RankDot], lang: str, *, places: int) -> str:
    """Draw places in the order given on an axis of ranks from 1, the highest index, on the left to `places`."""
    step = _LINE + _ROW
    top = _LINE + _GAP
    base = top + len(dots) * step
    parts = [
        _axis(places, lang),
        *(_dot(dot, top + at * step, places, lang) for at, dot in enumerate(dots)),
    ]
    title = translate(mark("Ranks, and how far they move"), lang)
    return drawing(WIDE_MM, base / MM, parts, title=title, alt=_words(dots, lang))


def _x(rank: int, places: int) -> float:
    room = WIDE_MM * MM - 2 * _SIDE
    return _SIDE + (room * (rank - 1) / (places - 1) if places > 1 else room / 2)


def _axis(places: int, lang: str) -> str:
    """Write what the first and the last rank mean, above the dots."""
    first = Message(mark("rank {rank}: highest index"), {"rank": number(1, lang)}).text(lang)
    said = [text(first, 0, _LINE - 10, points=_POINTS, fill=_INK)]
    if places > 1:
        last = Message(mark("rank {rank}"), {"rank": number(places, lang)}).text(lang)
        where = WIDE_MM * MM, _LINE - 10
        said.append(text(last, *where, points=_POINTS, fill=_INK, text_anchor="end"))
    return group(said)


def _dot(dot: RankDot, top: float, places: int, lang: str) -> str:
    index = number(dot.index, lang, decimals=1)
    room = WIDE_MM * MM - width(index, points=_POINTS) - _GAP
    base, middle = top + _LINE - 8, top + _LINE + _ROW / 2 - 8
    words = (
        text(shortened(dot.label, room, points=_POINTS), 0, base, points=_POINTS, fill=_INK),
        text(index, WIDE_MM * MM, base, points=_POINTS, fill=_INK, text_anchor="end"),
    )
    low, high = _x(dot.low, places), _x(dot.high, places)
    track = element(
        "path",
        d=f"M{_SIDE:.1f} {middle:.1f}h{WIDE_MM * MM - 2 * _SIDE:.1f}",
        stroke=_INK,
        stroke_width=1.5,
        stroke_opacity=0.3,
    )
    span = element(
        "path",
        d=f"M{low:.1f} {middle:.1f}H{high:.1f}",
        stroke=_INK,
        stroke_width=12,
        stroke_opacity=0.35,
        stroke_linecap="round",
    )
    spot = element("circle", cx=_x(dot.rank, places), cy=middle, r=_DOT, fill=_INK)
    return group([*words, track, span if dot.high > dot.low else "", spot])


def _words(dots: Sequence[RankDot], lang: str) -> str:
    """Say the picture in words: each place with its index, its rank and the range of its ranks."""
    said = (
        Message(
            "{place}: index {index}, rank {rank}, between {low} and {high}",
            {
                "place": dot.label,
                "index": number(dot.index, lang, decimals=1),
                "rank": number(dot.rank, lang),
                "low": number(dot.low, lang),
                "high": number(dot.high, lang),
            },
        )
        for dot in dots
    )
    return "; ".join(each.text(lang) for each in said)
