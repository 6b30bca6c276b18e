"""A number in which confidence is low: a dotted line under it, explained once, told to who cannot see it."""

import re
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from tests.workshop.factories import make_report
from tests.workshop.render.reading import words_of

from opendtm import render
from opendtm.records import Grade
from opendtm.render.pages import page_data
from opendtm.render.xlsx import xlsx
from opendtm.report.model import SiteNeedsReport

WORDS = {
    "en": "confidence in this figure is low",
    "fr": "le niveau de confiance de ce chiffre est faible",
}


def graded(grade: Grade | None) -> SiteNeedsReport:
    """Give a report whose first headline has a grade, as the column total below it."""
    report = make_report(12)
    first = report.headlines[0]
    number = replace(first.number, confidence=grade)
    totals = {**report.totals, first.indicator: replace(number)}
    return replace(
        report, headlines=(replace(first, number=number), *report.headlines[1:]), totals=totals
    )


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_low_confidence_is_explained_among_the_marks(lang: str) -> None:
    data = page_data(graded(Grade.LOW), lang)
    assert data["marks"]["low"]["text"] == WORDS[lang]
    assert data["headlines"][0]["number"]["low"] is True


@pytest.mark.parametrize("grade", [None, Grade.MEDIUM, Grade.HIGH])
def test_no_other_grade_makes_a_mark(grade: Grade | None) -> None:
    assert "low" not in page_data(graded(grade), "en")["marks"]


def test_withheld_number_says_nothing_of_its_confidence() -> None:
    report = graded(Grade.LOW)
    hidden = replace(report.headlines[0].number, suppressed="small")
    withheld = replace(report, headlines=(replace(report.headlines[0], number=hidden),), totals={})
    assert "low" not in page_data(withheld, "en")["marks"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_web_page_draws_the_line_and_says_it(lang: str) -> None:
    page = render.html(graded(Grade.LOW), lang)
    assert re.search(r'class="n low"', page)
    assert f'<span class="unseen"> ({WORDS[lang]})</span>' in page
    assert 'class="low"' in page  # the sign in the key


def test_web_page_without_low_confidence_has_no_line() -> None:
    page = render.html(graded(Grade.HIGH), "en")
    assert 'class="n low"' not in page
    assert WORDS["en"] not in page


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_pdf_explains_the_line(lang: str) -> None:
    assert WORDS[lang] in words_of(render.pdf(graded(Grade.LOW), lang), 0)


@pytest.mark.parametrize(("lang", "word"), [("en", "Low"), ("fr", "Faible")])
def test_workbook_names_the_grade(lang: str, word: str) -> None:
    book = openpyxl.load_workbook(BytesIO(xlsx(graded(Grade.LOW), lang)))
    sheet = book.worksheets[2]
    head = [cell.value for cell in sheet[2]]
    column = head.index("#indicator+confidence") + 1
    assert sheet.cell(3, column).value == word
    assert sheet.cell(4, column).value is None
