"""Words in cells into codes of a code list: by code, by label in either language, by synonym.

A word that the list does not have is never kept as if it were a code: the cell is unknown and the word is
reported with its count.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.tables.missing import as_null
from opendtm.vocab import code_list, fold

_SEPARATORS = re.compile(r"\s*[;,|/\n]\s*|\s+-\s+")


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of codes (string, or list of strings) and the words no code stands for, with counts."""

    values: pa.Array
    unread: dict[str, int] = field(default_factory=dict)


def read_codes(
    column: pa.Array, *, codes: str, several: bool, translations: Mapping[str, str] | None = None
) -> Coded:
    """Read a column as codes of the list `codes`; with `several`, each cell may hold more than one."""
    known = known_words(codes) | {fold(word): code for word, code in (translations or {}).items()}
    # A code itself is an answer, even where its name is a word for "unknown" elsewhere ("none").
    exact = pc.is_in(column, value_set=pa.array(code_list(codes).names(), pa.string()))
    encoded = pc.if_else(exact, column, as_null(column, codes=True)).dictionary_encode()
    words = encoded.dictionary.to_pylist()
    read = [_several(word, known) if several else _single(word, known) for word in words]
    kind = pa.list_(pa.string()) if several else pa.string()
    values = pa.array([found for found, _ in read], kind).take(encoded.indices)
    return Coded(values, _count(encoded, [unknown for _, unknown in read]))


@cache
def known_words(codes: str) -> dict[str, str]:
    """Map every folded spelling of a code list to its code."""
    spelled: dict[str, str] = {}
    for code in code_list(codes):
        for word in (code.name, code.label.en, code.label.fr, *code.synonyms):
            spelled.setdefault(fold(word), code.name)
    return spelled


def _single(word: str, known: Mapping[str, str]) -> tuple[str | None, list[str]]:
    code = known.get(fold(word))
    return code, [] if code else [word]


def _several(word: str, known: Mapping[str, str]) -> tuple[list[str] | None, list[str]]:
    if fold(word) in known:
        return [known[fold(word)]], []
    parts = [part for part in _SEPARATORS.split(word) if part]
    if (len(parts) == 1 and all(fold(part) in known for part in word.split())) or (
        len(parts) == 1 and any(part in known.values() for part in word.split())
    ):
        parts = word.split()
    codes = [known[fold(part)] for part in parts if fold(part) in known]
    unknown = [part for part in parts if fold(part) not in known]
    return list(dict.fromkeys(codes)) or None, unknown


def _count(encoded: pa.DictionaryArray, unknown: list[list[str]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for row in encoded.indices.drop_null().value_counts().to_pylist():
        for word in unknown[row["values"]]:
            counts[word] += row["counts"]
    return dict(counts.most_common())
