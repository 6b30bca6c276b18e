"""The names on a map: neighbours in grey capitals, upper areas, and the sites, largest first."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from opendtm.geo import Geometry, label_point
from opendtm.i18n import number
from opendtm.render import palette
from opendtm.render.labels import Room, around, centred
from opendtm.render.lettering import ASCENT, height, shortened, width, wrapped
from opendtm.render.map_ground import Ground, name_of, to_units
from opendtm.render.map_marks import Mark
from opendtm.render.projection import Box, Sheet
from opendtm.render.svg import POINT, group, halo, text
from opendtm.report.model import Area

_SPACING = 4.0
_WITH_NUMBER = 8
_MOST_LABELS = 30
_MOST_AREAS = 60
_WIDEST = 420.0
_FIRST_SITES = 8


def names(ground: Ground, sheet: Sheet, room: Room, placed: Sequence[Mark], lang: str) -> list[str]:
    """Write every name that has room: the first sites, the upper areas, the other sites, the neighbours."""
    ranked = [mark for mark in placed if mark.value is not None]
    first = _sites(ranked[:_FIRST_SITES], room, lang, with_number=True)
    areas = _areas(_upper(ground, sheet, room.frame), room)
    others = _sites(ranked[_FIRST_SITES:_MOST_LABELS], room, lang, with_number=False)
    neighbours = _neighbours(ground, sheet, room, lang)
    return [
        group(neighbours, fill=palette.NEIGHBOUR_NAME, letter_spacing=_SPACING, text_anchor="middle"),
        group(areas, fill=palette.QUIET, letter_spacing=1, text_anchor="middle"),
        group([*first, *others], fill=palette.INK),
    ]


def _sites(ranked: Sequence[Mark], room: Room, lang: str, *, with_number: bool) -> Iterator[str]:
    for mark in ranked:
        name = shortened(mark.row.name, _WIDEST, bold=True)
        figure = number(mark.value or 0, lang) if with_number else ""
        size = (max(width(name, bold=True), width(figure)) + 4, height(lines=2 if figure else 1))
        box = room.first(around(mark.x, mark.y, mark.radius, size))
        if box:
            yield from _site(mark, box, name, figure)


def _site(mark: Mark, box: Box, name: str, figure: str) -> Iterator[str]:
    anchor, x = _anchor(mark, box)
    y = box[1] + ASCENT * 7 * POINT
    yield halo(name, round(x), round(y), font_weight=600, text_anchor=anchor)
    if figure:
        yield halo(figure, round(x), round(y + 1.18 * 7 * POINT), text_anchor=anchor)


def _anchor(mark: Mark, box: Box) -> tuple[str | None, float]:
    if box[0] >= mark.x:
        return None, box[0] + 2
    if box[2] <= mark.x:
        return "end", box[2] - 2
    return "middle", (box[0] + box[2]) / 2


def _upper(ground: Ground, sheet: Sheet, frame: Box) -> list[tuple[Area, Geometry]]:
    levels = [level for level in ground.levels if level > 0]
    if not levels:
        return []
    chosen = ground.levels[min(levels)]
    shapes = to_units([shape for _, shape in chosen], ground.sheet, sheet, frame)
    return [(area, shape) for (area, _), shape in zip(chosen, shapes, strict=True)]


def _areas(areas: Sequence[tuple[Area, Geometry]], room: Room) -> Iterator[str]:
    largest = sorted(areas, key=lambda item: -shapely.area(item[1]))[:_MOST_AREAS]
    for area, shape in largest:
        yield from _inside(area.name, shape, room, spacing=1, most_lines=2)


def _inside(words: str, shape: Geometry, room: Room, *, spacing: float, most_lines: int) -> Iterator[str]:
    """Write words inside a shape, on one line or broken, where they cover nothing; or not at all."""
    if shapely.is_empty(shape) or shapely.get_dimensions(shape) < 2:
        return
    for lines in _broken(words, most_lines):
        wide = max(width(line, spacing=spacing) for line in lines)
        size = (wide + 4, height(lines=len(lines)))
        boxes = (centred(x, y, size) for x, y in _places(shape))
        box = room.first(box for box in boxes if _holds(shape, box))
        if box:
            for index, line in enumerate(lines):
                y = box[1] + ASCENT * 7 * POINT + index * 1.18 * 7 * POINT
                yield halo(line, round((box[0] + box[2]) / 2), round(y), stroke_opacity=0.6)
            return


def _broken(words: str, most_lines: int) -> Iterator[list[str]]:
    yield [words]
    if " " in words and most_lines > 1:
        yield wrapped(words, max(width(words) * 0.62, max(map(width, words.split(" ")))))


def _places(shape: Geometry) -> Iterator[tuple[float, float]]:
    """Give points of a shape for its name: the roomiest, then a grid over it, nearest to that first."""
    x0, y0 = label_point(shape)
    yield x0, y0
    west, north, east, south = shapely.bounds(shape)
    grid = np.array(
        [(x, y) for x in np.linspace(west, east, 9)[1:-1] for y in np.linspace(north, south, 9)[1:-1]]
    )
    inside = grid[shapely.contains_xy(shape, grid[:, 0], grid[:, 1])]
    order = np.hypot(inside[:, 0] - x0, inside[:, 1] - y0).argsort()
    yield from ((float(x), float(y)) for x, y in inside[order])


def _holds(shape: Geometry, box: Box) -> bool:
    wanted = (box[2] - box[0]) * (box[3] - box[1])
    return bool(shapely.area(shapely.clip_by_rect(shape, *box)) >= 0.9 * wanted)


def _neighbours(ground: Ground, sheet: Sheet, room: Room, lang: str) -> Iterator[str]:
    land = _one(to_units([ground.land], ground.sheet, sheet, room.frame))
    around_ = to_units([shape for _, shape in ground.neighbours], ground.sheet, sheet, room.frame)
    for (area, _), shape in zip(ground.neighbours, around_, strict=True):
        words = name_of(area, lang).upper() if area.code else ""
        visible = shapely.clip_by_rect(shape, *room.frame)
        if words and not _is_own(visible, land):
            free = shapely.difference(visible, land)
            yield from _inside(words, free, room, spacing=_SPACING, most_lines=2)


def _is_own(visible: Geometry, land: Geometry) -> bool:
    return bool(shapely.area(shapely.intersection(visible, land)) > 0.5 * shapely.area(visible))


def _one(shapes: Sequence[Geometry]) -> Geometry:
    return shapely.make_valid(shapes[0])


def foot(words: Sequence[str], room: float) -> list[str]:
    """Break the lines below a map to its width."""
    return [line for sentence in words for line in wrapped(sentence, room)]


def foot_text(line: str, y: float) -> str:
    """Write one line below a map."""
    return text(line, 0, round(y), fill=palette.QUIET)
