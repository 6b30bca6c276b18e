"""Persons derived from households by a stated factor: marked, dated and sourced, never silently.

Yemen and Iraq published individuals as households times six for years without a mark on each figure. Here
the derived column carries the factor, and the engine then calls every figure of it derived.
"""

from dataclasses import dataclass
from math import fsum, isfinite

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors import Where
from opendtm.errors.measure_stock import StockTableInvalid
from opendtm.i18n import Message
from opendtm.measure.columns import DERIVED, PLACE
from opendtm.measure.panels import Panel
from opendtm.measure.stock.columns import counts
from opendtm.records import HouseholdSize, Method

SOURCE_ROWS = b"opendtm.derived_rows"
HOUSEHOLDS, PERSONS = "idp_households", "idp_individuals"


@dataclass(frozen=True, slots=True)
class DerivedSums:
    """Persons counted, persons derived from households, and rows of which neither is known."""

    counted: float
    n_counted: int
    derived: float
    n_derived: int
    n_unknown: int


def persons_from_households(
    table: pa.Table,
    *,
    factor: HouseholdSize,
    households: str = HOUSEHOLDS,
    persons: str = PERSONS,
) -> pa.Table:
    """Fill the empty cells of `persons` with households times the factor; what was counted stays as it is.

    The column's metadata then holds the factor (`opendtm.derived`) and the number of rows filled; a table
    in which nothing had to be filled comes back unmarked. StockTableInvalid for a factor that is not a
    number of persons (1 to 50) or has no source.
    """
    _check(factor)
    known = counts(table, households)
    counted = (
        counts(table, persons) if persons in table.column_names else np.full(len(known), np.nan)
    )
    fills = np.isnan(counted) & ~np.isnan(known)
    if not fills.any():
        return table
    values = np.where(fills, known * factor.persons, counted)
    column = pc.if_else(pa.array(np.isnan(values)), None, pa.array(values))
    told = {DERIVED: factor.text().encode(), SOURCE_ROWS: str(int(fills.sum())).encode()}
    field = pa.field(persons, pa.float64(), metadata=told)
    if persons in table.column_names:
        return table.set_column(table.column_names.index(persons), field, column)
    return table.append_column(field, column)


def factor_of(table: pa.Table, name: str) -> str | None:
    """Give what a column says of the factor it was derived by; None where it was counted."""
    if name not in table.column_names:
        return None
    told = (table.schema.field(name).metadata or {}).get(DERIVED)
    return told.decode() if told is not None else None


def derived_persons(panel: Panel, *, factor: HouseholdSize) -> pa.Table:
    """Give the rows of a round with their persons and how these are known.

    Columns `place`, `households`, `persons`, `method` (observed, derived or unknown) and `factor`, which stands
    where it was used alone. Errors as in `persons_from_households`.
    """
    table = panel.table
    filled = persons_from_households(table, factor=factor)
    empty = pa.nulls(table.num_rows, pa.float64())
    told = table[PERSONS] if PERSONS in table.column_names else empty
    persons = filled[PERSONS].cast(pa.float64()) if PERSONS in filled.column_names else empty
    derived = pc.and_(pc.is_valid(persons), pc.is_null(told))
    how = pc.if_else(derived, Method.DERIVED.value, Method.OBSERVED.value)
    return pa.table(
        {
            "place": table[PLACE],
            "households": table[HOUSEHOLDS].cast(pa.float64()),
            "persons": persons,
            "method": pc.if_else(pc.is_valid(persons), how, Method.UNKNOWN.value),
            "factor": pc.if_else(derived, factor.text(), pa.scalar(None, pa.string())),
        }
    )


def derived_sums(table: pa.Table) -> DerivedSums:
    """Add up what `derived_persons` gave, by how it is known."""
    told: dict[str, list[float]] = {}
    for method, persons in zip(
        table["method"].to_pylist(), table["persons"].to_pylist(), strict=True
    ):
        told.setdefault(method, []).append(persons or 0.0)
    counted, derived = (told.get(each.value, []) for each in (Method.OBSERVED, Method.DERIVED))
    return DerivedSums(
        counted=fsum(counted),
        n_counted=len(counted),
        derived=fsum(derived),
        n_derived=len(derived),
        n_unknown=len(told.get(Method.UNKNOWN.value, [])),
    )


def _check(factor: HouseholdSize) -> None:
    if not isfinite(factor.persons) or not 1 <= factor.persons <= 50:
        raise _wrong(Message("a household has 1 to 50 persons"))
    if not factor.source.strip():
        raise _wrong(Message("a factor needs its source"))


def _wrong(reason: Message) -> StockTableInvalid:
    column = "household size"
    return StockTableInvalid(column=column, reason=reason, where=Where(column=column))
