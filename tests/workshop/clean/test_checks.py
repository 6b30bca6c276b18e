"""Each check of one visit: what it finds, what it leaves alone, and that it never guesses from the unknown."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendtm.clean import check_observation, checks
from opendtm.clean.rules import kilometres
from opendtm.records import Finding, Round, Severity, Site

SITE = Site("XX-001", "Camp Nord", latitude=4.5, longitude=18.5)
ROUND = Round(date(2026, 11, 16), date(2026, 11, 22), 12)
GOOD: dict[str, object] = {
    "site_id": "XX-001",
    "assessment_date": date(2026, 11, 18),
    "access": "yes",
    "consent": "yes",
    "idp_households": 100.0,
    "idp_individuals": 510.0,
    "idp_females": 260.0,
    "idp_males": 250.0,
    "idp_f_0_4": 50.0,
    "idp_f_5_17": 80.0,
    "idp_f_18_59": 110.0,
    "idp_f_60_plus": 20.0,
    "idp_m_0_4": 50.0,
    "idp_m_5_17": 80.0,
    "idp_m_18_59": 105.0,
    "idp_m_60_plus": 15.0,
    "arrivals_individuals": 30.0,
    "arrivals_households": 6.0,
    "priority_needs": ("food", "drinking_water", "shelter"),
    "need_wash": "serious",
    "latitude": 4.501,
    "longitude": 18.501,
}


def run(
    previous: dict[str, object] | None = None,
    history: tuple[dict[str, object], ...] = (),
    site: Site | None = SITE,
    **changed: Any,
) -> list[Finding]:
    """Check the good visit with some values changed."""
    return list(
        check_observation(
            GOOD | changed,
            previous=previous,
            site=site,
            round_=ROUND,
            history=history,
            today=date(2026, 11, 21),
            source="uuid:1",
        )
    )


def codes(found: list[Finding]) -> list[str]:
    return [finding.check for finding in found]


def test_good_visit_has_no_finding() -> None:
    assert run() == []


SPOILED: list[tuple[str, dict[str, object]]] = [
    ("site_missing", {"site_id": None}),
    ("date_missing", {"assessment_date": None}),
    ("date_outside_round", {"assessment_date": date(2026, 11, 15)}),
    ("date_in_future", {"assessment_date": date(2026, 11, 22)}),
    ("answers_without_consent", {"consent": "no"}),
    ("negative_count", {"host_individuals": -1.0}),
    ("individuals_below_households", {"returnee_individuals": 9.0, "returnee_households": 10.0}),
    ("individuals_below_households", {"departures_individuals": 1.0, "departures_households": 2.0}),
    ("sex_sum_differs", {"idp_females": 261.0}),
    ("age_sex_sum_differs", {"idp_m_60_plus": 16.0}),
    ("adults_children_sum_differs", {"idp_women": 100.0, "idp_men": 100.0, "idp_children": 300.0}),
    ("arrivals_above_total", {"arrivals_individuals": 511.0}),
    ("too_many_priority_needs", {"priority_needs": ("food", "cash", "health", "nfi")}),
    ("none_with_others", {"priority_needs": ("none", "food")}),
    ("unknown_code", {"need_wash": "terrible"}),
    ("unknown_code", {"priority_needs": ["food", "gold"]}),
    ("figures_without_access", {"access": "no"}),
    ("household_size_unusual", {"host_individuals": 150.0, "host_households": 100.0}),
    ("household_size_unusual", {"host_individuals": 1300.0, "host_households": 100.0}),
    ("coded_missing", {"host_individuals": 999.0}),
    ("coded_missing", {"departures_households": 88.0}),
    ("far_from_site", {"latitude": 4.52}),
]


@pytest.mark.parametrize(("code", "changed"), SPOILED, ids=lambda value: str(value)[:40])
def test_one_fault_gives_its_finding_and_no_other(code: str, changed: dict[str, object]) -> None:
    found = run(**changed)

    assert codes(found) == [code]
    assert found[0].source == "uuid:1"
    for part in (found[0].message, found[0].remedy):
        assert part.text("fr") != part.text("en")


def test_site_that_is_not_known_is_found() -> None:
    assert codes(run(site=None)) == ["site_unknown"]


def test_persons_at_a_closed_site_are_found() -> None:
    closed = Site("XX-001", "Camp Nord", status="closed", latitude=4.5, longitude=18.5)

    assert codes(run(site=closed)) == ["site_closed"]
    assert codes(check_list(closed, idp_individuals=0.0)) == []


def check_list(site: Site, **values: object) -> list[Finding]:
    return list(check_observation({"site_id": site.site_id, **values}, site=site))


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        (100.0, 131.0, False),  # 31 % but only 31 households
        (200.0, 251.0, False),  # 51 households but 25 %
        (200.0, 261.0, True),
        (261.0, 200.0, True),  # down as well as up
        (260.0, 201.0, False),
        (0.0, 51.0, True),
        (0.0, 50.0, False),
        (300.0, 0.0, True),
    ],
)
def test_sudden_change_needs_both_share_and_number(before: float, now: float, found: bool) -> None:
    site = {"site_id": "XX-001", "idp_households": now}

    findings = check_observation(site, previous={"idp_households": before}, site=SITE)

    assert ("sudden_change" in codes(list(findings))) is found


def test_sudden_change_looks_at_persons_where_households_are_not_known() -> None:
    values = {"site_id": "XX-001", "idp_individuals": 800.0}

    found = check_observation(values, previous={"idp_individuals": 500.0}, site=SITE)

    assert [(finding.check, finding.concept) for finding in found] == [
        ("sudden_change", "idp_individuals")
    ]
    assert (
        found[0].message.text("fr")
        == "« PDI : individus » est passé de 500 à 800 depuis la dernière visite."
    )


def test_unchanged_total_is_found_at_the_third_visit() -> None:
    same = {"idp_individuals": 510.0, "idp_households": 100.0}

    assert codes(run(previous=same)) == []
    assert codes(run(previous=same, history=(same,))) == ["unchanged_three_rounds"]
    assert codes(run(previous=same, history=(same | {"idp_individuals": 509.0},))) == []


def test_empty_site_may_stay_empty() -> None:
    empty: dict[str, object] = {"site_id": "XX-001", "idp_individuals": 0.0, "idp_households": 0.0}

    assert check_observation(empty, previous=empty, site=SITE, history=(empty,)) == ()


def test_unknown_numbers_are_not_wrong() -> None:
    values = {
        "site_id": "XX-001",
        "idp_individuals": None,
        "idp_households": 100.0,
        "idp_females": 3.0,
        "idp_males": None,
    }

    assert check_observation(values, previous={"idp_households": None}, site=SITE) == ()


def test_nothing_known_but_the_site_is_no_fault() -> None:
    assert check_observation({"site_id": "XX-001"}, site=SITE) == ()


def test_message_names_numbers_as_its_reader_writes_them() -> None:
    (finding,) = run(
        idp_households=1_200.0, idp_individuals=1_150.0, idp_females=None, idp_f_0_4=None
    )

    assert (
        finding.message.text("en") == "“IDP individuals” is 1,150, fewer than the 1,200 households."
    )
    assert "1\u202f150" in finding.message.text("fr")


def test_distance_is_written_with_a_decimal_comma_in_french() -> None:
    (finding,) = run(latitude=4.55)

    assert finding.message.text("fr") == "La position est à 5,6 km de Camp Nord."
    assert finding.message.text("en") == "The position is 5.6 km from Camp Nord."


def test_hard_findings_come_first() -> None:
    severities = [
        finding.severity for finding in run(latitude=5.0, host_individuals=-1.0, access="no")
    ]

    assert severities == sorted(severities, key=list(Severity).index)


def test_distance_of_known_places() -> None:
    assert kilometres(48.8566, 2.3522, 51.5074, -0.1278) == pytest.approx(
        343.6, abs=0.5
    )  # Paris, London
    assert kilometres(0, 179.99, 0, -179.99) == pytest.approx(
        2.22, abs=0.01
    )  # across the date line
    assert kilometres(4.5, 18.5, 4.5, 18.5) == 0


def test_every_check_has_a_code_a_weight_and_words_in_both_languages() -> None:
    listed = checks()

    assert len({check.code for check in listed}) == len(listed) == 23
    for check in listed:
        assert check.code.islower()
        assert check.description().text("fr") != check.description().text("en")
    assert [check.severity for check in listed] == sorted(
        (check.severity for check in listed), key=list(Severity).index
    )


def test_every_check_is_tried_in_these_tests() -> None:
    tried = {code for code, _changed in SPOILED}
    elsewhere = {
        "site_unknown",
        "site_closed",
        "site_visited_twice",
        "sudden_change",
        "unchanged_three_rounds",
    }

    assert tried | elsewhere == {check.code for check in checks()}


BANDS = [name for name in GOOD if name.startswith(("idp_f_", "idp_m_"))]


@given(st.lists(st.integers(0, 10_000), min_size=8, max_size=8), st.integers(-3, 3))
def test_sums_are_found_wrong_exactly_when_they_are(bands: list[int], error: int) -> None:
    values: dict[str, object] = dict(zip(BANDS, map(float, bands), strict=True))
    values |= {"site_id": "XX-001", "idp_individuals": float(sum(bands) + error)}
    values |= {"idp_females": float(sum(bands[:4])), "idp_males": float(sum(bands[4:]))}

    found = {finding.check for finding in check_observation(values, site=SITE)}

    assert ("age_sex_sum_differs" in found) is (error != 0)
    assert ("sex_sum_differs" in found) is (error != 0)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_fewer_persons_than_households_is_found_exactly_when_so(
    persons: int, households: int
) -> None:
    values = {
        "site_id": "XX-001",
        "idp_individuals": float(persons),
        "idp_households": float(households),
    }

    found = {finding.check for finding in check_observation(values, site=SITE)}

    assert ("individuals_below_households" in found) is (persons < households)
