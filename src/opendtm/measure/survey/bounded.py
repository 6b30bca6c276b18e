"""Weights within bounds: found where there are any; where there are none, that is proven, and wider bounds named."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, inf
from typing import Any

from opendtm.errors.measure_survey import BoundsTooNarrow, TargetsUnfit
from opendtm.i18n import Message, mark
from opendtm.measure.survey.arrays import Floats
from opendtm.measure.survey.distances import Aim, Distance, Limits, Solved, factors, solved

WORDS = {
    Distance.LINEAR: mark("linear distance"),
    Distance.RAKING: mark("raking distance"),
    Distance.LOGIT: mark("logit distance"),
}
NOT_SETTLED = mark("the search did not settle in {count} rounds")
NEGATIVE = mark("no weights of zero or more were found that reach them")
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Way:
    """How weights are brought to totals: by which distance, within which bounds, in how many rounds, how closely.

    `tolerance` is what a total may be missed by, relative to one more than the total.
    """

    distance: Distance
    bounds: Limits | None
    rounds: int
    tolerance: float

    def factors(
        self, known: Floats, weights: Floats, totals: Floats, names: Sequence[str]
    ) -> Solved:
        """Give what each weight is multiplied by.

        `known` (rows x totals) are the measures. Errors: BoundsUnfit; BoundsTooNarrow where nothing within the bounds
        reaches the totals; TargetsUnfit where only negative weights seem to, or the rounds were too few.
        """
        by = factors(self.distance, self.bounds)
        aim = Aim(known, weights, totals, by)
        found = solved(aim, rounds=self.rounds, tolerance=self.tolerance)
        if not found.missed <= self.tolerance:
            self._refuse(aim, found, names)
        return found

    def values(self, found: Solved) -> dict[str, Any]:
        """Give what a reader of the estimates is told."""
        low, high = self.bounds or (None, None)
        return {
            "distance": Message(WORDS[self.distance]),
            "low": f"{low:g}" if low is not None else "",
            "high": f"{high:g}" if high is not None else "",
            "rounds": found.rounds,
            "tolerance": f"{self.tolerance:g}",
        }

    def _refuse(self, aim: Aim, found: Solved, names: Sequence[str]) -> None:
        low, high = self.bounds or (-inf, inf)
        if _beyond(aim, found.b, (low, high)) <= 1 + ROUNDING:
            raise TargetsUnfit(reason=Message(NOT_SETTLED, {"count": self.rounds}))
        free = replace(aim, by=factors(Distance.RAKING, None))
        wide = solved(free, rounds=self.rounds, tolerance=self.tolerance)
        if wide.missed > self.tolerance:
            raise TargetsUnfit(reason=Message(NEGATIVE))
        raise BoundsTooNarrow(
            low=f"{low:g}",
            high=f"{high:g}",
            variables=", ".join(names),
            least=f"{min(floor(wide.factors.min() * 100) / 100, 0.99):g}",
            most=f"{max(ceil(wide.factors.max() * 100) / 100, 1.01):g}",
        )


def _beyond(aim: Aim, b: Floats, bounds: Limits) -> float:
    """Give how far the totals lie beyond all that the bounds allow, along `b`: above 1, nothing within reaches them.

    Where weights go as far as they may, up for rows that `b` favours and down for the others, the totals change by
    so much along `b` and by no more; what they would have to change by is divided by it.
    """
    favour = aim.weights * (aim.known @ b)
    wanted = float(aim.totals @ b - favour.sum())
    up, down = float(favour[favour > 0].sum()), -float(favour[favour < 0].sum())
    most = sum(
        side * reach
        for side, reach in zip((up, down), (bounds[1] - 1, 1 - bounds[0]), strict=True)
        if side
    )
    return wanted / most if most > 0 else 0.0
