"""The figures of a run as rows of the database: written in bulk, because a run has thousands of them.

Bare rows go in several times faster than objects would; what each column holds is said by the models.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.db import connection

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


def keep_figures(run: "Run", figures: pa.Table, *, instead: Instead | None = None) -> None:
    """Write the figures of a new run and the submissions behind them.

    `figures` is a table of `records.Figure.SCHEMA` with grades, of estimates with their error as well. `instead` says which figures of the run's base they stand for.
    """
    count = figures.num_rows
    held = set(figures.column_names)
    columns = {name: figures[name].to_pylist() if name in held else [None] * count for name in SAME}
    columns |= {name: figures[name].fill_null("").to_pylist() for name in NEVER_NULL}
    values = list(zip([run.pk] * count, *columns.values(), strict=True))
    _insert(Figure, ("run_id", *columns), values)
    behind = set(figures["sources"].combine_chunks().flatten().unique().to_pylist())
    if run.base_id and instead:
        gone = _superseded(run.base_id, instead)
        _insert(Replaced, ("run_id", "figure_id"), [(run.pk, key) for key in gone])
        named = RunSource.objects.filter(run=run.base_id)
        behind -= set(named.values_list("submission__instance_id", flat=True))
    numbers = collect.submission_numbers(run.round.operation, sorted(behind))
    sources = [(run.pk, each) for each in sorted(numbers.values())]
    _insert(RunSource, ("run_id", "submission_id"), sources)


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


def _insert(model: "type[Model]", names: Sequence[str], values: Sequence[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(name) for name in names)  # noqa: SLF001
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608
