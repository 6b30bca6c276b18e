"""A total of travellers, where the days and the shifts that were watched had been drawn at random.

Only then may a registry be multiplied up. T = Σ_d Σ_s y / (p_d p_s); the variance takes the day as the unit
that was drawn (proposal of OpenDTM, after the with-replacement estimator of Hansen and Hurwitz, unverified).
"""

from collections import defaultdict
from dataclasses import dataclass
from math import fsum, sqrt

import pyarrow as pa

from opendtm.i18n import Message
from opendtm.measure.flow.columns import days, numbers, refuse
from opendtm.measure.limits import limits_of_total


@dataclass(frozen=True, slots=True)
class ShiftTotal:
    """A total in persons over the days of the frame, with its standard error.

    `df` is the number of days less one; `low` and `high` use Student's t on it at `level`.
    """

    total: float
    se: float
    df: int
    low: float
    high: float
    level: float
    shifts: int


def shift_total(shifts: pa.Table, *, level: float = 0.95) -> ShiftTotal:
    """Estimate the total of a direction from shifts drawn at random.

    `shifts` has a row a watched shift: `day`, `persons` (0 where nobody passed), `p_day` and `p_shift`, the
    probabilities (above 0, to 1) that its day, and within the day its shift, were drawn. FlowTableInvalid for
    a column that is absent or wrong, a day whose probability differs between its shifts, or fewer than two
    days.
    """
    persons = numbers(shifts, "persons")
    chances = [numbers(shifts, name, most=1.0) for name in ("p_day", "p_shift")]
    drawn: dict[object, float] = {}
    sums: dict[object, list[float]] = defaultdict(list)
    for row, (day, counted, by_day, by_shift) in enumerate(
        zip(days(shifts), persons, *chances, strict=True), 1
    ):
        if by_day == 0 or by_shift == 0:
            raise refuse(Message("a probability must be above 0"), column="p_day", row=row)
        if drawn.setdefault(day, by_day) != by_day:
            raise refuse(Message("a day has one probability"), column="p_day", row=row)
        sums[day].append(float(counted / (by_day * by_shift)))
    if len(sums) < 2:
        raise refuse(Message("at least two days must have been drawn"), column="day")
    return _estimated([fsum(parts) for parts in sums.values()], level, shifts.num_rows)


def _estimated(by_day: list[float], level: float, shifts: int) -> ShiftTotal:
    n, total = len(by_day), fsum(by_day)
    spread = fsum((one - total / n) ** 2 for one in by_day)
    se = sqrt(n / (n - 1) * spread)
    low, high = limits_of_total(total, se, df=n - 1, level=level)
    return ShiftTotal(total, se, n - 1, low, high, level, shifts)
