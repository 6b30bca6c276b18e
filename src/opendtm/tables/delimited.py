"""Delimited text into a grid: quickly where every record has the same width, carefully where not."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

import pyarrow as pa
from pyarrow import csv as arrow_csv

from opendtm.errors.tables import CorruptWorkbook
from opendtm.tables import sniffing
from opendtm.tables.grid import Grid, grid

BLOCK_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class DelimitedText:
    """A text file read: its grid, how it was written, and rows whose width differs from the others."""

    grid: Grid
    encoding: str
    separator: str
    uneven_rows: tuple[int, ...] = ()
    damaged_letters: int = 0


def read_delimited(content: bytes, *, name: str) -> DelimitedText:
    """Read the bytes of a text file; EmptyFile or NotATable where it is none."""
    text, encoding = sniffing.decode(content)
    sign = sniffing.separator(text)
    damaged = text.count("\ufffd") + text.count("ï¿½")
    quick = _read_even(text, sign)
    if quick is not None:
        return DelimitedText(grid(name, quick), encoding, sign, damaged_letters=damaged)
    columns, uneven = _read_uneven(text, sign)
    return DelimitedText(grid(name, columns), encoding, sign, uneven, damaged)


def _read_even(text: str, sign: str) -> list[pa.ChunkedArray] | None:
    first = next(csv.reader(sniffing.sample_lines(text), delimiter=sign), [])
    names = [f"f{index}" for index in range(len(first))]
    if not names:
        return None
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(text.rstrip("\r\n \x1a").encode()),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=BLOCK_BYTES),
            parse_options=arrow_csv.ParseOptions(
                delimiter=sign, newlines_in_values='"' in text, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    return list(table.columns)


def _read_uneven(text: str, sign: str) -> tuple[list[pa.Array], tuple[int, ...]]:
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    except csv.Error as error:
        raise CorruptWorkbook(reason=str(error)) from error
    widths = Counter(len(record) for record in records if any(record))
    width = max(widths)
    usual = widths.most_common(1)[0][0]
    uneven = tuple(
        number
        for number, record in enumerate(records, start=1)
        if len(record) > usual and any(record[usual:])
    )
    padded = [record + [""] * (width - len(record)) for record in records]
    columns = [pa.array(cells, pa.string()) for cells in zip(*padded, strict=True)]
    return columns, uneven
