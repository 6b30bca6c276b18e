"""Today's date is there before anybody writes it, at phone width and without a network, as it is on a phone.

1. A form of the catalogue asks its date outside what a consent opens: filled to the end it carries the day.
2. It carries the day of a refusal too.
3. In a form of a country whose date stands behind its consent, the date is there when the consent is given.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from lxml import etree
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.server import weekly

from opendtm.forms import catalogue_form, convert
from opendtm_server.collect import actions, store
from opendtm_server.collect.models import Submission
from opendtm_server.govern.models import Operation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BEHIND = """
| survey |
| | type | name | label::English (en) | label::French (fr) | default | relevant |
| | select_one answer | consent | Do you agree? | Acceptez-vous ? | | |
| | begin_group | asked | Asked | Demandé | | ${consent} = 'yes' |
| | date | day | Day | Jour | today() | |
| | end_group | | | | | |
| choices |
| | list_name | name | label::English (en) | label::French (fr) |
| | answer | yes | Yes | Oui |
| | answer | no | No | Non |
| settings |
| | form_title | form_id | version | default_language |
| | Behind | behind | 1 | English (en) |
"""
TODAY = "new Date().toLocaleDateString('sv')"
RETRIES = 20_000  # milliseconds
Opening = Callable[[Path], Page]


@pytest.fixture
def opening(
    chromium: Browser,
    live_server: LiveServer,
    operation: Operation,
    manager: User,
    facilitator: User,
) -> Opening:
    """Give what publishes a form, opens it at phone width and cuts the network."""

    def opened(path: Path) -> Page:
        weekly.prepare(operation, manager, facilitator)
        made = convert(path)
        identity = (made.form_id, made.version, made.title)
        actions.publish_xform(operation=operation, xform=made.xml, identity=identity, by=manager)
        token = actions.add_device(operation=operation, user=facilitator, by=manager).token
        context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
        page = context.new_page()
        page.goto(f"{live_server.url}/fill/{token}/")
        card = page.locator("li").filter(has_text=made.title.partition(" /")[0])
        card.wait_for()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        context.set_offline(True)
        card.get_by_role("button", name="Fill in").click()
        page.locator(".odk-form").wait_for()
        return page

    return opened


def answer(page: Page, question: str, words: str) -> None:
    """Choose an answer, from buttons or from a list."""
    asked = page.locator(".control-text").filter(has_text=re.compile(rf"^\W*{re.escape(question)}"))
    box = page.locator(".question-container").filter(has=asked).first
    if box.locator(".p-select").count():
        box.locator(".p-select").click()
        page.locator(".p-select-option").filter(has_text=words).first.click()
    else:
        box.locator("label").filter(has_text=words).first.click()


def sent(page: Page) -> etree._Element:
    """Send the form: it waits, goes when the network is back, and is read as the house keeps it."""
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#unsent")).to_have_text("1 not sent")
    page.context.set_offline(False)
    expect(page.locator("#unsent")).to_have_text("0 not sent", timeout=RETRIES)
    submission = Submission.objects.get()
    return etree.fromstring(store.read_kept(submission.operation.code, submission.sha256))


def test_survey_filled_without_a_network_carries_the_day(opening: Opening) -> None:
    page = opening(catalogue_form("complaints_feedback").path)
    answer(page, "Does the person agree", "Yes")
    answer(page, "Through which channel?", "Hotline")
    answer(page, "First administrative level", "Area TL1")
    answer(page, "Second administrative level", "Area TL101")
    answer(page, "What is it?", "Sensitive")
    answer(page, "To whom does the person want to speak?", "The person wants no contact")
    answer(page, "Sex", "Female")
    answer(page, "Age group", "18 to 59")
    answer(page, "Population group", "Host")
    answer(page, "Does the person want to leave a contact?", "No")
    today = page.evaluate(TODAY)

    answers = sent(page)

    assert answers.findtext(".//{*}feedback_date") == today
    assert answers.findtext(".//{*}feedback_kind") == "sensitive"


def test_refusal_carries_the_day_and_nothing_else(opening: Opening) -> None:
    page = opening(catalogue_form("border_perception").path)
    answer(page, "Do you agree to answer?", "No")
    today = page.evaluate(TODAY)

    answers = sent(page)

    assert answers.findtext("{*}assessment_date") == today
    assert answers.find("{*}interview") is None


def test_date_behind_a_consent_is_there_when_the_consent_is_given(
    opening: Opening, tmp_path: Path
) -> None:
    form = tmp_path / "behind.md"
    form.write_text(BEHIND, encoding="utf-8")
    page = opening(form)
    answer(page, "Do you agree?", "Yes")
    today = page.evaluate(TODAY)

    answers = sent(page)

    assert answers.findtext(".//{*}day") == today
