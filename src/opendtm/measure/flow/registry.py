"""A registry of any size added up by point, day and nationality: one expression, run where the rows lie.

The expression is Ibis and names no engine; `daily_flows` runs it on DuckDB over Parquet files, which are read
column by column and never held in memory as a whole.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.types import Table

from opendtm.i18n import Message
from opendtm.measure.flow.columns import refuse

BY = ("point", "day", "nationality")
NAME = "registry"


def daily_flow(registry: Table, *, by: Sequence[str] = BY) -> Table:
    """Give the expression that counts groups and persons by the columns `by`.

    `registry` has a row a group, with `by` and `persons`. `groups` counts rows, `unknown` those without a
    number of persons, which `persons` does not hold; `persons` is null where all are. FlowTableInvalid for a
    column that is absent.
    """
    for name in (*by, "persons"):
        if name not in registry.columns:
            raise refuse(Message("there is no column {column}", {"column": name}), column=name)
    return registry.group_by(list(by)).aggregate(
        persons=registry.persons.sum(),
        groups=registry.count(),
        unknown=registry.persons.isnull().sum(),
    )


def daily_flows(
    files: Sequence[Path],
    *,
    by: Sequence[str] = BY,
    memory: str = "3GB",
    threads: int | None = None,
) -> pa.Table:
    """Add the registry in Parquet files of one schema up, sorted by `by`; `memory` is a limit of the engine.

    FlowTableInvalid where a file is missing, is no Parquet file, or lacks a column.
    """
    registry = ibis.table(ibis.Schema.from_pyarrow(_schema(files)), name=NAME)
    sql = str(ibis.to_sql(daily_flow(registry, by=by).order_by(list(by)), dialect="duckdb"))
    settings: dict[str, str | bool | int | float | list[str]] = {"memory_limit": memory}
    if threads is not None:
        settings["threads"] = threads
    with duckdb.connect(config=settings) as connection:
        connection.read_parquet([str(file) for file in files]).create_view(NAME)
        return connection.sql(sql).to_arrow_table()


def _schema(files: Sequence[Path]) -> pa.Schema:
    """Read the schema of the first file, and see that the others are there and have its columns."""
    try:
        schemas = [pq.read_schema(file) for file in files]
    except (OSError, pa.ArrowInvalid) as fault:
        raise refuse(Message("there is no Parquet file to read"), column="persons") from fault
    if not schemas:
        raise refuse(Message("there is no Parquet file to read"), column="persons")
    for file, schema in zip(files, schemas, strict=True):
        if schema.names != schemas[0].names:
            reason = Message("{file} has other columns than the first file", {"file": file.name})
            raise refuse(reason, column="persons")
    return schemas[0]
