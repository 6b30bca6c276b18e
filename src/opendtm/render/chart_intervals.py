"""A chart of estimates: one line a group, its value as a dot, its confidence interval as a bar around it.

A share or a mean of a survey is never drawn without its interval. What was withheld keeps its line and
says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from opendtm.i18n import Message, mark, number
from opendtm.render import palette
from opendtm.render.chart_axis import GAP, ticks
from opendtm.render.lettering import shortened, width, wrapped
from opendtm.render.svg import MM, POINT, drawing, element, group, text

_LINE = 9.4 * POINT
_ROW = 34.0
_SIGN = 7 * POINT * 0.74  # the height of a capital
_LABELS = 0.4  # of the width, at most, for the names of the groups
_DOT, _CAP = 8.0, 7.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the chart: a group, its estimate with limits, and the interviews behind it.

    `value` None has a `reason`, in the reader's language. Limits may be None where none can be given.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Chart:
    """What is drawn and where: from `left` to `right` lies the scale, of `least` to `most` units."""

    marks: Sequence[Mark]
    lang: str
    percent: bool
    wide: float
    left: float
    right: float
    top: float
    least: float
    most: float

    def x(self, value: float) -> float:
        held = min(max(value, self.least), self.most)
        return self.left + (held - self.least) / (self.most - self.least) * (self.right - self.left)

    def y(self, index: int) -> float:
        return self.top + (index + 0.5) * _ROW

    @property
    def end(self) -> float:
        return self.top + len(self.marks) * _ROW


def intervals(
    marks: Sequence[Mark], lang: str, *, title: str, shares: bool, width_mm: float = 180
) -> str:
    """Draw estimates with their intervals; `shares` are drawn as percentages, from 0 to 1 in the marks.

    An interval that passes the edge of the scale (below 0 for a share) is cut there in the picture; its
    numbers stand beside it in full.
    """
    shown = [_percent(one) if shares else one for one in marks]
    heading = wrapped(title, width_mm * MM, bold=True)
    chart = _laid_out(shown, lang, width_mm * MM, top=(len(heading) + 1) * _LINE, percent=shares)
    head = [
        text(line, 0, _SIGN + at * _LINE, fill=palette.INK, font_weight=600)
        for at, line in enumerate(heading)
    ]
    lines = [part for at, one in enumerate(shown) for part in _line(chart, at, one)]
    high = (chart.end + _LINE) / MM
    alt = intervals_alt(marks, lang, title=title, shares=shares)
    return drawing(width_mm, high, [*head, *_scale(chart), *lines], title=title, alt=alt)


def intervals_alt(marks: Sequence[Mark], lang: str, *, title: str, shares: bool) -> str:
    """Say what the chart shows, with its numbers."""
    said = []
    for one in (_percent(each) if shares else each for each in marks):
        words = one.reason if one.value is None else _told(one, lang, percent=shares)
        values = {"group": one.label, "words": words, "n": one.n}
        said.append(Message(mark("{group}: {words}, of {n} interviews"), values).text(lang))
    return f"{title}. " + "; ".join(said) + "."


def _percent(one: Mark) -> Mark:
    value, low, high = (
        None if part is None else 100 * part for part in (one.value, one.low, one.high)
    )
    return Mark(one.label, value, low, high, one.n, one.reason)


def _laid_out(
    marks: Sequence[Mark], lang: str, wide: float, *, top: float, percent: bool
) -> _Chart:
    labels = max((width(one.label) for one in marks), default=0.0)
    numbers = max((width(_told(one, lang, percent=percent)) for one in marks), default=0.0)
    numbers += 4 * GAP + width(_count(max((one.n for one in marks), default=0), lang))
    ends = [part for one in marks for part in (one.value, one.low, one.high) if part is not None]
    least = 0.0 if percent else min([0.0, *ends])
    most = max([1.0, *ends])
    return _Chart(
        marks=marks,
        lang=lang,
        percent=percent,
        wide=wide,
        left=min(labels, _LABELS * wide) + 2 * GAP,
        right=wide - numbers - 2 * GAP,
        top=top,
        least=least,
        most=min(most, 100.0) if percent else most,
    )


def _scale(chart: _Chart) -> list[str]:
    """Draw the upright lines of the scale with their numbers below."""
    places = [0.0, *ticks(chart.most)]
    lines = [
        element("path", d=f"M{chart.x(place):.1f} {chart.top:.0f}V{chart.end:.0f}")
        for place in places
    ]
    numbers = [
        text(
            _number(place, chart.lang, percent=chart.percent),
            chart.x(place),
            chart.end + _LINE * 0.8,
        )
        for place in places
    ]
    return [
        group(lines, stroke=palette.RULE, stroke_width=2),
        group(numbers, fill=palette.QUIET, text_anchor="middle"),
    ]


def _line(chart: _Chart, index: int, one: Mark) -> list[str]:
    y, base = chart.y(index), chart.y(index) + _SIGN / 2
    parts = [text(shortened(one.label, chart.left - 2 * GAP), 0, base, fill=palette.INK)]
    if one.value is None:
        words = shortened(one.reason, chart.right - chart.left)
        parts.append(text(words, chart.left + GAP, base, fill=palette.QUIET))
    else:
        parts += _drawn(chart, one, y)
        words = _told(one, chart.lang, percent=chart.percent)
        parts.append(text(words, chart.right + 2 * GAP, base, fill=palette.INK))
    count = _count(one.n, chart.lang)
    return [*parts, text(count, chart.wide, base, fill=palette.QUIET, text_anchor="end")]


def _drawn(chart: _Chart, one: Mark, y: float) -> list[str]:
    parts = []
    if one.low is not None and one.high is not None:
        low, high = chart.x(one.low), chart.x(one.high)
        bar = f"M{low:.1f} {y:.1f}H{high:.1f}"
        caps = f"M{low:.1f} {y - _CAP:.1f}v{2 * _CAP:.0f}M{high:.1f} {y - _CAP:.1f}v{2 * _CAP:.0f}"
        parts.append(
            element("path", d=bar + caps, stroke=palette.ACCENT, stroke_width=4, fill="none")
        )
    value = one.value or 0.0
    parts.append(element("circle", cx=chart.x(value), cy=y, r=_DOT, fill=palette.ACCENT))
    return parts


def _told(one: Mark, lang: str, *, percent: bool) -> str:
    """Write an estimate with its limits."""
    if one.value is None:
        return ""
    value = _number(one.value, lang, percent=percent)
    if one.low is None or one.high is None:
        return value
    low, high = (_plain(part, lang, percent=percent) for part in (one.low, one.high))
    return Message(
        mark("{value} ({low} to {high})"), {"value": value, "low": low, "high": high}
    ).text(lang)


def _number(value: float, lang: str, *, percent: bool) -> str:
    """Write a number, a percentage with its sign."""
    sign = "\u202f%" if lang == "fr" else "%"
    return _plain(value, lang, percent=percent) + (sign if percent else "")


def _plain(value: float, lang: str, *, percent: bool) -> str:
    """Write a number without its unit: whole, but for a small one that is not."""
    decimals = 0 if percent or abs(value) >= 100 or float(value).is_integer() else 1
    return number(round(value, decimals) + 0.0, lang, decimals=decimals).replace("-", "−")


def _count(n: int, lang: str) -> str:
    return Message(mark("n = {n}"), {"n": n}).text(lang)
