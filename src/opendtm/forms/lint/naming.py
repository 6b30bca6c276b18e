"""Checks of names: what the converter refuses, and what later breaks an export."""

import re
from collections.abc import Iterator

from opendtm.forms.lint.rows import Form, Item, cell
from opendtm.i18n import Message, mark
from opendtm.records import Finding, Severity

NAME = re.compile(r"[^\W\d][\w.\-]*")
RESERVED = frozenset({"meta", "data"})
_NESTED = ("bind", "body", "control", "instance", "media")
_NO_NAME_NEEDED = frozenset({"end", "audit"})


def check_names(form: Form) -> Iterator[Finding]:
    """Find names that are missing, not allowed, reserved, used twice, or alike but for case."""
    seen: dict[tuple[tuple[str, ...], str], Item] = {}
    for item in form.items:
        if item.kind in _NO_NAME_NEEDED:
            continue
        if not item.name:
            yield from _nameless(form, item)
            continue
        yield from _form_of(form, item)
        key = (item.group, item.name.casefold())
        if key in seen:
            yield _collision(form, item, seen[key])
        seen.setdefault(key, item)
    yield from _elsewhere(form)


def check_headings(form: Form) -> Iterator[Finding]:
    """Find column names with a second language mark in them, as when two names were glued together."""
    for sheet, headings in form.book.headings.items():
        for heading in headings:
            if heading.count("::") > (2 if heading.lower().startswith(_NESTED) else 1):
                yield form.finding(
                    "column_name_glued",
                    Severity.HARD,
                    Message(
                        mark("The column name “{column}” holds “::” more than once."),
                        {"column": heading},
                    ),
                    remedy=mark("Write one name and one language, such as “label::French (fr)”."),
                    sheet=sheet,
                    row=1,
                    column=heading,
                )


def check_settings(form: Form) -> Iterator[Finding]:
    """Find a form without its own identity or version."""
    wanted = (
        ("form_id", mark("The form has no “form_id”, so the file name becomes its identity.")),
        (
            "version",
            mark("The form has no “version”, so a changed form cannot be told from the old one."),
        ),
    )
    for heading, sentence in wanted:
        if not cell(form.settings, heading, "id_string" if heading == "form_id" else heading):
            yield form.finding(
                f"{heading}_missing",
                Severity.SOFT,
                Message(sentence),
                remedy=mark("Fill it in on the sheet “settings”."),
                sheet="settings",
                column=heading,
            )


def _nameless(form: Form, item: Item) -> Iterator[Finding]:
    if item.kind in {"note", ""}:
        return
    yield form.finding(
        "name_missing",
        Severity.HARD,
        Message(mark("This question has no name.")),
        remedy=mark("Write a name in the column “name”."),
        row=item.number,
        column="name",
    )


def _form_of(form: Form, item: Item) -> Iterator[Finding]:
    name = {"name": item.name}
    if not NAME.fullmatch(item.name):
        yield form.finding(
            "name_not_allowed",
            Severity.HARD,
            Message(mark("The name “{name}” has spaces or signs that are not allowed."), name),
            remedy=mark("Use letters, digits and underscores only, beginning with a letter."),
            row=item.number,
            column="name",
        )
    if item.name.lower() in RESERVED:
        hard = item.name == "meta" or (item.name == "data" and item.opens == "repeat")
        yield form.finding(
            "name_reserved",
            Severity.HARD if hard else Severity.SOFT,
            Message(mark("The name “{name}” is used by the form itself."), name),
            remedy=mark("Give the question another name."),
            row=item.number,
            column="name",
        )


def _collision(form: Form, item: Item, first: Item) -> Finding:
    values = {"name": item.name, "first": first.name, "row": str(first.number)}
    if item.name == first.name:
        return form.finding(
            "name_twice",
            Severity.HARD,
            Message(
                mark("The name “{name}” stands already in row {row} of the same group."), values
            ),
            remedy=mark("Give every question, group and repeat its own name."),
            row=item.number,
            column="name",
        )
    return form.finding(
        "name_differs_in_case",
        Severity.SOFT,
        Message(
            mark("The names “{name}” and “{first}” (row {row}) differ only in capital letters."),
            values,
        ),
        remedy=mark("Give one of them another name: many programs take the two for one."),
        row=item.number,
        column="name",
    )


def _elsewhere(form: Form) -> Iterator[Finding]:
    first: dict[str, Item] = {}
    for item in form.items:
        known = first.setdefault(item.name, item)
        if item.name and item.kind != "end" and known.group != item.group:
            yield form.finding(
                "name_in_other_group",
                Severity.NOTE,
                Message(
                    mark("The name “{name}” is also used in row {row}, in another group."),
                    {"name": item.name, "row": str(known.number)},
                ),
                remedy=mark(
                    "Better give each question its own name: tables without group names mix the two."
                ),
                row=item.number,
                column="name",
            )
