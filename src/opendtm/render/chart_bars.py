"""The bars of a chart: from a zero line up or down, their carried part lighter, numbers at the telling ones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from opendtm.i18n import number
from opendtm.render import palette
from opendtm.render.chart_axis import Slots
from opendtm.render.labels import Room
from opendtm.render.lettering import ASCENT, width
from opendtm.render.projection import Box
from opendtm.render.svg import POINT, element, group, halo, text

SIGN = 7 * POINT * ASCENT  # the height of a number
_NEAR, _SIDE = 6.0, 8.0
_RAISED = 3 * SIGN
UNKNOWN = "–"
Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars on one zero line: `base` is its y, `scale` the units for one person, `sense` -1 up or 1 down."""

    slots: Slots
    base: float
    scale: float
    sense: int = -1

    def tip(self, value: float) -> float:
        """Give the y where a bar ends."""
        return self.base + self.sense * value * self.scale

    def box(self, index: int, value: float, *, start: float = 0.0) -> Box:
        """Give the box of a bar, or of its part above `start`."""
        left = self.slots.centre(index) - self.slots.bar / 2
        ends = sorted((self.tip(start), self.tip(value)))
        return left, ends[0], left + self.slots.bar, ends[1]


def rectangle(box: Box, content: str = "", /, **attributes: object) -> str:
    """Write a rectangle that fills a box."""
    size = {"x": box[0], "y": box[1], "width": box[2] - box[0], "height": box[3] - box[1]}
    return element("rect", content, **size, **attributes)


def bars(panel: Panel, values: Values, said: Sequence[str], *, fill: str) -> str:
    """Draw a bar for each value above zero; `said` is what it tells when pointed at."""
    return group(
        (
            rectangle(panel.box(index, value), element("title", escape(said[index])))
            for index, value in enumerate(values)
            if value
        ),
        fill=fill,
    )


def upper_parts(panel: Panel, values: Values, parts: Values) -> str:
    """Draw the carried part of each bar lighter, at its end, with an edge that shows in grey too."""
    drawn = []
    for index, (value, part) in enumerate(zip(values, parts, strict=True)):
        if value and part:
            box = panel.box(index, value, start=value - min(part, value))
            drawn.append(rectangle(_within(box)))
    return group(drawn, fill=palette.ACCENT_PALE, stroke=palette.ACCENT, stroke_width=2)


def _within(box: Box) -> Box:
    """Leave room for the edge, so that a bar with one is not larger than a bar without."""
    edge = min(1.0, (box[3] - box[1]) / 2)
    return box[0] + 1, box[1] + edge, box[2] - 1, box[3] - edge


def empty_signs(panel: Panel, values: Values, lang: str) -> str:
    """Write a dash where the value is unknown, and 0 where nobody was counted."""
    y = panel.base - _NEAR if panel.sense < 0 else panel.base + _NEAR + SIGN
    return group(
        (
            text(UNKNOWN if value is None else number(0, lang), panel.slots.centre(index), y)
            for index, value in enumerate(values)
            if not value
        ),
        fill=palette.QUIET,
        text_anchor="middle",
    )


def telling(values: Values, *, first: bool = True) -> list[int]:
    """Choose the bars that get their number, the most telling first: last, largest, first."""
    known = [(value, index) for index, value in enumerate(values) if value]
    if not known:
        return []
    largest = max(known, key=lambda item: (item[0], item[1]))[1]
    chosen = [known[-1][1], largest, *([known[0][1]] if first else [])]
    return list(dict.fromkeys(chosen))


def side_room(panels: Iterable[Values], step: float, lang: str) -> float:
    """Give the room right of the bars for the last numbers, where they are wider than a round."""
    last = [number(values[-1], lang) for values in panels if values and values[-1]]
    widest = max((width(words, bold=True) for words in last), default=0.0)
    return widest + _SIDE if widest + _SIDE > step else 0.0


def value_labels(
    panel: Panel, values: Values, room: Room, lang: str, *, beside: bool, first: bool = True
) -> list[str]:
    """Write the telling numbers at their bars; `beside` puts that of the last round right of it."""
    for index, value in enumerate(values):
        if value:
            room.take(panel.box(index, value))
    written = []
    for index in telling(values, first=first):
        value = values[index] or 0.0
        last = index == len(values) - 1
        words = number(value, lang)
        size = (width(words, bold=last), SIGN)
        places = (
            [_beside(panel, index, value, size)]
            if last and beside
            else _above(panel, index, value, size)
        )
        box = room.first(places)
        if box:
            weight = 600 if last else None
            written.append(halo(words, box[0], box[3], fill=palette.INK, font_weight=weight))
    return written


def _beside(panel: Panel, index: int, value: float, size: tuple[float, float]) -> Box:
    left = panel.slots.centre(index) + panel.slots.bar / 2 + _SIDE / 2
    if panel.sense < 0:
        bottom = min(panel.tip(value) + size[1], panel.base - _NEAR)
    else:
        bottom = max(panel.tip(value), panel.base + _NEAR + size[1])
    return left, bottom - size[1], left + size[0], bottom


def _above(panel: Panel, index: int, value: float, size: tuple[float, float]) -> Iterator[Box]:
    """Give places beyond the end of a bar: near it, shifted to either side, then further out."""
    middle = panel.slots.centre(index)
    shift = max(0.0, (size[0] - panel.slots.bar) / 2)
    for further in range(0, round(_RAISED), 4):
        for across in (0.0, -shift, shift):
            left = middle + across - size[0] / 2
            edge = panel.tip(value) + panel.sense * (_NEAR + further)
            top = edge - size[1] if panel.sense < 0 else edge
            yield left, top, left + size[0], top + size[1]
