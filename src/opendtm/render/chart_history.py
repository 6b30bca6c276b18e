"""A small chart of one place over its rounds, for a page that shows many: a line broken where it may not be read across.

It takes the colour of the words around it, so that it can be read on light and on dark pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from opendtm.i18n import Message, mark, number, translate
from opendtm.measure.histories import Series
from opendtm.measure.warning import Break, History, breaks_of, lines
from opendtm.render.chart_axis import GAP, held, thinned, ticks
from opendtm.render.lettering import width
from opendtm.render.svg import MM, POINT, drawing, element, group, text

INK = "currentColor"
WIDE_MM, HIGH_MM = 86.0, 26.0  # fits a phone of 360 pixels
_POINTS = 8
_LINE = 1.25 * _POINTS * POINT
_DOT = 7.0
_WORDS = {
    Break.METHOD: mark("counted by another method from here on"),
    Break.COVERAGE: mark("other places from here on"),
}


@dataclass(frozen=True, slots=True)
class Ahead:
    """A forecast of the round after the last: the value, and the interval from `low` to `high`."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where rounds and values stand, in units."""

    left: float
    step: float
    base: float
    scale: float

    def x(self, at: int) -> float:
        return self.left + (at + 0.5) * self.step

    def y(self, value: float) -> float:
        return self.base - value * self.scale


def history_chart(
    history: History, lang: str, *, rounds: Sequence[int], ahead: Ahead | None = None
) -> str:
    """Draw a history; `rounds` are the numbers of its rounds.

    Rounds in a row are joined where the line may be drawn; a round mostly carried forward is a hollow dot, a round
    without a figure leaves its place empty; a dashed upright line stands for a break. The interval of a forecast
    stands in the place after the last round.
    """
    frame = _frame(history, ahead, lang)
    parts = [
        _axis(frame, history, ahead, lang),
        group((_path(frame, line) for line in lines(history)), fill="none", stroke=INK),
        _dots(frame, history),
        _breaks(frame, history),
        _ahead(frame, history.newest + 1, ahead) if ahead else "",
        _numbers(frame, rounds),
    ]
    words = chart_words(history, lang, rounds=rounds)
    title = translate(mark("Figures by round"), lang)
    return drawing(WIDE_MM, HIGH_MM, parts, title=title, alt=words)


def chart_words(history: History, lang: str, *, rounds: Sequence[int]) -> str:
    """Say in words what the chart shows: each round with its figure, and where the line breaks."""
    said = []
    for at, (reading, breaks) in enumerate(zip(history.readings, breaks_of(history), strict=True)):
        value = reading.value if reading else None
        told = number(value, lang) if value is not None else translate(mark("not known"), lang)
        notes = [translate(_WORDS[breaks], lang)] if breaks else []
        notes += [translate(mark("mostly carried forward"), lang)] if _hollow(history, at) else []
        note = f" ({', '.join(notes)})" if notes else ""
        said.append(
            Message("{round}: {value}", {"round": str(rounds[at]), "value": told}).text(lang) + note
        )
    return "; ".join(said)


def _hollow(history: History, at: int) -> bool:
    reading = history.readings[at]
    return reading is not None and reading.is_repeated


def _most(history: History, ahead: Ahead | None) -> float:
    known = [one.value for one in history.readings if one and one.value is not None]
    return max([*known, ahead.high if ahead else 0.0], default=0.0)


def _frame(history: History, ahead: Ahead | None, lang: str) -> _Frame:
    most = _most(history, ahead)
    left = max(width(number(tick, lang), points=_POINTS) for tick in (0.0, *ticks(most)[-1:])) + GAP
    slots = len(history.readings) + (1 if ahead else 0)
    base, top = HIGH_MM * MM - _LINE, _LINE / 2
    return _Frame(left, (WIDE_MM * MM - left) / slots, base, (base - top) / most if most else 0.0)


def _axis(frame: _Frame, history: History, ahead: Ahead | None, lang: str) -> str:
    levels = [0.0, *ticks(_most(history, ahead))[-1:]]
    end = f"H{WIDE_MM * MM:.0f}"
    drawn = [element("path", d=f"M{frame.left:.0f} {frame.y(one):.1f}{end}") for one in levels]
    said = [
        text(number(one, lang), frame.left - GAP, frame.y(one) + 9, points=_POINTS, fill=INK)
        for one in levels
    ]
    return group(drawn, stroke=INK, stroke_width=1.5, stroke_opacity=0.35) + group(
        said, text_anchor="end"
    )


def _path(frame: _Frame, line: Series) -> str:
    points = [
        f"{frame.x(line.first + step):.1f} {frame.y(value):.1f}"
        for step, value in enumerate(line.values)
        if value is not None
    ]
    return element("path", d="M" + "L".join(points), stroke_width=5) if len(points) > 1 else ""


def _dots(frame: _Frame, history: History) -> str:
    full: list[str] = []
    hollow: list[str] = []
    for at, reading in enumerate(history.readings):
        if reading is None or reading.value is None:
            continue
        dot = element("circle", cx=frame.x(at), cy=frame.y(reading.value), r=_DOT)
        (hollow if reading.is_repeated else full).append(dot)
    return group(full, fill=INK) + group(hollow, fill="none", stroke=INK, stroke_width=3)


def _breaks(frame: _Frame, history: History) -> str:
    drawn = [
        element("path", d=f"M{frame.x(at) - frame.step / 2:.1f} 0V{frame.base:.1f}")
        for at, breaks in enumerate(breaks_of(history))
        if breaks
    ]
    return group(drawn, stroke=INK, stroke_width=2.5, stroke_dasharray="10 7")


def _ahead(frame: _Frame, at: int, ahead: Ahead) -> str:
    x, low, high = frame.x(at), frame.y(ahead.low), frame.y(ahead.high)
    bar = element("path", d=f"M{x:.1f} {high:.1f}V{low:.1f}", stroke_width=14, stroke_opacity=0.35)
    value = element(
        "path", d=f"M{x - 10:.1f} {frame.y(ahead.value):.1f}H{x + 10:.1f}", stroke_width=5
    )
    return group([bar, value], stroke=INK)


def _numbers(frame: _Frame, rounds: Sequence[int]) -> str:
    words = [str(one) for one in rounds]
    written = [
        text(
            words[at],
            held(frame.x(at), words[at], 0, WIDE_MM * MM),
            HIGH_MM * MM - 4,
            points=_POINTS,
            fill=INK,
        )
        for at in thinned(words, frame.step)
    ]
    return group(written, text_anchor="middle")
