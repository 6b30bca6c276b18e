"""What an engine is: it holds tables under names and answers questions that Ibis wrote for its dialect."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import ibis
import pyarrow as pa

from opendtm.errors.measure_engines import ColumnsAlike

Table = Any  # an Ibis table; Ibis publishes no types that strict checking could use


@dataclass(frozen=True, slots=True)
class Limits:
    """What an engine in this process may take; a cluster has limits of its own and does not heed these.

    `memory` as `3GB`; None leaves the engine its own.
    """

    threads: int | None = None
    memory: str | None = None


NO_LIMITS = Limits()


class Session(Protocol):
    """Tables under names, for one piece of work."""

    @property
    def width(self) -> int:
        """Give the number of indicators, whole or in parts, that the engine plans well in one question."""

    def hold(self, name: str, table: pa.Table) -> None:
        """Hold a table of this process under a name."""

    def read(self, name: str, files: Sequence[Path], schema: pa.Schema) -> None:
        """Hold Parquet files, read where the engine computes, as one table with the columns of `schema`.

        A file that lacks a column has null in it; columns that `schema` does not name are left.
        """

    def ask(self, sql: str) -> pa.Table:
        """Answer a question written in the engine's dialect."""


class Engine(Protocol):
    """Where expressions are computed. One object a process; the same numbers whichever it is."""

    @property
    def name(self) -> str:
        """Name the engine as records of runs do: `duckdb`, `spark`."""

    @property
    def dialect(self) -> str:
        """Name the dialect that Ibis writes for it."""

    @property
    def package(self) -> str:
        """Name the package that computes."""

    @property
    def version(self) -> str:
        """Give the version of the package."""

    def open(self, limits: Limits = NO_LIMITS) -> AbstractContextManager[Session]:
        """Open a session; tables held in it are gone when it closes."""

    def bind(self, table: pa.Table) -> Table:
        """Give a table as an Ibis table that this engine computes; it lives as long as it is used."""


def tell_apart(names: Iterable[str]) -> None:
    """Raise ColumnsAlike where an engine that heeds no capital letters would take columns for one another."""
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(name.lower(), []).append(name)
    if same := next((each for each in alike.values() if len(each) > 1), None):
        raise ColumnsAlike(names=", ".join(same))


def told(engine: Engine) -> str:
    """Name an engine with its version, as records of runs do."""
    return f"{engine.name} {engine.version}"


def fetched(expression: Any) -> pa.Table:
    """Give the rows of an expression over a bound table; from Spark as Arrow, never by way of pandas."""
    backend = expression.get_backend()
    if backend.name != "pyspark":
        return expression.to_pyarrow()
    found = backend.raw_sql(backend.compile(expression)).toArrow()
    return found.cast(expression.schema().to_pyarrow())


def written(expression: Any, dialect: str) -> str:
    """Write an expression as SQL of a dialect."""
    return str(ibis.to_sql(expression, dialect=dialect))
