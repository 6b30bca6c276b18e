"""Maps as SVG: sites as circles by their figure, needs of one sector, and the small map of where we are.

A map is drawn straight from the report's model; it holds only text, paths and circles with presentation
attributes, so the same picture goes into the PDF and into a page with a strict content policy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely

from opendtm.geo import Geometry
from opendtm.i18n import Message, mark, translate
from opendtm.render import map_ground, map_layout, map_marks, map_words, palette
from opendtm.render.inset import inset, locator
from opendtm.render.labels import Room, overlap
from opendtm.render.lettering import wrapped
from opendtm.render.map_alt import map_alt
from opendtm.render.map_ground import Ground
from opendtm.render.map_key import Piece, key, scale_bar
from opendtm.render.map_layout import Layout
from opendtm.render.map_marks import Mark
from opendtm.render.projection import Box
from opendtm.render.svg import MM, POINT, drawing, element, text, window
from opendtm.report.model import MapModel, SiteRow
from opendtm.vocab import concept

__all__ = ["locator", "map_alt", "sector_map", "site_map"]

_LINE = 8.6 * POINT
_STRIP = 44.0
_INSET = 250.0
_FICTIONAL = mark("Fictional data: a demonstration, no real country or people")
_NOWHERE = mark("No site of this report has a position, so none can be drawn on a map.")


@dataclass(frozen=True, slots=True)
class _Request:
    """What is to be drawn: subject or sector, language, and size in units."""

    model: MapModel
    lang: str
    fictional: bool
    width: float
    height: float
    subject: str
    sector: str | None = None

    @property
    def heading(self) -> str:
        return concept(self.subject).label.text(self.lang)


def site_map(
    map_model: MapModel,
    lang: str,
    *,
    fictional: bool = False,
    width_mm: float = 180,
    height_mm: float = 120,
    subject: str = "idp_individuals",
) -> str:
    """Draw the sites as circles by the concept `subject`; sites with a critical need in the alert colour."""
    asked = _Request(map_model, lang, fictional, width_mm * MM, height_mm * MM, subject)
    return _drawing(asked, map_alt(map_model, lang, subject=subject))


def sector_map(
    map_model: MapModel,
    sector: str,
    lang: str,
    *,
    fictional: bool = False,
    width_mm: float = 180,
    height_mm: float = 120,
) -> str:
    """Draw the sites as circles by their people, coloured by the level of need in one sector."""
    asked = _Request(
        map_model, lang, fictional, width_mm * MM, height_mm * MM, "idp_individuals", sector=sector
    )
    return _drawing(asked, map_alt(map_model, lang, sector=sector))


def _drawing(asked: _Request, alt: str) -> str:
    top = _STRIP if asked.fictional else 0.0
    ground = map_ground.ground(asked.model)
    notes = map_words.foot(_notes(asked), asked.width)
    frame = (0.0, top, asked.width, asked.height - len(notes) * _LINE - 6)
    body = _nowhere(asked, frame) if ground is None else _map(asked, ground, frame)
    feet = [
        map_words.foot_text(line, frame[3] + (index + 1) * _LINE - 2)
        for index, line in enumerate(notes)
    ]
    strip = [_strip(asked)] if asked.fictional else []
    title = asked.model.title.text(asked.lang)
    return drawing(
        asked.width / MM, asked.height / MM, [*strip, *body, *feet], title=title, alt=alt
    )


def _notes(asked: _Request) -> list[str]:
    credit = Message(
        "Map {number}. Boundaries: {source}",
        {"number": asked.model.number, "source": asked.model.boundaries_source},
    )
    unplaced = Message(
        "Sites without a position, not shown: {count}.", {"count": asked.model.unplaced}
    )
    return [credit.text(asked.lang)] + ([unplaced.text(asked.lang)] if asked.model.unplaced else [])


def _strip(asked: _Request) -> str:
    words = translate(_FICTIONAL, asked.lang)
    back = element("rect", width=asked.width, height=_STRIP - 8, fill=palette.INK)
    return back + text(words, 14, 26, fill="#fff", font_weight=600)


def _nowhere(asked: _Request, frame: Box) -> list[str]:
    back = element(
        "rect", x=0, y=frame[1], width=frame[2], height=frame[3] - frame[1], fill=palette.GROUND
    )
    return [back, *_notice(asked, frame)]


def _notice(asked: _Request, frame: Box) -> list[str]:
    lines = wrapped(translate(_NOWHERE, asked.lang), (frame[2] - frame[0]) * 0.7, points=9)
    middle = (frame[1] + frame[3]) / 2 - (len(lines) - 1) * 5.5 * POINT
    return [
        text(
            line,
            (frame[0] + frame[2]) / 2,
            middle + index * 11 * POINT,
            points=9,
            text_anchor="middle",
            fill=palette.INK,
        )
        for index, line in enumerate(lines)
    ]


def _map(asked: _Request, ground: Ground, frame: Box) -> list[str]:
    rows = _shown_rows(asked.model.sites)
    scale = map_marks.circle_scale(
        [value for row in rows if (value := map_marks.value_of(row, asked.subject)) is not None],
        frame,
    )
    marks = partial(map_marks.marks, rows, scale=scale, subject=asked.subject, sector=asked.sector)
    flat = marks(sheet=ground.sheet)
    legend = key(asked.heading, flat, scale, asked.lang) if flat else None
    sites_km = np.array([(mark_.x, mark_.y) for mark_ in flat]).reshape(-1, 2)
    layout = map_layout.laid_out(
        ground, sites_km, frame, (legend.width, legend.height) if legend else None
    )
    placed = marks(sheet=layout.sheet)
    furniture, taken = _furniture(asked, ground, layout, legend, sites_km)
    return _layers(asked, ground, layout, placed, (furniture, taken))


def _shown_rows(rows: Sequence[SiteRow]) -> list[SiteRow]:
    return [row for row in rows if map_ground.is_placed(row)]


def _layers(
    asked: _Request,
    ground: Ground,
    layout: Layout,
    placed: Sequence[Mark],
    furniture: tuple[Sequence[str], Sequence[Box]],
) -> list[str]:
    frame = layout.frame
    size = (frame[2] - frame[0], frame[3] - frame[1])
    room = Room(frame, taken=furniture[1])
    room.take_circles((mark_.x, mark_.y, mark_.radius + 2) for mark_ in placed)
    inside = [
        element("rect", x=frame[0], y=frame[1], width=size[0], height=size[1], fill=palette.WATER),
        *map_ground.drawn(ground, layout.sheet, frame),
        map_marks.drawn(placed, asked.lang),
        *map_words.names(ground, layout.sheet, room, placed, asked.lang),
    ]
    edge = element(
        "rect",
        x=frame[0] + 1,
        y=frame[1] + 1,
        width=size[0] - 2,
        height=size[1] - 2,
        fill="none",
        stroke=palette.RULE,
        stroke_width=2,
    )
    notice = [] if placed else _notice(asked, frame)
    return [window(frame[0], frame[1], *size, inside), *furniture[0], edge, *notice]


def _furniture(
    asked: _Request, ground: Ground, layout: Layout, legend: Piece | None, sites_km: np.ndarray
) -> tuple[list[str], list[Box]]:
    """Place key, scale bar and inset; give them drawn, and the boxes they take."""
    parts, taken = [], []
    if legend and layout.key:
        parts.append(legend.at(layout.key[0], layout.key[1]))
        taken.append(layout.key)
    bar = scale_bar(layout.sheet.scale, (layout.frame[2] - layout.frame[0]) * 0.22, asked.lang)
    box = _bar_box(ground, layout, sites_km, bar, taken)
    parts.append(bar.at(box[0] + 12, box[1]))
    taken.append(box)
    where = _inset_box(ground, layout, sites_km, taken)
    if where:
        parts.append(inset(ground, layout, where))
        taken.append(where)
    return parts, taken


def _bar_box(
    ground: Ground, layout: Layout, sites_km: np.ndarray, bar: Piece, taken: Sequence[Box]
) -> Box:
    boxes = map_layout.bar_boxes(layout.frame, (bar.width + 70, bar.height))
    free = [box for box in boxes if not any(overlap(box, other) for other in taken)] or boxes
    return min(free, key=lambda box: map_layout.covering(ground, sites_km, layout.sheet, box))


def _inset_box(
    ground: Ground, layout: Layout, sites_km: np.ndarray, taken: Sequence[Box]
) -> Box | None:
    """Find a corner for the inset where it covers neither sites nor much land; None without neighbours."""
    if not ground.neighbours and not ground.zoomed:
        return None
    size = min(_INSET, (layout.frame[3] - layout.frame[1]) * 0.3)
    for box in map_layout.free_corner(layout, taken, (size, size)):
        land: Geometry = ground.land
        if shapely.is_empty(land) or map_layout.covering(ground, sites_km, layout.sheet, box) < 0.1:
            return box
    return None
