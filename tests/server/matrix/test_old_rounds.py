"""Rounds older than the day on which their sites were entered: a visit shows that a site existed."""

import pytest
from django.contrib.auth.models import User
from tests.server import weekly
from tests.server.matrix.test_runs import value

from opendtm_server.govern.models import Operation
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.models import Figure, Run
from opendtm_server.places.models import SiteStatus

pytestmark = pytest.mark.django_db
ENTERED = "2026-11-25"  # long after the three rounds


@pytest.fixture
def late(work: weekly.Field) -> weekly.Field:
    """Give the visited rounds of an operation whose sites were all entered afterwards."""
    SiteStatus.objects.update(since=ENTERED)
    return work


def total(run: Run, indicator: str) -> Figure:
    """Give the figure of the whole operation."""
    return Figure.objects.get(run=run, indicator=indicator, place_level="none", by="")


def test_sites_entered_after_their_visits_count_from_the_first_visit_on(late: weekly.Field) -> None:
    first = total(run_matrix(late.round(1), by=late.manager), "idp_individuals")
    assert (first.value, first.n_known, first.n_assessed) == (380 + 240 + 30 + 110 + 12, 5, 5)
    third = run_matrix(late.round(3), by=late.manager)
    found = total(third, "idp_individuals")
    assert (found.value, found.carried) == (400 + 250 + 3 + 0 + 120, 120)
    assert (found.n_known, found.n_assessed, found.n_carried) == (6, 4, 1)
    assert value(third, "sites_open") == 6


def test_site_entered_later_and_never_visited_is_not_known_yet(late: weekly.Field) -> None:
    run = run_matrix(late.round(1), by=late.manager)
    assert not Figure.objects.filter(run=run, place_level="site", place_code="S6").exists()
    assert value(run, "sites_known") == 5


def test_round_without_a_known_site_has_unknown_figures_of_no_place(
    operation: Operation, manager: User, facilitator: User
) -> None:
    field = weekly.prepare(operation, manager, facilitator)
    SiteStatus.objects.update(since=ENTERED)
    field.sign(1)
    run = run_matrix(field.round(1), by=manager)
    found = total(run, "sites_known")
    assert (found.value, found.method, found.as_of) == (None, "unknown", None)
    assert (found.n_places, found.n_known, found.n_assessed, found.n_inaccessible) == (0, 0, 0, 0)
    assert not Figure.objects.filter(run=run).exclude(place_level="none").exists()


def test_closed_status_of_a_later_day_does_not_close_an_old_visit(late: weekly.Field) -> None:
    SiteStatus.objects.filter(site__code="S1").update(status="closed")
    run = run_matrix(late.round(1), by=late.manager)
    assert value(run, "idp_individuals", "S1") == 380
    assert value(run, "sites_closed") == 0
