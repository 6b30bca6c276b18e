"""The filler: what expressions give, what is asked, what is refused, and that chance alone decides."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.workshop.forms.conftest import WriteForm

from opendtm.errors.forms import ExpressionUnreadable, ListMissing, NoAnswerFits
from opendtm.forms import convert, read_submission
from opendtm.forms.filling import Filler

TODAY = date(2026, 11, 25)
HEAD = "| survey |\n| | type | name | label | calculation | relevant | constraint | required | default | repeat_count | choice_filter |\n"
TAIL = "| choices |\n| | list_name | name | label | of |\n| | fruit | fig | Fig | tree |\n| | fruit | melon | Melon | field |\n| settings |\n| | form_id | version |\n| | f | 1 |\n"
MakeFiller = Callable[..., Filler]


def row(kind: str, name: str, **cells: str) -> str:
    """Write one row of the sheet `survey`."""
    order = (
        "calculation",
        "relevant",
        "constraint",
        "required",
        "default",
        "repeat_count",
        "choice_filter",
    )
    label = "" if kind in {"calculate", "end_repeat", "end_group"} else name
    return (
        f"| | {kind} | {name} | {label} | "
        + " | ".join(cells.get(one, "") for one in order)
        + " |\n"
    )


@pytest.fixture
def make(write_form: WriteForm) -> MakeFiller:
    """Make a filler of a form given by its rows."""

    def filler(*rows: str, files: dict[str, bytes] | None = None) -> Filler:
        path: Path = write_form(HEAD + "".join(rows) + TAIL)
        return Filler(convert(path).xml, files=files, today=TODAY)

    return filler


GIVEN = {"/n": "7", "/m": "", "/day": "2026-11-20", "/some": "fig melon", "/words": "two words"}
ASKED = (
    row("integer", "n"),
    row("integer", "m"),
    row("date", "day"),
    row("select_multiple fruit", "some"),
    row("text", "words"),
)
LIST = "instance('fruit')/root"
CALCULATED = [
    # expression, text that it gives
    ("${n} + 2 * 3", "13"),
    ("(${n} - 1) div 4", "1.5"),
    ("${n} mod 4", "3"),
    ("-${n}", "-7"),
    ("${n} div 0 > 100", "true"),
    ("${m} + 1", ""),
    ("coalesce(${m}, 5)", "5"),
    ("if(${n} > 5 and ${m} = '', 'yes', 'no')", "yes"),
    ("${n} = 7 or 1 div 0", "true"),
    ("${n} != '7'", "false"),
    ("${day} < today()", "true"),
    ("today() - ${day}", "5"),
    ("date(${day} + 1)", "2026-11-21"),
    ("format-date(${day}, '%e/%n/%Y')", "20/11/2026"),
    ("format-date(${m}, '%Y')", ""),
    ("now() > today()", "true"),
    ("count-selected(${some})", "2"),
    ("selected(${some}, 'fig') and not(selected(${some}, 'fi'))", "true"),
    ("selected-at(${some}, 1)", "melon"),
    ("selected-at(${some}, 9)", ""),
    ("string-length(${words})", "9"),
    ("concat(${n}, '-', ${words})", "7-two words"),
    ("substr(${words}, 0, 3)", "two"),
    (
        "contains(${words}, 'wo') and starts-with(${words}, 't') and ends-with(${words}, 's')",
        "true",
    ),
    ("regex(${words}, '[a-z ]+')", "true"),
    ("round(2.345, 2)", "2.35"),
    ("round(2.5)", "3"),
    ("int(7.9)", "7"),
    ("int(${m})", ""),
    ("max(${n}, 3, ${m})", "7"),
    ("min(${n}, 3)", "3"),
    ("min(${m})", ""),
    ("sum(${n}, 3)", "10"),
    ("sum(${n}, ${m})", ""),
    ("number('4') + 1", "5"),
    ("string(${n})", "7"),
    ("boolean(${m})", "false"),
    ("true() != false()", "true"),
    ("once('first')", "first"),
    ("join('+', ${n}, ${words})", "7+two words"),
    ("normalize-space('  a   b ')", "a b"),
    ("count-non-empty(${n})", "1"),
    (f"{LIST}/item[name = 'fig']/of", "tree"),
    (f"count({LIST}/item)", "2"),
    (f"{LIST}/item[2]/name", "melon"),
]


@pytest.mark.parametrize(("expression", "expected"), CALCULATED, ids=lambda value: value[:40])
def test_expression_gives(make: MakeFiller, expression: str, expected: str) -> None:
    filled = make(
        *ASKED,
        row("calculate", "x", calculation=expression),
        row("select_one fruit", "other"),
    ).fill(random.Random(1), answers=GIVEN)

    assert str(filled.values["/x"] or "") == expected


@pytest.mark.parametrize(
    "expression", ["1 +", "(1", "nothing-known(1)", "1 ? 2", "/data/", "1 2", "a[1", "5 5 +"]
)
def test_expression_that_cannot_be_read_is_refused(expression: str) -> None:
    from opendtm.forms.filling.expressions import compile_expression
    from opendtm.forms.filling.functions import FUNCTIONS

    with pytest.raises(ExpressionUnreadable) as refused:
        compile_expression(expression, FUNCTIONS)

    assert expression in refused.value.text("en")


def test_question_that_is_not_relevant_is_not_asked_and_is_empty_to_others(
    make: MakeFiller,
) -> None:
    filled = make(
        row("integer", "n"),
        row("integer", "big", relevant="${n} > 10", default="4"),
        row("calculate", "x", calculation="coalesce(${big}, 'none')"),
    ).fill(random.Random(1), answers={"/n": "3"})

    assert "/big" not in filled.values
    assert filled.values["/x"] == "none"
    assert filled.relevance == {("/big", False)}


def test_answer_that_makes_an_earlier_question_relevant_brings_it_up(make: MakeFiller) -> None:
    filled = make(
        row("integer", "why", relevant="${n} > 10", required="yes"),
        row("integer", "n"),
    ).fill(random.Random(1), answers={"/n": "12"})

    assert filled.values["/why"] is not None


def test_constraint_that_only_one_number_meets_is_met(make: MakeFiller) -> None:
    made = make(
        row("integer", "total", required="yes"),
        row("integer", "men", required="yes", constraint=". >= 0 and . <= ${total}"),
        row("integer", "women", required="yes", constraint=". + ${men} = ${total}"),
    )

    for seed in range(20):
        values = made.fill(random.Random(seed)).values
        assert values["/men"] + values["/women"] == values["/total"]


def test_no_answer_fits_is_told_with_the_question(make: MakeFiller) -> None:
    made = make(row("integer", "n", required="yes", constraint=". > 5 and . < 4"))

    with pytest.raises(NoAnswerFits) as refused:
        made.fill(random.Random(1))

    assert "/n" in refused.value.text("en")
    assert "/n" in refused.value.text("fr")


def test_list_that_was_not_given_is_told(make: MakeFiller) -> None:
    made = make(row("select_one_from_file adm1.csv", "area", required="yes"))

    with pytest.raises(ListMissing, match=r"adm1\.csv"):
        made.fill(random.Random(1))


def test_choices_follow_the_filter(make: MakeFiller) -> None:
    files = {"adm2.csv": b"name,label,adm1\nA1,One,A\nA2,Two,A\nB1,Three,B\n"}
    made = make(
        row("text", "adm1"),
        row("select_one_from_file adm2.csv", "area", required="yes", choice_filter="adm1=${adm1}"),
        files=files,
    )
    found = Counter(
        made.fill(random.Random(seed), answers={"/adm1": "A"}).values["/area"] for seed in range(30)
    )

    assert set(found) == {"A1", "A2"}


def test_repeat_takes_the_passes_that_are_counted_and_the_last_answer_as_default(
    make: MakeFiller,
) -> None:
    previous = "../../group[position() = position(current()/..) - 1]/nation"
    made = make(
        row("integer", "groups", required="yes"),
        row("begin_repeat", "group", repeat_count="${groups}"),
        row("integer", "size", required="yes", constraint=". > 0"),
        row("calculate", "place", calculation="position(..)"),
        row("calculate", "before", calculation=previous),
        row(
            "text",
            "nation",
            default="if(position(..) > 1, indexed-repeat(${nation}, ${group}, position(..) - 1), 'first')",
        ),
        row("end_repeat", ""),
        row("calculate", "all", calculation="sum(${size})"),
        row("calculate", "largest", calculation="max(${size})"),
        row("calculate", "passes", calculation="count(${group})"),
    )
    filled = made.fill(random.Random(3), answers={"/groups": "3", "/group/nation": "X"})

    sizes = [filled.values[f"/group[{place}]/size"] for place in (1, 2, 3)]
    assert filled.values["/all"] == str(sum(sizes))
    assert filled.values["/largest"] == str(max(sizes))
    assert filled.values["/passes"] == "3"
    assert filled.values["/group[3]/place"] == "3"
    assert (filled.values["/group[1]/before"], filled.values["/group[2]/before"]) == (None, "X")
    assert read_submission(filled.xml, made.definition).findings == ()


def test_same_chance_gives_the_same_form(make: MakeFiller) -> None:
    made = make(*ASKED)

    assert made.fill(random.Random(5)).xml == made.fill(random.Random(5)).xml
    assert made.fill(random.Random(5)).xml != made.fill(random.Random(6)).xml


def test_tally_gives_every_choice_its_turn(make: MakeFiller) -> None:
    made, chance, tally = (
        make(row("select_one fruit", "one", required="yes")),
        random.Random(1),
        Counter(),
    )
    for _ in range(20):
        made.fill(chance, tally=tally)

    assert tally == {("/one", "fig"): 10, ("/one", "melon"): 10}


def test_every_type_of_answer_is_read_back(make: MakeFiller) -> None:
    kinds = ("decimal", "time", "dateTime", "geopoint", "barcode", "image", "rank fruit", "date")
    made = make(*(row(kind, f"q{place}", required="yes") for place, kind in enumerate(kinds)))

    filled = made.fill(random.Random(2))

    reading = read_submission(filled.xml, made.definition)
    assert reading.findings == ()
    assert {a.path: a.value for a in reading.answers if a.value is not None} == dict(filled.values)
    assert len(reading.attachments) == 1
