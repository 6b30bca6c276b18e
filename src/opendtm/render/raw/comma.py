"""CSV files in one archive: a file a table, the data dictionary, and what each file must hold.

For a spreadsheet a text that begins like a formula gets an apostrophe (`guarded`); a machine takes it raw.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from opendtm.render.raw.counting import check_count
from opendtm.render.raw.layout import RawTable
from opendtm.render.raw.options import RawOptions
from opendtm.render.raw.rows import RawWriter
from opendtm.render.raw.words import dictionary, explanations, heading, worded

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"  # tells Excel that the text is UTF-8


def csv_zip(rows: RawWriter, target: Path, options: RawOptions) -> None:
    """Write the archive; `manifest.json` names every file with its rows and its SHA-256."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        manifest = [_table(archive, rows, table, options) for table in rows.plan.tables]
        for name, lines in (
            ("dictionary.csv", dictionary(rows.plan, options)),
            ("read-me.csv", ((line,) for line in explanations(rows.plan, rows.counts, options))),
        ):
            archive.writestr(name, MARK + _text(lines, options))
        archive.writestr("manifest.json", json.dumps(manifest, indent=1))


def _table(
    archive: ZipFile, rows: RawWriter, table: RawTable, options: RawOptions
) -> dict[str, str | int]:
    name, digest, count = f"{table.title}.csv", hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as file:
        for text, lines in _pieces(rows, table, options):
            piece = text.encode()
            digest.update(piece)
            file.write(piece)
            count += lines
    check_count(rows, table, count)
    return {"file": name, "rows": count, "sha256": digest.hexdigest()}


def _pieces(rows: RawWriter, table: RawTable, options: RawOptions) -> Iterator[tuple[str, int]]:
    heads = [heading(column, options) for column in table.columns]
    yield MARK + _text([heads], options), 0
    writers = [worded(column, options) for column in table.columns]
    for batch in rows.again(table):
        columns = [
            [write(value) for value in column.to_pylist()]
            for write, column in zip(writers, batch.columns, strict=True)
        ]
        yield _text(zip(*columns, strict=True), options), batch.num_rows


def _text(lines: Iterable[Iterable[Any]], options: RawOptions) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_cell(cell, options) for cell in line] for line in lines)
    return text.getvalue()


def _cell(value: Any, options: RawOptions) -> Any:
    if isinstance(value, str):
        plain = value.replace("\x00", "")
        return f"'{plain}" if options.guarded and plain.startswith(DANGEROUS) else plain
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value
