"""The indicator handbook: the catalogue as pages in Markdown, one a component and language, and the thresholds.

An analyst reads here what a figure counts, from which questions, how it adds up and what it must not be taken
for. The worked examples are those that run as tests.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from opendtm.forms import catalogue_forms, convert, read_form
from opendtm.i18n import day, mark, translate
from opendtm.measure import Indicator, indicators
from opendtm.measure.columns import STATE
from opendtm.measure.definitions import Example
from opendtm.measure.expressions import readable
from opendtm.measure.scope import Component
from opendtm.measure.telling import AGENCIES, COMPONENTS, PHASES, UNITS
from opendtm.measure.thresholds import thresholds
from opendtm.measure.uncounted import uncounted
from opendtm.render.indicator_words import Grid, facts, plain_number, worked
from opendtm.vocab import concepts

Rows = Iterable[Sequence[str]]
HANDBOOK, INDICATORS, THRESHOLDS = (
    mark("Indicator handbook"),
    mark("Indicators"),
    mark("Thresholds"),
)
EXAMPLES = mark("Worked examples")
LEFT_OUT = mark("What no indicator counts")


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
    text += _table(["", ""], _facts(one, lang))
    text += f"\n{_(EXAMPLES)}\n"
    return text + "".join(_example(each, lang) for each in one.examples)


def _facts(one: Indicator, lang: str) -> Rows:
    code, *others = facts(one, lang, asked_in=_forms(one, lang))
    yield f"**{code.label}**", f"`{one.id}`"
    for fact in others:
        yield f"**{fact.label}**", "<br>".join(fact.lines)
    review = translate(mark("Review"), lang)
    yield f"**{review}**", ", ".join(one.review) or translate(mark("not reviewed yet"), lang)


def _forms(one: Indicator, lang: str) -> str:
    asking = [form for form in catalogue_forms() if readable(one.value, _asks(form.path))]
    return ", ".join(
        f"[{form.title.text(lang)}](../../reference/forms.md#{form.form_id})" for form in asking
    )


@cache
def _asks(path: Path) -> frozenset[str]:
    questions = read_form(convert(path).xml).questions
    return frozenset((STATE, *(each.concept for each in questions if each.concept)))


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
                f"{sign} {plain_number(line.value, lang)}",
                day(line.valid_from, lang),
                f"[{line.edition.text(lang)}]({line.source})",
            )
            for line in one.lines
        ]
        text += f"\n## {one.label.text(lang)} {{#{one.id}}}\n\n{_(UNITS[one.unit])}\n\n"
        text += _table([_(each) for each in head], rows)
    return text


def _example(example: Example, lang: str) -> str:
    told = worked(example, lang)
    text = f"\n{told.note}\n\n" + (_table(*_whole(told.given)) if told.given.rows else "")
    return text + "\n" + _table(*_whole(told.found))


def _whole(grid: Grid) -> tuple[Sequence[str], Rows]:
    return grid.head, grid.rows


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
