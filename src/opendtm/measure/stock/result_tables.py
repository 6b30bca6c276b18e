"""Stock figures as tables for a file: one row an area, a part, a place or a cell; unknown is empty, zero is 0."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from opendtm import records
from opendtm.i18n import Message
from opendtm.measure.stock.accounting import FLOWS, Account
from opendtm.measure.stock.areas import AreaTotal
from opendtm.measure.stock.double_sampling import CorrectedTotal
from opendtm.measure.stock.imputation import Held
from opendtm.measure.stock.minimum_flow import MinimumFlow
from opendtm.measure.stock.movements import LEFT_OUT, Movement
from opendtm.measure.stock.site_rounds import Area
from opendtm.measure.stock.totals import ImputedTotal

TEXT, REAL, WHOLE = pa.string(), pa.float64(), pa.int64()
PARTS = ("matched", "newly_covered", "closed", "lost_access", "reclassified", "corrected")
_TOTALS = pa.schema(
    {
        "area": TEXT, "area_name": TEXT, "value": REAL, "observed": REAL, "imputed": REAL,
        "share_imputed": REAL, "low": REAL, "high": REAL, "level": REAL, "n_observed": WHOLE,
        "n_imputed": WHOLE, "n_unknown": WHOLE, "last_of_unknown": REAL, "n_closed": WHOLE,
        "refused": TEXT,
    }
)  # fmt: skip
_PLACES = pa.schema(
    {
        "place": TEXT, "area": TEXT, "state": TEXT, "now": REAL, "last": REAL, "age": WHOLE,
        "value": REAL, "basis": TEXT,
    }
)  # fmt: skip
_CHANGES = pa.schema(
    {"area": TEXT, "part": TEXT, "value": REAL, "n_places": WHOLE, "before": REAL, "after": REAL}
)
_ACCOUNTS = pa.schema(
    {
        "area": TEXT, "opening": REAL, **dict.fromkeys(FLOWS, REAL), "expected": REAL,
        "closing": REAL, "residual": REAL, "residual_share": REAL, "unknown": TEXT,
    }
)  # fmt: skip
_MOVEMENTS = pa.schema(
    {
        "area": TEXT, "area_name": TEXT, "opening": REAL, "arrivals": REAL, "departures": REAL,
        "expected": REAL, "closing": REAL, "residual": REAL, "residual_share": REAL,
        "n_places": WHOLE, "n_known": WHOLE, "left_out": TEXT,
    }
)  # fmt: skip
_VERIFIED = pa.schema(
    {
        "stratum": TEXT, "reported": REAL, "ratio": REAL, "total": REAL, "se": REAL, "cv": REAL,
        "low": REAL, "high": REAL, "level": REAL, "df": WHOLE, "n": WHOLE, "places": WHOLE,
    }
)  # fmt: skip
_AREA = pa.schema(
    {
        "total": REAL, "se": REAL, "low": REAL, "high": REAL, "level": REAL, "df": WHOLE,
        "n": WHOLE, "method": TEXT,
    }
)  # fmt: skip


def totals_table(found: Mapping[Area | None, ImputedTotal], *, lang: str) -> pa.Table:
    """Write totals, one row an area; the whole has no area."""
    return pa.Table.from_pylist(
        [_of(area) | _total(one, lang) for area, one in found.items()], schema=_TOTALS
    )


def places_table(places: Iterable[Held]) -> pa.Table:
    """Write what every place was given, and on what basis."""
    rows = [
        {name: getattr(place, name) for name in _PLACES.names if name not in {"area", "basis"}}
        | {"area": place.group, "basis": place.basis.value}
        for place in places
    ]
    return pa.Table.from_pylist(rows, schema=_PLACES)


def changes_table(found: Mapping[str, records.Change]) -> pa.Table:
    """Write changes, one row a part of an area and one for its sum; the whole has an empty area."""
    return pa.Table.from_pylist(
        [row for area, change in found.items() for row in _change(area, change)], schema=_CHANGES
    )


def accounts_table(found: Sequence[tuple[str, Account]]) -> pa.Table:
    """Write accounts, one row an area; `unknown` names the flows that lie in the residual."""
    rows = [
        {name: getattr(one, name) for name in ("opening", "closing", "expected", "residual")}
        | {name: getattr(one.flows, name) for name in FLOWS}
        | {
            "area": area,
            "residual_share": one.residual_share,
            "unknown": ";".join(one.unknown) or None,
        }
        for area, one in found
    ]
    return pa.Table.from_pylist(rows, schema=_ACCOUNTS)


def movements_table(found: Sequence[Movement], *, lang: str) -> pa.Table:
    """Write movements, one row an area; `left_out` says how many places are not compared, and why."""
    own = ("opening", "arrivals", "departures", "closing")
    more = ("expected", "residual", "residual_share", "n_known")
    rows = [
        _of(one.area)
        | {name: getattr(one, name) for name in (*own, *more)}
        | {"n_places": one.n, "left_out": reasons(one, lang) or None}
        for one in found
    ]
    return pa.Table.from_pylist(rows, schema=_MOVEMENTS)


def reasons(movement: Movement, lang: str) -> str:
    """Say how many places of a movement are left out, by reason."""
    return ", ".join(
        Message("{reason}: {count}", {"reason": LEFT_OUT[reason], "count": count}).text(lang)
        for reason, count in movement.left_out.items()
    )


def moves_table(found: MinimumFlow) -> pa.Table:
    """Write the least flows, one row a pair of areas; who stayed is left out."""
    places = found.flows.places
    rows = [
        {"from": before, "to": after, "persons": float(found.flows.persons[row, column])}
        for row, before in enumerate(places)
        for column, after in enumerate(places)
        if row != column and found.flows.persons[row, column] > 0
    ]
    rows.sort(key=lambda row: (-float(str(row["persons"])), str(row["from"]), str(row["to"])))
    return pa.Table.from_pylist(rows, schema=pa.schema({"from": TEXT, "to": TEXT, "persons": REAL}))


def verified_table(found: Mapping[str, tuple[float, CorrectedTotal]]) -> pa.Table:
    """Write corrected totals with what was reported, one row a stratum; the whole has an empty one."""
    taken = [name for name in _VERIFIED.names if name not in {"stratum", "reported"}]
    rows = [
        {"stratum": name or None, "reported": reported}
        | {column: getattr(one, column) for column in taken}
        for name, (reported, one) in found.items()
    ]
    return pa.Table.from_pylist(rows, schema=_VERIFIED)


def area_table(found: AreaTotal, *, method: str) -> pa.Table:
    """Write a total that was estimated from a part of a site."""
    row = {name: getattr(found, name) for name in _AREA.names if name != "method"}
    return pa.Table.from_pylist([row | {"method": method}], schema=_AREA)


def _of(area: Area | None) -> dict[str, Any]:
    return {} if area is None else {"area": area.key or None, "area_name": area.name or None}


def _total(one: ImputedTotal, lang: str) -> dict[str, Any]:
    names = (
        "value", "observed", "imputed", "low", "high", "level", "n_observed", "n_imputed",
        "n_unknown", "last_of_unknown",
    )  # fmt: skip
    return {name: getattr(one, name) for name in names} | {
        "share_imputed": one.share,
        "n_closed": sum(place.basis == "closed" for place in one.places),
        "refused": one.refused.text(lang) if one.refused else None,
    }


def _change(area: str, change: records.Change) -> list[dict[str, Any]]:
    counts = {
        "matched": change.n_matched,
        "newly_covered": change.n_new,
        "closed": change.n_closed,
        "lost_access": change.n_lost,
        "reclassified": change.n_reclassified,
        "corrected": None,
    }
    ends = {"area": area or None, "before": change.before, "after": change.after}
    rows = [
        ends | {"part": part, "value": getattr(change, part), "n_places": counts[part]}
        for part in PARTS
    ]
    return [*rows, ends | {"part": "total", "value": change.total, "n_places": None}]
