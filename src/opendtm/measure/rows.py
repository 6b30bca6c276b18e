"""The rows of a foreign table, reduced to what decides which of them count: place, round and day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from opendtm.measure.columns import SITE_LEVEL, SOURCE
from opendtm.measure.levels import admin_path

LEVELS = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it lies in the table, its place, its round and day.

    `path` names the areas around it by level, code before name. `visited` is the key under which visits
    of different days are the same place; `place` is the key under which rows add up, which differs from
    it only for sites without an ID, because a name is not a key.
    """

    index: int
    source: str
    level: int
    path: tuple[str | None, ...]
    operation: str | None
    round: str | None
    on: date | None
    place: str
    visited: str
    age: int = 0
    expired: bool = False


class RoundOrder:
    """The order of the rounds of each operation: by their last day, then by number.

    A table that names no rounds has one round an operation, and its days alone order the visits.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        """Note the rounds of each operation."""
        last: dict[tuple[str | None, str | None], date] = {}
        for row in rows:
            key = (row.operation, row.round)
            last[key] = max(last.get(key, date.min), row.on or date.min)
        ordered: dict[str | None, list[tuple[date, tuple[int, str], str | None]]] = {}
        for (operation, name), on in last.items():
            ordered.setdefault(operation, []).append((on, _numeric(name), name))
        self._position = {
            (operation, name): position
            for operation, rounds in ordered.items()
            for position, (_, _, name) in enumerate(sorted(rounds, key=lambda each: each[:2]))
        }
        self._newest = {operation: len(rounds) - 1 for operation, rounds in ordered.items()}

    def rank(self, row: Row) -> tuple[int, date]:
        """Give the place of a row in time, for comparison with other rows of its operation."""
        return self._position[row.operation, row.round], row.on or date.min

    def age(self, row: Row) -> int:
        """Give the number of rounds of its operation that came after the row's."""
        return self._newest[row.operation] - self._position[row.operation, row.round]


def _numeric(name: str | None) -> tuple[int, str]:
    digits = "".join(sign for sign in name or "" if sign.isdigit())
    return (int(digits) if digits else -1, name or "")


def rows_of(table: pa.Table, at_sites: pa.ChunkedArray) -> list[Row]:
    """Reduce every row of an observations table; `at_sites` tells which of them are sites."""
    names = (
        "site_id",
        "site_name",
        "operation",
        "round",
        "assessment_date",
        "latitude",
        "longitude",
    )
    columns = [_column(table, name) for name in names]
    paths = zip(*(admin_path(table, level) for level in range(LEVELS)), strict=True)
    sources = table[SOURCE].to_pylist()
    rows = zip(sources, at_sites.to_pylist(), paths, *columns, strict=True)
    return [_row(index, *each) for index, each in enumerate(rows)]


def _row(index: int, source: str, is_site: bool, path: tuple[str | None, ...], *told: Any) -> Row:  # noqa: FBT001
    site_id, site_name, operation, named, on, latitude, longitude = told
    level = SITE_LEVEL if is_site else _deepest(path)
    if not is_site:
        visited = place = "|".join(("area", operation or "", *(part or "" for part in path)))
    elif site_id is not None:
        visited = place = str(site_id)
    elif site_name is not None:
        where = "" if latitude is None else f"{latitude:.3f} {longitude}"
        visited = "|".join(
            ("name", site_name.casefold().strip(), *(part or "" for part in path), where)
        )
        place = source
    else:
        visited = place = source
    return Row(index, source, level, path, operation, named, on, place, visited)


def _deepest(path: Sequence[str | None]) -> int:
    return max((level for level, part in enumerate(path) if part is not None), default=0)


def _column(table: pa.Table, name: str) -> list[Any]:
    if name not in table.column_names:
        return [None] * table.num_rows
    values: list[Any] = table[name].to_pylist()
    return values
