"""Whether the last change of a place is unusual, by both detectors of `alerts`, tuned on the changes before it.

The change that is judged is never among those that the limit was found from. Places of one kind are tuned together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from opendtm.errors.base import InputProblem
from opendtm.errors.measure_alerts import HistoryTooShort, HistoryWithoutChange
from opendtm.measure.alerts import Alert, Cusum, Detector, LogRatio, tuned_cusum, tuned_ratio, watch
from opendtm.measure.histories import Series
from opendtm.measure.warning.lines import History, lines

RATE = 0.05  # of judged changes: one false alarm in twenty, which 19 past changes suffice for
SEED = 1954


class Kind(StrEnum):
    """What a detector finds."""

    SUDDEN = "sudden"
    GRADUAL = "gradual"


@dataclass(frozen=True, slots=True)
class Tuned:
    """One detector, or the reason why the past does not suffice for it."""

    kind: Kind
    detector: Detector | None = None
    reason: InputProblem | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one place: whether its last change was judged, by detectors that were `tuned`, and the alerts raised."""

    judged: bool
    tuned: bool
    alerts: Mapping[Kind, Alert]


@dataclass(frozen=True, slots=True)
class Watched:
    """The verdict on each place, in order of the histories, and what the detectors were tuned on.

    `changes` past ones of `places` in `rounds` rounds (that a change led into) were known; `judged` places have a last
    change, so that at most `rate` times as many false alarms of each detector are to be expected in a round.
    """

    rate: float
    tuned: tuple[Tuned, ...]
    verdicts: tuple[Verdict, ...]
    changes: int
    places: int
    rounds: int

    @property
    def judged(self) -> int:
        """Count the places whose last change was judged."""
        return sum(verdict.judged for verdict in self.verdicts)


def watched(histories: Sequence[History], *, rate: float = RATE, seed: int = SEED) -> Watched:
    """Judge the last change of every place by detectors tuned on all changes before the last round.

    All histories must end with the same round. A change over a round without an observation, or over a break of
    method or coverage, is unknown. RateInvalid for a rate outside 0 to 1.
    """
    cut = [lines(history) for history in histories]
    newest = max((history.newest for history in histories), default=0)
    past = [_until(line, newest) for each in cut for line in each]
    known = [
        (line.place, line.first + step) for line in past for step in range(1, len(line.values))
    ]
    tuned = (
        _tuned(Kind.SUDDEN, lambda: tuned_ratio(past, rate=rate)),
        _tuned(Kind.GRADUAL, lambda: tuned_cusum(past, rate=rate, seed=seed)),
    )
    return Watched(
        rate=rate,
        tuned=tuned,
        verdicts=tuple(_verdict(each, tuned, newest) for each in cut),
        changes=len(known),
        places=len({place for place, _ in known}),
        rounds=len({number for _, number in known}),
    )


def _tuned(kind: Kind, tune: Callable[[], LogRatio | Cusum]) -> Tuned:
    try:
        return Tuned(kind, detector=tune())
    except (HistoryTooShort, HistoryWithoutChange) as reason:
        return Tuned(kind, reason=reason)


def _until(line: Series, newest: int) -> Series:
    return Series(line.place, line.first, line.values[: newest - line.first])


def _verdict(cut: Sequence[Series], tuned: Sequence[Tuned], newest: int) -> Verdict:
    last = next((line for line in cut if line.last == newest and len(line.values) > 1), None)
    able = any(each.detector for each in tuned)
    if last is None or not able:
        return Verdict(judged=False, tuned=able, alerts={})
    found: dict[Kind, Alert] = {}
    for each in tuned:
        alerts = watch([last], detector=each.detector).alerts if each.detector else ()
        if alerts and alerts[-1].round == newest:
            found[each.kind] = alerts[-1]
    return Verdict(judged=True, tuned=True, alerts=found)
