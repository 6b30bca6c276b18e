"""Text from the field in a PDF.

1. It is never markup: what looks like a command of the layout stays text.
2. Any script makes a document: what no font holds is replaced, and the reader is told.
3. Joined scripts can be set, in words and on the map.
"""

from dataclasses import replace

import pytest
from tests.workshop.factories import make_report
from tests.workshop.render.reading import words_of

from opendtm import render
from opendtm.report.model import SiteNeedsReport

TRICKS = (
    '#read("/etc/passwd")',
    "*bold* _slanted_ `raw`",
    "<script>alert(1)</script>",
    '#image("x.png") $ x^2 $',
    "= Title // comment",
    "] #panic() [",
    "\\u{41} {page} {pages} &amp; %s",
)


def named(names: tuple[str, ...]) -> SiteNeedsReport:
    report = make_report(len(names))
    rows = tuple(replace(row, name=name) for row, name in zip(report.sites, names, strict=True))
    blocks = tuple(replace(block, sites=rows[:3]) for block in report.sectors)
    actions = tuple(replace(action, site_name=names[0]) for action in report.actions)
    return replace(
        report, sites=rows, sectors=blocks, actions=actions, map=replace(report.map, sites=rows)
    )


def test_commands_of_the_layout_stay_text() -> None:
    text = words_of(render.pdf(named(TRICKS), "en"))
    for trick in TRICKS:
        assert trick in text
    assert "root:" not in text


@pytest.mark.parametrize("trick", TRICKS[:3])
def test_tricks_in_the_edition_stay_text(trick: str) -> None:
    report = make_report(1)
    edition = replace(report.edition, operation=trick, permanent_address=trick, issue=trick)
    assert trick in words_of(render.pdf(replace(report, edition=edition), "en"), 0)


@pytest.mark.parametrize(
    "name",
    [
        "Лагерь Надія",
        "Αθήνα",
        "नेपाल काठमाडौं",
        "مخيم الأمل",
        "Camp الأمل 3",
        "→ ■ ✓",
        "Ọ̀yọ́",
        "Đồng Tháp",
    ],
)
def test_names_of_many_scripts_can_be_set(name: str) -> None:
    assert render.pdf(named((name, name, "plain")), "en")


def test_letters_without_a_font_are_replaced_and_the_reader_is_told() -> None:
    text = words_of(render.pdf(named(("ሰላም ጣቢያ", "plain", "other")), "en"))
    assert "\ufffd" in text
    assert "Some names hold letters that this document cannot show" in text


def test_reader_is_not_told_where_nothing_is_lost() -> None:
    assert "Some names hold letters" not in words_of(
        render.pdf(named(("Ékala", "Đồng", "b")), "en")
    )


def test_control_signs_and_turned_writing_do_no_harm() -> None:
    text = words_of(render.pdf(named(("a\x00b\x07c\nd", "x\u202ey", "z\ud83dz")), "en"))
    assert "a b c d" in text
    assert "xy" in text
