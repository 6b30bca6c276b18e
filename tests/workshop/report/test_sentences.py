"""Counts, shares and enumerations read well for none, one and many, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendtm.i18n import Label, Message
from opendtm.report import sentences


@pytest.mark.parametrize(
    ("n", "english", "french"),
    [(0, "no IDPs", "aucune PDI"), (1, "one IDP", "une PDI"), (12419, "12,419 IDPs", "12 419 PDI")],
)
def test_people_none_one_many(n: int, english: str, french: str) -> None:
    assert sentences.people(n).text("en") == english
    assert sentences.people(n).text("fr").replace("\u202f", " ") == french


@pytest.mark.parametrize(
    ("part", "whole", "english"),
    [(0, 100, "0%"), (0.4, 100, "under 1%"), (1, 100, "1%"), (12.5, 100, "13%"), (5, 0, "0%")],
)
def test_share_small_or_half(part: float, whole: float, english: str) -> None:
    assert sentences.share(part, whole).text("en") == english


def test_share_french_has_a_narrow_space() -> None:
    assert sentences.share(25, 100).text("fr") == "25\u202f%"


def test_enumeration_parts_names_that_hold_commas() -> None:
    labels = [Label("water, sanitation and hygiene", "eau"), Label("health", "santé")]
    assert sentences.enumeration(labels).text("en") == "water, sanitation and hygiene; health"
    assert sentences.enumeration(labels).text("fr") == "eau\u202f; santé"


def test_enumeration_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        sentences.enumeration([])


def test_paragraph_leaves_empty_sentences_out() -> None:
    parts = [Message(""), Message("One."), Message(""), Message("Two.")]
    assert sentences.paragraph(parts).text("en") == "One. Two."
    assert sentences.paragraph([Message("")]).text("en") == ""


def test_inline_makes_the_first_letter_small() -> None:
    assert sentences.inline(Label("Food security", "Sécurité alimentaire", {"ar": "X"})) == Label(
        "food security", "sécurité alimentaire", {"ar": "x"}
    )


@given(st.floats(min_value=-1e9, max_value=1e9))
def test_whole_is_never_further_than_half(n: float) -> None:
    assert abs(sentences.whole(n) - n) <= 0.5 + 1e-6


@given(st.floats(min_value=0, max_value=1e6))
def test_whole_of_a_loss_mirrors_a_gain(n: float) -> None:
    assert sentences.whole(-n) == -sentences.whole(n)
