"""The building blocks of a sheet: its columns, its rows, and the words that several sheets share."""

from collections.abc import Callable
from dataclasses import dataclass

from opendtm.i18n import Message, mark, translate
from opendtm.records import Coverage
from opendtm.render.columns import Cell


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a sheet: heading, hashtag, width in characters; `look` names a fixed number format."""

    heading: str
    hxl: str
    width: int = 12
    look: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its title (31 characters at most), its columns, its rows, and the columns kept in sight."""

    title: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]
    frozen: int = 1


def unit_text(unit: str, lang: str) -> str:
    """Name a unit in the plural, as a column of numbers needs it."""
    known = {
        "person": Message("persons"),
        "household": Message("households"),
        "site": Message("sites"),
        "area": Message("areas"),
        "degree": Message("degrees"),
        "person per household": Message("persons per household"),
    }
    return known[unit].text(lang) if unit in known else unit


def translator(lang: str) -> Callable[[str], str]:
    """Give a function that puts an English sentence into `lang`."""
    return lambda sentence: translate(sentence, lang)


def coverage_fields(words: Callable[[str], str]) -> tuple[Field, ...]:
    """Give the columns that say how much of what is known stands behind a figure."""
    return (
        Field(words(mark("Sites known")), "#meta+known+num"),
        Field(words(mark("Sites assessed")), "#meta+assessed+num"),
        Field(words(mark("Sites carried forward")), "#meta+carried+num"),
        Field(words(mark("Sites inaccessible")), "#meta+inaccessible+num"),
        Field(words(mark("Coverage")), "#meta+coverage+pct", 12, "share"),
    )


def counted(coverage: Coverage) -> tuple[Cell, ...]:
    """Give the cells of those columns."""
    return (
        coverage.n_known,
        coverage.n_assessed,
        coverage.n_carried,
        coverage.n_inaccessible,
        coverage.share,
    )
