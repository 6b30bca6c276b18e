"""The question types that docs/how-to/fill-in-a-browser.md says work in a browser, on one form."""

import tempfile
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from lxml import etree
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.server.browser.conftest import complaints, overflow

from opendtm.forms import convert
from opendtm_server.collect import actions, store
from opendtm_server.collect.models import Submission
from opendtm_server.govern.models import Operation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORM = """
| survey |
| | type | name | label::English (en) | label::French (fr) | choice_filter | relevant | constraint | constraint_message::English (en) | constraint_message::French (fr) | calculation | appearance | parameters | required | repeat_count |
| | select_one area | area | Area | Zone | | | | | | | | | | |
| | select_one_from_file places.csv | place | Place | Lieu | area=${area} | | | | | | | | | |
| | range | score | Score | Note | | | | | | | | start=0 end=10 step=1 | | |
| | rank needs | order | Order | Ordre | | | | | | | | | | |
| | acknowledge | read | I have read this | J'ai lu ceci | | | | | | | | | | |
| | integer | people | People | Personnes | | | . < 50 | Fewer than 50. | Moins de 50. | | | | | |
| | calculate | double | | | | | | | | ${people} * 2 | | | | |
| | note | shown | Twice: ${double} | Deux fois : ${double} | | ${people} > 3 | | | | | | | | |
| | select_one needs | likert | How much? | Combien ? | | | | | | | likert | | | |
| | time | hour | Hour | Heure | | | | | | | | | | |
| | geopoint | position | Position | Position | | | | | | | | | | |
| | geoshape | shape | Shape | Contour | | | | | | | | | | |
| | audio | sound | Sound | Son | | | | | | | | | | |
| | integer | members | Members | Membres | | | | | | | | | | |
| | begin_repeat | member | Member | Membre | | | | | | | | | | ${members} |
| | integer | age | Age | Âge | | | | | | | | | yes | |
| | end_repeat | | | | | | | | | | | | | |
| choices |
| | list_name | name | label::English (en) | label::French (fr) |
| | area | north | North | Nord |
| | area | south | South | Sud |
| | needs | food | Food | Nourriture |
| | needs | water | Water | Eau |
| settings |
| | form_title | form_id | version | default_language |
| | Every type | every_type | 1 | English (en) |
"""
PLACES = b"name,label,area\nn1,Northtown,north\ns1,Southtown,south\n"


def box(page: Page, words: str) -> Locator:
    """Find a question by its words."""
    return page.locator(".question-container").filter(has_text=words).first


@pytest.fixture
def page(
    chromium: Browser,
    live_server: LiveServer,
    operation: Operation,
    manager: User,
    facilitator: User,
) -> Page:
    """Open the form of every type at phone width."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "every.md"
        path.write_text(FORM, encoding="utf-8")
        made = convert(path)
    identity = (made.form_id, made.version, made.title)
    actions.publish_xform(
        operation=operation,
        xform=made.xml,
        identity=identity,
        media={"places.csv": PLACES},
        by=manager,
    )
    token = actions.add_device(operation=operation, user=facilitator, by=manager).token
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        locale="en-GB",
        permissions=["geolocation"],
        geolocation={"latitude": 5.2, "longitude": 20.3, "accuracy": 4},
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/fill/{token}/")
    page.get_by_role("button", name="Fill in").click()
    page.locator(".odk-form").wait_for()
    return page


def answer_everything(page: Page) -> None:
    """Answer the questions outside the repeat."""
    box(page, "Area").get_by_text("South").click()
    box(page, "Place").get_by_text("Southtown").click()
    box(page, "I have read this").locator("label").last.click()
    box(page, "Order").locator("button").first.click()
    type_number(page, "People", 7)
    box(page, "Position").get_by_role("button", name="Get location").click()
    page.get_by_role("button", name="Save location").click()
    expect(box(page, "Position")).to_contain_text("5.2")
    type_number(page, "Members", 2)


def type_number(page: Page, question: str, value: int) -> None:
    """Type a number as a person does."""
    field = box(page, question).locator("input")
    field.fill("")
    field.press_sequentially(str(value))
    field.press("Tab")


def test_every_type_of_the_manual_is_answered_in_a_browser(page: Page) -> None:
    said = complaints(page)
    answer_everything(page)
    ages = page.locator(".question-container").filter(has_text="Age")
    expect(ages).to_have_count(2)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("2 questions need another look.")).to_be_visible()
    for age in ages.all():
        age.locator("input").press_sequentially("30")
        age.locator("input").press("Tab")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("1 form sent from here")).to_be_visible()
    assert overflow(page) <= 0
    assert said == []
    submission = Submission.objects.get()
    answers = etree.fromstring(store.read_kept(submission.operation.code, submission.sha256))
    assert answers.findtext(".//{*}place") == "s1"
    assert answers.findtext(".//{*}double") == "14"
    assert answers.findtext(".//{*}read") == "OK"
    assert [age.text for age in answers.findall(".//{*}age")] == ["30", "30"]
    assert str(answers.findtext(".//{*}position")).startswith("5.2 20.3")


def test_choices_constraints_and_notes_follow_the_answers(page: Page) -> None:
    box(page, "Area").get_by_text("South").click()
    expect(box(page, "Place")).to_contain_text("Southtown")
    expect(box(page, "Place")).not_to_contain_text("Northtown")
    type_number(page, "People", 60)
    expect(page.get_by_text("Fewer than 50.")).to_be_visible()
    type_number(page, "People", 7)
    expect(page.get_by_text("Twice: 14")).to_be_visible()


def test_what_a_browser_cannot_do_is_said_in_its_place(page: Page) -> None:
    expect(page.get_by_text("This question needs a map")).to_be_visible()
    expect(page.get_by_text("Only photos can be attached here")).to_be_visible()
