"""From figures to the table that an index is computed from, and from its ranks to a table that can be kept."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from opendtm.errors import Where
from opendtm.errors.measure_index import IndexTableInvalid
from opendtm.i18n import Message
from opendtm.measure.index.declaration import Declaration
from opendtm.measure.index.ranks import Ranked

PLACE, NAME = "place", "place_name"


def places_from(figures: pa.Table) -> pa.Table:
    """Lay the totals of figures out: a row a place, by key, with `place`, `place_name` and a column an indicator.

    `figures` has `indicator`, `place_code`, `place_name` and `value`, of one level and without parts. The key is the
    code of the place, its name where it has none; what names no place is left out. IndexTableInvalid where one
    indicator has two values at a place.
    """
    names: dict[str, str] = {}
    values: dict[str, dict[str, float | None]] = {}
    columns = (figures[name].to_pylist() for name in ("indicator", "place_code", NAME, "value"))
    for row, (indicator, code, name, value) in enumerate(zip(*columns, strict=True), start=1):
        key = code or name
        if not key:
            continue
        names.setdefault(key, name or key)
        told = values.setdefault(indicator, {})
        if key in told:
            reason = Message("each row must name a place, and each place once")
            raise IndexTableInvalid(column=indicator, reason=reason, where=Where(row=row))
        told[key] = value
    keys = sorted(names)
    laid = {
        name: pa.array([told.get(key) for key in keys], pa.float64())
        for name, told in values.items()
    }
    found = {PLACE: pa.array(keys, pa.string()), NAME: pa.array([names[key] for key in keys])}
    return pa.table(found | laid)


def index_table(
    ranked: Sequence[Ranked], table: pa.Table, *, declared: Declaration, lang: str
) -> pa.Table:
    """Write scores and ranks as a table, a row a place in the order of `table`, with all that they were made by.

    After the scores stand the indicators as they were before normalisation, then the declaration: its id and version,
    aggregation, the share by which weights move, the number of draws and their seed. `reason` is in `lang`.
    """
    columns: dict[str, Sequence[object]] = {
        PLACE: [each.scored.place for each in ranked],
        NAME: table[NAME].to_pylist() if NAME in table.column_names else [""] * len(ranked),
        **_scores(ranked, lang),
    }
    columns |= {
        each.column: table[each.column].to_pylist()
        for each in declared.ingredients
        if each.column in table.column_names
    }
    made = _made_by(declared)
    columns |= {name: [value] * len(ranked) for name, value in made.items()}
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def _scores(ranked: Sequence[Ranked], lang: str) -> Mapping[str, Sequence[object]]:
    scored = [each.scored for each in ranked]
    return {
        "index": pa.array([each.value for each in scored], pa.float64()),
        "rank": pa.array([each.rank for each in ranked], pa.int64()),
        "rank_low": pa.array([each.low for each in ranked], pa.int64()),
        "rank_median": pa.array([each.median for each in ranked], pa.int64()),
        "rank_high": pa.array([each.high for each in ranked], pa.int64()),
        "arithmetic": pa.array([each.arithmetic for each in scored], pa.float64()),
        "geometric": pa.array([each.geometric for each in scored], pa.float64()),
        "indicators_known": [each.known for each in scored],
        "indicators_declared": [each.declared for each in scored],
        "weight_known": [each.weight_known for each in scored],
        "missing": [" ".join(each.missing) for each in scored],
        "critical": [" ".join(each.critical) for each in scored],
        "reason": [each.reason.text(lang) if each.reason else "" for each in scored],
    }


def _made_by(declared: Declaration) -> Mapping[str, object]:
    return {
        "index_id": declared.id,
        "index_version": declared.version,
        "aggregation": declared.aggregation.value,
        "weights_moved": declared.moved,
        "draws": declared.draws,
        "seed": declared.seed,
    }
