"""Every page that a link leads to, as axe-core sees it: WCAG 2.2 AA, at phone and desk width.

1. From the portal and from the desk every link is followed, one page of a kind; each answers, fits the window
   and breaks no rule that axe-core can check.
2. The rule is not an empty one: a page with a fault is found out.
"""

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer
from tests.server.browser.conftest import overflow

from opendtm_server.publish.models import Release

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(__file__).parents[3] / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """rules => axe.run({runOnly: rules}).then(found => found.violations.map(
    each => `${each.id}: ${each.nodes[0].html.slice(0, 160)}`))"""
LINKS = "all => all.map(one => one.getAttribute('href') || one.dataset.href)"
WIDTHS = (360, 1440)
LEAST = 30  # pages of a kind that the walk over the desk must have seen


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open a page in which axe-core may be injected beside the strict policy."""
    context = chromium.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


def kind(path: str, release: Release) -> str:
    """Give what pages of a kind share: the address without numbers, keys and codes of sites."""
    plain = re.sub(r"figures/[^/]+/", "figures/KEY/", path.partition("?")[0])
    plain = re.sub(r"/site/[^/]+/", "/site/CODE/", plain)
    plain = re.sub(r"/indicators/[^/]+/", "/indicators/ID/", plain)
    return re.sub(r"\d+", "N", plain.replace(release.operation.code, "OPERATION"))


def faults(page: Page) -> list[str]:
    """Ask axe-core what is wrong with the open page."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN, RULES)
    return found


def at_width(page: Page, width: int) -> list[str]:
    """Give what is wrong with the open page in a window of that width."""
    page.set_viewport_size({"width": width, "height": 800})
    wide = overflow(page)
    return faults(page) + ([f"{wide} px too wide"] if wide > 0 else [])


def is_page(path: str | None) -> bool:
    """Tell whether a link leads to a page of the house, not to a file and not out of it."""
    return (
        bool(path)
        and str(path).startswith("/en/")
        and not re.search(
            r"/(?:logout|files)/|\.(?:csv|xml|xlsx|json|pdf)|/bytes/|/earlier/\d+/file$", str(path)
        )
    )


def walk(page: Page, base: str, starts: list[str], release: Release) -> dict[str, list[str]]:
    """Follow every link from some pages, one of a kind; give what is wrong with each page."""
    waiting, seen = deque(starts), dict[str, list[str]]()
    while waiting:
        path = waiting.popleft()
        if kind(path, release) in seen:
            continue
        answer = page.goto(base + path)
        wrong = [] if answer and answer.status == 200 else [f"status {answer and answer.status}"]
        wrong += [f"at {width}: {fault}" for width in WIDTHS for fault in at_width(page, width)]
        seen[kind(path, release)] = wrong
        links = page.eval_on_selector_all("a[href], [data-href]", LINKS)
        waiting.extend(urlsplit(link).path for link in links if is_page(link))
    return seen


def test_every_page_keeps_the_rules_of_access(
    page: Page, live_server: LiveServer, busy: Release
) -> None:
    released = busy
    opened = walk(page, live_server.url, ["/en/"], released)
    page.goto(f"{live_server.url}/en/login/")
    page.fill("input[name=username]", released.released_by)
    page.fill("input[name=password]", "a long pass phrase")
    page.click("main button")
    desk = walk(page, live_server.url, [f"/en/desk/{released.operation.code}/"], released)
    assert {path: wrong for path, wrong in (opened | desk).items() if wrong} == {}
    assert len(desk) >= LEAST


def test_page_with_a_fault_is_found_out(page: Page) -> None:
    page.set_content(
        "<html lang='en'><title>Fault</title><main><h1>A</h1><img src='x'></main></html>"
    )
    assert any(fault.startswith("image-alt") for fault in faults(page))
