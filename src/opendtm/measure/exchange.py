"""Figures as an Arrow table and back, the form in which they are stored and exchanged."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from opendtm.records import Confidence, Coverage, Figure, Method

CONFIDENCE = ("confidence", "confidence_parts")  # columns that `measure.confidence.graded` adds
# What `measure.sampled` adds: the error in the unit of the value, the limits of its interval, degrees of freedom,
# design effect, and why there is no value (a code of `measure.reasons.Reason`).
ESTIMATES = (
    pa.field("standard_error", pa.float64()),
    pa.field("low", pa.float64()),
    pa.field("high", pa.float64()),
    pa.field("df", pa.int32()),
    pa.field("deff", pa.float64()),
    pa.field("withheld", pa.string()),
)


def figures_table(figures: Iterable[Figure]) -> pa.Table:
    """Write figures as a table of the schema `Figure.SCHEMA`, one row a figure, in their order."""
    return pa.Table.from_pylist([_flat(figure) for figure in figures], schema=Figure.SCHEMA)


def figures_from_table(table: pa.Table) -> list[Figure]:
    """Read figures from a table of the schema `Figure.SCHEMA`, with their confidence where they were graded."""
    graded = (name for name in CONFIDENCE if name in table.column_names)
    names = [*Figure.SCHEMA.names, *graded]
    columns = [table[name].to_pylist() for name in names]
    return [_figure(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]


def by_text(by: Iterable[tuple[str, str]]) -> str:
    """Write a disaggregation as `dimension=code;...`; empty for a total."""
    return ";".join(f"{dimension}={code}" for dimension, code in by)


def by_pairs(text: str | None) -> tuple[tuple[str, str], ...]:
    """Read a disaggregation written by `by_text`."""
    if not text:
        return ()
    pairs = (part.split("=", maxsplit=1) for part in text.split(";"))
    return tuple((dimension, code) for dimension, code in pairs)


def _flat(figure: Figure) -> dict[str, Any]:
    plain = ("indicator", "place_level", "place_code", "place_name", "value", "unit", "n_places")
    more = ("as_of", "round", "carried", "suppressed")
    counts = ("n_known", "n_assessed", "n_carried", "n_inaccessible")
    return {
        **{name: getattr(figure, name) for name in (*plain, *more)},
        **{name: getattr(figure.coverage, name) for name in counts},
        "by": by_text(figure.by),
        "method": figure.method.value,
        "sources": list(figure.sources),
    }


def _figure(row: Mapping[str, Any]) -> Figure:
    return Figure(
        indicator=row["indicator"],
        value=row["value"],
        unit=row["unit"],
        place_code=row["place_code"],
        place_name=row["place_name"],
        place_level=row["place_level"],
        n_places=row["n_places"],
        as_of=row["as_of"],
        method=Method(row["method"]),
        coverage=Coverage(
            n_known=row["n_known"],
            n_assessed=row["n_assessed"],
            n_carried=row["n_carried"],
            n_inaccessible=row["n_inaccessible"],
        ),
        by=by_pairs(row["by"]),
        round=row["round"],
        carried=row["carried"],
        sources=tuple(row["sources"] or ()),
        suppressed=row["suppressed"],
        confidence=Confidence.read(*(row.get(name) for name in CONFIDENCE)),
    )
