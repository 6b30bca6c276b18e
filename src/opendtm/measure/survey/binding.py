"""The table of a sample: under the names it came with, and as an Ibis table of an engine when one is first asked.

Opening an engine takes longer than a million interviews take to be estimated in memory, so nothing is bound before
something is computed there. Engines take `Age` and `age` for one column; a table in memory is therefore bound under
numbered names, which differ by more than capital letters.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ibis
import ibis.expr.operations as ops
import pyarrow as pa

from opendtm.errors.measure_engines import ColumnsAlike
from opendtm.errors.measure_survey import SurveyColumnMissing
from opendtm.measure import engines
from opendtm.measure.engines import DUCKDB, fetched, tell_apart
from opendtm.measure.survey.design import STRATUM, WEIGHT, Column, Design, Table, size, unit


@dataclass(frozen=True)
class Bound:
    """Interviews with what their design needs.

    `data` holds them, an Arrow table or an Ibis table of any backend. `own` holds columns of our own beside an Arrow
    table where a calibration made them; else they come from the design. `on` is the engine that takes an Arrow table.
    """

    data: pa.Table | Table
    design: Design
    own: pa.Table | None = None
    on: engines.Engine = DUCKDB

    @property
    def in_memory(self) -> bool:
        """Tell whether the interviews are an Arrow table."""
        return isinstance(self.data, pa.Table)

    @cached_property
    def called(self) -> dict[str, str]:
        """Give by the name of each column what the engine calls it."""
        if not self.in_memory:
            return {name: name for name in self.data.columns}
        return {name: f"column{place}" for place, name in enumerate(self.data.column_names)}

    @cached_property
    def table(self) -> Table:
        """Give the Ibis table, with weight, stratum, units and sizes by stage under names of our own."""
        if not self.in_memory:
            return self.data.mutate(**self._placed(self.data))
        renamed = _written_out(self.data).rename_columns(list(self.called.values()))
        if self.own is not None:
            return self.on.bind(_beside(renamed, self.own))
        bound = self.on.bind(renamed)
        return bound.mutate(**self._placed(bound))

    @property
    def filtered(self) -> bool:
        """Tell whether rows were taken away before; nothing shows it of an Arrow table."""
        return not self.in_memory and bool(self.data.op().find(ops.Filter))

    def column(self, name: str) -> Column:
        """Give a column by its own name."""
        return self.table[self.called[name]]

    def kind(self, name: str) -> Any:
        """Give the Ibis type of a column."""
        if self.in_memory:
            return ibis.Schema.from_pyarrow(pa.schema([self.data.schema.field(name)]))[name]
        return self.data[name].type()

    def check(self, names: Sequence[str]) -> None:
        """Raise SurveyColumnMissing for a name that the table lacks; ColumnsAlike where names are not told apart."""
        columns = self.data.column_names if self.in_memory else self.data.columns
        for name in names:
            if name not in columns:
                raise SurveyColumnMissing(column=name, known=", ".join(columns))
        if not self.in_memory:
            tell_apart(columns)
        elif len(self.called) < len(columns):
            twice = next(name for name, count in Counter(columns).items() if count > 1)
            raise ColumnsAlike(names=f"{twice}, {twice}")

    def read(self) -> tuple[pa.Table, pa.Table]:
        """Read the interviews, and our own columns, in one reading: rows keep one order."""
        whole = fetched(self.table)
        kept = whole.select(list(self.called.values())).rename_columns(list(self.called))
        own = [name for name in whole.column_names if name not in set(self.called.values())]
        return kept, whole.select(own)

    def _placed(self, table: Table) -> dict[str, Column]:
        called, design = self.called, self.design
        added: dict[str, Column] = {
            WEIGHT: table[called[design.weights]].cast("float64")
            if design.weights
            else ibis.literal(1.0),
            STRATUM: _told(table[called[design.strata]]) if design.strata else ibis.literal(""),
        }
        for stage, name in enumerate(design.clusters, start=1):
            added[unit(stage)] = _told(table[called[name]])
        for stage, name in enumerate(design.finite, start=1):
            added[size(stage)] = table[called[name]].cast("float64")
        return added


def _told(column: Column) -> Column:
    """Take NaN for unknown: it names no stratum and no cluster."""
    if not column.type().is_floating():
        return column
    return ibis.cases((~column.isnan(), column), else_=ibis.null(column.type()))


def _written_out(table: pa.Table) -> pa.Table:
    """Write dictionary columns out: engines would read them as lists of their own kind."""
    for place, column in enumerate(table.schema):
        if pa.types.is_dictionary(column.type):
            plain = table[place].cast(column.type.value_type)
            table = table.set_column(place, column.name, plain)
    return table


def _beside(one: pa.Table, other: pa.Table) -> pa.Table:
    for name in other.column_names:
        one = one.append_column(name, other[name])
    return one
