"""The key of a map: three nested circles with round figures, what the colours mean, and a scale bar."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opendtm.i18n import Message, mark, number, translate
from opendtm.render import palette
from opendtm.render.lettering import width, wrapped
from opendtm.render.map_marks import Kind, Mark, Scale, circle, cross, ring
from opendtm.render.projection import nice_below
from opendtm.render.svg import POINT, element, group, text
from opendtm.report.caveats import displaced_by_up_to
from opendtm.vocab import code_list

_PAD = 18.0
_LINE = 8.4 * POINT
_ROOM = 330.0  # the widest line of words
_CAPITAL = 0.714 * 7 * POINT
_WORDS = {
    Kind.SITE: mark("Site assessed"),
    Kind.CRITICAL: mark("Critical need in a sector"),
    Kind.NO_FIGURE: mark("Closed, or no figure"),
    Kind.LEVEL_UNKNOWN: mark("Need not known"),
}
_LEVELS = {
    Kind.LEVEL_0: "none",
    Kind.LEVEL_1: "some",
    Kind.LEVEL_2: "serious",
    Kind.LEVEL_3: "critical",
}
_ORDER = (
    Kind.CRITICAL,
    Kind.SITE,
    Kind.LEVEL_3,
    Kind.LEVEL_2,
    Kind.LEVEL_1,
    Kind.LEVEL_0,
    Kind.LEVEL_UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A drawn part with its size in units; its own (0, 0) is its upper left corner."""

    width: float
    height: float
    parts: tuple[str, ...]

    def at(self, x: float, y: float) -> str:
        """Put the piece on the sheet."""
        return group(self.parts, transform=f"translate({x:.0f} {y:.0f})")


def key(heading: str, placed: Sequence[Mark], scale: Scale, lang: str) -> Piece:
    """Make the whole key: heading, circles, and one row for each kind of mark that the map has."""
    values = [mark_.value for mark_ in placed if mark_.value]
    pieces = [_heading(heading)]
    if values:
        pieces.append(_circles(legend_values(max(values)), scale, lang))
    pieces += [_row(kind, carried=False, lang=lang) for kind in _ORDER if _has(placed, kind)]
    if any(mark_.carried for mark_ in placed):
        pieces.append(_row(Kind.SITE, carried=True, lang=lang))
    if _has(placed, Kind.NO_FIGURE):
        pieces.append(_row(Kind.NO_FIGURE, carried=False, lang=lang))
    return _stacked([*pieces, *_where(placed, lang)])


def _where(placed: Sequence[Mark], lang: str) -> Iterator[Piece]:
    """Say what a mark's place is worth where it is not the site's own."""
    if any(mark_.vague for mark_ in placed):
        yield _signed(ring(15, 13, 8), translate(mark("Anywhere in its area"), lang))
    moved = [mark_.row.moved_up_to for mark_ in placed if mark_.row.moved_up_to is not None]
    if moved:
        yield _words(displaced_by_up_to(max(moved)).text(lang))


def _words(sentence: str) -> Piece:
    lines = wrapped(sentence, _ROOM)
    parts = tuple(
        text(line, 0, _CAPITAL + 6 + index * _LINE, fill=palette.INK)
        for index, line in enumerate(lines)
    )
    return Piece(max(map(width, lines)), len(lines) * _LINE + 14, parts)


def _has(placed: Sequence[Mark], kind: Kind) -> bool:
    return any(mark_.kind is kind and not (mark_.carried and kind is Kind.SITE) for mark_ in placed)


def legend_values(largest: float) -> list[float]:
    """Choose up to three round figures, the first not above the largest on the map."""
    if largest < 1:
        return [largest]
    chosen = [
        nice_below(largest),
        nice_below(max(largest / 4, 1)),
        nice_below(max(largest / 20, 1)),
    ]
    return sorted(set(chosen), reverse=True)


def _stacked(pieces: Sequence[Piece]) -> Piece:
    wide = max(piece.width for piece in pieces) + 2 * _PAD
    y, parts = _PAD, []
    for piece in pieces:
        parts.append(piece.at(_PAD, y))
        y += piece.height
    high = y + _PAD - 8
    back = element(
        "rect",
        width=wide,
        height=high,
        rx=10,
        fill="#fff",
        fill_opacity=0.93,
        stroke=palette.RULE,
        stroke_width=1.5,
    )
    return Piece(wide, high, (back, *parts))


def _heading(words: str) -> Piece:
    lines = wrapped(words, _ROOM, bold=True)
    parts = tuple(
        text(line, 0, _CAPITAL + index * _LINE, font_weight=600, fill=palette.INK)
        for index, line in enumerate(lines)
    )
    return Piece(max(width(line, bold=True) for line in lines), len(lines) * _LINE + 10, parts)


def _circles(values: Sequence[float], scale: Scale, lang: str) -> Piece:
    radii = [scale.radius(value) for value in values]
    largest = max(radii[0], 12.0)
    base, words_at = 2 * largest + 4, 2 * largest + 34
    parts, widest, last = [], 0.0, -math.inf
    for value, radius in zip(values, radii, strict=True):
        top = base - 2 * radius
        level = max(top, last + 7.6 * POINT)
        last = level
        parts.append(_ring(largest, base - radius, radius))
        path = f"M{largest:.1f} {top:.1f}L{2 * largest + 12:.1f} {level:.1f}H{words_at - 8:.1f}"
        parts.append(element("path", d=path, fill="none", stroke=palette.QUIET, stroke_width=1))
        shown = number(value, lang, decimals=0 if value >= 1 else 1)
        parts.append(text(shown, words_at, level + _CAPITAL / 2, fill=palette.INK))
        widest = max(widest, width(shown))
    return Piece(words_at + widest, max(base, last + _CAPITAL) + 22, tuple(parts))


def _ring(x: float, y: float, radius: float) -> str:
    return element(
        "circle", cx=x, cy=y, r=radius, fill="none", stroke=palette.INK, stroke_width=1.6
    )


def _row(kind: Kind, *, carried: bool, lang: str) -> Piece:
    words = (
        translate(mark("Carried forward from an earlier visit"), lang)
        if carried
        else _meaning(kind, lang)
    )
    if kind is Kind.NO_FIGURE:
        sign = cross(15, 13)
    else:
        sign = group([circle(15, 13, 11, kind, carried=carried)], stroke_width=1.6)
    return _signed(sign, words)


def _signed(sign: str, words: str) -> Piece:
    lines = wrapped(words, _ROOM - 44)
    parts = [
        text(line, 40, 13 + _CAPITAL / 2 + index * _LINE, fill=palette.INK)
        for index, line in enumerate(lines)
    ]
    return Piece(40 + max(map(width, lines)), len(lines) * _LINE + 8, (sign, *parts))


def _meaning(kind: Kind, lang: str) -> str:
    if kind in _LEVELS:
        return code_list("need_level").get(_LEVELS[kind]).label.text(lang)
    return translate(_WORDS[kind], lang)


def scale_bar(units_per_km: float, room: float, lang: str) -> Piece:
    """Draw a bar of a round length in kilometres that is not longer than `room` units."""
    length = nice_below(room / units_per_km)
    long = length * units_per_km
    decimals = 0 if length >= 1 else max(0, math.ceil(-math.log10(length)))
    words = Message("{length} km", {"length": number(length, lang, decimals=decimals)}).text(lang)
    halves = [
        element("rect", y=30, width=long / 2, height=7, fill=palette.INK),
        element("rect", x=long / 2, y=30, width=long / 2, height=7, fill="#fff"),
        element(
            "rect", y=30, width=long, height=7, fill="none", stroke=palette.INK, stroke_width=1.2
        ),
    ]
    ends = [
        text("0", 0, 22, text_anchor="middle", fill=palette.INK),
        text(words, long, 22, text_anchor="middle", fill=palette.INK),
    ]
    return Piece(long, 37, (*halves, *ends))
