"""The page of an old round's file in a browser, at phone width: a column is read otherwise, its questions stay whole."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.server import factories
from tests.server.browser.conftest import complaints, overflow

from opendtm_server.collect import queries
from opendtm_server.collect.models import Submission
from opendtm_server.govern.models import Operation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = (
    b"Site ID,Date of assessment,IDP individuals,"
    b"priority_needs/food,priority_needs/health,priority_needs/cash\n"
    b"S1,2024-03-04,120,1,0,1\n"
)


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, operation: Operation, manager: User) -> Page:
    """Open the page on which a file is sent, as the manager, in French."""
    manager.set_password("a long pass phrase")
    manager.save()
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{live_server.url}/fr/login/")
    page.fill("input[name=username]", manager.username)
    page.fill("input[name=password]", "a long pass phrase")
    page.click("main button")
    page.goto(f"{live_server.url}/fr/desk/{operation.code}/uploads/add/")
    return page


def test_column_is_read_otherwise_and_the_question_beside_it_stays(
    page: Page, operation: Operation
) -> None:
    factories.SiteFactory.create(operation=operation, code="S1", name="Old market")
    said = complaints(page)
    page.set_input_files(
        "input[type=file]", {"name": "idp.csv", "mimeType": "text/csv", "buffer": FILE}
    )
    page.fill("input[name=name]", "baseline")
    page.click("main button")
    persons = page.get_by_label("IDP individuals", exact=True)
    expect(persons).to_have_value("idp_individuals")
    persons.fill("returnee_individuals")
    page.get_by_role("button", name="Enregistrer et revoir").click()
    expect(persons).to_have_value("returnee_individuals")
    for option in ("food", "health", "cash"):
        box = page.get_by_label(f"priority_needs/{option}", exact=True)
        expect(box).to_have_value("priority_needs")
    assert overflow(page) <= 0
    page.get_by_role("button", name="Prendre les lignes").click()
    expect(page.get_by_text("Lignes prises", exact=False).first).to_be_visible()
    told = queries.observation_of(Submission.objects.get())
    assert told["returnee_individuals"] == 120
    assert told["priority_needs"] == ("food", "cash")
    assert said == []
