"""What a calibration leaves for variances to be estimated from: residuals of linearised values.

A calibrated weight is known better than the weight it came from, as far as the known totals explain what is
estimated. Source: Deville & Särndal 1992; as R `svyrecvar` treats `postStrata`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from opendtm.i18n import Message
from opendtm.measure.survey.arrays import Codes, Floats, Frame

PASSES = 50  # alternating projections of raking: they settle in a few


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One step that brought weights to known totals.

    `margins` are columns of the table that number the cells of each margin, `weighted` columns of the
    weights when that margin had just been brought to its sizes; `measures` are columns of numbers; `base`
    is the column of the weights before the step; `values` what else the sentence tells.
    """

    sentence: str
    variables: tuple[str, ...]
    base: str
    margins: tuple[str, ...] = ()
    weighted: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns of the table that the step needs."""
        return (self.base, *self.margins, *self.weighted, *self.measures)

    def words(self) -> Message:
        """Say what the step did."""
        return Message(self.sentence, {"variables": ", ".join(self.variables), **self.values})

    def residual(self, frame: Frame, linear: Floats) -> Floats:
        """Give what the known totals do not explain of linearised values (weights included)."""
        base = frame.numbers(self.base)
        if self.measures:
            known = np.stack([frame.numbers(name) for name in self.measures], axis=1)
            return _regressed(linear, known, base, frame.weights)
        margins = [
            (frame.numbers(cell).astype(np.int64), frame.numbers(weights))
            for cell, weights in zip(self.margins, self.weighted, strict=True)
        ]
        return _swept(linear, margins, base)


def _regressed(linear: Floats, known: Floats, base: Floats, weights: Floats) -> Floats:
    """Take the regression on the known measures away, fitted with the weights before the step."""
    root = np.sqrt(base)[:, None]
    heavy = weights[:, None] > 0
    scaled = np.divide(linear * root, weights[:, None], out=np.zeros_like(linear), where=heavy)
    fitted, *_ = np.linalg.lstsq(known * root, scaled, rcond=None)
    rest = scaled - known * root @ fitted
    return np.asarray(
        np.divide(rest * weights[:, None], root, out=np.zeros_like(rest), where=root > 0)
    )


def _swept(linear: Floats, margins: Sequence[tuple[Codes, Floats]], base: Floats) -> Floats:
    """Take the mean of each cell away, margin after margin; several margins again and again."""
    rest = np.array(linear)
    for _ in range(1 if len(margins) == 1 else PASSES):
        for cell, weights in margins:
            whole = np.bincount(cell, base)
            share = np.divide(base, weights, out=np.zeros_like(base), where=weights > 0)
            for column in range(rest.shape[1]):
                means = np.bincount(cell, rest[:, column] * share) / np.where(whole > 0, whole, 1.0)
                rest[:, column] -= weights * means[cell]
    return rest
