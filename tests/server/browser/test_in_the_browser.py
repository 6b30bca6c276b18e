"""What only a browser can tell: pages fit a phone, nothing breaks the security policy, numbers lead to submissions."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer
from tests.server.browser.conftest import complaints, overflow

from opendtm_server.publish.models import Release

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (360, 1440)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open an empty page of a browser that knows nobody."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def sign_in(page: Page, live_server: LiveServer, release: Release) -> None:
    """Sign in as the person who released."""
    page.goto(f"{live_server.url}/en/login/")
    page.fill("input[name=username]", release.released_by)
    page.fill("input[name=password]", "a long pass phrase")
    page.click("main button")


def portal(release: Release) -> list[str]:
    """List the open pages of a release."""
    operation = release.operation.code
    issue = f"{operation}/releases/{release.product}/{release.number}/"
    return ["", f"{operation}/", issue, "login/"]


def desk(release: Release) -> list[str]:
    """List the pages that staff use most."""
    pages = (
        "",
        "rounds/",
        "submissions/",
        "findings/",
        "figures/",
        "releases/",
        "places/",
        "places/areas/",
        "devices/",
    )
    return [f"desk/{release.operation.code}/{name}" for name in pages]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_open_pages_fit_phone_and_desk_without_complaint(
    page: Page, live_server: LiveServer, released: Release, lang: str
) -> None:
    said = complaints(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for path in portal(released):
            answer = page.goto(f"{live_server.url}/{lang}/{path}")
            assert answer is not None
            assert answer.status == 200, path
            assert overflow(page) <= 0, (path, width)
            assert page.get_attribute("html", "lang") == lang
    assert said == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_staff_pages_fit_phone_and_desk_without_complaint(
    page: Page, live_server: LiveServer, released: Release, lang: str
) -> None:
    sign_in(page, live_server, released)
    said = complaints(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for path in desk(released):
            answer = page.goto(f"{live_server.url}/{lang}/{path}")
            assert answer is not None
            assert answer.status == 200, path
            assert overflow(page) <= 0, (path, width)
    assert said == []


def test_a_published_number_leads_to_the_submission_behind_it(
    page: Page, live_server: LiveServer, released: Release
) -> None:
    sign_in(page, live_server, released)
    page.goto(f"{live_server.url}/en/{portal(released)[2]}")
    page.locator("article.report a[href*='figures/idp_individuals']").first.click()
    page.locator("main a.button").first.click()
    rows = page.locator("table tbody tr").count()
    page.locator("table tbody a").first.click()
    assert rows > 0
    assert "/submissions/" in page.url
    assert "idp_individuals" in page.inner_text("main")


def test_the_language_switch_keeps_the_page(
    page: Page, live_server: LiveServer, released: Release
) -> None:
    page.goto(f"{live_server.url}/en/{released.operation.code}/")
    page.locator("header a[hreflang=fr], header a[lang=fr]").first.click()
    assert page.url == f"{live_server.url}/fr/{released.operation.code}/"


def test_lists_are_walked_by_keyboard(
    page: Page, live_server: LiveServer, released: Release
) -> None:
    sign_in(page, live_server, released)
    page.goto(f"{live_server.url}/en/desk/{released.operation.code}/places/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/site/**")
    assert page.locator("h1").inner_text()
