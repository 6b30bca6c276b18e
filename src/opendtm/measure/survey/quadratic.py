"""The distribution of a weighted sum of chi-squares over a chi-square, by saddlepoint.

Under independence a Pearson statistic from a survey is distributed as sum(a_i F_i), the a_i eigenvalues
of the matrix of design effects (Rao & Scott 1984). Source of the approximation: Kuonen 1999 (Lugannani and
Rice); as R `pFsum`, which takes the whole part of the denominator's degrees of freedom, with Satterthwaite's F
where the saddlepoint is too near to zero.
"""

from math import log, sqrt

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from opendtm.measure.survey.arrays import Floats

NEAR_ZERO = 1e-4
EDGE = 0.99999


def upper_tail(statistic: float, effects: Floats, df: float) -> float:
    """Give P(sum of effects x F(1, df) > statistic), the same denominator in all."""
    count = len(effects)
    centre = float(effects.mean())
    spread = float((effects**2).mean()) / centre**2
    near = stats.f.sf(statistic / (count * centre), count / spread, df)
    whole = np.concatenate([effects, np.full(max(int(df), 1), -statistic / df)])
    found = _saddlepoint(whole)
    return float(near) if found is None else found


def _saddlepoint(effects: Floats) -> float | None:
    """Give P(sum of effects x chi-square(1) > 0); None where the saddlepoint is too near to zero."""
    scaled = effects / effects.max()

    def slope(point: float) -> float:
        return float((scaled / (1 - 2 * point * scaled)).sum())

    low = float((1 / (2 * scaled[scaled < 0])).max()) * EDGE
    high = float((1 / (2 * scaled[scaled > 0])).min()) * EDGE
    point = brentq(slope, low, high, xtol=1e-14)
    if abs(point) < NEAR_ZERO:
        return None
    height = -float(np.log(1 - 2 * point * scaled).sum()) / 2
    curve = 2 * float((scaled**2 / (1 - 2 * point * scaled) ** 2).sum())
    w, v = float(np.sign(point)) * sqrt(max(-2 * height, 0.0)), point * sqrt(curve)
    return float(stats.norm.sf(w + log(v / w) / w))
