"""A sudden change: the log-ratio of two rounds beyond what nearly all past changes stayed within."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from opendtm.i18n import Label
from opendtm.measure.alerts.changes import OFFSET, check_history, known_sizes
from opendtm.measure.histories import Series

WAY = Label("Empirical quantile of past changes", "Quantile empirique des variations passées")


@dataclass(frozen=True, slots=True)
class LogRatio:
    """A threshold on the absolute log-ratio of two rounds.

    `limit` is the empirical quantile of `changes` past ones for the stated `rate` of false alarms, the share of
    ordinary changes that raise an alert.
    """

    rate: float
    limit: float
    changes: int
    offset: float
    way: Label = WAY

    def signals(self, sizes: Sequence[float | None]) -> tuple[float | None, ...]:
        """Give for each change its signed size where it is beyond the limit, else 0; None where unknown."""
        return tuple(
            None if size is None else (size if abs(size) > self.limit else 0.0) for size in sizes
        )


def tuned_ratio(
    past: Sequence[Series],
    *,
    rate: float,
    offset: float = OFFSET,
    leaving_out: frozenset[tuple[str, int]] = frozenset(),
) -> LogRatio:
    """Tune the threshold on past rounds: the ceil((n + 1)(1 - rate))-th smallest of n absolute changes.

    A new change that is exchangeable with the past ones is beyond it with a probability of at most `rate`.
    `leaving_out` names the places and rounds of known events, which are not ordinary. RateInvalid for a rate
    outside 0 to 1 or an offset not above 0; HistoryTooShort where n is below (1 - rate) / rate.
    """
    sizes = np.sort(np.abs(known_sizes(past, offset=offset, leaving_out=leaving_out)))
    check_history(sizes, rate)
    rank = ceil(round((len(sizes) + 1) * (1 - rate), 9))
    return LogRatio(rate=rate, limit=float(sizes[rank - 1]), changes=len(sizes), offset=offset)
