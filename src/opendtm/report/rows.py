"""From a panel to the lines of the site table: one line a place, whatever the number of rows behind it.

A foreign file may split a place (by reason of displacement, for instance): counts add up, the worst need
speaks, and the weakest method marks the line.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from opendtm.measure import Panel
from opendtm.records import Method
from opendtm.report.model import Number, SiteRow
from opendtm.report.sites import identifiers
from opendtm.vocab import code_list, concept

COUNTS = (
    "idp_individuals",
    "idp_households",
    "returnee_individuals",
    "returnee_households",
    "host_individuals",
    "host_households",
    "arrivals_individuals",
    "arrivals_households",
    "departures_individuals",
    "departures_households",
)
PRIORITY_LEVEL = 2  # a named priority is shown as serious need; the report says so
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of the site table with what only the panel knows: its age in rounds, its status, its splits."""

    row: SiteRow
    age: int | None
    status: str | None
    priorities: bool = False  # needs come from named priorities, not from levels
    answered: bool = True  # whether the place answered the question on priorities at all


def standings(panel: Panel, *, derived: Collection[str] = ()) -> tuple[Standing, ...]:
    """Give one line a place, the most IDPs first, then by identifier. Closed places are left out.

    Where a table states areas above one another, the lowest areas are the lines. `derived` names the
    concepts that were computed by a factor.
    """
    by_place: dict[str, list[Record]] = defaultdict(list)
    for record in panel.table.to_pylist():
        if record["_state"] != "closed" and record.get("_below") == record.get("_level"):
            by_place[record["_place"]].append(record)
    names = identifiers({place: records[0] for place, records in by_place.items()})
    lines = [_standing(names[place], records, derived) for place, records in by_place.items()]
    return tuple(sorted(lines, key=_by_size))


def sectors_asked(panel: Panel) -> tuple[str, ...]:
    """List the sectors about which the panel knows anything, in the order of the code list."""
    named = _sectors_of_priorities() if _has_priorities(panel) else frozenset()
    return tuple(
        code.name
        for code in code_list("sector")
        if panel.has(f"need_{code.name}") or (named and code.name in named)
    )


def idps(row: SiteRow) -> float | None:
    """Give the number of IDPs of a line, None where unknown."""
    number = row.numbers.get("idp_individuals")
    return number.value if number else None


def _by_size(line: Standing) -> tuple[float, str]:
    return -(idps(line.row) or 0), line.row.site_id


def _standing(place: str, records: Sequence[Record], derived: Collection[str]) -> Standing:
    first = records[0]
    method = _weakest(Method(record["_method"]) for record in records)
    levels, priorities = _needs(records)
    row = SiteRow(
        site_id=place,
        name=_said(records, "site_name") or _deepest_name(first) or place,
        admin_names=tuple(_said(records, f"adm{level}_name") for level in range(4)),
        admin_codes=tuple(_said(records, f"adm{level}_code") for level in range(4)),
        site_type=_said(records, "site_type"),
        state=first["_state"],
        as_of=max((day for record in records if (day := record["_as_of"])), default=None),
        method=method,
        numbers={name: _number(name, place, records, derived) for name in COUNTS if name in first},
        needs=levels,
        latitude=_said(records, "latitude"),
        longitude=_said(records, "longitude"),
        source=_said(records, "_source"),
    )
    answered = not priorities or any(answered_priorities(record) for record in records)
    return Standing(row, first.get("_age"), _said(records, "site_status"), priorities, answered)


def _number(name: str, place: str, records: Sequence[Record], derived: Collection[str]) -> Number:
    known = [record for record in records if record[name] is not None]
    unit, key = concept(name).unit or "person", f"{name}|{place}|"
    if not known:
        return Number(None, unit, Method.UNKNOWN, key=key)
    carried = sum(record[name] for record in known if record["_method"] == Method.CARRIED_FORWARD)
    method = _weakest(_method_of(name, record, derived) for record in known)
    return Number(sum(record[name] for record in known), unit, method, float(carried), key=key)


def _method_of(name: str, record: Record, derived: Collection[str]) -> Method:
    method = Method(record["_method"])
    counted_shelters = record.get("method") == "shelter_count" and name == "idp_individuals"
    computed = counted_shelters or name in derived
    return Method.DERIVED if computed and method is Method.OBSERVED else method


def _weakest(methods: Iterable[Method]) -> Method:
    return max(methods, key=list(Method).index)


def _said(records: Sequence[Record], name: str) -> Any:
    return next((record[name] for record in records if record.get(name) is not None), None)


def _deepest_name(record: Record) -> str | None:
    names = (record.get(f"adm{level}_name") for level in (3, 2, 1, 0))
    return next((name for name in names if name), None)


def _needs(records: Sequence[Record]) -> tuple[dict[str, int | None], bool]:
    """Give the worst known level by sector, and whether it comes from named priorities."""
    asked = [code.name for code in code_list("sector") if f"need_{code.name}" in records[0]]
    if asked:
        return {sector: _worst(records, sector) for sector in asked}, False
    if "priority_needs" in records[0]:
        return _from_priorities(records), True
    return {}, False


def _worst(records: Sequence[Record], sector: str) -> int | None:
    levels = (_levels().get(record[f"need_{sector}"]) for record in records)
    return max((level for level in levels if level is not None), default=None)


def _from_priorities(records: Sequence[Record]) -> dict[str, int | None]:
    named = {
        sector
        for record in records
        for need in record["priority_needs"] or ()
        if (sector := _priority_sectors().get(need))
    }
    return {
        sector: PRIORITY_LEVEL if sector in named else None
        for sector in code_list("sector").names()
        if sector in _sectors_of_priorities()
    }


def answered_priorities(record: Record) -> bool:
    """Tell whether a row names priorities, or says that there are none."""
    unknown = {code.name for code in code_list("priority_need") if code.facts.get("unknown")}
    return bool(set(record.get("priority_needs") or ()) - unknown)


def _has_priorities(panel: Panel) -> bool:
    levels = any(panel.has(f"need_{code.name}") for code in code_list("sector"))
    return not levels and panel.has("priority_needs")


@cache
def _levels() -> Mapping[str, int]:
    return {
        code.name: level
        for code in code_list("need_level")
        if isinstance(level := code.facts.get("level"), int)
    }


@cache
def _priority_sectors() -> Mapping[str, str]:
    return {
        code.name: str(code.facts["sector"])
        for code in code_list("priority_need")
        if "sector" in code.facts
    }


def _sectors_of_priorities() -> frozenset[str]:
    return frozenset(_priority_sectors().values())
