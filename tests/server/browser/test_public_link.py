"""A public link in a browser: anybody answers at phone width, in either language, until it is full."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.server.browser.conftest import complaints, overflow
from tests.server.phone import xform

from opendtm_server.collect import actions
from opendtm_server.collect.models import Submission
from opendtm_server.govern.models import Operation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(
    chromium: Browser, live_server: LiveServer, operation: Operation, manager: User
) -> Iterator[Page]:
    """Open a public link that takes one form."""
    identity = ("site_visit", "1", "Site visit")
    more = '<bind nodeset="/data/meta/instanceID" type="string" readonly="true()"/>'
    source = xform().replace(
        more.encode(),
        b'<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" calculate="once(concat(\'uuid:\', uuid()))"/>',
    )
    version = actions.publish_xform(
        operation=operation, xform=source, identity=identity, by=manager
    )
    now = timezone.now()
    terms = actions.Terms(now - timedelta(days=1), now + timedelta(days=1), 1)
    link = actions.open_public_link(form=version.form, code="open", terms=terms, by=manager)
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{live_server.url}/r/{link.secret}/")
    page.locator(".odk-form").wait_for()
    yield page
    context.close()


def answer(page: Page) -> None:
    """Answer one question and send."""
    field = page.locator(".question-container").filter(has_text="Households").locator("input")
    field.press_sequentially("12")
    field.press("Tab")
    page.get_by_role("button", name="Send").click()


def test_anybody_answers_until_the_link_is_full(page: Page) -> None:
    said = complaints(page)
    assert overflow(page) <= 0
    answer(page)
    expect(page.get_by_text("Your answers have arrived.")).to_be_visible()
    assert Submission.objects.count() == 1
    assert page.evaluate("indexedDB.databases()") == []
    assert said == []
    page.reload()
    expect(page.get_by_text("as many answers as it can take")).to_be_visible()
    expect(page.get_by_text("autant de réponses")).to_be_visible()


def test_answers_wait_while_the_network_is_cut(page: Page) -> None:
    page.context.set_offline(True)
    answer(page)
    expect(page.get_by_text("Leave the page open")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Your answers have arrived.")).to_be_visible()
    assert Submission.objects.count() == 1


def test_language_of_the_page_and_the_form_change_together(page: Page) -> None:
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_text("Combien de personnes déplacées vivent ici")).to_be_visible()
    expect(page.get_by_role("button", name="Envoyer")).to_be_visible()
