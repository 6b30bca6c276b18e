"""Administrative levels of a table: who lies in whom, and which rows answer at which level.

A published table often lists a country, its provinces and their districts one under the other. Each
level is the whole again, so a figure takes one level at a time, branch by branch.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors.measure import LevelNotStated
from opendtm.measure.columns import LEVEL, SITE_LEVEL
from opendtm.records import source_column

if TYPE_CHECKING:
    from opendtm.measure.rows import Row

ADMIN_LEVELS = ("adm0", "adm1", "adm2", "adm3")


def admin_path(table: pa.Table, level: int) -> list[str | None]:
    """Name the area of one level for every row: its P-code, else its folded name, else None."""
    keys: list[str | None] = area_key(table, level).to_pylist()
    return keys


def area_key(table: pa.Table, level: int) -> pa.ChunkedArray:
    """Give the key of the area of one level: the code, else `~` and the name without case and ends."""
    code = _text(table, f"adm{level}_code")
    name = pc.utf8_lower(pc.utf8_trim_whitespace(_text(table, f"adm{level}_name")))
    return pc.coalesce(code, pc.binary_join_element_wise("~", name, ""))


def site_level(table: pa.Table) -> pa.ChunkedArray:
    """Tell for every row whether it is a site.

    A row is a site where its sheet names sites anywhere; in a sheet without them where it names no area
    either, because a row that names nothing can only stand for a place of its own.
    """
    named = _any_valid(table, ("site_id", "site_name"))
    sheets = pc.list_element(
        pc.split_pattern(table[source_column()], "!", max_splits=1, reverse=True), 0
    )
    with_sites = pc.unique(sheets.filter(named))
    in_site_sheet = pc.is_in(
        sheets,
        value_set=with_sites.combine_chunks()
        if hasattr(with_sites, "combine_chunks")
        else with_sites,
    )
    areas = _any_valid(
        table, tuple(f"adm{n}_{what}" for n in range(4) for what in ("code", "name"))
    )
    return pc.or_(in_site_sheet, pc.invert(areas))


def ancestors(rows: Sequence["Row"]) -> tuple[list[int], list[int]]:
    """Give for every row the levels above it that its table also states, as bits, and its deepest level below.

    Both look only at areas of the same operation on the same branch. A row without areas below it has
    its own level as deepest.
    """
    stated = {(row.operation, row.path[: row.level + 1]) for row in rows if row.level < SITE_LEVEL}
    below: dict[tuple[str | None, tuple[str | None, ...]], int] = {}
    above = []
    for row in rows:
        found = [
            level
            for level in range(min(row.level, len(ADMIN_LEVELS)))
            if row.level < SITE_LEVEL and (row.operation, row.path[: level + 1]) in stated
        ]
        above.append(sum(1 << level for level in found))
        for level in found:
            key = (row.operation, row.path[: level + 1])
            below[key] = max(below.get(key, level), row.level)
    return above, [below.get((row.operation, row.path[: row.level + 1]), row.level) for row in rows]


def _text(table: pa.Table, name: str) -> pa.ChunkedArray:
    if name in table.column_names:
        return table[name]
    return pa.chunked_array([pa.nulls(table.num_rows, pa.string())])


def _any_valid(table: pa.Table, names: Sequence[str]) -> pa.ChunkedArray:
    found = pa.chunked_array([pa.array([False] * table.num_rows, pa.bool_())])
    for name in names:
        if name in table.column_names:
            found = pc.or_(found, pc.is_valid(table[name]))
    return found


def check_level(table: pa.Table, by: str) -> None:
    """Check that figures can be asked by a level; LevelNotStated for one of no name, and for sites of none.

    An administrative level that the table does not name is no error: everything then forms the group
    without code and name.
    """
    stated = stated_levels(table)
    if by not in stated and by not in ADMIN_LEVELS:
        raise LevelNotStated(level=by, known=", ".join(stated))


def stated_levels(table: pa.Table) -> tuple[str, ...]:
    """List the levels at which a panel's table names places; `none` is always one."""
    named = [level for level in ADMIN_LEVELS if _stated(table, f"{level}_code", f"{level}_name")]
    sites = _stated(table, "site_id", "site_name") or not named
    if LEVEL in table.column_names:
        sites = SITE_LEVEL in table[LEVEL].unique().to_pylist()
    return ("none", *named, *(("site",) if sites else ()))


def _stated(table: pa.Table, *names: str) -> bool:
    return any(
        name in table.column_names and table[name].null_count < table.num_rows for name in names
    )
