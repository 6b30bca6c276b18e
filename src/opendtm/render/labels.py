"""Places words on a map: each where it covers nothing, or not at all.

Greedy: whoever is asked first takes the best place that is still free. Boxes are (left, top, right, bottom).
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from opendtm.render.projection import Box


class Room:
    """The free room inside a frame: what stands in it already, and whether a box still fits."""

    def __init__(self, frame: Box, *, taken: Iterable[Box] = ()) -> None:
        """Start with a frame in which the boxes `taken` stand already."""
        self.frame = frame
        self._boxes = list(taken)
        self._circles = np.empty((0, 3))

    def take(self, box: Box) -> None:
        """Set a box apart."""
        self._boxes.append(box)

    def take_circles(self, circles: Iterable[tuple[float, float, float]]) -> None:
        """Set circles apart, each (x, y, radius)."""
        new = np.array(list(circles), dtype=float).reshape(-1, 3)
        self._circles = np.vstack((self._circles, new))

    def fits(self, box: Box) -> bool:
        """Tell whether a box lies in the frame and covers nothing."""
        left, top, right, bottom = self.frame
        inside = box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom
        return (
            inside and not any(overlap(box, other) for other in self._boxes) and not self._hits(box)
        )

    def first(self, boxes: Iterable[Box]) -> Box | None:
        """Take the first of `boxes` that fits; None where none does."""
        for box in boxes:
            if self.fits(box):
                self.take(box)
                return box
        return None

    def _hits(self, box: Box) -> bool:
        x, y, radius = self._circles.T
        across = x - np.clip(x, box[0], box[2])
        down = y - np.clip(y, box[1], box[3])
        return bool((across**2 + down**2 < radius**2).any())


def overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes share more than an edge."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def around(x: float, y: float, radius: float, size: tuple[float, float]) -> Iterator[Box]:
    """Give the places of a label of `size` around a circle, best first: right, left, above, below, corners."""
    wide, high = size
    gap, slant = radius + 6, radius * 0.75 + 4
    anchors: Sequence[tuple[float, float]] = (
        (x + gap, y - high / 2),
        (x - gap - wide, y - high / 2),
        (x - wide / 2, y - gap - high),
        (x - wide / 2, y + gap),
        (x + slant, y - slant - high),
        (x + slant, y + slant),
        (x - slant - wide, y - slant - high),
        (x - slant - wide, y + slant),
    )
    return ((left, top, left + wide, top + high) for left, top in anchors)


def centred(x: float, y: float, size: tuple[float, float]) -> Box:
    """Give the box of `size` around a point."""
    wide, high = size
    return (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
