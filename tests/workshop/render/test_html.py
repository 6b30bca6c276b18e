"""The Site Needs Report as a web page.

1. The file opens from disk: nothing is fetched, letters and pictures are inside.
2. The article passes a strict content policy: no script, no style attribute, no handler.
3. It can be read aloud and by keyboard: language, headings in order, tables with captions and scopes.
4. Every number that has a figure leads to it where the portal says how.
5. It says the same as the PDF, in both languages, and in words where there is nothing.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from tests.workshop.factories import make_edition, make_report

from opendtm import render
from opendtm.i18n import translate
from opendtm.records import Method
from opendtm.render.html import along, html_fragment, tokens_as_css
from opendtm.report.model import Number, SiteNeedsReport

InLanguage = Callable[[str], str]
TRICK = "<script>alert('x')</script> & \"quoted\" {{ 7*7 }}"
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Collects the elements of a page and checks that they are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] != "style":
            self.text.append(data)

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.text))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_page_is_well_formed_and_says_its_language(html_in: InLanguage, lang: str) -> None:
    page = Page(html_in(lang))
    assert page.all("html")[0] == {"lang": lang, "dir": "ltr"}
    assert len(page.all("h1")) == 1
    assert len(page.all("title")) >= 1


def test_headings_skip_no_level(html_in: InLanguage) -> None:
    levels = [int(tag[1]) for tag, _ in Page(html_in("en")).elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_page_fetches_nothing(html_in: InLanguage, lang: str) -> None:
    page = Page(html_in(lang))
    assert not page.all("link") + page.all("img") + page.all("script") + page.all("iframe")
    sources = re.findall(r"url\(\"?([^)\"]{1,12})", html_in(lang))
    assert all(source.startswith("data:font/") for source in sources)


def test_fonts_travel_inside_the_file(html_in: InLanguage) -> None:
    assert html_in("en").count("data:font/woff;base64,") == 2


def test_article_passes_a_strict_content_policy(report: SiteNeedsReport) -> None:
    page = Page(html_fragment(report, "en"))
    assert not page.all("script") + page.all("style") + page.all("iframe")
    for _tag, attributes in page.elements:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        assert not str(attributes.get("href", "")).startswith("javascript:")


def test_ids_are_unique_and_inner_links_lead_somewhere(report: SiteNeedsReport) -> None:
    page = Page(html_fragment(report, "fr"))
    ids = [str(attributes["id"]) for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = [
        str(each["href"])[1:] for each in page.all("a") if str(each.get("href")).startswith("#")
    ]
    assert inner
    assert set(inner) <= set(ids)


def test_tables_have_captions_and_scopes(report: SiteNeedsReport) -> None:
    page = Page(html_fragment(report, "en"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(head.get("scope") in ("col", "row") for head in page.all("th"))


def test_pictures_are_described(report: SiteNeedsReport) -> None:
    pictures = [each for each in Page(html_fragment(report, "en")).all("svg") if "x" not in each]
    assert len(pictures) > 20
    for picture in pictures:
        assert picture.get("aria-hidden") == "true" or picture.get("aria-label")


def test_numbers_lead_to_their_figures(report: SiteNeedsReport) -> None:
    page = Page(html_fragment(report, "en", figure_url=lambda key: f"/figures/?key={key}&x=1"))
    links = [
        str(each["href"])
        for each in page.all("a")
        if str(each.get("href", "")).startswith("/figures/")
    ]
    first = report.headlines[0].number.key
    assert f"/figures/?key={first}&x=1" in links
    of_sites = {
        f"/figures/?key={number.key}&x=1" for row in report.sites for number in row.numbers.values()
    }
    assert len(of_sites & set(links)) > 60


def test_numbers_are_plain_where_no_address_is_given(report: SiteNeedsReport) -> None:
    assert 'class="n" href' not in html_fragment(report, "en")


def test_withheld_number_has_no_link_and_a_note() -> None:
    report = make_report(3)
    secret = Number(4, "household", Method.OBSERVED, suppressed="few", key="secret-key")
    report = replace(report, headlines=(replace(report.headlines[1], number=secret),))
    article = html_fragment(report, "en", figure_url=lambda key: f"/f/{key}")
    assert "secret-key" not in article
    assert "withheld" in article


def test_names_from_the_field_stay_text() -> None:
    report = make_report(2)
    rows = tuple(replace(row, name=TRICK) for row in report.sites)
    blocks = tuple(replace(block, sites=rows) for block in report.sectors)
    edition = replace(report.edition, operation=TRICK)
    report = replace(
        report, sites=rows, sectors=blocks, edition=edition, map=replace(report.map, sites=rows)
    )
    page = Page(html_fragment(report, "en"))
    assert page.all("script") == []
    assert TRICK in page.words
    assert "49" not in [word for word in page.words.split() if word.startswith("49")]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "not an address"])
def test_address_that_is_no_web_address_is_no_link(address: str) -> None:
    edition = make_edition(permanent_address=address)
    page = Page(html_fragment(make_report(1, edition=edition), "en"))
    assert address not in [each.get("href") for each in page.all("a")]
    assert address in page.words


def test_french_page_has_no_english_words(html_in: InLanguage) -> None:
    words = Page(html_in("fr")).words
    assert not re.findall(r"\b(the|and|of|with|home|need|rounds?|unknown|visited|which)\b", words)


def test_page_has_every_site_and_every_sector(report: SiteNeedsReport, html_in: InLanguage) -> None:
    words = Page(html_in("fr")).words
    assert all(row.name in words for row in report.sites)
    assert all(block.label.fr in words for block in report.sectors)
    assert report.lead.text("fr").replace("\u202f", " ").replace("\u00a0", " ") in words.replace(
        "\u202f", " "
    ).replace("\u00a0", " ")


@pytest.mark.parametrize("n_sites", [0, 1, 5])
@pytest.mark.parametrize("with_needs", [True, False])
def test_page_of_few_sites_is_well_formed(n_sites: int, *, with_needs: bool) -> None:
    assert Page(render.html(make_report(n_sites, with_needs=with_needs), "en")).words


def test_page_without_sites_says_so() -> None:
    assert (
        "No site is known in this operation yet." in Page(render.html(make_report(0), "en")).words
    )


def test_page_without_needs_says_so() -> None:
    words = Page(render.html(make_report(2, with_needs=False), "fr")).words
    assert (
        translate(
            "The source says nothing about needs: this issue lists the sites and their people.",
            "fr",
        )
        in words
    )


def test_fictional_page_says_so_and_a_real_one_does_not(html_in: InLanguage) -> None:
    assert "Fictional data" in html_in("en")
    assert "Fictional data" not in render.html(
        make_report(1, edition=make_edition(fictional=False)), "en"
    )


def test_right_to_left_language_turns_the_page(report: SiteNeedsReport) -> None:
    article = Page(html_fragment(report, "ar")).all("article")[0]
    assert article["dir"] == "rtl"
    assert article["lang"] == "ar"


def test_tokens_become_custom_properties() -> None:
    css = tokens_as_css()
    assert "--ink:#16202A;" in css
    assert "--ramp-5:#0E3A66;" in css
    assert "--space-8:0.5rem;" in css


def test_shares_lie_side_by_side() -> None:
    assert list(along([0.5, 0.25])) == [("0.00%", "50.00%"), ("50.00%", "25.00%")]
    assert list(along([])) == []
