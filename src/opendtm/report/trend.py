"""The last rounds as a series, each with its coverage, so that a break in coverage stays visible.

Every point is computed anew from all observations with today's corrections; it is not the number that was
printed then.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from opendtm import measure
from opendtm.measure import Panel
from opendtm.records import Coverage, Figure, Method, Round
from opendtm.report.headlines import number_of
from opendtm.report.model import Number, TrendPoint

ROUNDS = 10
SHOWN = ("idp_individuals", "arrivals_individuals", "departures_individuals")
_GROUP = ("adm0_code", "adm0_name")


def last_rounds(rounds: Sequence[Round], at: Round, *, n: int = ROUNDS) -> tuple[Round, ...]:
    """Give the last `n` rounds up to `at`, in their order."""
    return tuple(sorted(each for each in rounds if each <= at)[-n:])


def trend(rounds: Sequence[Round], panel_of: Callable[[Round], Panel]) -> tuple[TrendPoint, ...]:
    """Give one point a round; a single round makes no trend."""
    if len(rounds) < 2:
        return ()
    panels = [panel_of(each) for each in rounds]
    found = _totals(panels)
    points = [
        _point(each, panel.coverage(), found.get(str(position), {}))
        for position, (each, panel) in enumerate(zip(rounds, panels, strict=True))
    ]
    return tuple(_broken(points, panels))


def _broken(points: Sequence[TrendPoint], panels: Sequence[Panel]) -> Iterator[TrendPoint]:
    """Mark the rounds counted by another method than the last one before them that has a figure."""
    known = [position for position, point in enumerate(points) if point.idps.value is not None]
    bases = [measure.basis(panels[position], SHOWN[0]) for position in known]
    marked = dict(zip(known, measure.breaks(bases), strict=True))
    return (
        replace(point, breaks=marked.get(position, False)) for position, point in enumerate(points)
    )


def _totals(panels: Sequence[Panel]) -> dict[str, dict[str, Figure]]:
    """Compute the totals of all rounds in one query, each round standing as an area of its own."""
    tables = [_as_area(panel.table, str(position)) for position, panel in enumerate(panels)]
    whole = Panel(pa.concat_tables(tables, promote_options="default"))
    asked = [name for name in SHOWN if whole.has(name)]
    figures = measure.figures(whole, indicators=asked, by="adm0", sources=False) if asked else []
    found: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        found.setdefault(figure.place_code or "", {})[figure.indicator] = figure
    return found


def _as_area(table: pa.Table, name: str) -> pa.Table:
    bare = table.drop_columns([each for each in _GROUP if each in table.column_names])
    label = pa.array([name] * table.num_rows, pa.string())
    return bare.append_column(_GROUP[0], label).append_column(_GROUP[1], label)


def _point(at: Round, coverage: Coverage, found: Mapping[str, Figure]) -> TrendPoint:
    idps = found.get("idp_individuals")
    return TrendPoint(
        round=at,
        idps=_number(idps) if idps else Number(None, "person", Method.UNKNOWN),
        coverage=coverage,
        arrivals=_value(found.get("arrivals_individuals")),
        departures=_value(found.get("departures_individuals")),
    )


def _number(figure: Figure) -> Number:
    number = number_of(figure)
    return Number(number.value, number.unit, number.method, number.carried, key="idp_individuals||")


def _value(figure: Figure | None) -> float | None:
    return figure.value if figure else None
