"""How far ahead a forecast looks and how it is tried on the past, stated before anything is computed."""

from dataclasses import dataclass
from math import ceil

from opendtm.errors.measure_forecast import ForecastPlanInvalid


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of a forecast; every record carries them.

    `horizon` is the rounds ahead; `start` the rounds known at the first origin of the trial; `season` the
    rounds of a season (None: no seasonal model); `level` the share that the intervals promise, offered where
    the trial finds `least_covered` to `most_covered` of the targets inside; `least_checked` the targets that
    each horizon must have been checked on. ForecastPlanInvalid where a setting is too small to work with.
    """

    horizon: int = 3
    start: int = 8
    season: int | None = None
    level: float = 0.8
    least_covered: float = 0.7
    most_covered: float = 0.9
    least_checked: int = 10

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be carried out."""
        least: dict[str, float] = {"horizon": 1, "start": max(2, self.season or 0)}
        least |= {"least_checked": 1, "season": 2, "level": 0.5, "most_covered": self.least_covered}
        for key, bound in least.items():
            value = getattr(self, key)
            if value is not None and value < bound:
                raise ForecastPlanInvalid(key=key, least=str(bound))
        if self.level > 0.99:
            raise ForecastPlanInvalid(key="1 - level", least="0.01")

    @property
    def errors_needed(self) -> int:
        """Give the past errors without which no interval of `level` can be given: k with k / (k + 1) >= level."""
        return ceil(round(self.level / (1 - self.level), 9))

    @property
    def rounds_needed(self) -> int:
        """Give the rounds without which the farthest horizon cannot be checked `least_checked` times."""
        return self.start + 2 * self.horizon + self.errors_needed + self.least_checked - 2
