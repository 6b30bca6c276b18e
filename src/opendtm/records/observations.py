"""The observations table: one row a visit, one column a concept, whatever the answers came from.

Spreadsheets (through `tables`), submissions (through `forms`) and the house all produce this Arrow
table, and the engine computes from nothing else.
"""

from collections.abc import Iterable

import pyarrow as pa

from opendtm.vocab import Kind, concept

SOURCE = "_source"
_ARROW = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.CODES: pa.list_(pa.string()),
    Kind.COUNT: pa.float64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
}


def source_column() -> str:
    """Name the column that says which record a row came from (an instance ID or `file#sheet!row`)."""
    return SOURCE


def observations_schema(names: Iterable[str]) -> pa.Schema:
    """Give the schema of an observations table holding the concepts `names`, in the order given.

    The first column is `_source`; every other is nullable, and null means unknown. KeyError where a
    name is not in the data dictionary.
    """
    fields = [pa.field(SOURCE, pa.string(), nullable=False)]
    fields += [pa.field(name, _ARROW[concept(name).kind]) for name in names]
    return pa.schema(fields)
