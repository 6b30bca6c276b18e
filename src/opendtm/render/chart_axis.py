"""The axes of a chart: where each round stands, which round numbers get a line, which dates have room."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_skeleton

from opendtm.i18n import number
from opendtm.render.lettering import width
from opendtm.render.projection import nice_below
from opendtm.report.model import TrendPoint

_WIDEST_STEP, _WIDEST_BAR, _BAR_SHARE = 240.0, 96.0, 0.68
GAP = 12.0  # units between two words on one line


@dataclass(frozen=True, slots=True)
class Slots:
    """The places of the rounds from left to right, in units; few rounds stand close together on the left."""

    left: float
    right: float
    count: int

    @property
    def step(self) -> float:
        """Give the distance of two rounds."""
        return min((self.right - self.left) / max(self.count, 1), _WIDEST_STEP)

    @property
    def bar(self) -> float:
        """Give the width of a bar."""
        return min(self.step * _BAR_SHARE, _WIDEST_BAR)

    @property
    def end(self) -> float:
        """Give where the last round ends."""
        return self.left + self.count * self.step

    def centre(self, index: int) -> float:
        """Give the middle of one round."""
        return self.left + (index + 0.5) * self.step


def ticks(largest: float) -> list[float]:
    """Give two to five round numbers from a step up to the largest; none where nothing is above zero."""
    if largest < 1:
        return []
    step = max(nice_below(largest / 2), 1.0) if largest >= 2 else 1.0
    return [step * times for times in range(1, int(largest / step * (1 + 1e-9)) + 1)]


def gutter(largest: float, lang: str) -> float:
    """Give the width that the numbers of the vertical axis take, with their gap."""
    return max(width(number(tick, lang)) for tick in [0.0, *ticks(largest)]) + GAP


def short_days(points: Sequence[TrendPoint], lang: str) -> list[str]:
    """Give the last day of each round without its year, as in 15 Nov or 15 nov."""
    locale = "en_GB" if lang == "en" else lang
    return [format_skeleton("MMMd", point.round.ends_on, locale=locale) for point in points]


def thinned(words: Sequence[str], step: float) -> list[int]:
    """Choose evenly which words to write, `step` units apart; the last always."""
    if not words:
        return []
    widest = max(map(width, words)) + GAP
    every = max(1, -int(-widest // step))
    return [index for index in range(len(words)) if (len(words) - 1 - index) % every == 0]


def held(x: float, words: str, left: float, right: float) -> float:
    """Move the middle of words so that they stay between two edges."""
    half = width(words) / 2
    return max(left + half, min(x, right - half))
