"""All worked examples of the catalogue laid in one panel a kind of record: small, and nothing that an indicator asks is missing."""

import pyarrow as pa

from opendtm.measure.columns import PLACE, SOURCE
from opendtm.measure.examples import example_panel
from opendtm.measure.panels import Panel
from opendtm.measure.reading import indicators
from opendtm.measure.scope import Record

AREAS = 12


def every_example(record: Record) -> Panel:
    """Lay the rows of all examples of a kind of record in one panel, in some areas, each row a place of its own."""
    found = [
        example_panel(example, record).table
        for one in indicators()
        for example in (one.examples if one.record is record else ())
    ]
    tables = [_apart(table, number) for number, table in enumerate(found)]
    return Panel(
        pa.concat_tables(tables, promote_options="default").combine_chunks(), record=record
    )


def _apart(table: pa.Table, number: int) -> pa.Table:
    """Give the rows of an example names that no other example has, and an area."""
    area = pa.array([f"X{number % AREAS:02d}"] * table.num_rows)
    held = {name: table[name] for name in table.column_names if not name.startswith("adm")}
    named = {
        name: _prefixed(table[name], number) for name in (SOURCE, PLACE, "site_id") if name in held
    }
    return pa.table(held | named | {"adm1_code": area, "adm1_name": area})


def _prefixed(column: pa.ChunkedArray, number: int) -> pa.Array:
    words = [None if value is None else f"{number}/{value}" for value in column.to_pylist()]
    return pa.array(words, pa.string())
