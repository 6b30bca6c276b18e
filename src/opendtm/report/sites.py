"""The sites that a foreign file speaks of, where no register of sites exists.

An identifier of the source is kept as it is, and different identifiers are never the same site. Where the
source has none, one is made from the areas and the name; it begins with `name:`, so that nobody takes it
for an official one.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from opendtm.records import Site, source_column
from opendtm.vocab import code_list, fold

MADE = "name:"
_LEVELS = range(4)
Record = Mapping[str, Any]


def sites_from(observations: pa.Table) -> tuple[Site, ...]:
    """List the sites of a foreign observations table, in the order in which it names them.

    A site that stands in several rows is taken from its first row, gaps filled from later ones. Rows
    without an identifier are each a site of their own: a name is not a key.
    """
    found: dict[str, dict[str, Any]] = {}
    for record in observations.to_pylist():
        key = record.get("site_id") or record[source_column()]
        known = found.setdefault(key, {})
        known |= {name: value for name, value in record.items() if known.get(name) is None}
    names = identifiers(found)
    return tuple(_site(names[key], record) for key, record in found.items())


def identifiers(records: Mapping[str, Record]) -> dict[str, str]:
    """Give each record its identifier: that of the source, else the P-code of an area, else one made.

    Made ones of the same name in the same areas are told apart by their order (`~2`, `~3`).
    """
    taken: Counter[str] = Counter()
    names = {}
    for key, record in records.items():
        official = _official(record)
        made = official or _made(record)
        taken[made] += 1
        again = taken[made] > 1 and not record.get("site_id")
        names[key] = f"{made}~{taken[made]}" if again else made
    return names


def _official(record: Record) -> str | None:
    level = record.get("_level")
    if record.get("site_id"):
        return str(record["site_id"])
    return record.get(f"adm{level}_code") if level in _LEVELS else None


def _made(record: Record) -> str:
    areas = (record.get(f"adm{level}_code") or record.get(f"adm{level}_name") for level in _LEVELS)
    parts = [fold(str(area)).replace(" ", "-") for area in areas if area]
    name = fold(str(record.get("site_name") or "")).replace(" ", "-")
    folded = "/".join(part for part in (*parts, name) if part)
    return MADE + (folded or str(record.get(source_column()) or record.get("_place") or ""))


def _site(site_id: str, record: Record) -> Site:
    status = str(record.get("site_status"))
    return Site(
        site_id=site_id,
        name=record.get("site_name") or site_id,
        status=status if status in code_list("site_status") else "open",
        site_type=record.get("site_type"),
        latitude=record.get("latitude"),
        longitude=record.get("longitude"),
        admins=tuple(record.get(f"adm{level}_code") for level in _LEVELS),
        admin_names=tuple(record.get(f"adm{level}_name") for level in _LEVELS),
    )
