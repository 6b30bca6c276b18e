"""How far rounds have come: the numbers of a list of rounds are those of each round's own page."""

import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from tests.server import factories

from opendtm_server.collect import actions, queries
from opendtm_server.collect.models import FormVersion, Round, RoundPlace, Submission
from opendtm_server.places import queries as places
from opendtm_server.places.models import Site

Visit = Callable[..., Submission]


@pytest.fixture
def visit(published: FormVersion) -> Visit:
    """Give a maker of visits."""

    def make(round_: Round, site: Site, **facts: Any) -> Submission:
        return factories.SubmissionFactory.create(
            operation=round_.operation, form_version=published, round=round_, site=site, **facts
        )

    return make


@pytest.fixture
def rounds(week: Round, site: Site, manager: User) -> list[Round]:
    """Give two weeks over six sites, one of which closes in the second."""
    for number in range(5):
        made = factories.SiteFactory.create(operation=site.operation, code=f"S{2 + number}")
        factories.SiteStatusFactory.create(site=made)
        RoundPlace.objects.create(round=week, site=made)
    factories.SiteStatusFactory.create(site=made, status="closed", since=date(2026, 1, 14))
    second = actions.open_round(
        form=week.form, starts_on=date(2026, 1, 12), ends_on=date(2026, 1, 18), by=manager
    )
    return [week, second]


def test_the_numbers_of_a_list_are_those_of_each_round(rounds: list[Round], visit: Visit) -> None:
    week, second = rounds
    sites = {site.code: site for site in places.sites(week.operation)}
    visit(week, sites["S1"])
    visit(week, sites["S2"], access="no")
    visit(week, sites["S3"], access="no")
    visit(week, sites["S3"], access="yes")
    replaced = visit(week, sites["S4"])
    visit(week, sites["S5"], deprecated_id=replaced.instance_id)
    visit(second, sites["S2"], withdrawn_at=week.operation.created_at)
    RoundPlace.objects.filter(round=second, site=sites["S3"]).update(inaccessible_reason="Flood")
    elsewhere = factories.SiteFactory.create(operation=week.operation, code="S9")
    visit(second, elsewhere)

    counts = queries.coverage_counts(rounds)

    for round_ in rounds:
        assert counts[round_.pk].states == queries.coverage(round_).states
    assert counts[week.pk].states == {"assessed": 3, "inaccessible": 1, "not_covered": 2}
    assert counts[second.pk].inaccessible == 1
    assert counts[second.pk].closed == 1
    assert counts[second.pk].assessed == 1


def test_many_rounds_are_read_with_as_few_questions_as_one(
    rounds: list[Round], visit: Visit, site: Site, django_assert_num_queries: Any
) -> None:
    for round_ in rounds:
        visit(round_, site)

    with django_assert_num_queries(4):
        queries.coverage_counts(rounds)


def test_no_rounds_need_no_database() -> None:
    assert queries.coverage_counts([]) == {}


def test_a_site_is_closed_from_the_day_of_its_status_and_open_again_later(site: Site) -> None:
    for status, since in (("closed", date(2026, 1, 10)), ("open", date(2026, 2, 1))):
        factories.SiteStatusFactory.create(site=site, status=status, since=since)
    days = [date(2026, 2, 1), date(2026, 1, 9), date(2026, 1, 10), date(2026, 1, 31)]

    closed = places.closed_by(site.operation, days)

    assert [day for day in sorted(days) if site.pk in closed[day]] == [
        date(2026, 1, 10),
        date(2026, 1, 31),
    ]


def test_a_phone_is_counted_by_what_it_sent(device: Any, published: FormVersion) -> None:
    for _ in range(2):
        factories.SubmissionFactory.create(
            operation=device.operation, form_version=published, device=device
        )

    assert queries.sent_by([device]) == {device.pk: 2}
    assert queries.sent_by([]) == {}


def _earlier(round_: Round, *, most: int = 9) -> tuple[int, tuple[queries.PlaceCoverage, ...]]:
    return queries.known_from_earlier(round_, queries.coverage(round_).elsewhere, most=most)


@pytest.mark.parametrize("few", [0, 500])
def test_sites_known_from_earlier_rounds_only_are_named(
    rounds: list[Round],
    visit: Visit,
    client: Client,
    manager: User,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
) -> None:
    monkeypatch.setattr(sys.modules[queries.coverage.__module__], "FEW", few)
    week, second = rounds
    sites = {site.code: site for site in places.sites(week.operation)}
    names = ("S7", "S8", "S9", "T1", "T2")
    late = {
        name: factories.SiteFactory.create(operation=week.operation, code=name) for name in names
    }
    visit(week, late["S7"], visited_on=date(2026, 1, 6))
    visit(week, late["S7"], visited_on=date(2026, 1, 9))
    visit(week, late["S8"], access="no")
    visit(week, late["S9"])
    visit(second, late["S9"])
    visit(week, late["T1"])
    factories.SiteStatusFactory.create(site=late["T1"], status="closed", since=date(2026, 1, 14))
    visit(week, late["T2"], withdrawn_at=week.operation.created_at)
    visit(week, sites["S1"])

    known, (found,) = _earlier(second)

    assert known == 1
    assert (found.site.code, found.visits, found.last_visit) == ("S7", 2, date(2026, 1, 9))
    assert _earlier(second, most=0) == (1, ())
    assert _earlier(week) == (0, ())
    assert "S7" not in {place.site.code for place in queries.coverage(second).places}
    client.force_login(manager)
    address = reverse("collect:round", args=[week.operation.code, second.pk])
    page = client.get(address).content.decode()
    assert "Known from earlier rounds only" in page
    assert "/places/site/S7/" in page
    first = client.get(reverse("collect:round", args=[week.operation.code, week.pk]))
    assert "Known from earlier rounds only" not in first.content.decode()
