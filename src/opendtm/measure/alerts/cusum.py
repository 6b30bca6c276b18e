"""A change that builds up over rounds: the cumulative sum of what changes exceed the ordinary by (CUSUM).

Page 1954 (unverified). The limit is found by simulation: ordinary changes of past rounds, drawn again in random
order, must raise alerts at no more than the stated rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from opendtm.errors.measure_alerts import HistoryWithoutChange
from opendtm.i18n import Label
from opendtm.measure.alerts.changes import OFFSET, above_zero, check_history, known_sizes
from opendtm.measure.histories import Series

Numbers = npt.NDArray[np.float64]
SIMULATED, HORIZON, HALVINGS = 2000, 52, 40
WAY = Label("Simulation from past changes", "Simulation à partir des variations passées")


@dataclass(frozen=True, slots=True)
class Cusum:
    """Two sums of standardised changes z = (size - centre) / scale, one of rises and one of falls.

    S+ = max(0, S+ + z - allowance), S- = max(0, S- - z - allowance); beyond `limit` an alert, and the sum starts
    again. `limit` was found by simulation from `seed` for the stated `rate`, the alerts a place and round.
    """

    rate: float
    limit: float
    centre: float
    scale: float
    allowance: float
    changes: int
    offset: float
    seed: int
    way: Label = WAY

    def signals(self, sizes: Sequence[float | None]) -> tuple[float | None, ...]:
        """Give for each change the sum (negative for falls) where it is beyond the limit, else 0.

        An unknown change gives None, and both sums start again after it.
        """
        rise = fall = 0.0
        found: list[float | None] = []
        for size in sizes:
            if size is None:
                rise = fall = 0.0
                found.append(None)
                continue
            z = (size - self.centre) / self.scale
            rise, fall = max(0.0, rise + z - self.allowance), max(0.0, fall - z - self.allowance)
            beyond = max(rise, fall) > self.limit
            found.append((rise if rise >= fall else -fall) if beyond else 0.0)
            if beyond:
                rise = fall = 0.0
        return tuple(found)


def tuned_cusum(
    past: Sequence[Series],
    *,
    rate: float,
    seed: int,
    allowance: float = 0.5,
    offset: float = OFFSET,
    leaving_out: frozenset[tuple[str, int]] = frozenset(),
) -> Cusum:
    """Tune the limit on past rounds for at most `rate` alerts a place and round where nothing unusual happens.

    Centre is the median of past changes, scale their mean absolute deviation from it. The limit is the smallest
    (by halving) at which 2,000 simulated places raise no more over 52 rounds. Errors as in `tuned_ratio`; also
    HistoryWithoutChange where all changes are the same.
    """
    above_zero(allowance=allowance)
    sizes = known_sizes(past, offset=offset, leaving_out=leaving_out)
    check_history(sizes, rate)
    centre = float(np.median(sizes))
    scale = float(np.abs(sizes - centre).mean())
    if scale == 0:
        raise HistoryWithoutChange(known=len(sizes))
    drawn = np.random.default_rng(seed).choice((sizes - centre) / scale, (HORIZON, SIMULATED))
    return Cusum(
        rate=rate,
        limit=_limit(drawn, rate, allowance),
        centre=centre,
        scale=scale,
        allowance=allowance,
        changes=len(sizes),
        offset=offset,
        seed=seed,
    )


def _limit(drawn: Numbers, rate: float, allowance: float) -> float:
    low, high = 0.0, float(np.abs(drawn).sum(axis=0).max())
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _alerts(drawn, middle, allowance) > rate:
            low = middle
        else:
            high = middle
    return high


def _alerts(drawn: Numbers, limit: float, allowance: float) -> float:
    rise, fall, alerts = np.zeros(drawn.shape[1]), np.zeros(drawn.shape[1]), 0
    for z in drawn:
        rise = np.maximum(0.0, rise + z - allowance)
        fall = np.maximum(0.0, fall - z - allowance)
        beyond = np.maximum(rise, fall) > limit
        alerts += int(beyond.sum())
        rise[beyond], fall[beyond] = 0.0, 0.0
    return alerts / drawn.size
