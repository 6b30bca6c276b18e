"""SPSS and Stata files in one archive, as statistical offices read them: a file a table.

Codes of one choice become numbers with their words as value labels (a code that is a number keeps it), since
both programs count and label numbers. The dictionary beside the files says which code is which number.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa
import pyarrow.compute as pc
import pyreadstat

from opendtm.errors.render import TooWide
from opendtm.forms import Choice, QuestionType
from opendtm.render.raw.counting import check_count
from opendtm.render.raw.joining import Joined
from opendtm.render.raw.layout import RawColumn, RawTable, label_in
from opendtm.render.raw.options import RawOptions
from opendtm.render.raw.rows import RawWriter
from opendtm.render.raw.words import dictionary, explanations, heading

LONGEST_NAME = 32
LONGEST_LABEL = {"sav": 255, "dta": 80}
LONGEST_TEXT = {"sav": 32_000, "dta": 2_000}  # bytes
LARGEST = 20 * 10**9  # bytes of one table, whose rows are all as wide as the longest texts
PIECE = 10_000
_WRITE: Mapping[str, Callable[..., None]] = {
    "sav": pyreadstat.write_sav,
    "dta": pyreadstat.write_dta,
}
_READ: Mapping[str, Callable[..., Any]] = {"sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta}


def spss_zip(rows: RawWriter, target: Path, options: RawOptions) -> None:
    """Write the tables for SPSS (`.sav`)."""
    _archive(rows, target, options, "sav")


def stata_zip(rows: RawWriter, target: Path, options: RawOptions) -> None:
    """Write the tables for Stata (`.dta`)."""
    _archive(rows, target, options, "dta")


def _archive(rows: RawWriter, target: Path, options: RawOptions, kind: str) -> None:
    with (
        tempfile.TemporaryDirectory(dir=rows.folder) as folder,
        ZipFile(target, "w", ZIP_DEFLATED) as archive,
    ):
        for table in rows.plan.tables:
            path = Path(folder) / f"{table.title}.{kind}"
            _write(rows, table, path, options)
            archive.write(path, path.name)
            path.unlink()
        lines = ["\t".join(entry) for entry in dictionary(rows.plan, options)]
        lines += ["", *_numbers(rows.plan.tables)]
        archive.writestr("dictionary.txt", "\n".join(lines))
        archive.writestr("read-me.txt", "\n".join(explanations(rows.plan, rows.counts, options)))


def _write(rows: RawWriter, table: RawTable, path: Path, options: RawOptions) -> None:
    """Write a table piece by piece, each as a file of its own that is joined to those before."""
    kind = path.suffix[1:]
    widths = _widths(rows, table, kind)
    names, words = _legal([column.name for column in table.columns]), replace(options, labels=True)
    heads = [heading(column, words)[: LONGEST_LABEL[kind]] for column in table.columns]
    labels = _labels(table.columns, names, options.lang)
    first = _first(table, widths)
    piece = path.with_suffix(".piece")
    with Joined(path, kind) as joined:
        for columns in _pieces(rows, table, kind):
            whole = [pa.concat_arrays(both) for both in zip(first, columns, strict=True)]
            frame = pa.table(whole, names=names).to_pandas(date_as_object=True)
            _WRITE[kind](frame, str(piece), column_labels=heads, variable_value_labels=labels)
            joined.add(piece)
    piece.unlink()
    check_count(rows, table, _READ[kind](str(path), metadataonly=True)[1].number_rows)


def _pieces(rows: RawWriter, table: RawTable, kind: str) -> Iterator[list[pa.Array]]:
    """Give the cells of some rows after the other, at least once."""
    empty = pa.RecordBatch.from_pylist([], table.schema)
    for batch in rows.again(table, PIECE) if rows.counts[table.repeat] else [empty]:
        yield [
            _cells(column, values, kind)
            for column, values in zip(table.columns, batch.columns, strict=True)
        ]


def _widths(rows: RawWriter, table: RawTable, kind: str) -> list[int]:
    """Give the bytes of the longest text of each column; TooWide where the file would be too large."""
    widths = [0] * len(table.columns)
    for columns in _pieces(rows, table, kind):
        for place, cells in enumerate(columns):
            if pa.types.is_string(cells.type):
                longest = pc.max(pc.binary_length(cells)).as_py() or 0
                widths[place] = max(widths[place], longest)
    size = rows.counts[table.repeat] * sum(max(width, 8) for width in widths)
    if size > LARGEST:
        widest = max(range(len(widths)), key=widths.__getitem__)
        raise TooWide(
            table=table.title,
            column=table.columns[widest].name,
            width=widths[widest],
            gigabytes=-(-size // 10**9),
            most=LARGEST // 10**9,
        )
    return widths


def _first(table: RawTable, widths: Sequence[int]) -> list[pa.Array]:
    """Give the row that is left out: it has each column's type, and a text as long as the longest."""
    cells: list[pa.Array] = []
    for column, width in zip(table.columns, widths, strict=True):
        if is_numbered(column) or not pa.types.is_string(column.type):
            known = column.type if pa.types.is_date(column.type) else pa.float64()
            cells.append(pa.array([0], pa.int32()).cast(known))
        else:
            cells.append(pa.array(["x" * width]))
    return cells


def _cells(column: RawColumn, values: pa.Array, kind: str) -> pa.Array:
    if is_numbered(column):
        number = numbers(column.choices)
        return pa.array([number.get(value) for value in values.to_pylist()], pa.float64())
    if pa.types.is_string(column.type):
        return pa.array(
            [_text(value, LONGEST_TEXT[kind]) for value in values.to_pylist()], pa.string()
        )
    if pa.types.is_boolean(column.type) or pa.types.is_integer(column.type):
        return values.cast(pa.float64()) if pa.types.is_integer(column.type) else _truth(values)
    return values


def _text(value: str | None, limit: int) -> str:
    """Give a text of so many bytes at most; the formats have no unknown text, so that it is empty."""
    return (value or "").replace("\x00", "").encode()[:limit].decode(errors="ignore")


def _truth(values: pa.Array) -> pa.Array:
    known = [None if value is None else float(value) for value in values.to_pylist()]
    return pa.array(known, pa.float64())


def is_numbered(column: RawColumn) -> bool:
    """Tell whether a column holds one code of a list that the form itself names."""
    asked = column.question
    return asked is not None and asked.type is QuestionType.SELECT_ONE and bool(column.choices)


def numbers(choices: Sequence[Choice]) -> Mapping[str, float]:
    """Give each code its number: itself where all codes are whole numbers, else its place in the list."""
    codes = [choice.name for choice in choices]
    if all(re.fullmatch(r"-?[0-9]{1,9}", code) for code in codes):
        return {code: float(code) for code in codes}
    return {code: float(place) for place, code in enumerate(codes, 1)}


def _labels(
    columns: Sequence[RawColumn], names: Sequence[str], lang: str
) -> dict[str, dict[float, str]]:
    return {
        name: {
            number: next(
                label_in(one.labels, lang) or one.name for one in column.choices if one.name == code
            )[:120]
            for code, number in numbers(column.choices).items()
        }
        for name, column in zip(names, columns, strict=True)
        if is_numbered(column)
    }


def _numbers(tables: Sequence[RawTable]) -> Iterator[str]:
    for table in tables:
        for column in filter(is_numbered, table.columns):
            said = ", ".join(
                f"{code}={number:g}" for code, number in numbers(column.choices).items()
            )
            yield f"{table.title}\t{column.name}\t{said}"


def _legal(names: Sequence[str]) -> list[str]:
    """Give names that both programs take: letters, digits and underscores, 32 at most, no two alike."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name).lstrip("_0123456789") or "v"
        plain = f"x{name}" if name.startswith("_") and not plain else plain
        legal, number = plain[:LONGEST_NAME], 1
        while legal.casefold() in taken:
            number += 1
            legal = f"{plain[: LONGEST_NAME - 4]}_{number}"
        taken.add(legal.casefold())
        found.append(legal)
    return found
