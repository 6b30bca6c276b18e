"""The page of one sector for its cluster: always one sheet, with the numbers of that sector."""

import pytest
from tests.workshop.factories import make_report
from tests.workshop.render.reading import opened, words_of

from opendtm import render
from opendtm.report.model import SiteNeedsReport


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("n_sites", [1, 30, 120])
def test_sector_page_is_one_sheet(n_sites: int, lang: str) -> None:
    report = make_report(n_sites, long_names=True)
    made = render.sector_pdf(report, report.sectors[0].sector, lang)
    assert len(opened(made).pages) == 1


def test_sector_page_says_finding_rank_levels_and_sites(report: SiteNeedsReport) -> None:
    block = report.sectors[0]
    text = words_of(render.sector_pdf(report, block.sector, "fr"))
    assert block.label.fr in text
    assert block.finding.text("fr").replace("\u202f", " ") in text
    assert "Rang 1 sur 10" in text
    assert "Besoin critique" in text
    assert block.sites[0].name in text
    assert "Source" in text


def test_sector_page_counts_the_sites_it_has_no_room_for() -> None:
    report = make_report(300)
    block = report.sectors[0]
    text = words_of(render.sector_pdf(report, block.sector, "en"))
    shown = sum(f"{row.numbers['idp_individuals'].value:,.0f}" in text for row in block.sites[:40])
    assert 10 <= shown < 40
    assert "more sites in the table of all sites" in text


@pytest.mark.parametrize("sector", ["security", "livelihood", "education"])
def test_every_sector_has_its_page(report: SiteNeedsReport, sector: str) -> None:
    assert render.sector_pdf(report, sector, "en")


def test_sector_that_the_report_does_not_know_is_a_key_error(report: SiteNeedsReport) -> None:
    with pytest.raises(KeyError):
        render.sector_pdf(report, "camp_management", "en")


def test_sector_page_of_a_sector_without_need_says_so() -> None:
    report = make_report(1)
    calm = next(block for block in report.sectors if not block.sites)
    assert "No site to list." in words_of(render.sector_pdf(report, calm.sector, "en"))
