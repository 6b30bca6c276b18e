"""What stands for a site on a map: a circle whose area is its figure, or a cross where there is none."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from opendtm.i18n import Message, number
from opendtm.records import Method
from opendtm.render import palette
from opendtm.render.map_ground import is_placed
from opendtm.render.projection import Box, Sheet
from opendtm.render.svg import element, group
from opendtm.report.model import SiteRow
from opendtm.report.positions import PositionKind

LEAST_RADIUS = 4.5  # units; below this a circle could not be seen
_CROSS = 4.5
_SMALL = 9.0  # units; the edge of a smaller circle would hide its colour
_SHARE = 0.06  # of the frame that all circles may cover together
_CRITICAL = 3


class Kind(StrEnum):
    """What a mark says beside its size."""

    SITE = "site"
    CRITICAL = "critical"
    NO_FIGURE = "no_figure"
    LEVEL_0 = "level_0"
    LEVEL_1 = "level_1"
    LEVEL_2 = "level_2"
    LEVEL_3 = "level_3"
    LEVEL_UNKNOWN = "level_unknown"


FILLS = {
    Kind.SITE: palette.ACCENT,
    Kind.CRITICAL: palette.ALERT,
    Kind.LEVEL_0: palette.NEED[0],
    Kind.LEVEL_1: palette.NEED[1],
    Kind.LEVEL_2: palette.NEED[2],
    Kind.LEVEL_3: palette.NEED[3],
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One site on the sheet, in units. `carried`: its figure repeats an earlier round."""

    row: SiteRow
    x: float
    y: float
    kind: Kind
    value: float | None
    radius: float
    carried: bool

    @property
    def vague(self) -> bool:
        """Tell whether the site may be anywhere in its area."""
        return self.row.position_kind == PositionKind.AREA


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a circle stands for a figure: area = pi * `factor`^2 * value, in square units."""

    factor: float

    def radius(self, value: float) -> float:
        """Give the radius in units, without the least one."""
        return self.factor * math.sqrt(value)


def value_of(row: SiteRow, subject: str) -> float | None:
    """Give a site's figure; None where it is unknown, kept back, or the site is closed."""
    figure = row.numbers.get(subject)
    if figure is None or figure.suppressed or row.state == "closed":
        return None
    return figure.value


def circle_scale(values: Iterable[float], frame: Box) -> Scale:
    """Choose the scale at which the largest circle and all together stay in proportion to the frame."""
    known = [value for value in values if value > 0]
    if not known:
        return Scale(1.0)
    wide, high = frame[2] - frame[0], frame[3] - frame[1]
    largest = min(wide, high) * 0.075 * min(1.0, 0.6 + 0.08 * len(known))
    by_largest = largest / math.sqrt(max(known))
    by_all = math.sqrt(_SHARE * wide * high / (math.pi * sum(known)))
    return Scale(min(by_largest, by_all))


def marks(
    rows: Sequence[SiteRow], sheet: Sheet, scale: Scale, *, subject: str, sector: str | None = None
) -> list[Mark]:
    """Place a mark for every site that has a position, largest circle first, crosses before all."""
    found = [_mark(row, sheet, scale, subject, sector) for row in rows if is_placed(row)]
    return sorted(
        found, key=lambda mark: (mark.value is not None, -(mark.value or 0), mark.row.site_id)
    )


def _mark(row: SiteRow, sheet: Sheet, scale: Scale, subject: str, sector: str | None) -> Mark:
    x, y = sheet.point(row.longitude or 0.0, row.latitude or 0.0)
    value = value_of(row, subject)
    if value is None:
        return Mark(row, x, y, Kind.NO_FIGURE, None, _CROSS, carried=False)
    radius = max(scale.radius(value), LEAST_RADIUS)
    carried = Method.CARRIED_FORWARD in {row.method, row.numbers[subject].method}
    return Mark(row, x, y, _kind(row, sector), value, radius, carried)


def _kind(row: SiteRow, sector: str | None) -> Kind:
    if sector is None:
        return Kind.CRITICAL if _CRITICAL in row.needs.values() else Kind.SITE
    level = row.needs.get(sector)
    return Kind.LEVEL_UNKNOWN if level is None else Kind(f"level_{level}")


def drawn(placed: Iterable[Mark], lang: str) -> str:
    """Draw marks in the order given; each tells its site and figure when pointed at."""
    return group((_drawn(mark, lang) for mark in placed), stroke_width=1.6)


def _drawn(mark: Mark, lang: str) -> str:
    words = element("title", _escaped(told(mark, lang)))
    if mark.kind is Kind.NO_FIGURE:
        return cross(mark.x, mark.y, words)
    drawn_circle = circle(mark.x, mark.y, mark.radius, mark.kind, words, carried=mark.carried)
    return drawn_circle + (ring(mark.x, mark.y, mark.radius) if mark.vague else "")


def ring(x: float, y: float, radius: float) -> str:
    """Draw the dashed ring around the mark of a site that may be anywhere in its area."""
    place = {"cx": round(x, 1), "cy": round(y, 1), "r": round(radius + 3, 1)}
    return element(
        "circle", **place, fill="none", stroke=palette.INK, stroke_width=1.2, stroke_dasharray="4 3"
    )


def circle(
    x: float, y: float, radius: float, kind: Kind, words: str = "", *, carried: bool = False
) -> str:
    """Draw one circle: filled; open where its figure was carried forward or its level is not known."""
    place = {"cx": round(x, 1), "cy": round(y, 1), "r": round(radius, 1)}
    fill = FILLS.get(kind)
    if fill is None:
        return element(
            "circle", words, **place, fill="#fff", fill_opacity=0.6, stroke=palette.QUIET
        )
    if carried:
        edge = fill if kind is not Kind.LEVEL_0 else palette.RAMP[2]
        return element(
            "circle", words, **place, fill="#fff", fill_opacity=0.6, stroke=edge, stroke_width=2.6
        )
    edge = palette.RAMP[3] if kind in {Kind.LEVEL_0, Kind.LEVEL_1} else "#fff"
    thin = {"stroke_width": 0.8} if radius < _SMALL else {}
    return element("circle", words, **place, fill=fill, fill_opacity=0.85, stroke=edge, **thin)


def cross(x: float, y: float, words: str = "") -> str:
    """Draw the small cross of a site without a figure."""
    arm = _CROSS
    path = f"M{x - arm:.0f} {y - arm:.0f}l{2 * arm:.0f} {2 * arm:.0f}m0 {-2 * arm:.0f}l{-2 * arm:.0f} {2 * arm:.0f}"
    return element("path", words, d=path, fill="none", stroke=palette.QUIET, stroke_width=2.4)


def told(mark: Mark, lang: str) -> str:
    """Say a mark in words: its site, and its figure or that there is none."""
    if mark.value is None:
        return Message("{site}: no figure", {"site": mark.row.name}).text(lang)
    return f"{mark.row.name}: {number(mark.value, lang)}"


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")
