"""Where a chart must not be read across: between two rounds whose people were counted by other methods."""

from collections.abc import Iterable, Iterator, Sequence

from opendtm.i18n import mark
from opendtm.render import palette
from opendtm.render.chart_axis import Slots
from opendtm.render.svg import element, group
from opendtm.report.model import TrendPoint

WORDS = mark("Counted by another method from here on")
_LINE = {"stroke": palette.INK, "stroke_width": 2.4}


def break_lines(points: Sequence[TrendPoint], slots: Slots, top: float, base: float) -> str:
    """Draw a dashed line, from `top` to `base`, before each round that was counted by another method."""
    paths = (
        element("path", d=f"M{slots.left + index * slots.step:.1f} {top:.1f}V{base:.1f}")
        for index, point in enumerate(points)
        if point.breaks
    )
    return group(paths, **_LINE, stroke_dasharray="10 7")


def break_sign(x: float) -> str:
    """Draw the sign that stands for such a line in the key."""
    return element("path", d=f"M{x + 9:.1f} 3V-20", **_LINE, stroke_dasharray="5 4")


def last_method(points: Sequence[TrendPoint]) -> Sequence[TrendPoint]:
    """Give the rounds from the last break on: those that may be compared with each other."""
    return points[max(_breaks(points), default=0) :]


def broken(points: Sequence[TrendPoint]) -> bool:
    """Tell whether a line through these rounds breaks somewhere."""
    return any(_breaks(points))


def _breaks(points: Iterable[TrendPoint]) -> Iterator[int]:
    return (index for index, point in enumerate(points) if point.breaks)
