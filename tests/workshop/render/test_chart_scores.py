"""The bars of scores: as long as their places, the worst first, what was not measured hollow, and the same in words."""

from xml.etree import ElementTree

import pytest

from opendtm.render.chart_scores import WIDE_MM, ScoreBar, score_bars
from opendtm.render.svg import MM

SVG = "{http://www.w3.org/2000/svg}"
BARS = (ScoreBar("Health", (0, 6, 3, 0, 1), 2), ScoreBar("Shelter", (1, 0, 0, 99, 0), 0))


def drawn(lang: str = "en") -> ElementTree.Element:
    """Draw and read back."""
    return ElementTree.fromstring(score_bars(BARS, lang))  # noqa: S314 - drawn here


def rectangles(root: ElementTree.Element, group: int) -> list[ElementTree.Element]:
    """Give the rectangles of a group: 0 is the key, then the bars."""
    return root.findall(f"{SVG}g")[group].findall(f"{SVG}rect")


def test_parts_are_as_long_as_their_places_and_fill_the_bar() -> None:
    parts = rectangles(drawn(), 1)
    lengths = [float(part.get("width", "0")) + 4 for part in parts]
    assert lengths == pytest.approx([WIDE_MM * MM * n / 12 for n in (6, 3, 1, 2)], abs=0.02)
    starts = [float(part.get("x", "0")) for part in parts]
    assert starts == sorted(starts)


def test_not_measured_is_hollow_and_no_score_has_its_colour_twice() -> None:
    key = rectangles(drawn(), 0)
    fills = [part.get("fill") for part in key]
    assert fills[-1] == "none"
    assert len(set(fills)) == len(fills) == 6
    assert [part.get("fill") for part in rectangles(drawn(), 1)] == [
        fills[at] for at in (1, 2, 4, 5)
    ]


def test_count_is_written_only_where_it_has_room() -> None:
    written = [each.text for each in drawn().findall(f"{SVG}g")[2].findall(f"{SVG}text")]
    assert written == ["Shelter", "99"]


def test_words_give_every_count() -> None:
    assert drawn().get("aria-label") == (
        "Health (6 with score 4, 3 with score 3, 1 with score 1, 2 not measured); "
        "Shelter (1 with score 5, 99 with score 2)"
    )
    assert "non mesuré : 2" in (drawn("fr").get("aria-label") or "")


def test_no_sector_still_gives_a_picture() -> None:
    assert score_bars((), "en").startswith("<svg")
