"""What was understood of a file, sheet by sheet and column by column, with how sure that is.

This is what `opendtm table inspect` shows and what goes along with every reading.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from opendtm.i18n import Message


class Basis(StrEnum):
    """Why a column counts as a concept."""

    MAPPING = "mapping"
    HASHTAG = "hxl"
    HEADING = "heading"
    OPTIONS = "options"  # one column for each option of a select-multiple question


class Fate(StrEnum):
    """What became of a column."""

    READ = "read"
    LEFT = "left"  # nothing says what it measures
    UNFIT = "unfit"  # its values do not bear out what its heading says
    OUTDONE = "outdone"  # another column claims the concept with more right
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """One column: `position` from 1, heading and hashtag as written, concept and confidence (0 to 1)."""

    position: int
    heading: str
    tag: str = ""
    fate: Fate = Fate.LEFT
    concept: str | None = None
    basis: Basis | None = None
    confidence: float = 0.0
    reason: Message | None = None
    suggestion: str | None = None
    filled: int = 0


@dataclass(frozen=True, slots=True)
class SheetReport:
    """One sheet: where its table stands and what its columns hold. Row numbers count from 1.

    `read` tells whether its rows are in the observations; `reason` says why not.
    """

    name: str
    n_rows: int
    n_columns: int
    header_rows: tuple[int, ...]
    hxl_row: int | None
    first_row: int | None
    columns: tuple[ColumnReport, ...]
    totals_rows: tuple[int, ...] = ()
    note_rows: tuple[int, ...] = ()
    empty_rows: int = 0
    read: bool = False
    headerless: bool = False
    reason: Message | None = None

    def of(self, fate: Fate) -> Iterator[ColumnReport]:
        """Go through the columns of one fate."""
        return (column for column in self.columns if column.fate is fate)


@dataclass(frozen=True, slots=True)
class Recognition:
    """One file: what it is, and its sheets."""

    file: str
    kind: str
    encoding: str | None
    separator: str | None
    sheets: tuple[SheetReport, ...]

    @property
    def concepts(self) -> tuple[str, ...]:
        """Name the concepts read, each once, in the order of the sheets."""
        read = (
            column.concept for sheet in self.sheets if sheet.read for column in sheet.of(Fate.READ)
        )
        return tuple(dict.fromkeys(name for name in read if name))

    def content(self) -> dict[str, object]:
        """Give the report as plain lists and dictionaries, for `--json`."""
        sheets = [_plain_sheet(sheet) for sheet in self.sheets]
        return {
            "file": self.file,
            "kind": self.kind,
            "encoding": self.encoding,
            "separator": self.separator,
            "concepts": list(self.concepts),
            "sheets": sheets,
        }


def _plain_sheet(sheet: SheetReport) -> dict[str, object]:
    return {
        "name": sheet.name,
        "read": sheet.read,
        "reason": sheet.reason.text("en") if sheet.reason else None,
        "rows": sheet.n_rows,
        "header_rows": list(sheet.header_rows),
        "headerless": sheet.headerless,
        "hxl_row": sheet.hxl_row,
        "first_row": sheet.first_row,
        "totals_rows": list(sheet.totals_rows),
        "note_rows": list(sheet.note_rows),
        "empty_rows": sheet.empty_rows,
        "columns": [_plain_column(column) for column in sheet.columns],
    }


def _plain_column(column: ColumnReport) -> dict[str, object]:
    return {
        "position": column.position,
        "heading": column.heading,
        "hxl": column.tag or None,
        "fate": column.fate.value,
        "concept": column.concept,
        "basis": column.basis.value if column.basis else None,
        "confidence": column.confidence,
        "reason": column.reason.text("en") if column.reason else None,
        "suggestion": column.suggestion,
        "filled": column.filled,
    }
