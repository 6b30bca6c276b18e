"""However much lies in an operation, a page of the desk asks the database as often as for a little."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server import factories

from opendtm_server.collect.models import FormVersion, Round, Submission
from opendtm_server.govern.models import Operation
from opendtm_server.verify import queries
from opendtm_server.verify.models import Export

pytestmark = pytest.mark.django_db
MOST = 25  # what the desk itself asks on every page included
PAGES = (
    "",
    "submissions/",
    "submissions/?placed=no_site",
    "submissions/?placed=replaced",
    "submissions/?placed=replaced&after={middle}",
    "submissions/?placed=replaced&round={round}",
    "submissions/?q=Site",
    "submissions/?q=TL-S",
    "submissions/?after={middle}",
    "rounds/",
    "rounds/{round}/",
    "rounds/{later}/",
    "rounds/{later}/?q=Site",
    "rounds/{round}/verification/",
    "rounds/{round}/verification/sign-off/",
    "findings/",
    "findings/?state=accepted",
    "findings/?round={round}",
    "findings/?check=age_sum&round={round}&q=Site",
    "devices/",
    "devices/{device}/",
    "devices/sent-and-held/",
    "exports/",
    "forms/",
    "sources/",
)
Fill = Callable[[int], dict[str, int]]


@pytest.fixture
def fill(operation: Operation, manager: User) -> Fill:
    """Give a maker of a house with so much of everything; it gives numbers that stand in addresses."""
    form = factories.FormFactory.create(operation=operation)
    version = factories.FormVersionFactory.create(form=form)
    first = factories.RoundFactory.create(operation=operation, form=form)
    weeks = count(1)

    def make(much: int) -> dict[str, int]:
        for _ in range(much):
            week = next(weeks)
            round_ = factories.RoundFactory.create(
                operation=operation,
                form=form,
                number=first.number + week,
                starts_on=first.starts_on + timedelta(weeks=week),
                ends_on=first.ends_on + timedelta(weeks=week),
            )
            _visited(first, version, manager)
            _visited(round_, version, manager)
            _export(operation, form, manager)
        middle = Submission.objects.filter(round=first).order_by("pk")[0]
        return {
            "round": first.pk,
            "later": round_.pk,
            "middle": middle.pk,
            "device": middle.device_id or 0,
        }

    return make


def _visited(round_: Round, version: FormVersion, user: User) -> None:
    """Add a site with a visit that an edit replaces, its findings and a review, and one without a site."""
    operation = round_.operation
    site = factories.SiteFactory.create(operation=operation)
    factories.SiteStatusFactory.create(site=site, status="closed")
    factories.RoundPlaceFactory.create(round=round_, site=site)
    facts = {"operation": operation, "form_version": version, "round": round_}
    device = factories.DeviceFactory.create(operation=operation, user=user)
    old = factories.SubmissionFactory.create(site=site, device=device, **facts)
    edit = factories.SubmissionFactory.create(
        site=site, device=device, deprecated_id=old.instance_id, **facts
    )
    factories.SubmissionFactory.create(site=None, **facts)
    for state, check in (("open", "population_jump"), ("accepted", "age_sum")):
        factories.FindingFactory.create(submission=edit, state=state, check_code=check)
    factories.ReviewFactory.create(submission=old, state="has_issues")


def _export(operation: Operation, form: Any, by: User) -> None:
    wish = queries.Wish(form=form.pk, kind="csv")
    Export.objects.create(
        operation=operation,
        form=form,
        by=by.get_username(),
        wishes=wish.stored(),
        expected=1,
        last=1,
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_as_often_for_much_as_for_little(
    client: Client, manager: User, operation: Operation, fill: Fill, path: str
) -> None:
    client.force_login(manager)

    little = _asked(client, f"/en/desk/{operation.code}/{path}".format(**fill(2)))
    much = _asked(client, f"/en/desk/{operation.code}/{path}".format(**fill(9)))

    assert much <= little <= MOST


def _asked(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
