"""Fixtures of the browser's tests: Chromium, and a small operation whose report has been released."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, sync_playwright
from tests.server import weekly

from opendtm_server.govern.models import Operation
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.publish.actions import release_site_needs
from opendtm_server.publish.models import Release

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


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Start Chromium for one test; while its driver's event loop runs, Django's ordinary calls are let pass."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def released(operation: Operation, manager: User, facilitator: User) -> Release:
    """Give the release of the third round of a small operation."""
    field = weekly.prepare(operation, manager, facilitator)
    for number, visits in weekly.VISITS.items():
        for site, answers in visits.items():
            field.send(number, site, answers)
        field.sign(number)
    manager.set_password("a long pass phrase")
    manager.save()
    return release_site_needs(run_matrix(field.round(3), by=manager), by=manager)


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
