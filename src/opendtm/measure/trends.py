"""A series of totals over rounds, each computed as on the last day of its round, with its coverage."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from opendtm.measure.engine import figures
from opendtm.measure.panels import Panel, panel
from opendtm.measure.reading import indicator
from opendtm.measure.scope import Measured
from opendtm.measure.segments import basis, breaks
from opendtm.records import Coverage, Figure, Round, Site

TREND = ("idp_individuals", "idp_households", "arrivals_individuals", "departures_individuals")


@dataclass(frozen=True, slots=True)
class Point:
    """One round of a series: the total of each indicator, and how many places were assessed.

    `bases` names for each indicator the method by which most of its people were counted (`segments.basis`).
    """

    round: Round
    figures: Mapping[str, Figure]
    coverage: Coverage
    bases: Mapping[str, str | None] = field(default_factory=dict)


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
        told = {name: _basis(state, name) for name in indicators}
        found = {total.indicator: total for total in totals}
        points.append(Point(at, found, state.coverage(), told))
    return tuple(points)


def segments(points: Sequence[Point], name: str) -> tuple[tuple[Point, ...], ...]:
    """Cut a series into the lines that may be drawn: one method a line, none over a round without a figure."""
    lines: list[list[Point]] = []
    broken = breaks([point.bases.get(name) for point in points])
    joined = False
    for point, breaks_here in zip(points, broken, strict=True):
        figure = point.figures.get(name)
        if figure is None or figure.value is None:
            joined = False
            continue
        if not joined or breaks_here:
            lines.append([])
        lines[-1].append(point)
        joined = True
    return tuple(tuple(line) for line in lines)


def _basis(state: Panel, name: str) -> str | None:
    """Name the method behind an indicator of people who are there; what moved is not counted by it."""
    asked = indicator(name)
    return basis(state, asked.concepts[0]) if asked.kind is Measured.STOCK else None
