"""Decides where the land, the key, the inset and the scale bar of a map stand, so that they do not cover sites.

The land is pushed away from the corner that holds the key; where the key would still cover land or sites,
the land gets the rest of the frame beside or above the key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from opendtm.render.labels import overlap
from opendtm.render.map_ground import Ground
from opendtm.render.projection import Box, Sheet, fitted

MARGIN = 16.0
_PAD = 34.0
_CORNERS = ((0, 1), (1, 1), (1, 0), (0, 0))  # (right?, bottom?): lower left first, where eyes end
_BEARABLE = 0.12
_REACH = 30.0  # how far a circle may reach from its site
Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """The frame, the sheet fitted into it, and the box of the key (None where there is none)."""

    frame: Box
    sheet: Sheet
    key: Box | None


def laid_out(ground: Ground, sites_km: np.ndarray, frame: Box, key: Size | None) -> Layout:
    """Fit the land into `frame` beside a key of the size `key`; `sites_km` (n, 2) are to stay visible."""
    inner = _inner(frame)
    if key is None:
        return Layout(frame, fitted(ground.sheet, ground.shown, inner), None)
    tried = [_tried(ground, sites_km, frame, key, corner) for corner in _CORNERS]
    cost, best = min(tried, key=lambda item: item[0])
    if cost <= _BEARABLE:
        return best
    return max(
        (_beside(ground, frame, key, side) for side in (0, 1)), key=lambda item: item.sheet.scale
    )


def _inner(frame: Box) -> Box:
    return frame[0] + _PAD, frame[1] + _PAD, frame[2] - _PAD, frame[3] - _PAD


def corner_box(frame: Box, size: Size, corner: tuple[int, int]) -> Box:
    """Give the box of `size` in a corner of the frame."""
    left = frame[2] - MARGIN - size[0] if corner[0] else frame[0] + MARGIN
    top = frame[3] - MARGIN - size[1] if corner[1] else frame[1] + MARGIN
    return left, top, left + size[0], top + size[1]


def _tried(
    ground: Ground, sites_km: np.ndarray, frame: Box, key: Size, corner: tuple[int, int]
) -> tuple[float, Layout]:
    inner = _inner(frame)
    sheet = fitted(ground.sheet, ground.shown, inner)
    wide, high = ground.shown[2] - ground.shown[0], ground.shown[3] - ground.shown[1]
    across = (inner[2] - inner[0] - wide * sheet.scale) / 2 * (-1 if corner[0] else 1)
    down = (inner[3] - inner[1] - high * sheet.scale) / 2 * (-1 if corner[1] else 1)
    moved = sheet.moved(scale=sheet.scale, x=sheet.x + across, y=sheet.y + down)
    box = corner_box(frame, key, corner)
    near = (box[0] - _REACH, box[1] - _REACH, box[2] + _REACH, box[3] + _REACH)
    return covering(ground, sites_km, moved, near), Layout(frame, moved, box)


def _beside(ground: Ground, frame: Box, key: Size, side: int) -> Layout:
    """Give the land what is left beside the key (side 0) or above it (side 1)."""
    inner = _inner(frame)
    if side == 0:
        room = (inner[0] + key[0], inner[1], inner[2], inner[3])
    else:
        room = (inner[0], inner[1], inner[2], inner[3] - key[1])
    return Layout(frame, fitted(ground.sheet, ground.shown, room), corner_box(frame, key, (0, 1)))


def covering(ground: Ground, sites_km: np.ndarray, sheet: Sheet, box: Box) -> float:
    """Say how bad it is to cover `box`: the share of it that is land, and half for every site below it."""
    left, top, right, bottom = (
        (box[0] - sheet.x) / sheet.scale,
        (box[1] - sheet.y) / sheet.scale,
        (box[2] - sheet.x) / sheet.scale,
        (box[3] - sheet.y) / sheet.scale,
    )
    land = shapely.area(shapely.clip_by_rect(ground.land, left, top, right, bottom))
    share = float(land) / ((right - left) * (bottom - top))
    if not len(sites_km):
        return share
    near = 12 / sheet.scale
    x, y = sites_km.T
    below = (x > left - near) & (x < right + near) & (y > top - near) & (y < bottom + near)
    return share + 0.5 * int(below.sum())


def free_corner(layout: Layout, taken: Sequence[Box], size: Size) -> Iterator[Box]:
    """Give the corners and lower edges where a box of `size` would stand free of the boxes `taken`."""
    frame = layout.frame
    for corner in ((1, 0), (0, 0), (1, 1), (0, 1)):
        box = corner_box(frame, size, corner)
        if not any(overlap(_wider(box), other) for other in taken):
            yield box


def _wider(box: Box) -> Box:
    return box[0] - MARGIN, box[1] - MARGIN, box[2] + MARGIN, box[3] + MARGIN


def bar_boxes(frame: Box, size: Size) -> list[Box]:
    """Give the places of a scale bar along the lower edge, then along the upper one, and above each other."""
    wide = frame[2] - frame[0]
    tops = (frame[3] - MARGIN - size[1], frame[1] + MARGIN)
    shares = (0.0, 1.0, 0.25, 0.5, 0.75)
    room = wide - 2 * MARGIN - size[0]
    return [
        (left, top, left + size[0], top + size[1])
        for top in tops
        for left in (frame[0] + MARGIN + share * room for share in shares)
    ]
