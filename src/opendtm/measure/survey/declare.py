"""Binding a table to its design: what must hold is checked here, once, before any estimate is made."""

from collections.abc import Iterator
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors.measure_survey import (
    ClustersNotNested,
    LonelyStratum,
    PopulationContradicts,
    SurveyRowsIncomplete,
)
from opendtm.i18n import Message, mark
from opendtm.measure import engines
from opendtm.measure.engines import DUCKDB, fetched
from opendtm.measure.survey.binding import Bound
from opendtm.measure.survey.design import (
    STRATUM,
    WEIGHT,
    Design,
    Engine,
    Finite,
    Lonely,
    Table,
    has_clusters,
    parents,
    size,
    unit,
)
from opendtm.measure.survey.numbering import Numbered, can_number, first_units, numbered
from opendtm.measure.survey.sample import Facts, Sample

SMALL = 50_000  # interviews up to which the expression takes longer to write than arrays to compute

FILTERED = mark(
    "The table was filtered before the design was declared; strata and clusters without a row left are "
    "not counted, and variances of domains may be too small."
)
SHORT_OF_POPULATION = mark(
    "In {count} strata the weights add up to less than 90 % of the stated population; rows may have been "
    "removed before the design was declared."
)
UNWEIGHTED = mark("No weights were declared; every interview counts the same.")


def declare(
    data: pa.Table | Table,
    design: Design,
    *,
    engine: Engine | None = None,
    on: engines.Engine = DUCKDB,
) -> Sample:
    """Bind a table of interviews (Arrow, or Ibis of any backend) to the design it was drawn by.

    `on` is the engine that takes an Arrow table in. `engine` None takes arrays up to SMALL interviews; beyond, cells
    where it can and else the expression; on another engine than DuckDB always the expression, which is what it was
    chosen for.

    Errors: SurveyColumnMissing; SurveyRowsIncomplete where a weight, stratum or cluster is missing or a
    weight is negative; ClustersNotNested; PopulationContradicts; LonelyStratum under the rule FAIL.
    """
    bound = Bound(data, design, on=on)
    bound.check(design.columns())
    cells = _numbered(data, design, engine, on)
    first = first_units(cells) if cells else _first_units(bound.table, design)
    _check_rows(first, design)
    _check_nesting(first, design)
    strata = _strata(first, design)
    lonely: list[str] = []
    for stage in range(1, design.stages + 1):
        rows = strata if stage == 1 else _doubtful(bound.table, design, stage)
        _check_sizes(rows, design, stage)
        _check_lonely(rows, design, stage)
        lonely += [str(row[STRATUM]) for row in rows if _is_lonely(row)]
    facts = Facts(
        rows=sum(row["rows"] for row in strata),
        strata=len(strata),
        units=sum(row["units"] for row in strata),
        weighted=sum(row["weighted"] for row in strata),
        lonely=tuple(dict.fromkeys(lonely)),
        alone=tuple(str(row[STRATUM]) for row in strata if _is_lonely(row)),
    )
    fitting = engine or _fitting(data, design, facts.rows, on)
    notes = tuple(_notes(bound, strata))
    return Sample(bound, design, facts, fitting, notes=notes, numbered=cells)


def _numbered(
    data: pa.Table | Table, design: Design, engine: Engine | None, on: engines.Engine
) -> Numbered | None:
    """Give numbers to the clusters of a table in memory where CELLS will estimate from them."""
    if not isinstance(data, pa.Table):
        return None
    fitting = engine or _fitting(data, design, data.num_rows, on)
    return numbered(data, design) if fitting is Engine.CELLS else None


def _fitting(data: pa.Table | Table, design: Design, rows: int, on: engines.Engine) -> Engine:
    if on is not DUCKDB:
        return Engine.EXPRESSION
    if rows <= SMALL:
        return Engine.ARRAYS
    by_cells = isinstance(data, pa.Table) and can_number(design)
    return Engine.CELLS if by_cells else Engine.EXPRESSION


def counts(bound: Table, design: Design, stage: int) -> Table:
    """Count what a stage drew, a row for each stratum (and unit above), over the whole sample.

    Columns: those of `parents(stage)`; `rows`, `weighted`, `units` (drawn there), `size` (in the
    population, null where none is stated), `fraction` (drawn, 0 without a size), and `low`, `high`, the
    extremes of the stated sizes.
    """
    above = parents(stage)
    sized = stage <= len(design.finite)
    nothing = ibis.null("float64")
    aggregates = {
        "rows": bound.count(),
        "weighted": bound[WEIGHT].sum(),
        "low": bound[size(stage)].min() if sized else nothing,
        "high": bound[size(stage)].max() if sized else nothing,
        "unstated": bound[size(stage)].isnull().sum() if sized else ibis.literal(0),
    }
    if not has_clusters(design, stage):
        drawn = bound.group_by(above).agg(units=bound.count(), **aggregates)
    else:
        inner = bound.group_by([*above, unit(stage)]).agg(**aggregates)
        drawn = inner.group_by(above).agg(
            units=inner.count(),
            rows=inner["rows"].sum(),
            weighted=inner.weighted.sum(),
            low=inner.low.min(),
            high=inner.high.max(),
            unstated=inner.unstated.sum(),
        )
    return _with_fraction(drawn, design)


def _with_fraction(drawn: Table, design: Design) -> Table:
    units = drawn.units.cast("float64")
    if design.finite_holds is Finite.FRACTION:
        fraction, whole = drawn.high, units / drawn.high
    else:
        fraction, whole = units / drawn.high, drawn.high
    return drawn.mutate(size=whole, fraction=ibis.coalesce(fraction, ibis.literal(0.0)))


def _first_units(bound: Table, design: Design) -> pa.Table:
    """Read the units of the first stage in one pass; without clusters, the strata, which hold the rows.

    Columns: stratum, `unit` (1 without clusters), `rows`, `weighted`, `units`, the extremes `low` and `high`
    and the number `unstated` of the sizes, and by named column of the design the number of rows without one.
    """
    clustered = has_clusters(design, 1)
    within = [STRATUM, unit(1)] if clustered else [STRATUM]
    stated = bound[size(1)] if design.finite else None
    nothing = ibis.null("float64")
    weight = bound[WEIGHT]
    found = bound.group_by(within).agg(
        rows=bound.count(),
        weighted=weight.sum(),
        low=nothing if stated is None else stated.min(),
        high=nothing if stated is None else stated.max(),
        unstated=ibis.literal(0) if stated is None else stated.isnull().sum(),
        unfit=(weight.isnull() | weight.isnan() | (weight < 0)).sum(),
        **{
            f"lacking{stage}": bound[unit(stage)].isnull().sum()
            for stage in range(2, len(design.clusters) + 1)
        },
    )
    table = fetched(found)
    units = pa.array([1] * table.num_rows, pa.int64()) if clustered else table["rows"]
    return table.append_column("units", units)


def _check_rows(first: pa.Table, design: Design) -> None:
    lacking = {design.weights or "": pc.sum(first["unfit"])}
    if design.strata:
        lacking[design.strata] = _rows_without(first, STRATUM)
    for stage, name in enumerate(design.clusters, start=1):
        column = f"lacking{stage}"
        lacking[name] = _rows_without(first, unit(1)) if stage == 1 else pc.sum(first[column])
    for name, count in lacking.items():
        if count.as_py():
            raise SurveyRowsIncomplete(count=count.as_py(), column=name)


def _rows_without(first: pa.Table, name: str) -> pa.Scalar:
    return pc.sum(first.filter(pc.is_null(first[name]))["rows"])


def _check_nesting(first: pa.Table, design: Design) -> None:
    if design.nested or not design.strata or not design.clusters:
        return
    places = first.group_by(unit(1), use_threads=False).aggregate([(STRATUM, "count")])
    if count := pc.sum(pc.greater(places[f"{STRATUM}_count"], 1)).as_py():
        raise ClustersNotNested(count=count, column=design.clusters[0])


def _strata(first: pa.Table, design: Design) -> list[dict[str, Any]]:
    """Add the first-stage units up by stratum, as `counts` has them, in order."""
    kinds = dict.fromkeys(("units", "rows", "weighted", "unstated"), "sum")
    kinds |= {"low": "min", "high": "max"}
    summed = first.group_by(STRATUM, use_threads=False).aggregate(list(kinds.items()))
    strata: list[dict[str, Any]] = []
    for row in summed.sort_by(STRATUM).to_pylist():
        found = {name: row[f"{name}_{kind}"] for name, kind in kinds.items()}
        high, units = found["high"], found["units"]
        fraction = high if design.finite_holds is Finite.FRACTION else high and units / high
        whole = high and (units / high if design.finite_holds is Finite.FRACTION else high)
        strata.append({STRATUM: row[STRATUM], "fraction": fraction or 0.0, "size": whole} | found)
    return strata


def _doubtful(bound: Table, design: Design, stage: int) -> list[dict[str, Any]]:
    """Give the places of a lower stage that may break a rule; there can be thousands that do not."""
    drawn = counts(bound, design, stage)
    wrong = (drawn.units == 1) | (drawn.low != drawn.high) | (drawn.fraction > 1)
    wrong |= (drawn.low <= 0) | (drawn.unstated > 0)
    found: list[dict[str, Any]] = fetched(drawn.filter(wrong)).to_pylist()
    return found


def _check_sizes(rows: list[dict[str, Any]], design: Design, stage: int) -> None:
    if stage > len(design.finite):
        return
    unfit = [row for row in rows if not _fits(row)]
    if unfit:
        raise PopulationContradicts(column=design.finite[stage - 1], count=len(unfit))


def _fits(row: dict[str, Any]) -> bool:
    if row["unstated"] or row["low"] is None:
        return False
    return bool(row["low"] == row["high"] and 0 < row["fraction"] <= 1 + 1e-12)


def _is_lonely(row: dict[str, Any]) -> bool:
    """Tell whether the variance of a stratum cannot be seen; one drawn whole has none."""
    return bool(row["units"] == 1 and row["fraction"] < 1 - 1e-7)


def _check_lonely(rows: list[dict[str, Any]], design: Design, stage: int) -> None:
    if design.lonely is not Lonely.FAIL:
        return
    for row in rows:
        if _is_lonely(row):
            raise LonelyStratum(stratum=str(row[STRATUM] or 1), stage=stage)


def _notes(bound: Bound, strata: list[dict[str, Any]]) -> Iterator[Message]:
    design = bound.design
    if bound.filtered:
        yield Message(FILTERED)
    if not design.weights:
        yield Message(UNWEIGHTED)
    direct = design.weights and not design.clusters and design.finite
    if direct and design.finite_holds is Finite.POPULATION:
        short = sum(row["weighted"] < 0.9 * row["size"] for row in strata)
        if short:
            yield Message(SHORT_OF_POPULATION, {"count": short})
