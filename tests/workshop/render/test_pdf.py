"""The Site Needs Report as PDF.

1. It says in both languages how many, where, what is needed most, and what must happen now, on page one.
2. It can be read aloud: tagged, with language, title, headings in order, and a description of each picture.
3. It looks the same everywhere: every font is inside.
4. It is made for any number of sites, with and without needs, with long names.
5. What a fictional report is stands on every page.
"""

import itertools
import re
from dataclasses import replace

import pytest
from tests.workshop.factories import make_edition, make_report
from tests.workshop.render.conftest import Made
from tests.workshop.render.reading import fonts_of, kinds_of, opened, tags_of, words_of

from opendtm import render
from opendtm.i18n import translate
from opendtm.records import Method
from opendtm.render.page_words import WORDS
from opendtm.report.model import Number, SiteNeedsReport

ENGLISH = re.compile(r"\b(the|and|of|with|from|home|need|rounds?|unknown|visited|which)\b")


def table_page(made: bytes) -> int:
    """Give the page on which the table of all sites starts."""
    pages = range(len(opened(made).pages))
    return next(page for page in pages if "All sites" in words_of(made, page))


def total(report: SiteNeedsReport) -> float:
    value = report.headlines[0].number.value
    assert value is not None
    return value


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_first_page_says_how_many_where_and_what_must_happen(
    report: SiteNeedsReport, pdf_in: Made, lang: str
) -> None:
    page = words_of(pdf_in(lang), 0)
    grouped = f"{total(report):,.0f}".replace(",", "," if lang == "en" else " ")
    assert grouped in page
    assert ("+6%" if lang == "en" else "+6 %") in page
    assert report.actions[0].site_name in page
    assert report.sectors[0].label.text(lang) in page
    assert translate("What needs action now", lang) in page


@pytest.mark.parametrize(
    ("lang", "period"), [("en", "9 to 15 November 2026"), ("fr", "du 9 au 15 novembre 2026")]
)
def test_first_page_names_product_period_and_issue(pdf_in: Made, lang: str, period: str) -> None:
    page = words_of(pdf_in(lang), 0)
    assert period in page
    assert translate("Site Needs Report", lang) in page
    assert ("Issue 46" if lang == "en" else "Numéro 46") in page


def test_french_report_has_no_english_words(pdf_in: Made) -> None:
    assert not ENGLISH.findall(words_of(pdf_in("fr")))


def test_french_report_uses_no_fixed_word_of_the_english_one(pdf_in: Made) -> None:
    text = words_of(pdf_in("fr"))
    left = [
        word
        for word in WORDS.values()
        if len(word) > 8 and word in text and translate(word, "fr") != word
    ]
    assert left == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_document_is_tagged_and_says_its_language_and_title(pdf_in: Made, lang: str) -> None:
    root = opened(pdf_in(lang)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == lang
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    title = opened(pdf_in(lang)).metadata.title  # type: ignore[union-attr]
    assert title is not None
    assert "Balinga floods" in title


def test_headings_start_with_the_product_and_skip_no_level(pdf_in: Made) -> None:
    levels = [int(kind[2]) for kind in kinds_of(pdf_in("en")) if re.fullmatch(r"/H\d", kind)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_picture_has_a_description_with_numbers(pdf_in: Made) -> None:
    pictures = [tag for tag in tags_of(pdf_in("en")) if tag["/S"] == "/Figure"]
    said = [str(tag.get("/Alt", "")) for tag in pictures]
    assert len(said) >= 3
    assert all(said)
    assert sum(any(sign.isdigit() for sign in each) for each in said) >= 2


def test_table_of_sites_has_heads_that_readers_can_find(pdf_in: Made) -> None:
    kinds = kinds_of(pdf_in("en"))
    assert "/Table" in kinds
    assert kinds.count("/TH") >= 10


def test_every_font_is_inside(pdf_in: Made) -> None:
    fonts = fonts_of(pdf_in("fr"))
    assert fonts
    assert all(fonts.values())
    assert any("NotoSans" in name for name in fonts)


@pytest.mark.parametrize("n_sites", [0, 1, 2, 7])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_report_of_few_sites_is_made(n_sites: int, lang: str) -> None:
    assert words_of(render.pdf(make_report(n_sites), lang))


def test_report_without_sites_says_so_in_words() -> None:
    text = words_of(render.pdf(make_report(0), "fr"))
    assert "Aucun site n'est encore connu" in text
    assert "Aucun site n'est connu" in text


def test_report_of_one_site_speaks_in_the_singular() -> None:
    text = words_of(render.pdf(make_report(1), "fr"))
    assert "1 sites" not in text
    assert "1 site sur 1" in text


def test_report_without_needs_is_a_list_of_sites() -> None:
    text = words_of(render.pdf(make_report(with_needs=False), "en"))
    assert "Site List" in text
    assert "Critical need" not in text
    assert "Needs by sector" not in text


def test_report_without_earlier_rounds_says_so() -> None:
    text = words_of(render.pdf(make_report(3, n_weeks=0), "en"))
    assert "There is no earlier round to compare with." in text


def test_all_sites_are_listed_with_their_total(report: SiteNeedsReport, pdf_in: Made) -> None:
    text = words_of(pdf_in("en"))
    assert all(row.name in text for row in report.sites)
    assert "Total" in text


def test_head_of_the_table_comes_back_on_every_page_of_it() -> None:
    made = render.pdf(make_report(90), "en")
    with_rows = [
        page
        for page in range(len(opened(made).pages))
        if words_of(made, page).count("Livelihood") and "Households" in words_of(made, page)
    ]
    assert len(with_rows) >= 3


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_table_of_thirty_sites_stands_on_one_page_with_its_total(
    report: SiteNeedsReport, pdf_in: Made, lang: str
) -> None:
    made = pdf_in(lang)
    pages = [words_of(made, page) for page in range(len(opened(made).pages))]
    whole = [text for text in pages if all(row.name in text for row in report.sites)]
    assert len(whole) == 1
    assert "Total " in whole[0]


def test_long_names_are_kept_whole() -> None:
    report = make_report(12, long_names=True)
    text = words_of(render.pdf(report, "fr"))
    assert report.sites[0].name in text


def test_no_page_ends_with_a_title_alone(pdf_in: Made) -> None:
    made = pdf_in("en")
    titles = ("Needs by sector", "Who and where", "All sites", "How the figures were made")
    for page in range(len(opened(made).pages)):
        text = words_of(made, page).split("Source: ")[0].strip()
        assert not any(text.endswith(title) for title in titles)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_fictional_report_says_so_on_every_page(pdf_in: Made, lang: str) -> None:
    made = pdf_in(lang)
    said = translate("Fictional data", lang)
    assert all(said in words_of(made, page) for page in range(len(opened(made).pages)))


def test_real_report_has_no_warning() -> None:
    made = render.pdf(make_report(2, edition=make_edition(fictional=False)), "en")
    assert "ictional data" not in words_of(made, 0)


def test_every_page_has_source_dates_number_and_address(pdf_in: Made) -> None:
    made = pdf_in("en")
    count = len(opened(made).pages)
    for page in range(count):
        text = words_of(made, page)
        assert f"Page {page + 1} of {count}" in text
        assert "Data as of 15 November 2026" in text
        assert "Made on 16 November 2026" in text
        assert "https://example.org/en/balinga/releases/site-needs/46/" in text


def test_marks_are_explained_on_the_page_that_uses_them(pdf_in: Made) -> None:
    made = pdf_in("en")
    table = table_page(made)
    assert "~ derived from another answer" in words_of(made, table)
    assert "○ carried forward" in words_of(made, table)
    assert "derived from another answer by a stated factor –" not in words_of(made, 0)


def test_page_without_marked_numbers_explains_no_mark(report: SiteNeedsReport) -> None:
    plain = Number(5, "person")
    lonely = replace(
        report,
        headlines=report.headlines[3:4],
        actions=(),
        sectors=(),
        trend=(),
        totals={"idp_individuals": plain},
    )
    lonely = replace(lonely, sites=(replace(report.sites[0], numbers={"idp_individuals": plain}),))
    assert "carried forward, wholly" not in words_of(render.pdf(lonely, "en"))


def test_withheld_number_is_a_dash_with_its_note() -> None:
    report = make_report(3)
    secret = replace(
        report.headlines[1], number=Number(4, "household", Method.OBSERVED, suppressed="few")
    )
    text = words_of(render.pdf(replace(report, headlines=(report.headlines[0], secret)), "en"), 0)
    assert "–*" in text
    assert "withheld" in text


def test_method_definitions_limits_and_disclaimer_are_printed(
    report: SiteNeedsReport, pdf_in: Made
) -> None:
    text = words_of(pdf_in("fr"))
    assert report.limits[0].text("fr")[:40] in text.replace("\u202f", " ")
    assert "reconnaissance" in text
    assert "Comment citer" in text
    assert "dtm@example.org" in text


def test_same_report_gives_the_same_document() -> None:
    report = make_report(4)
    assert words_of(render.pdf(report, "en")) == words_of(render.pdf(report, "en"))
    assert render.pdf(report, "en") == render.pdf(report, "en")
