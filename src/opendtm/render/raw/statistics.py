"""SPSS and Stata files in one archive, as statistical offices read them: a file a table.

Codes of one choice become numbers with their words as value labels (a code that is a number keeps it), since
both programs count and label numbers. The dictionary beside the files says which code is which number.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

from opendtm.forms import Choice, QuestionType
from opendtm.render.raw.counting import check_count
from opendtm.render.raw.layout import RawColumn, RawTable, label_in
from opendtm.render.raw.options import RawOptions
from opendtm.render.raw.rows import RawWriter
from opendtm.render.raw.words import dictionary, explanations, heading

LONGEST_NAME = 32
LONGEST_LABEL = {"sav": 255, "dta": 80}
LONGEST_TEXT = {"sav": 32_000, "dta": 2_000}
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
    with tempfile.TemporaryDirectory() as folder, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for table in rows.plan.tables:
            path = Path(folder) / f"{table.title}.{kind}"
            _write(rows, table, path, options, kind)
            archive.write(path, path.name)
        lines = ["\t".join(entry) for entry in dictionary(rows.plan, options)]
        lines += ["", *_numbers(rows.plan.tables)]
        archive.writestr("dictionary.txt", "\n".join(lines))
        archive.writestr("read-me.txt", "\n".join(explanations(rows.plan, rows.counts, options)))


def _write(rows: RawWriter, table: RawTable, path: Path, options: RawOptions, kind: str) -> None:
    names = _legal([column.name for column in table.columns])
    found = pq.read_table(rows.path(table))
    columns = [
        _cells(column, found.column(place), kind) for place, column in enumerate(table.columns)
    ]
    frame = pa.table(columns, names=names).to_pandas(date_as_object=True)
    words = RawOptions(lang=options.lang, labels=True)
    _WRITE[kind](
        frame,
        str(path),
        column_labels=[heading(column, words)[: LONGEST_LABEL[kind]] for column in table.columns],
        variable_value_labels=_labels(table.columns, names, options.lang),
    )
    check_count(rows, table, _READ[kind](str(path), metadataonly=True)[1].number_rows)


def _cells(column: RawColumn, values: pa.ChunkedArray, kind: str) -> pa.ChunkedArray | pa.Array:
    if is_numbered(column):
        number = numbers(column.choices)
        return pa.array([number.get(value) for value in values.to_pylist()], pa.float64())
    if pa.types.is_string(column.type):
        limit = LONGEST_TEXT[kind]
        return pa.array([(value or "").replace("\x00", "")[:limit] for value in values.to_pylist()])
    if pa.types.is_boolean(column.type) or pa.types.is_integer(column.type):
        return values.cast(pa.float64()) if pa.types.is_integer(column.type) else _truth(values)
    return values


def _truth(values: pa.ChunkedArray) -> pa.Array:
    return pa.array([None if value is None else float(value) for value in values.to_pylist()])


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
