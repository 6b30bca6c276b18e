"""The mapping file: how somebody else's table is to be read, said once and kept beside it.

It is YAML of a stated version. A column is named by its heading or by its position (1 = first column); a
figure computed by a factor carries the factor and its source, so that it never passes for an observed one.
"""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from opendtm.errors import Where
from opendtm.errors.tables import FileNotReadable, MappingUnreadable
from opendtm.tables.mapping_schema import check_mapping

VERSION = 1


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Where one concept comes from.

    `columns` are headings (text) or positions (numbers from 1); several are added up. `factor` multiplies
    them, which makes the figure derived, and `source` says who stated the factor.
    """

    columns: tuple[str | int, ...]
    factor: float | None = None
    source: str = ""
    date_order: str | None = None
    decimal: str | None = None
    codes: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """How one sheet is read.

    `sheet` is its name, None for every sheet. `header_rows` are row numbers (1 = first line), empty where
    the sheet has none, None to find them. `recognise` False reads nothing but what is listed here.
    """

    sheet: str | None = None
    header_rows: tuple[int, ...] | None = None
    first_row: int | None = None
    columns: Dict[str, ColumnMapping] = field(default_factory=dict)
    constants: Dict[str, str] = field(default_factory=dict)
    leave: tuple[str | int, ...] = ()
    recognise: bool = True


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file: its sheets, and whether sheets that it does not name are left out."""

    sheets: tuple[SheetMapping, ...] = ()

    @classmethod
    def load(cls, path: Path | str) -> "Mapping":
        """Read a mapping file; MappingUnreadable or MappingWrong with the place where it cannot be."""
        file = Path(path)
        try:
            raw = yaml.safe_load(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise FileNotReadable(
                where=Where(file=file.name), reason=error.strerror or "?"
            ) from error
        except UnicodeDecodeError as error:
            raise MappingUnreadable(where=Where(file=file.name), reason="UTF-8") from error
        except yaml.YAMLError as error:
            raise _unreadable(file.name, error) from error
        return cls.parse(raw, file=file.name)

    @classmethod
    def parse(cls, raw: object, *, file: str | None = None) -> "Mapping":
        """Make a mapping from the content of a mapping file; MappingWrong names the entry at fault."""
        content = check_mapping(raw, file=file)
        return cls(tuple(_sheet(entry) for entry in content["sheets"]))

    def save(self, path: Path | str) -> None:
        """Write the mapping as a file that `load` reads back to an equal mapping."""
        text = yaml.safe_dump(self.content(), allow_unicode=True, sort_keys=False, width=100)
        Path(path).write_text(text, encoding="utf-8")

    def content(self) -> dict[str, Any]:
        """Give the mapping as plain lists and dictionaries, as they stand in the file."""
        return {
            "opendtm_mapping": VERSION,
            "sheets": [_plain_sheet(sheet) for sheet in self.sheets],
        }

    def of(self, sheet: str) -> SheetMapping | None:
        """Give what is said of a sheet by name; else what is said of every sheet; else None."""
        named = next((entry for entry in self.sheets if entry.sheet == sheet), None)
        return named or next((entry for entry in self.sheets if entry.sheet is None), None)


def _unreadable(name: str, error: yaml.YAMLError) -> MappingUnreadable:
    mark = getattr(error, "problem_mark", None)
    row = mark.line + 1 if mark else None
    reason = getattr(error, "problem", None) or "YAML"
    return MappingUnreadable(where=Where(file=name, row=row), reason=reason)


def _sheet(raw: Dict[str, Any]) -> SheetMapping:
    rows = raw.get("header_rows")
    return SheetMapping(
        sheet=raw.get("sheet"),
        header_rows=None if rows is None else tuple(rows),
        first_row=raw.get("first_row"),
        columns={name: _column(entry) for name, entry in raw.get("columns", {}).items()},
        constants={name: str(value) for name, value in raw.get("constants", {}).items()},
        leave=tuple(raw.get("leave", ())),
        recognise=raw.get("recognise", True),
    )


def _column(raw: Any) -> ColumnMapping:
    if isinstance(raw, str | int):
        return ColumnMapping((raw,))
    named = raw["position"] if "position" in raw else raw["column"]
    return ColumnMapping(
        columns=tuple(named) if isinstance(named, list) else (named,),
        factor=raw.get("factor"),
        source=raw.get("source", ""),
        date_order=raw.get("date_order"),
        decimal=raw.get("decimal"),
        codes={str(word): code for word, code in raw.get("codes", {}).items()},
    )


def _plain_sheet(sheet: SheetMapping) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if sheet.sheet is not None:
        content["sheet"] = sheet.sheet
    if sheet.header_rows is not None:
        content["header_rows"] = list(sheet.header_rows)
    if sheet.first_row is not None:
        content["first_row"] = sheet.first_row
    content["columns"] = {name: _plain_column(column) for name, column in sheet.columns.items()}
    if sheet.constants:
        content["constants"] = dict(sheet.constants)
    if sheet.leave:
        content["leave"] = list(sheet.leave)
    if not sheet.recognise:
        content["recognise"] = False
    return content


def _plain_column(column: ColumnMapping) -> dict[str, Any]:
    key = "position" if all(isinstance(name, int) for name in column.columns) else "column"
    named = column.columns[0] if len(column.columns) == 1 else list(column.columns)
    rest = {
        "factor": column.factor,
        "source": column.source,
        "date_order": column.date_order,
        "decimal": column.decimal,
        "codes": dict(column.codes),
    }
    return {key: named} | {name: value for name, value in rest.items() if value}
