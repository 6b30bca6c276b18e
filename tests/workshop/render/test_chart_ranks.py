"""The picture of ranks: a dot where a place stands, a bar over the ranks it may take, and the same in words."""

from xml.etree import ElementTree

import pytest

from opendtm.render.chart_ranks import RankDot, rank_dots
from opendtm.render.svg import MM

SVG = "{http://www.w3.org/2000/svg}"
DOTS = (RankDot("Alpha (A1)", 71.3, 1, 1, 1), RankDot("Bravo & more", 20, 3, 2, 5))


def drawn(lang: str = "en", *, places: int = 5) -> ElementTree.Element:
    """Draw and read back."""
    return ElementTree.fromstring(rank_dots(DOTS, lang, places=places))  # noqa: S314 - drawn here


def test_dots_stand_at_their_ranks_between_the_first_and_the_last() -> None:
    root = drawn()
    first, third = (float(each.get("cx", "")) for each in root.iter(f"{SVG}circle"))
    tracks = [each.get("d", "") for each in root.iter(f"{SVG}path") if "h" in each.get("d", "")]
    assert len(tracks) == len(DOTS)
    left = float(tracks[0][1:].split()[0])
    right = left + float(tracks[0].split("h")[1])
    assert first == pytest.approx(left, abs=0.1)
    assert third == pytest.approx((left + right) / 2, abs=0.1)  # third of five
    assert right < 86 * MM


def test_only_a_rank_that_moves_has_a_bar() -> None:
    bars = [each.get("d", "") for each in drawn().iter(f"{SVG}path") if "H" in each.get("d", "")]
    (bar,) = bars
    low, high = bar[1:].split("H")
    left, right = 14.0, 86 * MM - 14
    assert float(low.split()[0]) == pytest.approx(left + (right - left) / 4, abs=0.1)
    assert float(high) == pytest.approx(right, abs=0.1)


def test_words_give_index_rank_and_range() -> None:
    assert drawn().get("aria-label") == (
        "Alpha (A1): index 71.3, rank 1, between 1 and 1; "
        "Bravo & more: index 20.0, rank 3, between 2 and 5"
    )
    assert "indice 71,3, rang 1, entre 1 et 1" in (drawn("fr").get("aria-label") or "")


def test_one_place_alone_stands_in_the_middle() -> None:
    root = ElementTree.fromstring(  # noqa: S314 - drawn here
        rank_dots((RankDot("A", 5, 1, 1, 1),), "en", places=1)
    )
    (dot,) = root.iter(f"{SVG}circle")
    assert float(dot.get("cx", "")) == pytest.approx(43 * MM)
