"""The index of each place: 0 to 100 from its known indicators, or a reason why it has none."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from opendtm.errors import Where
from opendtm.errors.measure_index import IndexTableInvalid
from opendtm.i18n import Message
from opendtm.measure.index.declaration import Aggregation, Declaration

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scored:
    """The index of one place, by the declaration's way and by the other; None with a `reason`.

    `known` of `declared` indicators are known and carry `weight_known` of the weight; `missing` names the
    others, whose weight the known ones share. `critical` names the indicators at or below their critical value: the
    lowest of them is the most that the index can be; `arithmetic` and `geometric` are what the means alone give.
    """

    place: str
    value: float | None
    arithmetic: float | None
    geometric: float | None
    known: int
    declared: int
    weight_known: float
    missing: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    reason: Message | None = None


def scores(table: pa.Table, *, declared: Declaration) -> tuple[Scored, ...]:
    """Compute the index of every place, in the order of the rows.

    `table` has a row a place: `place`, and a column for each indicator, empty where it is not known; a column
    that is absent is not known anywhere. IndexTableInvalid for a row without place, a place twice, or a value
    that is no finite number.
    """
    places, values = places_of(table), normalised(table, declared)
    weights = np.array([each.weight for each in declared.ingredients])
    return tuple(
        _scored(place, row, weights, declared) for place, row in zip(places, values, strict=True)
    )


def normalised(table: pa.Table, declared: Declaration) -> Numbers:
    """Give 100 (x - worst) / (best - worst), cut at 0 and 100: a row a place, a column an indicator, NaN unknown."""
    columns = []
    for each in declared.ingredients:
        raw = raw_column(table, each.column)
        columns.append(np.clip(100 * (raw - each.worst) / (each.best - each.worst), 0, 100))
    return np.column_stack(columns)


def aggregated(values: Numbers, weights: Numbers, *, way: Aggregation, floor: float) -> Numbers:
    """Add up rows of normalised values over what is known: weights of the known ones are made to sum to 1."""
    shares = np.where(np.isnan(values), 0.0, weights)
    shares = shares / shares.sum(axis=1, keepdims=True)
    known = np.nan_to_num(values)
    if way is Aggregation.ARITHMETIC:
        return np.asarray((shares * known).sum(axis=1), dtype=np.float64)
    return np.asarray(np.exp((shares * np.log(np.maximum(known, floor))).sum(axis=1)))


def held_at(values: Numbers, declared: Declaration) -> Numbers:
    """Give the most that the index of each row can be: its lowest indicator at or below its critical value.

    Infinite where no critical indicator is so low. `values` are normalised by the frozen cut-offs.
    """
    limits = [-np.inf if each.critical is None else each.critical for each in declared.ingredients]
    return np.asarray(np.where(values <= np.array(limits), values, np.inf).min(axis=1))


def raw_column(table: pa.Table, name: str) -> Numbers:
    """Give a column of numbers, NaN where empty or absent; IndexTableInvalid for one that is no finite number."""
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    try:
        column = table[name].cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as wrong:
        raise IndexTableInvalid(column=name, reason=Message("it must hold numbers")) from wrong
    empty = column.is_null().to_numpy()
    values = column.fill_null(0.0).to_numpy()
    if not np.isfinite(values).all():
        where = Where(row=int((~np.isfinite(values)).argmax()) + 1, column=name)
        raise IndexTableInvalid(column=name, reason=Message("it must hold numbers"), where=where)
    return np.where(empty, np.nan, values)


def places_of(table: pa.Table) -> list[str]:
    """Give the places, one a row; IndexTableInvalid for one that is absent or stands twice."""
    if "place" not in table.column_names:
        raise IndexTableInvalid(column="place", reason=Message("the table has no such column"))
    places = table["place"].cast(pa.string()).to_pylist()
    seen: set[str] = set()
    for row, place in enumerate(places, 1):
        if place is None or place in seen:
            reason = Message("each row must name a place, and each place once")
            raise IndexTableInvalid(column="place", reason=reason, where=Where(row=row))
        seen.add(place)
    return list(places)


def _scored(place: str, row: Numbers, weights: Numbers, declared: Declaration) -> Scored:
    told = ~np.isnan(row)
    share = float(weights[told].sum() / weights.sum())
    missing = tuple(
        each.column for each, known in zip(declared.ingredients, told, strict=True) if not known
    )
    reason = _refused(declared, missing, share)
    most = float(held_at(row[np.newaxis], declared)[0])
    found: dict[Aggregation, float | None] = dict.fromkeys(Aggregation)
    if reason is None:
        for way in Aggregation:
            whole = aggregated(row[np.newaxis], weights, way=way, floor=declared.floor)
            found[way] = float(whole[0])
    value = found[declared.aggregation]
    return Scored(
        place=place,
        value=None if value is None else min(value, most),
        arithmetic=found[Aggregation.ARITHMETIC],
        geometric=found[Aggregation.GEOMETRIC],
        known=int(told.sum()),
        declared=len(weights),
        weight_known=share,
        missing=missing,
        critical=_critical(row, declared),
        reason=reason,
    )


def _critical(row: Numbers, declared: Declaration) -> tuple[str, ...]:
    return tuple(
        each.column
        for each, value in zip(declared.ingredients, row, strict=True)
        if each.critical is not None and value <= each.critical
    )


def _refused(declared: Declaration, missing: Sequence[str], share: float) -> Message | None:
    for each in declared.ingredients:
        if each.required and each.column in missing:
            return Message("{name} is not known, and it is required.", {"name": each.label})
    if share < declared.least_weight - 1e-12:
        values = {"share": f"{100 * share:.0f}", "least": f"{100 * declared.least_weight:.0f}"}
        return Message("Indicators with {share} % of the weight are known, not {least} %.", values)
    return None
