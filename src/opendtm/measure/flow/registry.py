"""A registry of any size added up by point, day and nationality: one expression, run where the rows lie.

The expression is Ibis and names no engine; `daily_flows` runs it over Parquet files, which the engine reads column
by column and never holds in memory as a whole.
"""

from collections.abc import Sequence
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.types import Table

from opendtm.i18n import Message
from opendtm.measure.engines import DUCKDB, Engine, Limits, written
from opendtm.measure.flow.columns import refuse

BY = ("point", "day", "nationality")
NAME = "registry"
WITHIN = Limits(memory="3GB")


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
    files: Sequence[Path], *, by: Sequence[str] = BY, engine: Engine = DUCKDB
) -> pa.Table:
    """Add the registry in Parquet files of one schema up, sorted by `by`.

    FlowTableInvalid where a file is missing, is no Parquet file, or lacks a column. On a cluster its workers
    read the files, under the same paths.
    """
    schema = _schema(files)
    registry = ibis.table(ibis.Schema.from_pyarrow(schema), name=NAME)
    counted = daily_flow(registry, by=by).order_by(list(by))
    with engine.open(WITHIN) as session:
        session.read(NAME, files, schema)
        found = session.ask(written(counted, engine.dialect))
    return found.cast(counted.schema().to_pyarrow())


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
