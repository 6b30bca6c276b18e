"""The last check of an export: a table with another number of rows than was laid down is no file to hand out."""

from opendtm.errors.render import CountsDiffer
from opendtm.render.raw.layout import RawTable
from opendtm.render.raw.rows import RawWriter


def check_count(rows: RawWriter, table: RawTable, written: int | None) -> None:
    """Raise CountsDiffer where a table was not written whole."""
    expected = rows.counts[table.repeat]
    if written != expected:
        raise CountsDiffer(table=table.title, written=written or 0, expected=expected)
