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
_MOST_LABELS = 30
_MOST_AREAS = 60
_WIDEST = 420.0
_FIRST_SITES = 8
_HAIR = 6.0  # units by which a name may reach out of its area


def names(ground: Ground, sheet: Sheet, room: Room, placed: Sequence[Mark], lang: str) -> list[str]:
    """Write every name that has room: the first sites, the upper areas, the other sites, the neighbours."""
    ranked = [mark for mark in placed if mark.value is not None]
    first = list(_sites(ranked[:_FIRST_SITES], room, lang, with_number=True))
    areas = list(_areas(_upper(ground, sheet, room.frame), room))
    others = list(_sites(ranked[_FIRST_SITES:_MOST_LABELS], room, lang, with_number=False))
    neighbours = list(_neighbours(ground, sheet, room, lang))
    return [
        group(
            neighbours, fill=palette.NEIGHBOUR_NAME, letter_spacing=_SPACING, text_anchor="middle"
        ),
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


def _inside(
    words: str, shape: Geometry, room: Room, *, spacing: float, most_lines: int
) -> Iterator[str]:
    """Write words inside a shape, on one line or broken, where they cover nothing; or not at all."""
    if shapely.is_empty(shape) or shapely.get_dimensions(shape) < 2:
        return
    west, _, east, _ = shapely.bounds(shape)
    shapely.prepare(shape)
    for lines in _broken(words, most_lines):
        wide = max(width(line, spacing=spacing) for line in lines) + 4
        if wide > east - west:
            continue
        box = room.first(_holding(shape, _places(shape), (wide, height(lines=len(lines)))))
        if box:
            for index, line in enumerate(lines):
                y = box[1] + ASCENT * 7 * POINT + index * 1.18 * 7 * POINT
                yield halo(line, round((box[0] + box[2]) / 2), round(y), stroke_opacity=0.6)
            return


def _broken(words: str, most_lines: int) -> Iterator[list[str]]:
    yield [words]
    if " " in words and most_lines > 1:
        yield wrapped(words, max(width(words) * 0.62, *map(width, words.split(" "))))


def _places(shape: Geometry) -> np.ndarray:
    """Give points (n, 2) of a shape for its name: the roomiest, then a grid over it, nearest to that first."""
    roomiest = np.array(label_point(shape))
    west, north, east, south = shapely.bounds(shape)
    x, y = np.meshgrid(np.linspace(west, east, 9)[1:-1], np.linspace(north, south, 9)[1:-1])
    grid = np.column_stack((x.ravel(), y.ravel()))
    inside = grid[shapely.contains_xy(shape, grid)]
    order = np.hypot(*(inside - roomiest).T).argsort()
    return np.vstack((roomiest, inside[order]))


def _holding(shape: Geometry, places: np.ndarray, size: tuple[float, float]) -> Iterator[Box]:
    """Give the boxes of `size` around `places` that lie in the shape but for a hair's breadth."""
    half = np.array(size) / 2
    inner = half - _HAIR
    boxes = shapely.box(*(places - inner).T, *(places + inner).T)
    for x, y in places[shapely.covers(shape, boxes)]:
        yield centred(float(x), float(y), size)


def _neighbours(ground: Ground, sheet: Sheet, room: Room, lang: str) -> Iterator[str]:
    land = shapely.make_valid(_one(to_units([ground.land], ground.sheet, sheet, room.frame)))
    around_ = to_units([shape for _, shape in ground.neighbours], ground.sheet, sheet, room.frame)
    for (area, _), shape in zip(ground.neighbours, around_, strict=True):
        words = name_of(area, lang).upper() if area.code else ""
        visible = shapely.clip_by_rect(shapely.make_valid(shape), *room.frame)
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
