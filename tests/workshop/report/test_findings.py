"""The sentences state what the numbers say, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest
from tests.workshop.factories import make_report

from opendtm.records import Change
from opendtm.report import findings
from opendtm.report.model import Number

STILL = Change(
    before=1000, after=1000, matched=0, newly_covered=0, closed=0, lost_access=0, corrected=0,
    n_matched=9, n_new=0, n_closed=0, n_lost=0,
)  # fmt: skip


def lead(idps: float | None, n_sites: int = 3, change: Change | None = None) -> str:
    return findings.lead(idps=idps, n_sites=n_sites, change=change, top=None).text("en")


@pytest.mark.parametrize(
    ("idps", "n_sites", "said"),
    [
        (0, 2, "No IDPs were found in 2 sites."),
        (1, 1, "One IDP lives in one site."),
        (12419.4, 30, "12,419 IDPs live in 30 sites."),
        (None, 1, "One site is listed; its number of IDPs is unknown."),
        (None, 7, "7 sites are listed; their number of IDPs is unknown."),
        (None, 0, "No site is known."),
    ],
)
def test_lead_by_number(idps: float | None, n_sites: int, said: str) -> None:
    assert lead(idps, n_sites) == said


def test_lead_with_growth_in_matched_sites() -> None:
    said = lead(1100, change=replace(STILL, after=1100, matched=100))
    assert said == "1,100 IDPs live in 3 sites. That is 100 more than in the round before (+10%)."


def test_lead_with_a_loss_under_one_percent() -> None:
    said = lead(995, change=replace(STILL, after=995, matched=-5))
    assert said.endswith("That is 5 fewer than in the round before (under 1%).")


def test_lead_without_any_change() -> None:
    assert lead(1000, change=STILL).endswith("The number is the same as in the round before.")


def test_lead_warns_where_coverage_makes_the_difference() -> None:
    said = lead(1300, change=replace(STILL, after=1300, matched=-20, newly_covered=320))
    assert said.endswith(
        "Most of the difference comes from coverage: sites seen both times shrank by 20."
    )


def test_lead_says_where_sites_seen_twice_did_not_change() -> None:
    said = lead(1300, change=replace(STILL, after=1300, newly_covered=300))
    assert said.endswith(
        "The difference comes from coverage: sites seen both times did not change."
    )


def test_lead_after_an_empty_round_gives_no_percentage() -> None:
    assert (
        lead(50, change=replace(STILL, before=0, after=50, matched=50))
        == "50 IDPs live in 3 sites."
    )


def test_lead_names_the_most_widespread_need() -> None:
    top = make_report().sectors[0]
    said = findings.lead(idps=10, n_sites=2, change=None, top=top).text("en")
    assert "The most widespread need is food security: " in said


def test_lead_of_priorities_does_not_speak_of_levels() -> None:
    top = replace(make_report().sectors[0], critical=Number(None, "site"))
    said = findings.lead(idps=10, n_sites=2, change=None, top=top).text("en")
    assert "The priority named most is food security" in said
    assert "critical" not in said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 0, 0, None), "Nothing is known about this sector in any site."),
        ((0, 0, 1, 0), "The only site with an answer reports no serious or critical need."),
        ((0, 0, 9, 0), "None of the 9 sites with an answer reports serious or critical need."),
        (
            (1, 0, 9, 1),
            "Serious or critical need in one site of 9, home to one IDP. None is critical.",
        ),
        (
            (4, 1, 9, 812),
            "Serious or critical need in 4 sites of 9, home to 812 IDPs. One is critical.",
        ),
        ((4, 3, 9, None), "Serious or critical need in 4 sites of 9. 3 are critical."),
    ],
)
def test_sector_by_counts(counts: tuple[int, int, int, float | None], said: str) -> None:
    in_need, critical, answered, idps = counts
    found = findings.sector(in_need=in_need, critical=critical, answered=answered, idps=idps)
    assert found.text("en") == said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 0, None), "Nothing is known about this sector in any site."),
        ((0, 5, 0), "None of the 5 sites with an answer names it as a priority."),
        ((1, 5, 40), "One of 5 sites names it as a priority, home to 40 IDPs."),
        ((3, 5, None), "3 of 5 sites name it as a priority."),
    ],
)
def test_priority_by_counts(counts: tuple[int, int, float | None], said: str) -> None:
    in_need, answered, idps = counts
    assert findings.priority(in_need=in_need, answered=answered, idps=idps).text("en") == said


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([], "Where the sites are"),
        ([0, 0], "Where the sites are"),
        ([7], "All IDPs are in one site"),
        ([50, 30, 20], "One of 3 sites holds half of all IDPs"),
        ([30, 30, 30, 10], "2 of 4 sites hold half of all IDPs"),
    ],
)
def test_map_title_by_concentration(people: list[float], said: str) -> None:
    assert findings.map_title(idps_by_site=people).text("en") == said


def test_map_title_of_areas_never_says_sites() -> None:
    assert findings.map_title_of_areas(idps_by_area=[5, 5, 5]).text("en") == (
        "2 of 3 areas hold half of all IDPs"
    )
    assert findings.lead_of_areas(idps=15, n_areas=3).text("en") == "15 IDPs live in 3 areas."
    assert (
        findings.lead_of_areas(idps=None, n_areas=3).text("en") == "The number of IDPs is unknown."
    )


def test_reasons_in_french_are_whole_sentences() -> None:
    day = date(2026, 11, 3)
    assert (
        findings.no_access(day).text("fr")
        == "Pas d'accès\u202f; dernière visite le 3 novembre 2026."
    )
    assert findings.no_access(None).text("fr").startswith("Pas d'accès, et aucune visite")
    assert findings.overdue(last=None, rounds=None).text("fr") == "Jamais visité."
    assert "depuis 3 tours" in findings.overdue(last=day, rounds=3).text("fr")


def test_large_arrivals_without_a_known_population_give_no_share() -> None:
    assert findings.large_arrivals(arrivals=80, present=None).text("en") == (
        "80 IDPs arrived since the last visit."
    )
    assert "25% of those present" in findings.large_arrivals(arrivals=50, present=200).text("en")
