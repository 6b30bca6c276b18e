"""The indicator handbook: every indicator in both languages, with its examples, and links that lead somewhere."""

import re
from pathlib import Path

import pytest

from opendtm.measure import indicators
from opendtm.measure.reading import indicator
from opendtm.measure.thresholds import thresholds
from opendtm.render.handbook import handbook_pages

PAGES = handbook_pages()
FORMS = Path(__file__).parents[3] / "docs" / "reference" / "forms.md"


def _entry(name: str, lang: str) -> str:
    page = PAGES[f"{lang}/{indicator(name).component.value}.md"]
    start = page.index(f"{{#{name}}}")
    return page[start : page.find("\n## ", start) % len(page)]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_indicator_stands_on_the_page_of_its_component(lang: str) -> None:
    for one in indicators():
        page = PAGES[f"{lang}/{one.component.value}.md"]
        assert f"## {one.label.text(lang)} {{#{one.id}}}" in page
        assert one.definition.text(lang) in page
        for example in one.examples:
            assert example.note.text(lang) in page


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_indicator_says_in_which_form_it_is_asked(lang: str) -> None:
    word = {"en": "Asked in", "fr": "Demandé dans"}[lang]
    listed = set(re.findall(r"\{#(\w+)\}", FORMS.read_text(encoding="utf-8")))
    for one in indicators():
        if one.concepts and not one.id.startswith(REGISTER):
            links = re.findall(r"forms\.md#(\w+)", _entry(one.id, lang))
            assert f"**{word}**" in _entry(one.id, lang), one.id
            assert set(links) <= listed


REGISTER = (
    "sites_open",
    "sites_planned",
    "sites_closed",
    "idp_children",
)  # of the register, or foreign files


def test_entry_tells_formula_examples_and_review() -> None:
    entry = _entry("persons_per_latrine", "en")
    for told in (
        "IDP individuals, divided by: Latrines that work. Places where the divisor is 0 count too.",
        "[Site profile](../../reference/forms.md#site_profile)",
        "never added up: computed anew from the records at each level",
        "Persons for each toilet – UNHCR, emergency phase: at most 50 persons per latrine, since 2020",
        "| **Review** | not reviewed yet |",
        "| S2 | 200 | 0 |",
        "| 75 | 2 |",
        "| unknown | 0 |",
    ):
        assert told in entry


def test_entry_with_several_thresholds_tells_which_limit_is_whose() -> None:
    entry = _entry("persons_per_water_point", "en")
    for told in (
        "Persons for each usable tap – Sphere, emergency phase: at most 250",
        "Persons for each usable open well – Sphere, emergency phase: at most 400",
    ):
        assert told in entry


def test_entry_of_a_flow_says_that_it_is_never_carried_forward() -> None:
    assert "never carried forward" in _entry("arrivals_individuals", "en")
    assert "carried forward for some rounds" in _entry("idp_individuals", "en")


def test_french_entry_has_french_words_and_numbers() -> None:
    entry = _entry("idps_share_protected_water", "fr")
    for told in ("Exemples", "| **Unité** | part, de 0 à 1 |", "| 0,75 | 2 |", "inconnu"):
        assert told in entry


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_thresholds_are_told_with_agency_phase_edition_and_source(lang: str) -> None:
    page = PAGES[f"{lang}/thresholds.md"]
    for one in thresholds().values():
        assert f"## {one.label.text(lang)} {{#{one.id}}}" in page
        for line in one.lines:
            assert f"[{line.edition.text(lang)}]({line.source})" in page


@pytest.mark.parametrize("page", sorted(PAGES))
def test_page_has_whole_tables_and_no_named_place_left(page: str) -> None:
    text = re.sub(r"\{#\w+\}", "", PAGES[page])
    assert "{" not in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)
