"""DuckDB, the engine in this process: quick to start, enough for a country on a laptop."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path

import duckdb
import ibis
import ibis.expr.operations as ops
import pyarrow as pa

from opendtm.measure.engines.interface import NO_LIMITS, Limits, Table, tell_apart

BOUND = "interviews"


class DuckSession:
    """One connection to a database in memory. ColumnsAlike where names differ in capital letters alone."""

    width = 10_000

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Answer over this connection."""
        self.connection = connection

    def hold(self, name: str, table: pa.Table) -> None:
        """Hold a table, without a copy."""
        tell_apart(table.column_names)
        self.connection.register(name, table)

    def read(self, name: str, files: Sequence[Path], schema: pa.Schema) -> None:
        """Hold Parquet files as one table; they are read column by column when a question comes."""
        tell_apart(schema.names)
        found = self.connection.read_parquet([str(file) for file in files], union_by_name=True)
        found.select(*map(_quoted, schema.names)).create_view(name)

    def ask(self, sql: str) -> pa.Table:
        """Answer a question."""
        return self.connection.sql(sql).to_arrow_table()


class DuckDB:
    """The default engine."""

    name = dialect = package = "duckdb"

    @property
    def version(self) -> str:
        """Give the version of the package."""
        return version(self.package)

    @contextmanager
    def open(self, limits: Limits = NO_LIMITS) -> Iterator[DuckSession]:
        """Open a database in memory within limits."""
        asked = {"threads": limits.threads, "memory_limit": limits.memory}
        settings = {name: value for name, value in asked.items() if value is not None}
        with duckdb.connect(config=settings) as connection:
            yield DuckSession(connection)

    @contextmanager
    def small(self) -> Iterator[DuckSession]:
        """Give a session of one thread in the database that this process keeps for small questions.

        To open a database takes as long as to answer several of them. For tables of this process alone: each session
        has its own, whatever their names.
        """
        with _kept(os.getpid()).cursor() as connection:
            yield DuckSession(connection)

    def bind(self, table: pa.Table) -> Table:
        """Give a table a DuckDB of its own: threads that each have one do not wait for each other.

        Raises ColumnsAlike where names differ in capital letters alone.
        """
        tell_apart(table.column_names)
        backend = ibis.duckdb.connect()
        backend.con.register(BOUND, table)
        schema = ibis.Schema.from_pyarrow(table.schema)
        return ops.DatabaseTable(BOUND, schema, backend).to_expr()


@cache
def _kept(_process: int) -> duckdb.DuckDBPyConnection:
    """Open the database of a process; one that was forked does not use what its parent opened."""
    return duckdb.connect(config={"threads": 1})


DUCKDB = DuckDB()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
