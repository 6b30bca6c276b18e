"""The aggregate query behind the figures of one level, for large panels; `tall` is for small ones.

The query is one Ibis expression: a projection that gives each row its group and one column an indicator,
then one aggregation. It names no engine; the one that is given runs it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, reduce

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.measure.columns import (
    ABOVE,
    AS_OF,
    ASSESSED,
    BELOW,
    CLOSED,
    INACCESSIBLE,
    LEVEL,
    METHOD,
    PLACE,
    SITE_LEVEL,
    SOURCE,
    STATE,
)
from opendtm.measure.engines import DUCKDB, Engine, Session, written
from opendtm.measure.expressions import (
    Column,
    Table,
    part_of,
    readable,
    row_denominator,
    row_value,
)
from opendtm.measure.grammar import Averaged, Count, Value
from opendtm.measure.levels import ADMIN_LEVELS
from opendtm.measure.panels import Panel
from opendtm.measure.query import Cell, Query, Shape
from opendtm.measure.scope import OverPlaces
from opendtm.records import Method

PANEL = "panel"


def shape(panel: Panel) -> Shape:
    """Look at a panel for what the query may leave out."""
    days = panel.table[AS_OF]
    carried = pc.any(pc.equal(panel.table[METHOD], Method.CARRIED_FORWARD.value)).as_py()
    return Shape(
        split=panel.split,
        carried=bool(carried),
        same_day=pc.count_distinct(days, mode="all").as_py() <= 1,
    )


def answers(
    panel: Panel, queries: Iterable[Query], *, engine: Engine = DUCKDB
) -> Iterator[tuple[Query, pa.Table]]:
    """Run queries over one panel; give each with its answer, a row a group, in the order of codes and names.

    Columns: `key`, `code`, `name`, `part` (the code of `along`), `known` and `barred` (places); and by cell
    number `v` (value), `n` (places with a value), `nc` (carried ones), `c` (carried part), `t` (newest
    day), `s` (sources). `nc`, `c` are left out where nothing was carried; `t` has no number where all
    rows are of one day.
    """
    with engine.open() as session:
        session.hold(PANEL, panel.table)
        yield from asked(session, (panel.table.schema, shape(panel)), queries, engine.dialect)


def asked(
    session: Session, held: tuple[pa.Schema, Shape], queries: Iterable[Query], dialect: str
) -> Iterator[tuple[Query, pa.Table]]:
    """Run queries over the table PANEL of a session, whose columns and shape are given; as `answers`.

    A query of more cells than the session plans well is asked in parts, one after the other.
    """
    for query in queries:
        for start in range(0, len(query.cells), session.width):
            part = replace(query, cells=query.cells[start : start + session.width])
            sql, schema = _written(*held, part, dialect)
            yield part, _in_order(session.ask(sql).cast(schema).combine_chunks())


def _in_order(found: pa.Table) -> pa.Table:
    order = [name for name in ("code", "name", "key", "part") if name in found.column_names]
    return found.sort_by([(name, "ascending", "at_end") for name in order])


@lru_cache(maxsize=64)
def _written(columns: pa.Schema, form: Shape, query: Query, dialect: str) -> tuple[str, pa.Schema]:
    """Write a query as SQL, with the schema of its answer; the next round of the same form asks the same."""
    table = ibis.table(ibis.Schema.from_pyarrow(columns), name=PANEL)
    rows = table.filter(_at_level(table, query.by)) if LEVEL in table.columns else table
    marked = rows.select(**dict(marks(rows, query)), **dict(values(rows, query.cells)))
    alone = query.by == "site" and query.along is None and not form.split
    asked = dict(_each(marked, query, form) if alone else _together(marked, query, form))
    answered = marked.select(**asked) if alone else _grouped(marked, query).aggregate(**asked)
    return written(answered, dialect), answered.schema().to_pyarrow()


def _at_level(table: Table, by: str) -> Column:
    """Choose the rows that speak at a level: sites always, of areas one level on each branch."""
    level, sites = table[LEVEL], table[LEVEL] == SITE_LEVEL
    if by == "site":
        return sites
    wanted = 0 if by == "none" else ADMIN_LEVELS.index(by)
    topmost = (level >= wanted) & (table[ABOVE] < 2**wanted)
    shallower = (level < wanted) & (table[BELOW] == level)
    return sites | topmost | shallower


def _grouped(marked: Table, query: Query) -> Table:
    keys = [name for name, used in (("key", query.by != "none"), ("part", query.along)) if used]
    return marked.group_by(keys) if keys else marked


def marks(rows: Table, query: Query) -> Iterator[tuple[str, Column]]:
    """Give each row its group (`code`, `name`, `key`, `part`), and what is said of its place and day."""
    columns = frozenset(rows.columns)
    code, name, key = _group(rows, query.by, columns)
    if (
        query.along and f"{query.by}_name" in columns
    ):  # the parts of a place bear the name of the whole
        name = name.min().over(ibis.window(group_by=key))
    yield from (("code", code), ("name", name), ("key", key))
    if query.along:
        yield "part", part_of(rows[query.along])
    yield from (("place", rows[PLACE]), ("source", rows[SOURCE]), ("day", rows[AS_OF]))
    yield "repeated", rows[METHOD] == Method.CARRIED_FORWARD.value
    yield "barred", rows[STATE] == INACCESSIBLE
    yield "known", _expected(rows, columns)


def values(rows: Table, cells: Sequence[Cell]) -> Iterator[tuple[str, Column]]:
    """Give each row one column a cell by number: `v`, and `d` for the denominator of a ratio."""
    columns = frozenset(rows.columns)
    for number, cell in enumerate(cells):
        if not readable(cell.value, columns):
            yield from ((f"{part}{number}", ibis.null("float64")) for part in "vd")
            continue
        value = row_value(rows, cell.value)
        if cell.indicator.unit == "site" and LEVEL in columns:
            value = ibis.cases((rows[LEVEL] == SITE_LEVEL, value), else_=ibis.null("float64"))
        yield f"v{number}", value
        if isinstance(cell.value, Averaged):
            yield f"d{number}", row_denominator(rows, cell.value)


def _expected(rows: Table, columns: frozenset[str]) -> Column:
    """Tell whether a place should have answered: not closed, and not merely planned."""
    expected = rows[STATE] != CLOSED
    if "site_status" not in columns:
        return expected
    planned = rows["site_status"].coalesce(ibis.literal("")) == "planned"
    return expected & ~(planned & (rows[STATE] != ASSESSED))


def _group(rows: Table, by: str, columns: frozenset[str]) -> tuple[Column, Column, Column]:
    """Give code, name and key of the group: the code, else the name within the areas above it."""

    def text(name: str) -> Column:
        return rows[name] if name in columns else ibis.null("string")

    if by == "none":
        return ibis.null("string"), ibis.null("string"), ibis.literal("")
    if by == "site":
        return text("site_id"), text("site_name"), rows[PLACE]
    level = ADMIN_LEVELS.index(by)
    names = [_area(text(f"adm{each}_code"), text(f"adm{each}_name")) for each in range(level)]
    code, name = text(f"{by}_code"), text(f"{by}_name")
    folded = name.strip().lower()
    path = reduce(lambda one, other: one + "|" + other, names) + "|" if names else ibis.literal("")
    return code, name, code.coalesce(ibis.literal("~") + path + folded).coalesce(ibis.literal(""))


def _area(code: Column, name: Column) -> Column:
    return code.coalesce(name.strip().lower()).coalesce(ibis.literal(""))


def _together(marked: Table, query: Query, form: Shape) -> Iterator[tuple[str, Column]]:
    """Aggregate the rows of a group."""

    def places(where: Column) -> Column:
        counted = marked.place.nunique(where=where) if form.split else where.sum()
        return counted.coalesce(0)  # without a known place there is nothing to add up

    yield from (("code", marked.code.max()), ("name", marked.name.min()))
    yield from (("known", places(marked.known)), ("barred", places(marked.barred & marked.known)))
    if form.same_day:
        yield "t", marked.day.max()
    for number, cell in enumerate(query.cells):
        value = marked[f"v{number}"]
        known = value.notnull()
        yield f"v{number}", _value(marked, number, cell, form)
        counted = places(known) if form.split else value.count()
        yield f"n{number}", _where_divisible(marked, number, cell, counted).coalesce(0)
        if form.carried:
            repeated = places(known & marked.repeated)
            yield f"nc{number}", _where_divisible(marked, number, cell, repeated).coalesce(0)
            yield f"c{number}", _carried(marked, number, cell, form)
        if not form.same_day:
            yield f"t{number}", marked.day.max(where=known)
        if query.sources:
            told = known & marked.source.notnull()
            behind = marked.source.collect(where=told, distinct=form.split).sort()
            yield f"s{number}", _where_divisible(marked, number, cell, behind)


def _where_divisible(marked: Table, number: int, cell: Cell, told: Column) -> Column:
    """Give null where an average has nothing to divide by: its value is unknown, and no place is behind it."""
    if not isinstance(cell.value, Averaged):
        return told
    return ibis.cases((marked[f"d{number}"].sum() == 0, ibis.null(told.type())), else_=told)


def _value(marked: Table, number: int, cell: Cell, form: Shape) -> Column:
    value = marked[f"v{number}"]
    if isinstance(cell.value, Averaged):
        return value.sum() / marked[f"d{number}"].sum().nullif(0.0)
    if cell.indicator.over_places is OverPlaces.MAX:
        return value.max()
    if form.split and _counts_places(cell.value):
        return marked.place.nunique(where=value == 1).cast("float64")
    return value.sum()


def _counts_places(value: Value) -> bool:
    return isinstance(value, Count) and value.of_places


def _carried(marked: Table, number: int, cell: Cell, form: Shape) -> Column:
    value = marked[f"v{number}"]
    if isinstance(cell.value, Averaged) or cell.indicator.over_places is OverPlaces.MAX:
        return ibis.null("float64")
    if form.split and _counts_places(cell.value):
        return marked.place.nunique(where=(value == 1) & marked.repeated).cast("float64")
    return value.sum(where=marked.repeated)


def _each(marked: Table, query: Query, form: Shape) -> Iterator[tuple[str, Column]]:
    """Answer row by row, where every row is a place of its own."""
    yield from ((name, marked[name]) for name in ("key", "code", "name"))
    yield from (
        ("known", marked.known.cast("int64")),
        ("barred", (marked.barred & marked.known).cast("int64")),
    )
    if form.same_day:
        yield "t", marked.day
    for number, cell in enumerate(query.cells):
        value = marked[f"v{number}"]
        known = value.notnull()
        if isinstance(cell.value, Averaged):
            value = value / marked[f"d{number}"].nullif(0.0)
            known = value.notnull()
        yield f"v{number}", value
        yield f"n{number}", known.cast("int64")
        if form.carried:
            yield f"nc{number}", (known & marked.repeated).cast("int64")
            yield f"c{number}", ibis.cases((marked.repeated, value), else_=ibis.null("float64"))
        if not form.same_day:
            yield f"t{number}", ibis.cases((known, marked.day), else_=ibis.null("date"))
        if query.sources:
            yield (
                f"s{number}",
                ibis.cases(
                    (known & marked.source.notnull(), ibis.array([marked.source])),
                    else_=ibis.null("array<string>"),
                ),
            )
