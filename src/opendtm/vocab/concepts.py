"""The data dictionary: what a question or a column measures, by a name that never changes.

A concept has a kind (which decides its column type), an HXL hashtag, a sharing class and the spellings
under which real files name it, in English and French.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from opendtm import catalogue
from opendtm.i18n import Label


class Kind(StrEnum):
    """What a value of a concept is; it decides the column type in `records.observations`."""

    TEXT = "text"
    CODE = "code"  # one code of a code list, or a P-code
    CODES = "codes"  # several codes of a code list
    COUNT = "count"  # persons, households, items: never negative, decimals allowed in estimates
    NUMBER = "number"
    DATE = "date"


class Sharing(StrEnum):
    """Who may see an answer, decided before collection."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    SENSITIVE = "sensitive"
    PERSONAL = "personal"  # never leaves the locked room, never enters the matrix


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry of the data dictionary."""

    name: str
    label: Label
    kind: Kind
    hxl: str
    sharing: Sharing
    unit: str | None = None
    codes: str | None = None
    sector: str | None = None
    population: str | None = None
    synonyms: tuple[str, ...] = ()


@cache
def concepts() -> Mapping[str, Concept]:
    """Read the whole dictionary, by name, theme after theme, in its own order."""
    rows = (
        row for file in catalogue.concept_files() for row in catalogue.read_yaml(file)["concepts"]
    )
    return MappingProxyType({row["name"]: _concept(row) for row in rows})


def concept(name: str) -> Concept:
    """Give one concept; KeyError where the dictionary has none of that name."""
    return concepts()[name]


def fold(text: str) -> str:
    """Fold a heading for comparison: no accents, no case, every run of other signs one space."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", plain.casefold()).strip()


def _concept(row: Mapping[str, Any]) -> Concept:
    return Concept(
        name=row["name"],
        label=Label.read(row),
        kind=Kind(row["kind"]),
        hxl=row.get("hxl", ""),
        sharing=Sharing(row.get("sharing", "public")),
        unit=row.get("unit"),
        codes=row.get("codes"),
        sector=row.get("sector"),
        population=row.get("population"),
        synonyms=tuple(row.get("synonyms", ())),
    )
