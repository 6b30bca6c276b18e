"""Checks of the sheet `choices`: every list there, every choice with its own name."""

from collections.abc import Iterator

from opendtm.forms.lint.rows import Form, cell
from opendtm.i18n import Message, mark
from opendtm.records import Finding, Severity

YES = frozenset({"yes", "true", "true()", "1"})


def check_choices(form: Form) -> Iterator[Finding]:
    """Find choices without a name, with a name used twice, or with spaces where that splits an answer."""
    allowed = cell(form.settings, "allow_choice_duplicates").lower() in YES
    if form.choices and not _has_names(form):
        yield _no_names(form)
        return
    several = {item.list_name for item in form.items if item.kind in {"select_multiple", "rank"}}
    for name, rows in form.choices.items():
        seen: dict[str, int] = {}
        for number, row in rows:
            code = cell(row, "name", "value")
            yield from _nameless(form, number, list_name=name, code=code)
            if code and code in seen and not allowed:
                yield _twice(form, number, code, name, seen[code])
            seen.setdefault(code, number)
            if " " in code:
                yield _spaces(
                    form, number, code, Severity.HARD if name in several else Severity.SOFT
                )


def check_lists(form: Form) -> Iterator[Finding]:
    """Find questions whose list is not there, and lists that no question uses."""
    used = {item.list_name for item in form.items if item.list_name}
    for item in form.items:
        name = item.list_name
        external = item.from_file or name in _external(form) or (name or "").startswith("${")
        if name and not external and name not in form.choices:
            yield form.finding(
                "list_missing",
                Severity.HARD,
                Message(mark("The list “{list}” is not on the sheet “choices”."), {"list": name}),
                remedy=mark(
                    "Add the choices of the list, or correct its name in the column “type”."
                ),
                row=item.number,
                column="type",
            )
    for name, rows in form.choices.items():
        if name and name not in used:
            yield form.finding(
                "list_unused",
                Severity.NOTE,
                Message(mark("No question uses the list “{list}”."), {"list": name}),
                remedy=mark("Delete the list if it is not needed."),
                sheet="choices",
                row=rows[0][0],
                column="list_name",
            )


def _external(form: Form) -> set[str]:
    return {
        cell(row, "list_name", "list name") for _number, row in form.book.rows("external_choices")
    }


def _nameless(form: Form, number: int, *, list_name: str, code: str) -> Iterator[Finding]:
    if list_name and code:
        return
    missing = "name" if list_name else "list_name"
    yield form.finding(
        "choice_name_missing" if list_name else "choice_without_list",
        Severity.HARD if list_name else Severity.SOFT,
        Message(mark("A choice has nothing in the column “{column}”."), {"column": missing}),
        remedy=mark("Fill it in, or delete the row."),
        sheet="choices",
        row=number,
        column=missing,
    )


def _has_names(form: Form) -> bool:
    return any(
        heading.strip().lower() in {"name", "value"}
        for heading in form.book.headings.get("choices", ())
    )


def _no_names(form: Form) -> Finding:
    return form.finding(
        "choice_name_column_missing",
        Severity.HARD,
        Message(mark("The sheet “choices” has no column “name”, so no answer has a code.")),
        remedy=mark("Add the column “name” with a short code for every choice."),
        sheet="choices",
        row=1,
        column="name",
    )


def _twice(form: Form, number: int, code: str, list_name: str, first: int) -> Finding:
    return form.finding(
        "choice_twice",
        Severity.HARD,
        Message(
            mark("The choice “{name}” of the list “{list}” stands already in row {row}."),
            {"name": code, "list": list_name, "row": str(first)},
        ),
        remedy=mark(
            "Give every choice its own name. Where one name must return under several parents, as places do, write "
            "“yes” under “allow_choice_duplicates” on the sheet “settings”."
        ),
        sheet="choices",
        row=number,
        column="name",
    )


def _spaces(form: Form, number: int, code: str, severity: Severity) -> Finding:
    return form.finding(
        "choice_name_spaces",
        severity,
        Message(
            mark("The name of the choice “{name}” has a space, which separates answers."),
            {"name": code},
        ),
        remedy=mark("Write an underscore instead of the space."),
        sheet="choices",
        row=number,
        column="name",
    )
