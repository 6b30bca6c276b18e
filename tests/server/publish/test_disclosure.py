"""Small cells: neither a count of few persons nor anything from which it could be worked out is published.

In the third round S3 holds 3 persons in 1 household. S4, the smallest other site, is hidden with it (120 in
24, carried forward). What would give one of the two away: the carried part of the total (120), people in
need of shelter (253), health (120) and protection (3), people by type of site (403 and 370).
"""

import csv
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.server.weekly import Field

from opendtm.records import Method
from opendtm.report.model import Number, SiteRow
from opendtm_server.collect import store
from opendtm_server.matrix.models import Run
from opendtm_server.publish import queries
from opendtm_server.publish.actions import release_site_needs
from opendtm_server.publish.disclosure import Guard, hidden_places, is_small
from opendtm_server.publish.models import Release
from opendtm_server.publish.reports import report_of

TELLING = {120, 253, 403, 370, 24}


@pytest.fixture
def release(work: Field, run: Run, quick_pdf: None) -> Release:
    """Give the release of the third round."""
    return release_site_needs(run, by=work.manager)


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
COUNTED = {"#affected+idps+ind", "#affected+idps+hh"}


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
    assert {400, 250, 773, 650} <= {cell for cell in cells if isinstance(cell, int | float)}
    hidden = [cell for sheet in book for cell in _counts_of_hidden_sites(sheet)]
    assert len(hidden) >= 4
    assert set(hidden) == {None}


def _counts_of_hidden_sites(sheet: Any) -> Iterator[Any]:
    """Give the cells of S3 and S4 under the hashtags of displaced persons and households."""
    lines = list(sheet.iter_rows(values_only=True))
    tags: tuple[Any, ...] = next((line for line in lines if "#loc+code+site" in line), ())
    counted = [n for n, tag in enumerate(tags) if tag in COUNTED]
    for line in lines:
        if {"S3", "S4"} & set(line):
            yield from (line[column] for column in counted)


@pytest.mark.django_db
def test_table_with_hashtags_hides_the_site_and_its_neighbour(release: Release) -> None:
    for lang in LANGUAGES:
        _check_table(release, lang)


def _check_table(release: Release, lang: str) -> None:
    lines = list(csv.reader(StringIO(content(release, "csv", lang).decode("utf-8-sig"))))
    tags = next(line for line in lines if any(cell.startswith("#") for cell in line))
    persons, households = tags.index("#affected+idps+ind"), tags.index("#affected+idps+hh")
    by_site = {
        site: line for line in lines for site in ("S1", "S3", "S4", "S5", "S6") if site in line
    }
    assert [by_site["S3"][persons], by_site["S4"][persons]] == ["", ""]
    assert [by_site["S3"][households], by_site["S4"][households]] == ["", ""]
    assert [by_site["S1"][persons], by_site["S5"][persons]] == ["400", "0"]


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
    assert {400, 250} <= set(numbers)
    points = json.loads(content(release, "points"))["features"]
    words = {point["properties"]["code"]: point["properties"]["words"] for point in points}
    assert "withheld" in words["S3"]
    assert "withheld" in words["S4"]
    assert words["S1"].endswith("400")


@pytest.mark.django_db
def test_page_says_no_telling_number(release: Release) -> None:
    for lang in LANGUAGES:
        for form in ("html", "fragment", "svg", "svg_narrow"):
            _check_page(release, form, lang)


def _check_page(release: Release, form: str, lang: str) -> None:
    page = Text()
    page.feed(re.sub(r"(?s)<style.*?</style>", "", content(release, form, lang).decode()))
    said = {int(each) for each in re.findall(r"(?<![\d.,-])\d+(?![\d.,-]*\d)", " ".join(page.said))}
    assert (TELLING - {24}) & said == set()


@pytest.mark.django_db
def test_only_figures_that_the_release_prints_have_a_page(release: Release) -> None:
    shown = queries.figures_shown(release)
    assert {"idp_individuals||", "idp_individuals|S1|", "idp_individuals|S5|"} <= shown.keys()
    for hidden in ("idp_individuals|S3|", "idp_individuals|S4|", "idp_households|S3|"):
        assert hidden not in shown
    for sector in ("shelter", "health", "protection"):
        assert f"need_idps_{sector}||" not in shown
    assert "need_idps_wash||" in shown
    assert "idp_individuals||site_type=camp" not in shown
    assert shown["idp_individuals||"] is None


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


def number(value: float | None, unit: str = "person", carried: float = 0.0) -> Number:
    """Give a number of a page."""
    return Number(value, unit, Method.OBSERVED, carried)


@pytest.mark.parametrize(
    ("value", "unit", "small"),
    [
        (None, "person", False),
        (0, "person", False),
        (1, "person", True),
        (4, "person", True),
        (5, "person", False),
        (2, "household", True),
        (3, "household", False),
        (1, "site", False),
    ],
)
def test_number_is_small_by_its_unit(value: float | None, unit: str, small: bool) -> None:
    assert is_small(number(value, unit)) is small


def test_smallest_neighbour_goes_with_the_small_ones() -> None:
    assert hidden_places([number(3), number(50), number(20), number(0), None]) == {0, 2}
    assert hidden_places([number(1), number(1), number(9)]) == {0, 1, 2}
    assert hidden_places([number(5), number(0), number(None)]) == set()
    assert hidden_places([number(3), number(0)]) == {0}


def rows(values: list[int]) -> list[SiteRow]:
    """Give lines of a site table with these numbers of persons."""
    return [
        SiteRow(
            site_id=str(position),
            name=str(position),
            admin_names=(),
            admin_codes=(),
            site_type=None,
            state="assessed",
            as_of=None,
            method=Method.OBSERVED,
            numbers={"idp_individuals": number(value)},
            needs={},
        )
        for position, value in enumerate(values)
    ]


@given(
    values=st.lists(st.integers(0, 12), min_size=2, max_size=7),
    sums=st.lists(st.sets(st.integers(0, 6)), max_size=6),
)
def test_no_hidden_cell_can_be_solved_from_the_sums_said(
    values: list[int], sums: list[set[int]]
) -> None:
    lines = rows(values)
    guard = Guard("idp_individuals", lines)
    hidden = sorted(guard.hidden)
    if len(hidden) < 2:
        return
    said = [
        chosen
        for chosen in [set(range(len(values))), *sums]
        if guard.may_say(lambda row, chosen=chosen: int(row.site_id) in chosen)
    ]
    table = [[Fraction(int(cell in chosen)) for cell in hidden] for chosen in said]
    assert not solved(table)


def solved(table: list[list[Fraction]]) -> bool:
    """Tell whether elimination by hand leaves a line with one unknown alone."""
    lines, width = [line[:] for line in table], len(table[0])
    top = 0
    for column in range(width):
        pivot = next((n for n in range(top, len(lines)) if lines[n][column]), None)
        if pivot is None:
            continue
        lines[top], lines[pivot] = lines[pivot], lines[top]
        lines[top] = [each / lines[top][column] for each in lines[top]]
        for n, line in enumerate(lines):
            if n != top and line[column]:
                lines[n] = [a - line[column] * b for a, b in zip(line, lines[top], strict=True)]
        top += 1
    return any(sum(1 for each in line if each) == 1 for line in lines)
