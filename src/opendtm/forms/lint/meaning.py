"""Checks of what questions measure: concept, HXL hashtag, sharing class, and answers that fit them."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from opendtm.forms.lint.rows import Form, Item, cell
from opendtm.i18n import Message, mark
from opendtm.records import Finding, Severity
from opendtm.vocab import Kind, Sharing, code_list, concepts

_TAG = re.compile(r"#[A-Za-z]\w*(?:\s*\+\s*[A-Za-z]\w*)*")
_MULTIPLE = frozenset({"select_multiple", "rank"})
_NUMBERS = frozenset({"integer", "int", "decimal", "range", "calculate", "hidden"})
_FITTING = {
    Kind.COUNT: _NUMBERS,
    Kind.NUMBER: _NUMBERS | {"geopoint", "start-geopoint"},
    Kind.DATE: frozenset({"date", "datetime", "today", "start", "end", "calculate", "hidden"}),
    Kind.CODES: _MULTIPLE | {"select_one", "calculate", "hidden"},
    Kind.CODE: frozenset(
        {"select_one", "text", "string", "barcode", "calculate", "hidden", "integer"}
    ),
}


def check_meaning(form: Form) -> Iterator[Finding]:
    """Find questions without concept or HXL hashtag, with unknown ones, or of a type that does not fit."""
    missing = [kind for kind in ("concept", "hxl") if not form.columns(kind)]
    for kind in missing:
        yield _column_missing(form, kind)
    for item in form.items:
        yield from _concept(form, item, has_column="concept" not in missing)
        yield from _hashtag(form, item, has_column="hxl" not in missing)
        yield from _sharing(form, item)
        yield from _informant(form, item)


def check_limits(form: Form) -> Iterator[Finding]:
    """Find counts that may be negative and multiple choices without an upper number."""
    for item in form.items:
        limited = cell(item.row, "constraint", "bind::constraint", "bind:constraint")
        counts = (
            item.kind in {"integer", "decimal"}
            and item.concept is not None
            and item.concept.kind is Kind.COUNT
        )
        if counts and not limited:
            yield form.finding(
                "number_unlimited",
                Severity.SOFT,
                Message(mark("This count accepts any number, also a negative one.")),
                remedy=mark(
                    "Write a limit in the column “constraint”, such as: . >= 0 and . <= 1000000"
                ),
                row=item.number,
                column="constraint",
            )
        if item.kind == "select_multiple" and not limited:
            yield form.finding(
                "select_multiple_unlimited",
                Severity.NOTE,
                Message(
                    mark("Any number of choices may be ticked, also “none” together with others.")
                ),
                remedy=mark(
                    "Write a limit in the column “constraint”, such as: count-selected(.) <= 3"
                ),
                row=item.number,
                column="constraint",
            )


def check_codes(form: Form) -> Iterator[Finding]:
    """Find choices whose codes are not in the code list of the concept that the question measures."""
    for item in form.items:
        concept = item.concept
        if concept is None or not concept.codes or item.from_file:
            continue
        codes = code_list(concept.codes)
        for number, row in form.choices.get(item.list_name or "", ()):
            name = cell(row, "name", "value")
            if name and name not in codes:
                yield form.finding(
                    "choice_not_in_code_list",
                    Severity.HARD,
                    Message(
                        mark(
                            "The choice “{name}” is not a code of the list “{list}”, which “{concept}” uses."
                        ),
                        {
                            "name": name,
                            "list": codes.label,
                            "concept": concept.label,
                            "codes": ", ".join(codes.names()),
                        },
                    ),
                    remedy=mark("Use one of these codes: {codes}."),
                    sheet="choices",
                    row=number,
                    column="name",
                )


def _column_missing(form: Form, kind: str) -> Finding:
    heading = "opendtm::concept" if kind == "concept" else kind
    return form.finding(
        f"{kind}_column_missing",
        Severity.SOFT,
        Message(
            mark(
                "The sheet “survey” has no column “{column}”, so no answer reaches the figures by itself."
            ),
            {"column": heading},
        ),
        remedy=mark("Add the column “{column}”, or write a mapping file beside the form."),
        row=1,
        column=heading,
    )


def _concept(form: Form, item: Item, *, has_column: bool) -> Iterator[Finding]:
    said = item.meaning.get("concept", "")
    if not said and item.asks and has_column:
        yield form.finding(
            "concept_missing",
            Severity.SOFT,
            Message(mark("“{name}” does not say what it measures."), {"name": item.name}),
            remedy=mark("Write a concept of the data dictionary, or “-” where it measures none."),
            row=item.number,
            column="opendtm::concept",
        )
    elif said and not item.measures_nothing and item.concept is None:
        near = get_close_matches(said, list(concepts()), n=3, cutoff=0.6)
        remedy = (
            mark("Did you mean: {near}?")
            if near
            else mark("Choose a concept of the data dictionary.")
        )
        yield form.finding(
            "concept_unknown",
            Severity.HARD,
            Message(
                mark("The concept “{concept}” is not in the data dictionary."),
                {"concept": said, "near": ", ".join(near)},
            ),
            remedy=remedy,
            row=item.number,
            column="opendtm::concept",
        )
    elif item.concept is not None and item.kind not in _FITTING.get(item.concept.kind, {item.kind}):
        yield form.finding(
            "type_unfit",
            Severity.HARD,
            Message(
                mark("A question of the type “{type}” cannot measure “{concept}”."),
                {"type": item.kind, "concept": item.concept.label},
            ),
            remedy=mark("Change the type of the question, or its concept."),
            row=item.number,
            column="type",
        )


def _hashtag(form: Form, item: Item, *, has_column: bool) -> Iterator[Finding]:
    tag = item.meaning.get("hxl", "")
    if tag and not _TAG.fullmatch(tag):
        yield form.finding(
            "hxl_malformed",
            Severity.SOFT,
            Message(mark("“{tag}” is not an HXL hashtag."), {"tag": tag}),
            remedy=mark("Write # and a word, then attributes with +, such as #affected+idps+ind."),
            row=item.number,
            column="hxl",
        )
    elif item.concept is not None and item.concept.hxl and has_column and not tag:
        yield form.finding(
            "hxl_missing",
            Severity.SOFT,
            Message(
                mark("The HXL hashtag of “{concept}” is missing."),
                {"concept": item.concept.label, "tag": item.concept.hxl},
            ),
            remedy=mark("Write {tag} in the column “hxl”."),
            row=item.number,
            column="hxl",
        )


def _sharing(form: Form, item: Item) -> Iterator[Finding]:
    said = item.meaning.get("sharing", "")
    if said and said not in set(Sharing):
        yield form.finding(
            "sharing_unknown",
            Severity.HARD,
            Message(mark("“{sharing}” is not a sharing class."), {"sharing": said}),
            remedy=mark("Write public, restricted, sensitive or personal."),
            row=item.number,
            column="opendtm::sharing",
        )


def _informant(form: Form, item: Item) -> Iterator[Finding]:
    known = code_list("suitable_informant")
    for name in item.meaning.get("informant", "").split():
        if name not in known:
            yield form.finding(
                "informant_unknown",
                Severity.SOFT,
                Message(
                    mark("“{informant}” is not a kind of informant."),
                    {"informant": name, "codes": ", ".join(known.names())},
                ),
                remedy=mark("Use one or more of these codes, with spaces between: {codes}."),
                row=item.number,
                column="opendtm::informant",
            )
