"""The chart of estimates: where dots and bars stand, what is cut, what is told instead of drawn."""

import re

import pytest
from lxml import etree

from opendtm.render.chart_intervals import Mark, intervals, intervals_alt

SVG = "{http://www.w3.org/2000/svg}"
MARKS = [
    Mark("Coast", 0.53, 0.41, 0.65, 37),
    Mark("Hills", 0.02, -0.03, 0.07, 53),
    Mark("Lakes", None, None, None, 4, "Too few interviews stand behind it."),
]


def picture(marks: list[Mark], lang: str = "en", *, shares: bool = True) -> etree._Element:
    """Draw and read the picture."""
    return etree.fromstring(intervals(marks, lang, title="Return plan", shares=shares).encode())


def words(root: etree._Element) -> list[str]:
    """Give all words of a picture."""
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def bars(root: etree._Element) -> list[tuple[float, float]]:
    """Give start and end of every interval."""
    found = []
    for path in root.iter(f"{SVG}path"):
        if path.get("stroke-width") == "4":
            start, end = re.match(r"M([\d.]+) [\d.]+H([\d.]+)", path.get("d", "")).groups()  # type: ignore[union-attr]
            found.append((float(start), float(end)))
    return found


def test_every_group_has_a_line_with_its_numbers() -> None:
    shown = words(picture(MARKS))
    assert {"Coast", "Hills", "Lakes", "53% (41 to 65)", "n = 37"} <= set(shown)
    assert "Too few interviews stand behind it." in shown


def test_french_is_written_by_its_own_rules() -> None:
    shown = words(picture(MARKS, "fr"))
    assert "53\u202f% (41 à 65)" in shown


def test_dots_stand_within_their_intervals_on_one_scale() -> None:
    root = picture(MARKS)
    dots = [float(dot.get("cx", "nan")) for dot in root.iter(f"{SVG}circle")]
    found = bars(root)
    assert len(dots) == len(found) == 2
    assert all(low < dot < high for dot, (low, high) in zip(dots, found, strict=True))
    unit = (found[0][1] - found[0][0]) / (65 - 41)
    assert dots[0] - dots[1] == pytest.approx((53 - 2) * unit, abs=0.5)


def test_a_share_below_zero_is_cut_in_the_picture_and_told_in_full() -> None:
    root = picture(MARKS)
    zero = min(start for start, _ in bars(root))
    assert zero == bars(root)[1][0]
    assert "2% (−3 to 7)" in words(root)


def test_means_have_a_scale_of_their_own_that_reaches_below_zero() -> None:
    marks = [Mark("a", -4.5, -6.0, -3.0, 9), Mark("b", 2.5, 1.0, 4.0, 9)]
    root = picture(marks, shares=False)
    assert "−4.5 (−6 to −3)" in words(root)
    assert bars(root)[0][1] < bars(root)[1][0]


def test_whoever_cannot_see_it_is_told_the_same() -> None:
    told = intervals_alt(MARKS, "en", title="Return plan", shares=True)
    assert told.startswith("Return plan. Coast: 53% (41 to 65), of 37 interviews;")
    assert "Lakes: Too few interviews" in told
    assert picture(MARKS).get("aria-label") == told


def test_a_long_name_is_cut_before_it_meets_the_scale() -> None:
    root = picture([Mark("A very long name of a district " * 5, 0.5, 0.4, 0.6, 9)])
    assert any(shown.endswith("…") for shown in words(root))


def test_an_estimate_without_limits_is_a_dot_alone() -> None:
    root = picture([Mark("a", 0.5, None, None, 9)])
    assert bars(root) == []
    assert "50%" in words(root)


def test_no_line_at_all_is_still_a_picture() -> None:
    assert picture([]).tag == f"{SVG}svg"
