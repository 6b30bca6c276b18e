"""A change of method in a trend: a dashed line with its word, titles that do not compare across, alt text."""

from dataclasses import replace

import pytest
from tests.workshop.factories import make_report

from opendtm.render.chart_breaks import last_method
from opendtm.render.charts import trend, trend_alt
from opendtm.render.pages import page_data
from opendtm.report.model import SiteNeedsReport, TrendPoint

DASH = "stroke-dasharray"


def broken_at(*positions: int) -> SiteNeedsReport:
    """Give a report whose trend breaks before the rounds at these positions."""
    report = make_report(12)
    points = tuple(
        replace(point, breaks=position in positions) for position, point in enumerate(report.trend)
    )
    return replace(report, trend=points)


def points(*positions: int) -> tuple[TrendPoint, ...]:
    """Give the trend alone."""
    return broken_at(*positions).trend


def test_unbroken_trend_has_no_dashed_line() -> None:
    assert DASH not in trend(points(), "en")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Counted by another method"), ("fr", "Comptées par une autre méthode")],
)
def test_break_is_drawn_and_explained(lang: str, words: str) -> None:
    drawn = trend(points(5), lang)
    assert drawn.count(DASH) == 2  # the lines, and the sign in the key
    assert words in drawn


def test_two_breaks_are_two_lines() -> None:
    one, two = trend(points(5), "en"), trend(points(3, 5), "en")
    assert two.count("<path") == one.count("<path") + 1


def test_title_compares_only_rounds_of_one_method() -> None:
    data = page_data(broken_at(5), "en")["trend"]
    assert "in 3 rounds" in data["title"]
    assert [bool(point["break"]) for point in data["points"]].count(True) == 1


def test_title_of_a_last_round_counted_otherwise_compares_nothing() -> None:
    report = broken_at(7)
    assert "another method" in page_data(report, "en")["trend"]["title"]
    assert "ne se comparent pas" in page_data(report, "fr")["trend"]["title"]


def test_words_for_who_cannot_see_say_from_when_on() -> None:
    said = trend_alt(points(5), "en")
    assert "counted by another method" in said
    assert "in 3 rounds" in said


def test_rounds_from_the_last_break_on_are_of_one_method() -> None:
    assert len(last_method(points(3, 5))) == 3
    assert len(last_method(points())) == 8
