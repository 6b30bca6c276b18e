"""The figures of a run as rows of the database: written in bulk, because a run has thousands of them.

Bare rows go in several times faster than objects would; what each column holds is said by the models.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.db import connection

from opendtm.measure import confidence
from opendtm_server.collect import queries as collect
from opendtm_server.matrix.models import Figure, FigureSource

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
    *(field.name for field in confidence.GRADES),
)
NEVER_NULL = ("place_code", "place_name")


def keep_figures(run: "Run", figures: pa.Table) -> None:
    """Write the figures of a new run, a graded table of `records.Figure.SCHEMA`, and the submissions behind each."""
    count = figures.num_rows
    columns = {name: figures[name].to_pylist() for name in SAME}
    columns |= {name: figures[name].fill_null("").to_pylist() for name in NEVER_NULL}
    values = list(zip([run.pk] * count, *columns.values(), strict=True))
    _insert(Figure, ("run_id", *columns), values)
    keys = Figure.objects.filter(run=run).order_by("pk").values_list("pk", flat=True)
    _insert(FigureSource, ("figure_id", "submission_id"), list(_pairs(run, keys, figures)))


def _pairs(run: "Run", keys: Iterable[int], figures: pa.Table) -> Iterable[tuple[int, int]]:
    """Pair figures with submissions; both lie in the order in which the figures were written."""
    sources = figures["sources"].combine_chunks()
    every = sources.flatten().unique().to_pylist()
    numbers = collect.submission_numbers(run.round.operation, every)
    for key, behind in zip(keys, sources.to_pylist(), strict=True):
        for source in behind:
            yield key, numbers[source]


def _insert(model: "type[Model]", names: Sequence[str], values: Sequence[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(name) for name in names)  # noqa: SLF001
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608
