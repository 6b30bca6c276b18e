"""The figures of a run as rows of the database: written in bulk, because a run has thousands of them.

Bare rows go in several times faster than objects would; what each column holds is said by the models.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from pyarrow import csv

from opendtm.measure import confidence
from opendtm.measure.exchange import ESTIMATES
from opendtm_server.collect import queries as collect
from opendtm_server.matrix.models import Figure, Replaced, RunSource
from opendtm_server.matrix.partition import Instead

if TYPE_CHECKING:
    from django.db.models import Model

    from opendtm_server.matrix.models import Run

SAME = (
    "indicator",
    "place_level",
    "by",
    "value",
    "unit",
    "as_of",
    "method",
    "n_places",
    "n_known",
    "n_assessed",
    "n_carried",
    "n_inaccessible",
    "carried",
    *(field.name for field in (*ESTIMATES, *confidence.GRADES)),
)
NEVER_NULL = ("place_code", "place_name")
AT_ONCE = 20_000  # rows written as CSV at a time


def keep_figures(run: "Run", figures: pa.Table, *, instead: Instead | None = None) -> None:
    """Write the figures of a new run and the submissions behind them.

    `figures` is a table of `records.Figure.SCHEMA` with grades, of estimates with their error as well. `instead` says
    which figures of the run's base they stand for.
    """
    held = {name: figures[name] for name in SAME if name in figures.column_names}
    named = {name: pc.fill_null(figures[name], "") for name in NEVER_NULL}
    _insert(Figure, run, pa.table(held | named))
    behind = set(figures["sources"].combine_chunks().flatten().unique().to_pylist())
    if run.base_id and instead:
        gone = list(_superseded(run.base_id, instead))
        _insert(Replaced, run, pa.table({"figure_id": pa.array(gone, pa.int64())}))
        base = RunSource.objects.filter(run=run.base_id)
        behind -= set(base.values_list("submission__instance_id", flat=True))
    numbers = collect.submission_numbers(run.round.operation, sorted(behind))
    sources = pa.array(sorted(numbers.values()), pa.int64())
    _insert(RunSource, run, pa.table({"submission_id": sources}))


def _superseded(base: int, instead: Instead) -> Iterable[int]:
    """Find the figures of the base that do not hold any more."""
    codes: dict[str, set[tuple[str, str]]] = {}
    for level, code, name in instead.places:
        codes.setdefault(level, set()).add((code, name))
    for level, places in codes.items():
        found = Figure.objects.filter(
            run=base,
            indicator__in=instead.indicators,
            place_level=level,
            place_code__in={code for code, _ in places},
        )
        for key, code, name in found.values_list("pk", "place_code", "place_name"):
            if (code, name) in places:
                yield key


def _insert(model: "type[Model]", run: "Run", rows: pa.Table) -> None:
    """Write rows of a run, each column under its name; columns that are not given stay null."""
    if not rows.num_rows:
        return
    rows = rows.append_column("run_id", pa.repeat(run.pk, rows.num_rows))
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(map(quote, rows.column_names))  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copied(cursor, f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)", rows)
            return
        places = ", ".join(["%s"] * rows.num_columns)
        values = list(zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True))
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608


def _copied(cursor: Any, statement: str, rows: pa.Table) -> None:
    """Send rows to PostgreSQL as CSV, in which texts stand in quotes and nothing at all is null."""
    bare = csv.WriteOptions(include_header=False)
    with cursor.copy(statement) as copy:
        for some in rows.to_batches(max_chunksize=AT_ONCE):
            written = pa.BufferOutputStream()
            csv.write_csv(some, written, bare)
            copy.write(memoryview(written.getvalue()))
