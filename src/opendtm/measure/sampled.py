"""The figures of a round of interviews as one table: every level of place, with error and interviews behind each.

The counterpart of `engine.compute_levels` for samples, for whoever stores figures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.asked import asked_figures
from opendtm.measure.columns import AS_OF, SOURCE
from opendtm.measure.engines import DUCKDB, fetched
from opendtm.measure.exchange import ESTIMATES, figures_table
from opendtm.measure.expressions import part_of, row_value
from opendtm.measure.interviews import (
    Estimated,
    grouping,
    interview_figures,
    interview_indicators,
    level_column,
)
from opendtm.measure.panels import Panel
from opendtm.measure.survey import Bounds, Design
from opendtm.records import Figure

_OF_ESTIMATE = ("se", "low", "high", "df", "deff", "suppressed_reason")


@dataclass(frozen=True, slots=True)
class _Behind:
    """The interviews with a known answer behind a figure, and the newest day among them."""

    sources: tuple[str, ...]
    as_of: date | None


def sampled_levels(
    panel: Panel,
    levels: Sequence[tuple[str, bool]],
    *,
    design: Design | None,
    bounds: Bounds,
) -> pa.Table:
    """Estimate every indicator of interviews at several levels, each given with whether it is disaggregated.

    `design` None means that the interviews were not drawn by chance: shares of those asked, without error. A
    level whose codes no interview names is left out, and so is one whose places are clusters of the design: a
    cluster alone shows no variance.
    A table of `Figure.SCHEMA` and `exchange.ESTIMATES`; `sources` are the interviews with a known answer. Raises what
    `survey.declare` raises.
    """
    tables = [
        _table(found, _behind(panel, by, along))
        for by, disaggregate in levels
        if _can_ask(panel, by, design)
        for along in (None, *(_dimensions(panel) if disaggregate else ()))
        if (found := _found(panel, by, along, design, bounds))
    ]
    return pa.concat_tables(tables).combine_chunks() if tables else _schema().empty_table()


def _schema() -> pa.Schema:
    return pa.schema([*Figure.SCHEMA, *ESTIMATES])


def _can_ask(panel: Panel, by: str, design: Design | None) -> bool:
    column = level_column(by)
    if column is None:
        return True
    named = column in panel.table.column_names and panel.table[column].null_count < len(panel.table)
    return named and (design is None or column not in design.clusters)


def _dimensions(panel: Panel) -> list[str]:
    """Name the concepts that the catalogue takes the panel's indicators apart by, and that somebody answered."""
    declared = dict.fromkeys(
        cut.name
        for one in interview_indicators(panel, None)
        for cut in one.disaggregations
        if not cut.parts
    )
    columns = panel.table
    return [
        name
        for name in declared
        if name in columns.column_names and columns[name].null_count < columns.num_rows
    ]


def _names(panel: Panel, along: str | None) -> list[str]:
    return [
        one.id
        for one in interview_indicators(panel, None)
        if along is None or along in {cut.name for cut in one.disaggregations}
    ]


def _found(
    panel: Panel, by: str, along: str | None, design: Design | None, bounds: Bounds
) -> list[Estimated]:
    names = _names(panel, along)
    if design is None:
        return asked_figures(panel, names=names, by=by, along=along, bounds=bounds)
    return interview_figures(
        panel,
        design=design,
        names=names,
        by=by,
        along=along,
        bounds=bounds,
    )


def _behind(panel: Panel, by: str, along: str | None) -> dict[tuple[str, ...], _Behind]:
    """Give by indicator and codes of the domain what stands behind each figure."""
    table, groups = DUCKDB.bind(panel.table), grouping(by, along)
    columns: dict[str, Any] = {SOURCE: table[SOURCE], AS_OF: table[AS_OF]}
    columns |= {name: part_of(table[name]) for name in groups}
    chosen = interview_indicators(panel, _names(panel, along))
    columns |= {f"v{n}": row_value(table, one.value).notnull() for n, one in enumerate(chosen)}
    rows = fetched(table.select(**columns))
    behind: dict[tuple[str, ...], _Behind] = {}
    for number, one in enumerate(chosen):
        for codes, each in _by_domain(rows.filter(rows[f"v{number}"]), groups):
            behind[one.id, *codes] = each
    return behind


def _by_domain(rows: pa.Table, groups: Sequence[str]) -> Iterator[tuple[tuple[str, ...], _Behind]]:
    if not groups:
        yield (), _Behind(tuple(rows[SOURCE].to_pylist()), pc.max(rows[AS_OF]).as_py())
        return
    grouped = rows.group_by(list(groups), use_threads=False)
    for row in grouped.aggregate([(SOURCE, "list"), (AS_OF, "max")]).to_pylist():
        codes = tuple(row[name] for name in groups)
        yield codes, _Behind(tuple(row[f"{SOURCE}_list"]), row[f"{AS_OF}_max"])


def _table(found: Sequence[Estimated], behind: dict[tuple[str, ...], _Behind]) -> pa.Table:
    """Write estimates with what stands behind them."""
    nobody = _Behind((), None)
    figures = []
    for each in found:
        codes = tuple(code for _, code in each.estimate.group)
        known = behind.get((each.figure.indicator, *codes), nobody)
        figures.append(replace(each.figure, sources=known.sources, as_of=known.as_of))
    table = figures_table(figures)
    for field, name in zip(ESTIMATES, _OF_ESTIMATE, strict=True):
        values = [getattr(each.estimate, name) for each in found]
        table = table.append_column(field, pa.array(values, field.type))
    return table
