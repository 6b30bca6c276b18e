"""Raw answers as files for those allowed: what was asked in every version of a form, one table a repeat.

`layout` unites the versions into tables, `RawWriter` lays rows down as Parquet while they are read, and
`write` turns what lies there into the format that was asked for. Nothing is held in memory whole, and the
counts of rows are kept, so that a file with a row too few is never handed out.
"""

from opendtm.render.raw.files import FORMATS, write
from opendtm.render.raw.layout import Layout, RawColumn, RawTable, layout
from opendtm.render.raw.options import RawOptions
from opendtm.render.raw.rows import RawWriter

__all__ = [
    "FORMATS",
    "Layout",
    "RawColumn",
    "RawOptions",
    "RawTable",
    "RawWriter",
    "layout",
    "write",
]
