"""The indicator handbook: the catalogue as pages in Markdown, one a component and language, and the thresholds.

An analyst reads here what a figure counts, from which questions, how it adds up and what it must not be taken
for. The worked examples are those that run as tests.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from opendtm.forms import catalogue_forms, convert, read_form
from opendtm.i18n import day, mark, number, translate
from opendtm.measure import Indicator, indicators
from opendtm.measure.columns import STATE
from opendtm.measure.definitions import Disaggregation, Example
from opendtm.measure.exchange import by_pairs
from opendtm.measure.expressions import readable
from opendtm.measure.grammar import thresholds_in
from opendtm.measure.scope import Component
from opendtm.measure.telling import (
    AGENCIES,
    COMPONENTS,
    KINDS,
    PHASES,
    RECORDS,
    UNITS,
    formula,
    limit,
    rules,
)
from opendtm.measure.thresholds import threshold, thresholds
from opendtm.measure.uncounted import uncounted
from opendtm.vocab import code_list, concepts

Rows = Iterable[Sequence[str]]
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
HANDBOOK, INDICATORS, THRESHOLDS = (
    mark("Indicator handbook"),
    mark("Indicators"),
    mark("Thresholds"),
)
EXAMPLES = mark("Worked examples")
LEFT_OUT = mark("What no indicator counts")
_DIMENSIONS = {
    "sex": mark("sex"),
    "age": mark("age"),
    "sex+age": mark("sex and age"),
    "group": mark("women, men and children"),
}


def handbook_pages() -> dict[str, str]:
    """Give every page of the handbook by its path below the handbook's folder (`fr/surveys.md`)."""
    pages = {}
    for lang in ("en", "fr"):
        pages[f"{lang}/index.md"] = _index(lang)
        pages[f"{lang}/thresholds.md"] = _thresholds(lang)
        for component in Component:
            pages[f"{lang}/{component.value}.md"] = _component(component, lang)
    return pages


def _index(lang: str) -> str:
    _ = _speaker(lang)
    told = (
        mark(
            "An indicator is a definition with its formula; a figure is its value for a place and a round."
        ),
        mark(
            "Unknown is never zero: an empty answer and “does not know” add nothing and are not counted."
        ),
        mark(
            "Small parts of a figure are not shown in public; how small stands with each indicator."
        ),
        mark(
            "None has been reviewed by a person of an operation yet; a review is signed in the house."
        ),
    )
    counted = [(COMPONENTS[one], one, len(_of(one))) for one in Component]
    rows = [(f"[{_(name)}]({one.value}.md)", str(count)) for name, one, count in counted]
    rows.append((f"[{_(THRESHOLDS)}](thresholds.md)", str(len(thresholds()))))
    text = f"# {_(HANDBOOK)}\n\n" + " ".join(_(each) for each in told) + "\n\n"
    text += _table([_(mark("part")), _(mark("entries"))], rows)
    return text + _left_out(lang)


def _left_out(lang: str) -> str:
    _ = _speaker(lang)
    told = mark("Sensitive and personal answers enter no figure at all; they are not listed here.")
    head = [_(mark("concept")), _(mark("reason"))]
    rows = [
        (f"{concepts()[name].label.text(lang)} (`{name}`)", reason.text(lang))
        for name, reason in uncounted().items()
    ]
    return f"\n## {_(LEFT_OUT)}\n\n{_(told)}\n\n" + _table(head, rows)


def _component(component: Component, lang: str) -> str:
    _ = _speaker(lang)
    found = _of(component)
    title = f"# {_(INDICATORS)} – {_(COMPONENTS[component])}\n\n"
    listed = [
        (f"[{one.label.text(lang)}](#{one.id})", f"`{one.id}`", _(UNITS[one.unit])) for one in found
    ]
    head = [_(mark("indicator")), _(mark("code")), _(mark("unit"))]
    return title + _table(head, listed) + "".join(_entry(one, lang) for one in found)


def _entry(one: Indicator, lang: str) -> str:
    _ = _speaker(lang)
    text = f"\n## {one.label.text(lang)} {{#{one.id}}}\n\n{one.definition.text(lang)}\n\n"
    text += _table(["", ""], [(f"**{_(name)}**", told) for name, told in _facts(one, lang)])
    text += f"\n{_(EXAMPLES)}\n"
    return text + "".join(_example(each, lang) for each in one.examples)


def _facts(one: Indicator, lang: str) -> list[tuple[str, str]]:
    _ = _speaker(lang)
    places, time = rules(one, lang)
    facts = [
        (mark("Code"), f"`{one.id}`"),
        (mark("Unit"), _(UNITS[one.unit])),
        (mark("Counted over"), _(RECORDS[one.record])),
        (mark("Formula"), formula(one.value, lang)),
        (mark("Asked in"), _forms(one, lang)),
        (mark("Kind"), _(KINDS[one.kind])),
        (mark("Over places"), places),
        (mark("Over time"), time),
        (mark("Taken apart by"), _cuts(one.disaggregations, lang)),
        (mark("Small numbers"), _suppression(one, lang)),
        (THRESHOLDS, _limits(one, lang)),
        (mark("Source"), one.source.text(lang)),
        (mark("Review"), ", ".join(one.review) or _(mark("not reviewed yet"))),
    ]
    return [(name, told) for name, told in facts if told]


def _forms(one: Indicator, lang: str) -> str:
    asking = [form for form in catalogue_forms() if readable(one.value, _asks(form.path))]
    return ", ".join(
        f"[{form.title.text(lang)}](../../reference/forms.md#{form.form_id})" for form in asking
    )


@cache
def _asks(path: Path) -> frozenset[str]:
    questions = read_form(convert(path).xml).questions
    return frozenset((STATE, *(each.concept for each in questions if each.concept)))


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


def _limits(one: Indicator, lang: str) -> str:
    beyond = thresholds_in(one.value)
    named = [*one.thresholds, *(each.threshold for each in beyond)]
    return "<br>".join(
        f"{threshold(name).label.text(lang)} – {limit(name, line, lang)}"
        for name in named
        for line in threshold(name).lines
    )


def _thresholds(lang: str) -> str:
    _ = _speaker(lang)
    told = mark(
        "Agencies and editions disagree, so every comparison names agency, phase and edition. A comparison uses "
        "the edition in force on the day of the answers. The files stand in `catalogue/thresholds`; an operation "
        "that follows other limits adds its own lines."
    )
    text = f"# {_(THRESHOLDS)}\n\n{_(told)}\n"
    head = [mark("agency"), mark("phase"), mark("limit"), mark("in force since"), mark("edition")]
    for one in thresholds().values():
        sign = "≤" if one.rule.value == "at_most" else "≥"
        rows = [
            (
                AGENCIES[line.agency].text(lang),
                _(PHASES[line.phase]),
                f"{sign} {_number(line.value, lang)}",
                day(line.valid_from, lang),
                f"[{line.edition.text(lang)}]({line.source})",
            )
            for line in one.lines
        ]
        text += f"\n## {one.label.text(lang)} {{#{one.id}}}\n\n{_(UNITS[one.unit])}\n\n"
        text += _table([_(each) for each in head], rows)
    return text


def _example(example: Example, lang: str) -> str:
    names = dict.fromkeys(name for row in example.rows for name in row)
    rows = [[_value(name, row.get(name), lang) for name in names] for row in example.rows]
    text = f"\n{example.note.text(lang)}\n\n"
    text += _table([_heading(name, lang) for name in names], rows) if rows else ""
    found = dict.fromkeys(name for figure in example.expect for name in figure)
    rows = [
        [_result(name, figure.get(name, ""), lang) for name in found] for figure in example.expect
    ]
    return text + "\n" + _table([translate(_WORDS[name], lang) for name in found], rows)


def _heading(name: str, lang: str) -> str:
    found = concepts().get(name)
    return found.label.text(lang) if found else translate(_WORDS[name], lang)


def _value(name: str, value: Any, lang: str) -> str:
    if isinstance(value, list):
        return ", ".join(_value(name, each, lang) for each in value)
    if value is None:
        return "–"
    if isinstance(value, int | float):
        return _number(value, lang)
    found = concepts().get(name)
    listed = "coverage" if name == STATE else found.codes if found else None
    if listed is None:
        return str(value)
    return code_list(listed).get(str(value)).label.text(lang)


def _result(name: str, value: Any, lang: str) -> str:
    if value is None:
        return translate(mark("unknown"), lang)
    if name == "by":
        return ", ".join(_part(dimension, code, lang) for dimension, code in by_pairs(value))
    if name == "method":
        return translate(_METHODS.get(value, value), lang)
    return _number(value, lang) if isinstance(value, int | float) else str(value)


_METHODS: Mapping[str, str] = {
    "unknown": mark("unknown"),
    "observed": mark("observed"),
    "derived": mark("derived"),
    "carried_forward": mark("carried forward"),
}


def _part(dimension: str, code: str, lang: str) -> str:
    found = concepts().get(dimension)
    try:
        listed = code_list(str(found.codes) if found else dimension)
        return listed.get(code).label.text(lang)
    except KeyError:
        return code


def _number(value: float, lang: str) -> str:
    for decimals in (0, 1, 2):
        if round(value, decimals) == value:
            return number(value, lang, decimals=decimals)
    return number(value, lang, decimals=4)


def _table(head: Sequence[str], rows: Rows) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("\n", " ")


def _of(component: Component) -> list[Indicator]:
    return [one for one in indicators() if one.component is component]


def _speaker(lang: str) -> Any:
    return lambda sentence: translate(sentence, lang)
