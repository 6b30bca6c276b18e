"""Small cells: neither a count of few persons nor anything from which it could be worked out is published.

In the third round S3 holds 3 persons in 1 household. S1, the other camp (400 persons), is hidden with its
persons, so that people by type of site can be told; S2 (50 households) with its household. What would give one
of them away: people in need of WASH (650: S1 and S2), shelter (253: S2 and S3) and protection (3: S3).
"""

import csv
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from opendtm_server.collect import store
from opendtm_server.matrix.models import Run
from opendtm_server.publish import queries
from opendtm_server.publish.models import Release
from opendtm_server.publish.reports import report_of

TELLING = {400, 253, 650}
HIDDEN = {"#affected+idps+ind": {"S1", "S3"}, "#affected+idps+hh": {"S2", "S3"}}


def content(release: Release, form: str, lang: str = "en") -> bytes:
    """Read one file of a release."""
    file = release.files.get(format=form, language=lang, sector="")
    return store.read_kept(release.operation.code, file.sha256)


class Text(HTMLParser):
    """Collects what a page says, attributes included."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Keep what is read aloud or shown on hovering."""
        self.said += [
            value or "" for name, value in attrs if name in {"aria-label", "title", "alt"}
        ]


LANGUAGES = ("en", "fr")


@pytest.mark.django_db
def test_workbook_holds_no_telling_number(release: Release) -> None:
    for lang in LANGUAGES:
        _check_workbook(release, lang)


def _check_workbook(release: Release, lang: str) -> None:
    book = load_workbook(BytesIO(content(release, "xlsx", lang)))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    numbers = {
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and cell.value in TELLING
    }
    assert numbers == set()
    assert {120, 250, 773, 403, 370} <= {cell for cell in cells if isinstance(cell, int | float)}
    hidden = [cell for sheet in book for cell in _counts_of_hidden_sites(sheet)]
    assert len(hidden) >= 4
    assert set(hidden) == {None}


def _counts_of_hidden_sites(sheet: Any) -> Iterator[Any]:
    """Give the cells of the hidden sites under the hashtags of displaced persons and households."""
    lines = list(sheet.iter_rows(values_only=True))
    tags: tuple[Any, ...] = next((line for line in lines if "#loc+code+site" in line), ())
    for tag, sites in HIDDEN.items():
        for line in lines:
            if tag in tags and sites & set(line):
                yield line[tags.index(tag)]


@pytest.mark.django_db
def test_table_with_hashtags_hides_the_site_and_its_neighbour(release: Release) -> None:
    for lang in LANGUAGES:
        _check_table(release, lang)


def _check_table(release: Release, lang: str) -> None:
    lines = list(csv.reader(StringIO(content(release, "csv", lang).decode("utf-8-sig"))))
    tags = next(line for line in lines if any(cell.startswith("#") for cell in line))
    persons, households = tags.index("#affected+idps+ind"), tags.index("#affected+idps+hh")
    by_site = {
        site: line
        for line in lines
        for site in ("S1", "S2", "S3", "S4", "S5", "S6")
        if site in line
    }
    assert [by_site["S3"][persons], by_site["S1"][persons]] == ["", ""]
    assert [by_site["S3"][households], by_site["S2"][households]] == ["", ""]
    assert [by_site["S4"][persons], by_site["S5"][persons]] == ["120", "0"]


@pytest.mark.django_db
def test_map_data_hide_the_site_and_its_neighbour(release: Release) -> None:
    found = json.loads(content(release, "geojson"))
    numbers = [
        value
        for feature in [*found["features"], *({"properties": each} for each in found["unplaced"])]
        for value in feature["properties"].values()
        if isinstance(value, int | float)
    ]
    assert TELLING.isdisjoint(numbers)
    assert {120, 250} <= set(numbers)
    points = json.loads(content(release, "points"))["features"]
    words = {point["properties"]["code"]: point["properties"]["words"] for point in points}
    assert "withheld" in words["S3"]
    assert "withheld" in words["S1"]
    assert words["S4"].splitlines()[1].endswith("120")


@pytest.mark.django_db
def test_page_says_no_telling_number(release: Release) -> None:
    for lang in LANGUAGES:
        for form in ("html", "fragment", "svg", "svg_narrow"):
            _check_page(release, form, lang)


def _check_page(release: Release, form: str, lang: str) -> None:
    page = Text()
    page.feed(re.sub(r"(?s)<style.*?</style>", "", content(release, form, lang).decode()))
    said = {int(each) for each in re.findall(r"(?<![\d.,-])\d+(?![\d.,-]*\d)", " ".join(page.said))}
    assert (TELLING - {400}) & said == set()  # 400 stands on an axis


@pytest.mark.django_db
def test_only_figures_that_the_release_prints_have_a_page(release: Release) -> None:
    shown = queries.figures_shown(release)
    assert {"idp_individuals||", "idp_individuals|S4|", "idp_individuals|S5|"} <= shown.keys()
    for hidden in ("idp_individuals|S3|", "idp_individuals|S1|", "idp_households|S3|"):
        assert hidden not in shown
    for sector in ("shelter", "wash", "protection"):
        assert f"need_idps_{sector}||" not in shown
    assert "need_idps_health||" in shown
    assert "idp_individuals||site_type=camp" in shown
    assert shown["idp_individuals||"] == 120


@pytest.mark.django_db
def test_sentences_follow_what_the_tables_withhold(run: Run) -> None:
    from django.utils import timezone

    report = report_of(run, number=1, made_at=timezone.now())
    said = [report.lead, *report.limits, *(block.finding for block in report.sectors)]
    said += [action.reason for action in report.actions]
    for lang in ("en", "fr"):
        words = " ".join(each.text(lang) for each in said)
        assert TELLING.isdisjoint({int(each) for each in re.findall(r"\d+", words)})
    assert "home to" not in next(
        block.finding.text("en") for block in report.sectors if block.sector == "shelter"
    )


@pytest.mark.django_db
def test_place_in_a_list_says_nothing_of_what_is_withheld(run: Run) -> None:
    """By persons S1 would stand first and WASH would have the first rank; both would tell."""
    from django.utils import timezone

    report = report_of(run, number=1, made_at=timezone.now())
    assert [row.site_id for row in report.sites][-2:] == ["S1", "S3"]
    withheld = [block for block in report.sectors if block.idps_in_need.suppressed]
    assert [block.sector for block in report.sectors[-3:]] == ["protection", "shelter", "wash"]
    assert [block.rank for block in withheld] == [None] * 3
    assert [block.rank for block in report.sectors[:2]] == [1, 2]
    assert "WASH" not in report.lead.text("en")
