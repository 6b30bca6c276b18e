"""The origin-destination matrix as a table for a file, with small cells hidden where that is asked for."""

from collections.abc import Collection, Hashable, Mapping
from enum import Enum
from typing import Any

import numpy as np
import pyarrow as pa

from opendtm.measure.disclosure import Dimension, Rule, crossed, suppress
from opendtm.measure.stock.origin_lists import Origins
from opendtm.measure.stock.origins import diversity

NOT_STATED = ""  # the origin of people of whom none is stated
Key = tuple[Hashable, Hashable]  # origin and place, or a margin
_SCHEMA = pa.schema(
    {
        "origin": pa.string(), "origin_name": pa.string(), "place": pa.string(),
        "place_name": pa.string(), "persons": pa.float64(), "share_of_origin": pa.float64(),
        "share_of_place": pa.float64(), "persons_of_origin": pa.float64(),
        "persons_in_place": pa.float64(), "origins_in_place": pa.int64(),
        "evenness_in_place": pa.float64(), "suppressed": pa.string(),
    }
)  # fmt: skip


class Margin(Enum):
    """The margin of a matrix, which no area can be called."""

    ALL = "all"


def cells_of(found: Origins) -> dict[tuple[str, str], float]:
    """Give the people of every cell, of every origin by every place; those of unknown origin last."""
    places = sorted({*found.matrix.places, *found.unknown})
    column = {place: number for number, place in enumerate(found.matrix.places)}
    cells = {
        (origin, place): float(found.matrix.persons[row, column[place]]) if place in column else 0.0
        for row, origin in enumerate(found.matrix.origins)
        for place in places
    }
    unknown = {(NOT_STATED, place): found.unknown.get(place, 0.0) for place in places}
    return cells | (unknown if found.unknown else {})


def hidden_cells(found: Origins, *, rule: Rule, unit: str = "person") -> frozenset[Key]:
    """Name the cells and margins that must not be shown: small ones, and those that would give them away."""
    cells = cells_of(found)
    origins, places = (list(dict.fromkeys(key[side] for key in cells)) for side in (0, 1))
    sides = [Dimension(each, dict.fromkeys(each, Margin.ALL)) for each in (origins, places)]
    counts: dict[tuple[Hashable, ...], float] = {}
    counts.update(cells.items())
    table = crossed(counts, sides, rule=rule, unit=unit)
    keys: list[Any] = list(table.keys)
    return frozenset(key for key, gone in zip(keys, suppress(table).hidden, strict=True) if gone)


def origins_table(found: Origins, *, hidden: Collection[Key] = frozenset()) -> pa.Table:
    """Write the cells above zero, and every hidden one without its value and what would tell it.

    Those of unknown origin have an empty one and come last; they count in the total of their place, and in no
    share of an origin. Evenness as in `diversity`, of the known origins of a place.
    """
    cells = cells_of(found)
    sums = with_margins(cells)
    rows = [
        _row(found, key, sums, hidden) for key, value in cells.items() if value or key in hidden
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def with_margins(cells: Mapping[tuple[str, str], float]) -> dict[Key, float]:
    """Add the sums of every origin, of every place and of all."""
    sums: dict[Key, float] = {}
    sums.update(cells.items())
    for (origin, place), value in cells.items():
        for key in ((origin, Margin.ALL), (Margin.ALL, place), (Margin.ALL, Margin.ALL)):
            sums[key] = sums.get(key, 0.0) + value
    return sums


def _row(
    found: Origins, key: tuple[str, str], sums: Mapping[Key, float], hidden: Collection[Key]
) -> dict[str, Any]:
    origin, place = key
    shown = {
        one: sums[one]
        for one in (key, (origin, Margin.ALL), (Margin.ALL, place))
        if one not in hidden
    }
    persons, of, there = (
        shown.get(one) for one in (key, (origin, Margin.ALL), (Margin.ALL, place))
    )
    mixed = None if any(one[1] == place for one in hidden) else _mixed(found, place)
    return {
        "origin": origin or None,
        "origin_name": found.names.get(origin),
        "place": place,
        "place_name": found.names.get(place),
        "persons": persons,
        "share_of_origin": persons / of if persons is not None and of and origin else None,
        "share_of_place": persons / there if persons is not None and there else None,
        "persons_of_origin": of,
        "persons_in_place": there,
        "origins_in_place": mixed[0] if mixed else None,
        "evenness_in_place": mixed[1] if mixed else None,
        "suppressed": None if persons is not None else "protected",
    }


def _mixed(found: Origins, place: str) -> tuple[int, float | None] | None:
    if place not in found.matrix.places:
        return None
    column = np.asarray(found.matrix.persons[:, found.matrix.places.index(place)], float)
    told = diversity(column)
    return (told.origins, told.evenness) if told else None
