"""Rules that read a quantile off weighted answers.

Names as in R `survey` 4.1; hf1 to hf8 are the weighted forms of the types of Hyndman & Fan 1996, `math`
is the inverse of the distribution function (hf1), `school` takes the middle where the function is flat
there (hf2).
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np

from opendtm.measure.survey.arrays import Floats

ROUNDING = 1e-12  # how near to a step of the distribution function counts as on it


class Rule(StrEnum):
    """How a quantile is read off."""

    MATH = "math"
    SCHOOL = "school"
    HF1 = "hf1"
    HF2 = "hf2"
    HF4 = "hf4"
    HF6 = "hf6"
    HF7 = "hf7"
    HF8 = "hf8"


def read_quantile(rule: Rule, values: Floats, weights: Floats, share: float) -> float:
    """Give the quantile at `share` (0 to 1) of `values` in ascending order with positive `weights`."""
    if len(values) == 1:
        return float(values[0])
    return _RULES[rule](values, weights, share)


def _steps(values: Floats, weights: Floats, share: float) -> tuple[float, float, bool]:
    """Give the values on both sides of the place where the weights reach the share, and whether just there."""
    reached = np.cumsum(weights)
    reached /= reached[-1]
    below = int(np.searchsorted(reached, share + ROUNDING, side="right")) - 1
    if below < 0:
        return float(values[0]), float(values[0]), False
    above = min(below + 1, len(values) - 1)
    just = abs(share - reached[below]) <= ROUNDING
    return float(values[below]), float(values[above]), bool(just)


def _inverse(values: Floats, weights: Floats, share: float) -> float:
    low, high, just = _steps(values, weights, share)
    return low if just else high


def _middle(values: Floats, weights: Floats, share: float) -> float:
    low, high, just = _steps(values, weights, share)
    return (low + high) / 2 if just else high


def _hf4(values: Floats, weights: Floats, share: float) -> float:
    return float(np.interp(share, np.cumsum(weights) / weights.sum(), values))


def _hf6(values: Floats, weights: Floats, share: float) -> float:
    reached = np.cumsum(weights)
    return float(np.interp(share, reached / (reached[-1] + weights[-1]), values))


def _hf7(values: Floats, weights: Floats, share: float) -> float:
    before = np.concatenate([[0.0], np.cumsum(weights)[:-1]])
    return float(np.interp(share, before / before[-1], values))


def _hf8(values: Floats, weights: Floats, share: float) -> float:
    reached = np.cumsum(weights)
    before = np.concatenate([[0.0], reached[:-1]])
    place = (before / 3 + reached * 2 / 3) / (reached[-1] + weights[-1] / 3)
    return float(np.interp(share, place, values))


_RULES: dict[Rule, Callable[[Floats, Floats, float], float]] = {
    Rule.MATH: _inverse,
    Rule.HF1: _inverse,
    Rule.SCHOOL: _middle,
    Rule.HF2: _middle,
    Rule.HF4: _hf4,
    Rule.HF6: _hf6,
    Rule.HF7: _hf7,
    Rule.HF8: _hf8,
}
