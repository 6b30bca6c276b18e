"""Checks of what the enumerator reads: both languages, and short enough for a phone."""

from collections.abc import Iterator, Mapping

from opendtm.forms.lint.rows import METADATA, Form, Item, cell
from opendtm.i18n import Label, Message, mark
from opendtm.records import Finding, Severity

LONGEST = {"note": 800, "choice": 80, "question": 200}
_NO_LABEL = frozenset({"end", "calculate", "hidden", "audit", "xml-external", "csv-external"})
_LANGUAGE_NAMES = {"en": Label("English", "anglais"), "fr": Label("French", "français")}


def check_labels(form: Form) -> Iterator[Finding]:
    """Find labels that are missing in English or French, or too long."""
    columns = form.label_columns("survey")
    yield from _missing_languages(form, columns, "survey")
    for item in form.items:
        if item.kind not in _NO_LABEL and not _is_silent(item):
            limit = LONGEST["note" if item.kind == "note" else "question"]
            yield from _check_row(form, item.row, item.number, columns, sheet="survey", limit=limit)


def check_choice_labels(form: Form) -> Iterator[Finding]:
    """Find labels of choices that are missing in English or French, or too long."""
    if not form.choices:
        return
    columns = form.label_columns("choices")
    yield from _missing_languages(form, columns, "choices")
    for rows in form.choices.values():
        for number, row in rows:
            yield from _check_row(
                form, row, number, columns, sheet="choices", limit=LONGEST["choice"]
            )


def check_constraint_messages(form: Form) -> Iterator[Finding]:
    """Find limits that refuse an answer without saying why in English and French."""
    columns = form.label_columns("survey", "constraint_message")
    for item in form.items:
        if not cell(item.row, "constraint", "bind::constraint", "bind:constraint"):
            continue
        for code, language in _LANGUAGE_NAMES.items():
            if not item.row.get(columns.get(code, ""), "").strip():
                yield form.finding(
                    "constraint_message_missing",
                    Severity.SOFT,
                    Message(
                        mark("This limit has no message in {language}."), {"language": language}
                    ),
                    remedy=mark(
                        "Say in {language} which answer is expected, in the column “constraint_message”."
                    ),
                    row=item.number,
                    column="constraint_message",
                )


def _is_silent(item: Item) -> bool:
    return item.kind in METADATA or (
        item.kind == "begin" and not any(key.lower().startswith("label") for key in item.row)
    )


def _missing_languages(form: Form, columns: Mapping[str, str], sheet: str) -> Iterator[Finding]:
    for code, language in _LANGUAGE_NAMES.items():
        if code not in columns:
            yield form.finding(
                "language_missing",
                Severity.SOFT,
                Message(
                    mark("The sheet “{sheet}” has no labels in {language}."),
                    {"sheet": sheet, "language": language},
                ),
                remedy=mark("Add a column for it: “label::English (en)” or “label::French (fr)”."),
                sheet=sheet,
                row=1,
                column="label",
            )


def _check_row(
    form: Form,
    row: Mapping[str, str],
    number: int,
    columns: Mapping[str, str],
    *,
    sheet: str,
    limit: int,
) -> Iterator[Finding]:
    for code, column in columns.items():
        text = row.get(column, "").strip()
        if not text and code in _LANGUAGE_NAMES:
            yield form.finding(
                "label_missing",
                Severity.SOFT,
                Message(
                    mark("The label in {language} is missing."), {"language": _LANGUAGE_NAMES[code]}
                ),
                remedy=mark("Write the label in {language}."),
                sheet=sheet,
                row=number,
                column=column,
            )
        elif len(text) > limit:
            yield form.finding(
                "label_too_long",
                Severity.SOFT,
                Message(
                    mark(
                        "The label has {length} characters, more than the {limit} that a phone shows well."
                    ),
                    {"length": len(text), "limit": limit},
                ),
                remedy=mark("Shorten it, and move explanations to the column “hint”."),
                sheet=sheet,
                row=number,
                column=column,
            )
