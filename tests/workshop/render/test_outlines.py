"""Words of a picture that the PDF engine cannot carry are drawn."""

import pytest

from opendtm.render.outlines import outlined
from opendtm.render.svg import drawing, group, halo, text


def picture(*parts: str) -> str:
    return drawing(50, 20, parts, title="t", alt="a")


@pytest.mark.parametrize("words", ["Ékala 1 204", "Лагерь", "Αθήνα", "○ → –"])
def test_words_of_plain_letters_stay_words(words: str) -> None:
    made = picture(text(words, 10, 20))
    assert outlined(made) == made


@pytest.mark.parametrize("words", ["الأمل", "नेपाल", "Camp الأمل", "ọ́"])
def test_joined_letters_are_drawn(words: str) -> None:
    made = outlined(picture(text(words, 10, 20), text("Camp", 10, 50)))
    assert words not in made
    assert '<path d="M' in made
    assert ">Camp</text>" in made


def test_outline_keeps_the_colour_and_the_halo() -> None:
    made = outlined(picture(halo("الأمل", 10, 20, fill="#123456")))
    assert 'fill="#123456"' in made
    assert 'paint-order="stroke"' in made
    assert "font-size" not in made.partition("<path")[2]


def start_of(made: str) -> float:
    return min(
        float(pair.split()[0])
        for pair in made.partition(' d="M')[2]
        .partition('"')[0]
        .replace("M", "|")
        .replace("L", "|")
        .replace("Q", "|")
        .replace("C", "|")
        .replace("z", "")
        .split("|")
        if pair
    )


def test_outline_stands_where_the_words_stood() -> None:
    start, middle, end = (
        start_of(outlined(picture(group([text("الأمل", 200, 50)], text_anchor=anchor))))
        for anchor in ("start", "middle", "end")
    )
    assert start == pytest.approx(200, abs=1)
    assert end < middle < start
