"""Parquet files in one archive: the rows as they were laid down, typed, with the data dictionary beside them."""

import json
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pyarrow.parquet as pq

from opendtm.render.raw.counting import check_count
from opendtm.render.raw.options import RawOptions
from opendtm.render.raw.rows import RawWriter
from opendtm.render.raw.words import dictionary, explanations


def parquet_zip(rows: RawWriter, target: Path, options: RawOptions) -> None:
    """Write the archive. Codes stay codes: a table for machines; the dictionary has the words."""
    heads, *entries = dictionary(rows.plan, options)
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for table in rows.plan.tables:
            check_count(rows, table, pq.read_metadata(rows.path(table)).num_rows)
            archive.write(rows.path(table), f"{table.title}.parquet")
        words = [dict(zip(heads, entry, strict=True)) for entry in entries]
        archive.writestr("dictionary.json", json.dumps(words, ensure_ascii=False, indent=1))
        archive.writestr("read-me.txt", "\n".join(explanations(rows.plan, rows.counts, options)))
