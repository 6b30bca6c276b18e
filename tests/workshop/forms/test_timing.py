"""What an author expects of the time that a form takes: written on the sheet settings, read from the XForm."""

from collections.abc import Callable
from pathlib import Path

import pytest

from opendtm.forms import FormDefinition, check, read_audit
from opendtm.forms.timing import Timing, pause_of, span_of

FormOf = Callable[[str], FormDefinition]
WriteForm = Callable[[str], Path]
FORM = """
| survey |
| | type  | name  | label |
| | start | begun |       |
| | end   | done  |       |
| | text  | why   | Why   |
| settings |
| | form_id | version | form_title | opendtm::minutes | opendtm::pause |
| | f       | 7       | A form     | MINUTES          | PAUSE          |
"""


def form(minutes: str = "", pause: str = "", table: str = FORM) -> str:
    return table.replace("MINUTES", minutes).replace("PAUSE", pause)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25-90", (25.0, 90.0)),
        (" 7.5 \u2013 20 ", (7.5, 20.0)),
        ("25-", (25.0, None)),
        ("-90", (None, 90.0)),
        ("0-5", (0.0, 5.0)),
        ("90-25", None),
        ("25-25", None),
        ("-", None),
        ("25", None),
        ("long", None),
        ("25-90-3", None),
        ("1e3-", None),
    ],
)
def test_span_is_read_or_refused(
    text: str, expected: tuple[float | None, float | None] | None
) -> None:
    assert span_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("30", 30.0), ("2.5", 2.5), ("0", None), ("x", None)]
)
def test_pause_is_a_number_above_zero(text: str, expected: float | None) -> None:
    assert pause_of(text) == expected


@pytest.mark.parametrize(
    ("minutes", "pause", "expected"),
    [
        ("25-90", "30", Timing("/begun", "/done", 25, 90, 30)),
        ("25-", "", Timing("/begun", "/done", 25, None, None)),
        ("", "15", Timing("/begun", "/done", None, None, 15)),
        ("", "", None),
    ],
)
def test_timing_travels_from_the_settings_into_the_xform(
    form_of: FormOf, minutes: str, pause: str, expected: Timing | None
) -> None:
    assert form_of(form(minutes, pause)).timing == expected


def test_form_without_an_end_expects_all_the_same(form_of: FormOf) -> None:
    table = FORM.replace("| | end   | done  |       |\n", "")
    assert form_of(form("25-90", "30", table)).timing == Timing("/begun", None, 25, 90, 30)


@pytest.mark.parametrize(
    ("minutes", "pause", "table", "expected"),
    [
        ("25-90", "30", FORM, set()),
        ("", "", FORM, set()),
        ("90-25", "", FORM, {"minutes_unreadable"}),
        ("25-90", "soon", FORM, {"minutes_unreadable"}),
        ("25-90", "", FORM.replace("| start |", "| today |"), {"minutes_without_start"}),
    ],
)
def test_check_names_what_cannot_be_counted(
    write_form: WriteForm, minutes: str, pause: str, table: str, expected: set[str]
) -> None:
    found = {one.check for one in check(write_form(form(minutes, pause, table)))}
    assert {code for code in found if code.startswith("minutes_")} == expected


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("question,/a,0,1000\nquestion,/b,4000,5000\n", 3.0),
        ("question,/b,4000,5000\nquestion,/a,0,1000\n", 3.0),
        ("question,/a,0,9000\nquestion,/b,2000,3000\nquestion,/c,9500,9600\n", 0.5),
        ("question,/a,5000,\nquestion,/b,6000,6000\n", 1.0),
        ("", 0.0),
    ],
)
def test_longest_pause_is_the_time_in_which_nothing_was_open(lines: str, seconds: float) -> None:
    assert read_audit(f"event,node,start,end\n{lines}".encode()).longest_pause == seconds
