"""Foreign spreadsheets into observations: read by content, recognised column by column, nothing guessed silently."""

from opendtm.tables.mapping import ColumnMapping, Mapping, SheetMapping
from opendtm.tables.reading import (
    TableReading,
    inspect,
    read_many,
    read_tables,
    suggested_mapping,
)
from opendtm.tables.recognition import Basis, ColumnReport, Fate, Recognition, SheetReport

__all__ = [
    "Basis",
    "ColumnMapping",
    "ColumnReport",
    "Fate",
    "Mapping",
    "Recognition",
    "SheetMapping",
    "SheetReport",
    "TableReading",
    "inspect",
    "read_many",
    "read_tables",
    "suggested_mapping",
]
