"""Calibration by a distance: weights as near to those of before as known totals and bounds allow.

Each weight is multiplied by g = F(x'b), with x the known measures of its row and b such that the totals hold. F is
the inverse of the slope of the distance between new weights and old: 1 + u (linear), exp(u) (raking), or an S between
the bounds (logit); with bounds the first two are cut off there. Source: Deville & Särndal 1992, methods 1, 2, 6 and 7;
as R `calibrate(calfun=, bounds=)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite

import numpy as np

from opendtm.errors.measure_survey import BoundsUnfit
from opendtm.i18n import Message, mark
from opendtm.measure.survey.arrays import Floats

Limits = tuple[float, float]

HALVINGS = 60
SHALLOW = 0.5  # a step is long enough where the slope along it is at most so much of what it was
RIDGE = 1e-12
REACH = 50.0  # how far u goes in one step; where all factors are cut off nothing else holds it

AROUND_ONE = mark("one must lie below 1 and the other above it")
NOT_NEGATIVE = mark("the lower one must not be negative")
BOTH_NEEDED = mark("this distance needs both of them")


class Distance(StrEnum):
    """How far new weights are from old: squared, by their logarithms, or by how near they come to the bounds."""

    LINEAR = "linear"
    RAKING = "raking"
    LOGIT = "logit"


@dataclass(frozen=True, slots=True)
class Factors:
    """What weights are multiplied by, as a function of u = x'b, and its slope."""

    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Solved:
    """Factors of weights by row, the b they came from, the rounds it took, how far totals are missed, relative."""

    factors: Floats
    b: Floats
    rounds: int
    missed: float


def factors(distance: Distance, bounds: Limits | None) -> Factors:
    """Give the factors of a distance within bounds. BoundsUnfit where they are none for it."""
    low, high = (-inf, inf) if bounds is None else bounds
    reason = None
    if not low < 1 < high:
        reason = AROUND_ONE
    elif distance is not Distance.LINEAR and bounds is not None and low < 0:
        reason = NOT_NEGATIVE
    elif distance is Distance.LOGIT and not (isfinite(low) and isfinite(high)):
        reason = BOTH_NEEDED
    if reason is not None:
        raise BoundsUnfit(low=f"{low:g}", high=f"{high:g}", reason=Message(reason))
    if distance is Distance.LOGIT:
        return _logit(low, high)
    return _cut_off(_PLAIN[distance], low, high)


def _cut_off(plain: Factors, low: float, high: float) -> Factors:
    def slope(u: Floats) -> Floats:
        free = plain.value(u)
        inside: Floats = np.where((free > low) & (free < high), plain.slope(u), 0.0)
        return inside

    return Factors(lambda u: np.clip(plain.value(u), low, high), slope)


def _logit(low: float, high: float) -> Factors:
    rate = (high - low) / ((high - 1) * (1 - low))
    start = np.log((1 - low) / (high - 1))  # where the S is 1 at u = 0

    def share(u: Floats) -> Floats:
        found: Floats = 0.5 * (1 + np.tanh((rate * u + start) / 2))
        return found

    return Factors(
        lambda u: low + (high - low) * share(u),
        lambda u: (high - low) * rate * share(u) * (1 - share(u)),
    )


def _exp(u: Floats) -> Floats:
    grown: Floats = np.exp(np.minimum(u, 500.0))
    return grown


_PLAIN = {
    Distance.LINEAR: Factors(lambda u: 1 + u, np.ones_like),
    Distance.RAKING: Factors(_exp, _exp),
}


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be reached: `known` measures (rows x totals), weights before, the totals, by which factors."""

    known: Floats
    weights: Floats
    totals: Floats
    by: Factors

    def missing(self, b: Floats) -> Floats:
        """Give what the totals reached with `b` are above those wanted."""
        missing: Floats = (self.weights * self.by.value(self.known @ b)) @ self.known - self.totals
        return missing

    def bend(self, b: Floats) -> Floats:
        """Give how the totals change with `b` (a matrix, positive semidefinite)."""
        heavy = self.weights * self.by.slope(self.known @ b)
        bend: Floats = self.known.T @ (heavy[:, None] * self.known)
        return bend


def solved(aim: Aim, *, rounds: int, tolerance: float) -> Solved:
    """Find the factors of weights with which the totals hold to `tolerance`, relative; the best ones of `rounds`.

    Newton's method on a convex function whose slope is what the totals are missed by, so that the way along each
    step is told by the sign of the slope.
    """
    scale = 1 + np.abs(aim.totals)
    small = Aim(aim.known / scale, aim.weights, aim.totals / scale, aim.by)
    b = np.zeros(len(scale))
    missing, done = small.missing(b), 0
    while np.abs(missing).max() > tolerance and done < rounds:
        b, missing = _stepped(small, b, missing)
        done += 1
    factors = small.by.value(small.known @ b)
    return Solved(factors, b / scale, done, float(np.abs(missing).max()))


def _stepped(aim: Aim, b: Floats, missing: Floats) -> tuple[Floats, Floats]:
    bend = aim.bend(b)
    ridge = RIDGE * max(float(np.trace(bend)), float(np.square(aim.known).sum()) * RIDGE)
    step, *_ = np.linalg.lstsq(bend + ridge * np.eye(len(b)), -missing, rcond=None)
    step *= min(1.0, REACH / max(float(np.abs(aim.known @ step).max()), REACH))
    start, low, high, length = float(step @ missing), 0.0, inf, 1.0
    found = missing
    for _ in range(HALVINGS):
        found = aim.missing(b + length * step)
        slope = float(step @ found)
        if slope > 0 and slope > -SHALLOW * start:
            high = length
        elif slope < SHALLOW * start and high < inf:
            low = length
        else:
            break
        length = (low + high) / 2
    return b + length * step, found
