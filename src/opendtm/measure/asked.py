"""Figures of interviews that were not drawn by chance: shares of those asked, of nobody else.

The expressions are those of a sample; what is missing is the error, because nothing shows it. So there is no
interval, no standard error and no weight, and the method says why.
"""

from collections.abc import Collection, Sequence
from typing import Any

import ibis
import pyarrow as pa

from opendtm.i18n import Message, mark
from opendtm.measure.definitions import Indicator
from opendtm.measure.engines import DUCKDB, fetched
from opendtm.measure.expressions import part_of, row_denominator, row_value
from opendtm.measure.grammar import Averaged, Share
from opendtm.measure.interviews import (
    OPEN,
    Estimated,
    domain_of,
    grouping,
    interview_indicators,
)
from opendtm.measure.panels import Panel
from opendtm.measure.survey import Bounds, Estimate, Reason, Statistic
from opendtm.records import Method

ALL = "_all"
METHOD = mark(
    "Of those asked. The sample was not drawn by chance, so the figure stands for nobody else and has no interval."
)


def asked_figures(
    panel: Panel,
    *,
    names: Collection[str] | None = None,
    by: str = "none",
    along: str | None = None,
    bounds: Bounds = OPEN,
) -> list[Estimated]:
    """Compute the indicators of interviews over those asked; arguments as in `interviews.interview_figures`.

    Each interview counts once. The estimates have no standard error, interval, degrees of freedom or design
    effect. Raises IndicatorOfOtherRecord.
    """
    chosen = interview_indicators(panel, names)
    groups = grouping(by, along)
    found = _summed(_rows(panel, chosen, groups), groups, len(chosen))
    domain = domain_of(panel, by, along)
    return [
        Estimated(domain.figure(one, each, Method.ASKED), each)
        for row in found
        for number, one in enumerate(chosen)
        for each in [_estimate(one, number, row, groups, bounds)]
    ]


def _rows(panel: Panel, chosen: Sequence[Indicator], groups: Sequence[str]) -> pa.Table:
    """Give each interview what it adds above and below the line of every indicator, and its groups."""
    table = DUCKDB.bind(panel.table)
    columns: dict[str, Any] = {ALL: ibis.literal(1)}
    columns |= {name: part_of(table[name]) for name in groups}
    for number, one in enumerate(chosen):
        columns[f"v{number}"] = row_value(table, one.value).cast("float64")
        if isinstance(one.value, Averaged):
            columns[f"d{number}"] = row_denominator(table, one.value).cast("float64")
    return fetched(table.select(**columns))


def _summed(rows: pa.Table, groups: Sequence[str], count: int) -> list[dict[str, Any]]:
    """Add the rows up, domain by domain in order; one thread, so that the last digit is always the same."""
    sums = [(name, "sum") for name in rows.column_names if name[0] in "vd" and name[1:].isdigit()]
    known = [(f"v{number}", "count") for number in range(count)]
    keys = [ALL, *groups]
    found = rows.group_by(keys, use_threads=False).aggregate([*sums, *known, (ALL, "count")])
    summed: list[dict[str, Any]] = found.sort_by([(name, "ascending") for name in keys]).to_pylist()
    return summed


def _estimate(
    one: Indicator, number: int, row: dict[str, Any], groups: Sequence[str], bounds: Bounds
) -> Estimate:
    known, rows = row[f"v{number}_count"], row[f"{ALL}_count"]
    above = row[f"v{number}_sum"] or 0.0
    below = (row[f"d{number}_sum"] or 0.0) if isinstance(one.value, Averaged) else 1.0
    reason = _reason(known, below, bounds)
    hits = round(above) if isinstance(one.value, Share) else known
    return Estimate(
        statistic=_statistic(one),
        variable=one.id,
        value=None if reason else above / below,
        se=None,
        low=None,
        high=None,
        df=None,
        n=hits,
        n_total=known,
        n_missing=rows - known,
        n_weighted=float(hits),
        n_weighted_total=float(known),
        method=Message(METHOD),
        group=tuple((name, row[name]) for name in groups),
        suppressed_reason=reason,
    )


def _reason(known: int, below: float, bounds: Bounds) -> Reason | None:
    if known == 0:
        return Reason.NOBODY
    if below == 0:
        return Reason.ZERO_BELOW
    return Reason.FEW if known < bounds.least else None


def _statistic(one: Indicator) -> Statistic:
    if isinstance(one.value, Share):
        return Statistic.PROPORTION
    return Statistic.RATIO if isinstance(one.value, Averaged) else Statistic.TOTAL
