"""Which column holds which concept: every column's claim, judged by its values and against the others."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from opendtm.errors import Where
from opendtm.errors.tables import MappingDoesNotFit
from opendtm.i18n import Message, mark
from opendtm.tables import hashtags, headings, personal
from opendtm.tables.layout import Layout
from opendtm.tables.mapping import ColumnMapping, SheetMapping
from opendtm.tables.recognition import Basis
from opendtm.vocab import Kind, concept, concepts, fold

_OPTION = re.compile(r"^(?P<question>.+)/(?P<option>[^/]+)$")
_BARE_NAMES = {"name": "site_name", "nom": "site_name", "x": "longitude", "y": "latitude"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A column's claim to a concept. `columns` are positions from 0; more than one are added or joined."""

    concept: str
    columns: tuple[int, ...]
    basis: Basis
    confidence: float
    mapped: ColumnMapping | None = None
    options: tuple[str, ...] = ()


def mapped_claims(mapping: SheetMapping, layout: Layout, where: Where) -> list[Claim]:
    """Give the claims a mapping makes; MappingDoesNotFit where it names a column that is not there."""
    return [
        Claim(
            name,
            tuple(_position(key, layout, where) for key in column.columns),
            Basis.MAPPING,
            1.0,
            column,
        )
        for name, column in mapping.columns.items()
    ]


def left_by_mapping(mapping: SheetMapping, layout: Layout, where: Where) -> set[int]:
    """Give the columns that a mapping leaves out."""
    return {_position(key, layout, where) for key in mapping.leave}


def without(claim: Claim, left: set[int]) -> Claim | None:
    """Give a claim without the columns that are left out: a question with options less, else nothing."""
    if not left & set(claim.columns):
        return claim
    kept = [
        (index, option)
        for index, option in zip(claim.columns, claim.options, strict=False)
        if index not in left
    ]
    if not kept:
        return None
    columns, options = zip(*kept, strict=True)
    return replace(claim, columns=columns, options=options)


def own_claims(layout: Layout, *, context: str) -> list[Claim]:
    """Give the claims that the columns make by hashtag, by heading and as options of a question.

    `context` is the name of the file and of the sheet: a bare "population" needs them, or another heading,
    to speak of displaced persons.
    """
    claims = [claim for index in range(len(layout.headings)) for claim in _claims_of(layout, index)]
    told = headings.speaks_of_displacement(" ".join([context, *layout.headings]))
    kept = [claim for claim in claims if told or not _is_bare_population(layout, claim)]
    return [*kept, *_by_context(layout, kept), *_option_claims(layout.lower)]


def personal_columns(
    layout: Layout, columns: Sequence[pa.Array], claims: Iterable[Claim]
) -> set[int]:
    """Give the columns that hold personal data, whatever else they claim to be."""
    best: dict[int, str] = {}
    for claim in sorted(claims, key=lambda claim: claim.confidence):
        best.update(dict.fromkeys(claim.columns, claim.concept))
    return {
        index
        for index, column in enumerate(columns)
        if personal.is_personal(layout.headings[index], layout.tags[index], best.get(index), column)
    }


def suggestions(layout: Layout, claims: Iterable[Claim]) -> dict[int, str]:
    """Name for each column without a claim the concept that its heading may be about."""
    claimed = {index for claim in claims for index in claim.columns}
    found = {
        index: headings.suggestion_of(heading)
        for index, heading in enumerate(layout.headings)
        if heading and index not in claimed
    }
    return {index: name for index, name in found.items() if name}


def by_concept(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Group claims by concept, the strongest first; concepts in the order of the data dictionary."""
    ranked = sorted(claims, key=lambda claim: (-claim.confidence, claim.columns))
    order = {name: rank for rank, name in enumerate(concepts())}
    names = sorted({claim.concept for claim in ranked}, key=order.__getitem__)
    return {name: [claim for claim in ranked if claim.concept == name] for name in names}


def _claims_of(layout: Layout, index: int) -> list[Claim]:
    tagged = hashtags.concept_of(layout.tags[index]) if layout.tags[index] else None
    named = headings.concept_of(layout.headings[index]) or _by_lower_row(layout, index)
    if tagged:
        sure = named[1] if named and named[0] == tagged[0] else 0.0
        return [Claim(tagged[0], (index,), Basis.HASHTAG, max(tagged[1], sure))]
    if _says_otherwise(layout.tags[index]):
        return []
    return [Claim(named[0], (index,), Basis.HEADING, named[1])] if named else []


def _says_otherwise(tag: str) -> bool:
    """Tell whether a hashtag of the current standard says that a column is none of our concepts."""
    parsed = hashtags.parse(tag) if tag else None
    return bool(
        parsed
        and parsed.tag
        in {"#affected", "#inneed", "#reached", "#targeted", "#population", "#date", "#country"}
    )


def _by_lower_row(layout: Layout, index: int) -> tuple[str, float] | None:
    """Read the lower of two heading rows alone, unless the upper one could change whom it counts."""
    lower = layout.lower[index]
    if lower == layout.headings[index]:
        return None
    named = headings.concept_of(lower)
    counts = named is not None and concept(named[0]).population is not None
    return None if named is None or counts else (named[0], round(named[1] - 0.1, 3))


def _is_bare_population(layout: Layout, claim: Claim) -> bool:
    return claim.basis is Basis.HEADING and any(
        fold(layout.headings[index]) == "population" for index in claim.columns
    )


def _by_context(layout: Layout, claims: list[Claim]) -> list[Claim]:
    """Read a bare "name", "x", "y" or "date" where what stands beside it gives it its meaning."""
    plain = {fold(heading): index for index, heading in enumerate(layout.headings) if heading}
    claimed = {claim.concept for claim in claims}
    found = []
    if {"x", "y"} <= set(plain) and not claimed & {"latitude", "longitude"}:
        found += [
            Claim(_BARE_NAMES[word], (plain[word],), Basis.HEADING, 0.6) for word in ("x", "y")
        ]
    placed = bool(found) or {"latitude", "longitude"} <= claimed
    if "date" in plain and "assessment_date" not in claimed:
        found.append(Claim("assessment_date", (plain["date"],), Basis.HEADING, 0.6))
    if placed and "site_name" not in claimed:
        found += [
            Claim("site_name", (plain[word],), Basis.HEADING, 0.6)
            for word in ("name", "nom")
            if word in plain
        ]
    return found


def _option_claims(names: Sequence[str]) -> list[Claim]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for index, name in enumerate(names):
        if found := _OPTION.match(name):
            groups.setdefault(found["question"], []).append((index, found["option"]))
    claims = []
    for question, options in groups.items():
        named = headings.concept_of(question)
        if named and concept(named[0]).kind is Kind.CODES and len(options) > 1:
            columns, words = zip(*options, strict=True)
            claims.append(
                Claim(named[0], columns, Basis.OPTIONS, round(named[1] - 0.05, 3), options=words)
            )
    return claims


def _position(key: str | int, layout: Layout, where: Where) -> int:
    if isinstance(key, int):
        if key <= len(layout.headings):
            return key - 1
        raise MappingDoesNotFit(
            where=where, what=Message(mark("column number {number}"), {"number": key})
        )
    for names in (layout.headings, layout.lower, layout.tags):
        for same in (str.strip, fold):
            folded = [same(name) for name in names]
            if same(key) in folded and same(key):
                return folded.index(same(key))
    raise MappingDoesNotFit(
        where=where, what=Message(mark("column with the heading “{name}”"), {"name": key})
    )
