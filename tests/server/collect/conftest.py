"""Fixtures of this room's tests: a published form, a site, a phone with its token, other servers."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from tests.server import factories
from tests.server.collect.elsewhere import ASSET, CentralServer, KoboServer
from tests.server.phone import Phone, xform

from opendtm_server.collect import actions
from opendtm_server.collect.models import Device, FormVersion, Round
from opendtm_server.govern.models import Operation
from opendtm_server.places.models import Site


@pytest.fixture
def published(operation: Operation, manager: User) -> FormVersion:
    """Give the published form of the tests."""
    return actions.publish_xform(
        operation=operation, xform=xform(), identity=("site_visit", "1", "Site visit"), by=manager
    )


@pytest.fixture
def site(operation: Operation) -> Site:
    """Give an open site with the code S1."""
    made = factories.SiteFactory.create(operation=operation, code="S1", name="Old market")
    factories.SiteStatusFactory.create(site=made)
    return made


@pytest.fixture
def week(published: FormVersion, site: Site, manager: User) -> Round:
    """Give the round of the week in which the tests' visits take place."""
    return actions.open_round(
        form=published.form, starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 11), by=manager
    )


@pytest.fixture
def new_phone(
    live_server: Any, operation: Operation, facilitator: User, manager: User
) -> Callable[[], tuple[Phone, Any]]:
    """Give a maker of phones over real HTTP, each with its device."""

    def make() -> tuple[Phone, Any]:
        made = actions.add_device(operation=operation, user=facilitator, by=manager)
        return Phone(f"{live_server.url}/openrosa/key/{made.token}"), made.device

    return make


@pytest.fixture
def phone(new_phone: Callable[[], tuple[Phone, Any]]) -> Phone:
    """Give one phone."""
    return new_phone()[0]


@pytest.fixture
def device(published: FormVersion, facilitator: User, manager: User) -> Device:
    """Give one phone's row, without HTTP."""
    operation = published.form.operation
    return actions.add_device(operation=operation, user=facilitator, by=manager).device


@pytest.fixture
def central(settings: Any) -> Iterator[CentralServer]:
    """Give an ODK Central on this machine, with the form of the tests."""
    settings.OPENDTM_PRIVATE_SOURCES = True
    server = CentralServer(forms={"1": xform()})
    yield server
    server.close()


@pytest.fixture
def kobo(settings: Any) -> Iterator[KoboServer]:
    """Give a KoBoToolbox on this machine; its form is called after its asset, as there."""
    settings.OPENDTM_PRIVATE_SOURCES = True
    server = KoboServer(xform=xform().replace(b'id="site_visit"', f'id="{ASSET}"'.encode()))
    yield server
    server.close()
