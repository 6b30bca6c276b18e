"""Fixtures of this room's tests: a round with visits that were really received."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from tests.server import factories
from tests.server.phone import filled, xform

from opendtm_server.collect import actions, store
from opendtm_server.collect.models import FormVersion, Round, Submission
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.govern.models import Operation

Receive = Callable[..., Submission]


@pytest.fixture
def published(operation: Operation, manager: User) -> FormVersion:
    """Give a published form and two open sites, S1 and S2."""
    for code in ("S1", "S2"):
        site = factories.SiteFactory.create(operation=operation, code=code, name=f"Site {code}")
        factories.SiteStatusFactory.create(site=site)
    return actions.publish_xform(
        operation=operation, xform=xform(), identity=("site_visit", "1", "Site visit"), by=manager
    )


@pytest.fixture
def week(published: FormVersion, manager: User) -> Round:
    """Give the round of 5 to 11 January 2026."""
    return actions.open_round(
        form=published.form, starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 11), by=manager
    )


@pytest.fixture
def next_week(week: Round, manager: User) -> Round:
    """Give the round after it."""
    return actions.open_round(
        form=week.form, starts_on=date(2026, 1, 12), ends_on=date(2026, 1, 18), by=manager
    )


@pytest.fixture
def receive(week: Round, facilitator: User, manager: User) -> Receive:
    """Give a maker of received submissions: `receive(site="S1", persons=10)`."""
    device = actions.add_device(operation=week.operation, user=facilitator, by=manager).device

    def make(**answers: Any) -> Submission:
        body = filled(**answers)
        kept = KeptFile("submission.xml", store.keep(week.operation.code, [body]), len(body))
        return actions.receive_submission(device=device, parcel=Parcel(kept)).submission

    return make
