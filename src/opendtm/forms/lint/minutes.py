"""Checks of what a form says of its own duration: minutes that can be read, and a start to count them from."""

from collections.abc import Iterator

from opendtm.forms.lint.rows import Form, cell
from opendtm.forms.timing import HEADINGS, pause_of, span_of
from opendtm.i18n import Message, mark
from opendtm.records import Finding, Severity

_MINUTES, _PAUSE = HEADINGS


def check_minutes(form: Form) -> Iterator[Finding]:
    """Find durations that cannot be read, and durations in a form that does not note when it was begun."""
    minutes, pause = cell(form.settings, _MINUTES), cell(form.settings, _PAUSE)
    if minutes and span_of(minutes) is None:
        yield _unread(form, _MINUTES, minutes)
    if pause and pause_of(pause) is None:
        yield _unread(form, _PAUSE, pause)
    if (minutes or pause) and not any(item.kind == "start" for item in form.items):
        yield form.finding(
            "minutes_without_start",
            Severity.SOFT,
            Message(mark("The form expects a duration and does not note when it was begun.")),
            remedy=mark("Add the rows “start” and “end” to the sheet “survey”."),
            sheet="settings",
            row=2,
            column=_MINUTES if minutes else _PAUSE,
        )


def _unread(form: Form, column: str, text: str) -> Finding:
    return form.finding(
        "minutes_unreadable",
        Severity.HARD,
        Message(mark("“{text}” is no duration in minutes."), {"text": text}),
        remedy=mark("Write the least and the most minutes as 25-90, and a pause as one number."),
        sheet="settings",
        row=2,
        column=column,
    )
