"""What is said of an indicator, in words: its facts, and its worked examples as tables; for the handbook and the house."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opendtm.i18n import mark, number, translate
from opendtm.measure import Indicator
from opendtm.measure.columns import STATE
from opendtm.measure.definitions import Disaggregation, Example
from opendtm.measure.exchange import by_pairs
from opendtm.measure.grammar import thresholds_in
from opendtm.measure.telling import KINDS, UNITS, counted_over, formula, limit, rules
from opendtm.measure.thresholds import threshold
from opendtm.vocab import code_list, concepts

_WORDS = {
    "n_places": mark("places with a value"),
    "value": mark("figure"),
    "by": mark("of which"),
    "place_code": mark("area"),
    "method": mark("method"),
    "carried": mark("carried forward"),
    "note": mark("note"),
    STATE: mark("coverage"),
    "_method": mark("method"),
    "_weight": mark("weight"),
}
_DIMENSIONS = {
    "sex": mark("sex"),
    "age": mark("age"),
    "sex+age": mark("sex and age"),
    "group": mark("women, men and children"),
}
_METHODS: Mapping[str, str] = {
    "unknown": mark("unknown"),
    "observed": mark("observed"),
    "derived": mark("derived"),
    "carried_forward": mark("carried forward"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is said of an indicator: its heading, and what is said, in one line or several."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table of words: its headings, and its rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked example: what it shows, the answers given, and the figures that must come out."""

    note: str
    given: Grid
    found: Grid


def facts(one: Indicator, lang: str, *, asked_in: str = "") -> list[Fact]:
    """Give what is said of an indicator beside its definition; `asked_in` names the forms that ask it."""
    places, time = rules(one, lang)
    told: list[tuple[str, tuple[str, ...]]] = [
        (mark("Code"), (one.id,)),
        (mark("Unit"), (translate(UNITS[one.unit], lang),)),
        (mark("Counted over"), (counted_over(one, lang),)),
        (mark("Formula"), (formula(one.value, lang),)),
        (mark("Asked in"), (asked_in,)),
        (mark("Kind"), (translate(KINDS[one.kind], lang),)),
        (mark("Over places"), (places,)),
        (mark("Over time"), (time,)),
        (mark("Taken apart by"), (_cuts(one.disaggregations, lang),)),
        (mark("Small numbers"), (_suppression(one, lang),)),
        (mark("Thresholds"), _limits(one, lang)),
        (mark("Source"), (one.source.text(lang),)),
    ]
    said = ((name, tuple(filter(None, lines))) for name, lines in told)
    return [Fact(translate(name, lang), lines) for name, lines in said if lines]


def worked(example: Example, lang: str) -> Worked:
    """Give a worked example as tables in a reader's language."""
    return Worked(
        example.note.text(lang),
        _grid(example.rows, lang, heading=_heading, cell=_value),
        _grid(example.expect, lang, heading=_result_heading, cell=_result),
    )


def plain_number(value: float, lang: str) -> str:
    """Write a number with as many decimals as it has, at most four."""
    for decimals in (0, 1, 2):
        if round(value, decimals) == value:
            return number(value, lang, decimals=decimals)
    return number(value, lang, decimals=4)


def _grid(rows: Sequence[Mapping[str, Any]], lang: str, *, heading: Any, cell: Any) -> Grid:
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    return Grid(
        tuple(heading(name, lang) for name in names),
        tuple(tuple(cell(name, row, lang) for name in names) for row in rows),
    )


def _cuts(cuts: Iterable[Disaggregation], lang: str) -> str:
    return ", ".join(_dimension(cut.name, lang) for cut in cuts)


def _dimension(name: str, lang: str) -> str:
    found = concepts().get(name)
    return found.label.text(lang) if found else translate(_DIMENSIONS[name], lang)


def _suppression(one: Indicator, lang: str) -> str:
    if one.suppress_below is None:
        return ""
    told = mark("parts of 1 to {last} are not shown in public")
    return translate(told, lang).format(last=one.suppress_below - 1)


def _limits(one: Indicator, lang: str) -> tuple[str, ...]:
    beyond = thresholds_in(one.value)
    named = [*one.thresholds, *(each.threshold for each in beyond)]
    return tuple(
        f"{threshold(name).label.text(lang)} – {limit(name, line, lang)}"
        for name in named
        for line in threshold(name).lines
    )


def _heading(name: str, lang: str) -> str:
    found = concepts().get(name)
    return found.label.text(lang) if found else translate(_WORDS[name], lang)


def _result_heading(name: str, lang: str) -> str:
    return translate(_WORDS[name], lang)


def _value(name: str, row: Mapping[str, Any], lang: str) -> str:
    return _answer(name, row.get(name), lang)


def _answer(name: str, value: Any, lang: str) -> str:
    if isinstance(value, list):
        return ", ".join(_answer(name, each, lang) for each in value)
    if value is None:
        return "–"
    if isinstance(value, int | float):
        return plain_number(value, lang)
    found = concepts().get(name)
    listed = "coverage" if name == STATE else found.codes if found else None
    if listed is None:
        return str(value)
    return code_list(listed).get(str(value)).label.text(lang)


def _result(name: str, figure: Mapping[str, Any], lang: str) -> str:
    value = figure.get(name, "")
    if value is None:
        return translate(mark("unknown"), lang)
    if name == "by":
        return ", ".join(_part(dimension, code, lang) for dimension, code in by_pairs(value))
    if name == "method":
        return translate(_METHODS.get(value, value), lang)
    return plain_number(value, lang) if isinstance(value, int | float) else str(value)


def _part(dimension: str, code: str, lang: str) -> str:
    found = concepts().get(dimension)
    try:
        listed = code_list(str(found.codes) if found else dimension)
        return listed.get(code).label.text(lang)
    except KeyError:
        return code
