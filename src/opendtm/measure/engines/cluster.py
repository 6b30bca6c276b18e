"""Spark: the same expressions on a cluster, for a lake of many countries.

Rows go there as Arrow and come back as Arrow; no Python runs on the workers, so a worker needs Java alone.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from pyspark.sql import SparkSession

from opendtm.measure.engines.interface import NO_LIMITS, Limits, Table

_GLOB = re.compile(r"([\[\]{}*?\\])")


class ClusterSession:
    """A Spark session with its own names."""

    width = 60  # a plan of thousands of columns takes Spark minutes

    def __init__(self, spark: Any) -> None:
        """Answer over this session of Spark."""
        self.spark = spark

    def hold(self, name: str, table: pa.Table) -> None:
        """Send a table to the cluster."""
        self.spark.createDataFrame(table).createOrReplaceTempView(name)

    def read(self, name: str, files: Sequence[Path], schema: pa.Schema) -> None:
        """Hold Parquet files as one table; the workers read them, each under the same path."""
        paths = [f"file://{_GLOB.sub(_ESCAPED, str(file.resolve()))}" for file in files]
        found = self.spark.read.option("mergeSchema", "true").parquet(*paths)
        found.select(*map(_quoted, schema.names)).createOrReplaceTempView(name)

    def ask(self, sql: str) -> pa.Table:
        """Answer a question."""
        return self.spark.sql(sql).toArrow()


class Spark:
    """A running Spark; made by `starting.started`."""

    name, dialect, package = "spark", "pyspark", "pyspark"

    def __init__(self, context: Any) -> None:
        """Compute with a Spark context."""
        self._context = context
        self._root = SparkSession(context)
        self._ibis = ibis.pyspark.connect(self._root)  # from here on Ibis writes this dialect
        self._names = (f"bound_{number}" for number in count())

    @property
    def version(self) -> str:
        """Give the version of Spark, the same on both sides."""
        return str(self._context.version)

    @contextmanager
    def open(self, limits: Limits = NO_LIMITS) -> Iterator[ClusterSession]:  # noqa: ARG002 - a cluster has its own
        """Open a session on the cluster."""
        yield ClusterSession(self._root.newSession())

    def bind(self, table: pa.Table) -> Table:
        """Send a table to the cluster, and give it as an Ibis table."""
        name = next(self._names)
        self._root.createDataFrame(table).createOrReplaceTempView(name)
        return self._ibis.table(name)

    def try_out(self) -> None:
        """See the smallest job through: it waits for a worker."""
        self._root.range(1).count()

    def give_up(self) -> None:
        """Stop what is being worked at; whoever waits for it is told."""
        self._context.cancelAllJobs()


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


_ESCAPED = r"\\\1"
