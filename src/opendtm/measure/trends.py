"""A series of totals over rounds, each computed as on the last day of its round, with its coverage."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from opendtm.measure.engine import figures
from opendtm.measure.panels import panel
from opendtm.records import Coverage, Figure, Round, Site

TREND = ("idp_individuals", "idp_households", "arrivals_individuals", "departures_individuals")


@dataclass(frozen=True, slots=True)
class Point:
    """One round of a series: the total of each indicator, and how many places were assessed."""

    round: Round
    figures: Mapping[str, Figure]
    coverage: Coverage


def series(
    observations: pa.Table,
    *,
    sites: Sequence[Site],
    rounds: Sequence[Round],
    indicators: Collection[str] = TREND,
    carry_rounds: int = 4,
    inaccessible: Mapping[int, Collection[str]] | None = None,
) -> tuple[Point, ...]:
    """Compute the totals of every round, first to last.

    Each point knows only what was observed up to its round, carried forward as in `panel`;
    `inaccessible` maps a round's number to the sites without access in it.
    """
    barred = inaccessible or {}
    points = []
    for at in sorted(rounds):
        state = panel(
            observations,
            sites=sites,
            rounds=rounds,
            at=at,
            carry_rounds=carry_rounds,
            inaccessible=barred.get(at.number, ()),
        )
        totals = figures(state, indicators=indicators, sources=False)
        points.append(Point(at, {total.indicator: total for total in totals}, state.coverage()))
    return tuple(points)
