"""Charts as SVG: how the number of displaced people went over the rounds, and what stands behind it.

Like the maps, a chart is drawn straight from the report's model, with text as text and presentation
attributes only, so that the same picture goes into the PDF and into a page with a strict content policy.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from opendtm.i18n import Message, mark, number, translate
from opendtm.render import palette
from opendtm.render.chart_alt import known_value, told, trend_alt
from opendtm.render.chart_axis import GAP, Slots, gutter, held, short_days, thinned, ticks
from opendtm.render.chart_bars import (
    SIGN,
    UNKNOWN,
    Panel,
    Values,
    bars,
    empty_signs,
    rectangle,
    side_room,
    upper_parts,
    value_labels,
)
from opendtm.render.chart_breaks import WORDS, break_lines, break_sign, broken
from opendtm.render.labels import Room
from opendtm.render.lettering import width, wrapped
from opendtm.render.svg import MM, POINT, drawing, element, group, text
from opendtm.report.model import TrendPoint

__all__ = ["trend", "trend_alt"]

_LINE = 9.4 * POINT
_BETWEEN = 16.0
_STRIP = 12.0
_ABOVE = SIGN + 12.0  # room for a number beyond the longest bar
_LEAST = 140.0  # of all bars together, up and down
_UPPER = 0.66
_TITLE = mark("IDPs, coverage, arrivals and departures by round")
_NOTHING = mark("The number of IDPs is not known for any of these rounds.")
_NO_MOVES = mark("Arrivals and departures are not known for these rounds.")
_SITES, _AREAS = mark("Sites visited of sites known"), mark("Areas visited of areas known")


@dataclass(frozen=True, slots=True)
class _Trend:
    """What is to be drawn: numbers by round as may be shown, words, and where the rounds stand."""

    points: Sequence[TrendPoint]
    lang: str
    width: float
    slots: Slots
    beside: bool
    strip_words: str

    @property
    def idps(self) -> Values:
        return [known_value(point.idps) for point in self.points]

    @property
    def carried(self) -> Values:
        return [point.idps.carried for point in self.points]

    @property
    def arrivals(self) -> Values:
        return [point.arrivals for point in self.points]

    @property
    def departures(self) -> Values:
        return [point.departures for point in self.points]

    def words(self, sentence: str) -> str:
        return translate(sentence, self.lang)


def trend(
    points: Sequence[TrendPoint],
    lang: str,
    *,
    width_mm: float = 180,
    height_mm: float = 70,
    of_areas: bool = False,
) -> str:
    """Draw IDPs by round as bars, the coverage below them, and arrivals up and departures down.

    A height that cannot hold it all grows. `of_areas` names what is covered areas instead of sites.
    """
    asked = _asked(points, lang, width_mm * MM, of_areas=of_areas)
    key = _key(asked)
    fixed = _fixed_height(asked, len(key))
    free = max(height_mm * MM - fixed, _LEAST)
    parts, y = _upper(asked, key, free * _UPPER)
    below, y = _below(asked, y)
    moves, y = _moves(asked, y, free * (1 - _UPPER))
    alt = trend_alt(points, lang, of_areas=of_areas)
    high = max(height_mm * MM, y)
    return drawing(
        width_mm, high / MM, [*parts, *below, *moves], title=translate(_TITLE, lang), alt=alt
    )


def _asked(points: Sequence[TrendPoint], lang: str, wide: float, *, of_areas: bool) -> _Trend:
    idps = [known_value(point.idps) for point in points]
    panels = (idps, [point.arrivals for point in points], [point.departures for point in points])
    left = gutter(_largest(idps), lang)
    side = side_room(panels, Slots(left, wide, len(points)).step, lang)
    slots = Slots(left, wide - side, len(points))
    words = translate(_AREAS if of_areas else _SITES, lang)
    return _Trend(points, lang, wide, slots, beside=side > 0, strip_words=words)


def _largest(values: Values) -> float:
    return max((value for value in values if value is not None), default=0.0)


def _fixed_height(asked: _Trend, key_lines: int) -> float:
    years = _LINE if _years(asked.points) else 0.0
    upper = key_lines * _LINE + _ABOVE + _LINE + years
    strip = _BETWEEN + _LINE + _STRIP + _LINE
    return upper + strip + _BETWEEN + 2 * _LINE + 2 * _ABOVE


def _key(asked: _Trend) -> list[str]:
    """Write what the bars are and what their colours mean, broken into lines."""
    carried = any(value and part for value, part in zip(asked.idps, asked.carried, strict=True))
    visited = translate(mark("Visited in the round"), asked.lang)
    repeated = translate(mark("Carried forward from an earlier visit"), asked.lang)
    missing = translate(mark("No figure"), asked.lang)
    shown: list[tuple[str | None, str]] = []
    shown += [(palette.ACCENT, visited), (palette.ACCENT_PALE, repeated)] if carried else []
    shown += [(None, missing)] if None in asked.idps else []
    shown += [(WORDS, asked.words(WORDS))] if broken(asked.points) else []
    heading = asked.words(mark("IDPs"))
    lines, x = [[text(heading, 0, 0, fill=palette.INK, font_weight=600)]], width(heading, bold=True)
    for fill, words in shown:
        x += 2 * GAP
        if x + 26 + width(words) > asked.width:
            lines.append([])
            x = 0.0
        lines[-1].append(_swatch(fill, x) + text(words, x + 26, 0, fill=palette.INK))
        x += 26 + width(words)
    return [
        group(line, transform=f"translate(0 {SIGN + index * _LINE:.0f})")
        for index, line in enumerate(lines)
    ]


def _swatch(fill: str | None, x: float) -> str:
    if fill is None:
        return text(UNKNOWN, x + 3, 0, fill=palette.QUIET)
    if fill == WORDS:
        return break_sign(x)
    edge = {"stroke": palette.ACCENT, "stroke_width": 2}
    return element("rect", x=x + 1, y=-16, width=16, height=16, fill=fill, **edge)


def _upper(asked: _Trend, key: Sequence[str], high: float) -> tuple[list[str], float]:
    """Draw the bars of the people present, with grid, numbers and days; give the y below them."""
    largest, base = _largest(asked.idps), len(key) * _LINE + _ABOVE + high
    panel = Panel(asked.slots, base, high / largest if largest else 0.0)
    room = Room((0.0, len(key) * _LINE, asked.width, base))
    said = [told(point, asked.lang) for point in asked.points]
    parts = [
        *key,
        _grid(asked, panel, largest),
        bars(panel, asked.idps, said, fill=palette.ACCENT),
        upper_parts(panel, asked.idps, asked.carried),
        empty_signs(panel, asked.idps, asked.lang),
        _zero_line(asked, base),
        break_lines(asked.points, asked.slots, base - high, base),
        *value_labels(panel, asked.idps, room, asked.lang, beside=asked.beside),
    ]
    if not any(value is not None for value in asked.idps):
        parts += _notice(asked, asked.words(_NOTHING), base - high / 2)
    days, y = _days(asked, base)
    return [*parts, days], y


def _grid(asked: _Trend, panel: Panel, largest: float) -> str:
    lines = [(0.0, panel.base), *((tick, panel.tip(tick)) for tick in ticks(largest))]
    numbers = [
        text(number(tick, asked.lang), asked.slots.left - GAP, y + SIGN / 2) for tick, y in lines
    ]
    drawn = [
        element("path", d=f"M{asked.slots.left:.0f} {y:.1f}H{asked.slots.end:.0f}")
        for _, y in lines[1:]
    ]
    shown = group(drawn, stroke=palette.RULE, stroke_width=2)
    return shown + group(numbers if largest else [], fill=palette.QUIET, text_anchor="end")


def _zero_line(asked: _Trend, y: float) -> str:
    path = f"M{asked.slots.left:.0f} {y:.1f}H{asked.slots.end:.0f}"
    return element("path", d=path, stroke=palette.QUIET, stroke_width=2.4)


def _notice(asked: _Trend, words: str, middle: float) -> list[str]:
    lines = wrapped(words, asked.width * 0.9)
    top = middle - (len(lines) - 1) * _LINE / 2
    return [
        text(line, asked.width / 2, top + index * _LINE, fill=palette.INK, text_anchor="middle")
        for index, line in enumerate(lines)
    ]


def _days(asked: _Trend, base: float) -> tuple[str, float]:
    """Write the last days of the rounds that have room, and the years where they differ."""
    words, years = short_days(asked.points, asked.lang), _years(asked.points)
    y, last_year, written = base + _LINE, "", []
    for index in thinned(words, asked.slots.step):
        x = held(asked.slots.centre(index), words[index], 0, asked.width)
        written.append(text(words[index], x, y))
        year = str(asked.points[index].round.ends_on.year)
        if years and year != last_year:
            written.append(text(year, held(x, year, 0, asked.width), y + _LINE))
            last_year = year
    return group(written, fill=palette.QUIET, text_anchor="middle"), y + (_LINE if years else 0)


def _years(points: Sequence[TrendPoint]) -> bool:
    return len({point.round.ends_on.year for point in points}) > 1


def _below(asked: _Trend, y: float) -> tuple[list[str], float]:
    """Draw the strip of coverage: what share of the known places each round visited, and how many."""
    top = y + _BETWEEN + _LINE
    heading = text(asked.strip_words, 0, top - 10, fill=palette.INK, font_weight=600)
    cells, filled, words = [], [], []
    for index, point in enumerate(asked.points):
        left = asked.slots.centre(index) - asked.slots.bar / 2
        share = min(point.coverage.share or 0.0, 1.0)
        cells.append(rectangle((left, top, left + asked.slots.bar, top + _STRIP)))
        if share:
            filled.append(rectangle((left, top, left + asked.slots.bar * share, top + _STRIP)))
        words.append(_covered(point, asked.lang))
    under = [
        text(
            words[index],
            held(asked.slots.centre(index), words[index], 0, asked.width),
            top + _STRIP + _LINE - 5,
        )
        for index in thinned(words, asked.slots.step)
    ]
    drawn = [
        heading,
        group(cells, fill=palette.GROUND, stroke=palette.RULE, stroke_width=1.6),
        group(filled, fill=palette.QUIET),
        group(under, fill=palette.QUIET, text_anchor="middle"),
    ]
    return drawn, top + _STRIP + _LINE


def _covered(point: TrendPoint, lang: str) -> str:
    coverage = point.coverage
    if not coverage.n_known:
        return UNKNOWN
    values = {"n": coverage.n_assessed, "known": coverage.n_known}
    return Message("{n}/{known}", values).text(lang)


def _moves(asked: _Trend, y: float, high: float) -> tuple[list[str], float]:
    """Draw arrivals up and departures down from one zero line, on one scale; give the y below them."""
    top, most = y + _BETWEEN, (_largest(asked.arrivals), _largest(asked.departures))
    scale = high / sum(most) if sum(most) else 0.0
    base = top + _LINE + _ABOVE + most[0] * scale
    end = base + most[1] * scale + _ABOVE + _LINE
    heads = [
        text(asked.words(mark("Arrivals")), 0, top + SIGN, fill=palette.ACCENT, font_weight=600),
        text(asked.words(mark("Departures")), 0, end - 8, fill=palette.QUIET, font_weight=600),
    ]
    if all(value is None for value in (*asked.arrivals, *asked.departures)):
        return [*_notice(asked, asked.words(_NO_MOVES), top + _LINE + _ABOVE)], end
    up, down = Panel(asked.slots, base, scale), Panel(asked.slots, base, scale, sense=1)
    room = Room((0.0, top + _LINE, asked.width, end - _LINE))
    return [
        *heads,
        *_moved(asked, up, asked.arrivals, room),
        *_moved(asked, down, asked.departures, room),
        _zero_line(asked, base),
    ], end


def _moved(asked: _Trend, panel: Panel, values: Values, room: Room) -> list[str]:
    fill = palette.ACCENT if panel.sense < 0 else palette.QUIET
    days = short_days(asked.points, asked.lang)
    said = [
        f"{day}: {number(value or 0, asked.lang)}" for day, value in zip(days, values, strict=True)
    ]
    return [
        bars(panel, values, said, fill=fill),
        empty_signs(panel, values, asked.lang),
        *value_labels(panel, values, room, asked.lang, beside=asked.beside, first=False),
    ]
