"""The design of a survey from the columns of its data: every interview must have its place and its weight.

What cannot be placed is refused with its row, because an interview left out silently would change every
figure.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors.base import Where
from opendtm.errors.measure_survey import LonelyStratum
from opendtm.i18n import Message, mark
from opendtm.measure.engines import DUCKDB, Engine
from opendtm.measure.survey import Design, Finite, Lonely, Sample, declare
from opendtm.tables.plain import PlainTable


@dataclass(frozen=True, slots=True)
class DesignColumns:
    """Which columns of the data say how the interviews were drawn; as `survey.Design`.

    `finite` holds population sizes, or fractions drawn where all of its values are 1 or less.
    """

    weights: str | None = None
    strata: str | None = None
    clusters: tuple[str, ...] = ()
    finite: tuple[str, ...] = ()
    lonely: Lonely = Lonely.FAIL
    nested: bool = False


def placed_sample(
    data: PlainTable,
    columns: DesignColumns,
    answers: dict[str, pa.Array],
    *,
    engine: Engine = DUCKDB,
) -> Sample:
    """Bind the answers to the design, on an engine. CellUnusable with the row; errors of `survey.declare`."""
    held = _held(data, columns)
    fractions = bool(columns.finite) and all(
        pc.max(held[name]).as_py() <= 1 for name in columns.finite
    )
    design = Design(
        weights=columns.weights,
        strata=columns.strata,
        clusters=columns.clusters,
        finite=columns.finite,
        finite_holds=Finite.FRACTION if fractions else Finite.POPULATION,
        lonely=columns.lonely,
        nested=columns.nested,
    )
    try:
        return declare(_table(held | answers, data.height), design, on=engine)
    except LonelyStratum as lonely:
        lonely.where = _first_of(data, columns, str(lonely.details["stratum"]))
        raise


def _table(columns: dict[str, pa.Array], height: int) -> pa.Table:
    return pa.table(columns or {"answer": pa.nulls(height, pa.int8())})


def _held(data: PlainTable, columns: DesignColumns) -> dict[str, pa.Array]:
    held: dict[str, pa.Array] = {}
    if columns.weights is not None:
        held[columns.weights] = _positive(
            data, columns.weights, Message(mark("a weight is a number above 0"))
        )
    for name in columns.finite:
        held[name] = _positive(
            data, name, Message(mark("a population size, or a fraction drawn, is a number above 0"))
        )
    strata = () if columns.strata is None else (columns.strata,)
    for name in (*strata, *columns.clusters):
        held[name] = data.text(name)
        reason = Message(mark("every interview must say its stratum and its cluster"))
        _refuse(data, name, pc.is_null(held[name]), reason)
    return held


def _positive(data: PlainTable, name: str, reason: Message) -> pa.Array:
    numbers = data.numbers(name)
    _refuse(data, name, pc.invert(pc.fill_null(pc.greater(numbers, 0), fill_value=False)), reason)
    return numbers


def _refuse(data: PlainTable, name: str, wrong: pa.Array, reason: Message) -> None:
    found = pc.indices_nonzero(wrong)
    if len(found):
        raise data.unusable(name, found[0].as_py(), reason)


def _first_of(data: PlainTable, columns: DesignColumns, stratum: str) -> Where:
    if columns.strata is None:
        return data.where()
    at = pc.index(data.text(columns.strata), stratum).as_py()
    return data.where(columns.strata, at if at >= 0 else None)
