"""Fixtures of the browser's tests: Chromium, and a small operation whose report has been released."""

import uuid
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, sync_playwright
from tests.server import weekly
from tests.server.collect.entity_forms import households_form, told
from tests.server.collect.test_drafts import SOUND
from tests.server.collect.test_site_proposals import take
from tests.server.shelf import Shelf

from opendtm_server.collect import actions as collect
from opendtm_server.govern.models import Operation
from opendtm_server.matrix.models import Run
from opendtm_server.publish.actions import release_site_needs
from opendtm_server.publish.models import Release

OLD = b"Site ID,Date of assessment,IDP individuals,Phone,Weather\nS1,2024-03-04,9,+236 70,dry\n"
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    """Start Chromium; while its driver's event loop runs, Django's ordinary calls are let pass."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def chromium(started: Browser) -> Iterator[Browser]:
    """Give Chromium without a page; those of a test, and all that they kept, end with it."""
    yield started
    for context in started.contexts:
        context.close()


@pytest.fixture
def released(work: weekly.Field, run: Run, shelf: Shelf) -> Release:
    """Give the release of the third round of a small operation."""

    def release() -> Release:
        work.manager.set_password("a long pass phrase")
        work.manager.save()
        return release_site_needs(run, by=work.manager)

    return shelf.give("released", release)


@pytest.fixture
def busy(released: Release, manager: User, facilitator: User) -> Release:
    """Give the same house with work on every desk: drafts, proposals of sites, a list, a file of an old round."""
    operation = Operation.objects.get(code=released.operation.code)
    collect.start_from_catalogue(operation=operation, form_id="weekly_site_update", by=manager)
    unnumbered = SOUND.replace(" version |", " |").replace(" 1 |", " |").encode()
    collect.start_draft(operation=operation, filename="arrivals.md", content=unnumbered, by=manager)
    form = households_form(dataset="sites").replace(b'saveto="shelter"', b'saveto="geometry"')
    form = form.replace(b'saveto="size"', b'saveto="type"').replace(b'"adm2"', b'"status"')
    collect.publish_xform(
        operation=operation, xform=form, identity=("households", "1", "Households"), by=manager
    )
    device = collect.add_device(operation=operation, user=facilitator, by=manager).device
    facts = {"size": "collective_centre", "shelter": "5.6 20.3 0 4", "adm2": "closed"}
    take(device, told("S1", facts, base=1, label="New Alpha", dataset="sites"))
    take(device, told(str(uuid.UUID(int=9)), facts, label="Golf", dataset="sites"))
    collect.create_list(operation=operation, name="kits", personal=False, by=manager)
    collect.keep_old_round(
        operation=operation, name="baseline", filename="old.csv", chunks=[OLD], by=manager
    )
    return released


def complaints(page: Page) -> list[str]:
    """Collect what the browser complains of, such as a broken security policy."""
    said: list[str] = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def overflow(page: Page) -> int:
    """Say by how many pixels a page is wider than the window."""
    width = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return int(width)
