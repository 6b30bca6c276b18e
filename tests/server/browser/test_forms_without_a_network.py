"""Forms filled in a browser at phone width, with the network cut and restored: nothing is lost, nothing comes twice."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from lxml import etree
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer
from tests.server import weekly
from tests.server.browser.conftest import complaints, overflow
from tests.server.browser.test_accessibility import faults

from opendtm_server.collect import actions, store
from opendtm_server.collect.models import Device, Form, Submission
from opendtm_server.govern.models import Operation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RETRIES = 20_000  # milliseconds; a busy house is asked again after 2, 4, 8 seconds
AUTOSAVE = 1_000  # milliseconds; the page keeps a draft after a pause of 600
READ = """const opening = indexedDB.open("opendtm-fill");
  const base = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
  const wait = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const all = (name) => wait(base.transaction(name).objectStore(name).getAll());"""
READ_QUEUE = (
    "async () => { "
    + READ
    + """
  const sha256 = async (bytes) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const found = [];
  for (const one of await all("queue")) {
    const files = {};
    for (const file of one.files) files[file.name] = await sha256(file.bytes);
    found.push({ id: one.id, files, sha256: await sha256(new TextEncoder().encode(one.xml)) });
  }
  base.close();
  return found; }"""
)
READ_IDS = (
    "async (name) => { " + READ + " const ids = (await all(name)).map((one) => one.id);"
    " base.close(); return ids; }"
)
RENAME_FORM = (
    "async () => { "
    + READ
    + """
  let [one] = await all("queue");
  while (!one.tries) {  // a try under way would put the form back as it was
    await new Promise((resolve) => setTimeout(resolve, 50));
    [one] = await all("queue");
  }
  const store = base.transaction("queue", "readwrite").objectStore("queue");
  await wait(store.put({ ...one, xml: one.xml.replace("weekly_site_update", "other_form") }));
  base.close(); }"""
)
WITHOUT_SYNC = (
    "Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', { value: undefined })"
)
FULL_STORAGE = (
    "void (IDBObjectStore.prototype.put = () => "
    "{ throw new DOMException('', 'QuotaExceededError'); })"
)
PAPER_FORM = b"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>On paper</h:title><model>
<instance><data id="on_paper" version="1"><persons/><interview_mode/><meta><instanceID/></meta></data></instance>
<bind nodeset="/data/persons" type="int"/><bind nodeset="/data/interview_mode" type="string"/>
<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" calculate="once(concat('uuid:', uuid()))"/>
</model></h:head><h:body><input ref="/data/persons"><label>Persons</label></input></h:body></h:html>"""
PHONE = {"width": 360, "height": 740}
SECTORS = (
    "Protection",
    "Water, sanitation and hygiene",
    "Health",
    "Food security",
    "Shelter",
    "Security",
    "Education",
    "Non-food items",
    "Nutrition",
    "Livelihood",
)


@dataclass
class Stand:
    """A facilitator at a site: the browser, the page, and the key that the office gave."""

    context: BrowserContext
    page: Page
    server: str
    token: str
    device: Device
    said: list[str]

    def open(self) -> Page:
        """Open the facilitator's address."""
        self.page.goto(f"{self.server}/fill/{self.token}/")
        self.page.get_by_role("heading", name="Weekly site update", exact=False).first.wait_for()
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return self.page

    def again(self) -> Page:
        """Close the page and open a new one at the address without a key."""
        self.page.close()
        self.page = self.context.new_page()
        self.page.goto(f"{self.server}/fill/")
        return self.page


@pytest.fixture
def stand(
    chromium: Browser,
    live_server: LiveServer,
    operation: Operation,
    manager: User,
    facilitator: User,
) -> Iterator[Stand]:
    """Give a facilitator with a phone and the weekly form, at phone width."""
    weekly.prepare(operation, manager, facilitator)
    made = actions.add_device(operation=operation, user=facilitator, code="browser", by=manager)
    context = chromium.new_context(
        viewport=PHONE,
        locale="en-GB",
        geolocation={"latitude": 5.2, "longitude": 20.3, "accuracy": 4},
        permissions=["geolocation"],
    )
    page = context.new_page()
    yield Stand(context, page, live_server.url, made.token, made.device, complaints(page))
    context.close()


def photo(side: int = 2400) -> bytes:
    """Make a photo larger than what is kept, with a place hidden in its details."""
    picture = Image.new("RGB", (side, side // 2), (90, 140, 200))
    details = Image.Exif()
    details[0x010E] = "hidden words"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=details)
    return out.getvalue()


def choose(page: Page, question: str, answer: str) -> None:
    """Choose one answer of a question."""
    words = page.locator(".control-text").filter(has_text=re.compile(rf"^\W*{re.escape(question)}"))
    box = page.locator(".question-container").filter(has=words).first
    box.locator("label").filter(has_text=answer).first.click(timeout=5000)


def number(page: Page, question: str) -> Locator:
    """Find the box of a number."""
    return page.locator(".question-container").filter(has_text=question).first.locator("input")


def fill_weekly(page: Page, *, site: str = "Alpha", persons: int = 412) -> None:
    """Answer what the weekly form asks, with a photo."""
    choose(page, "Does the informant agree", "Yes")
    page.locator(".question-container").filter(has_text="Which site is this?").locator(
        ".p-select"
    ).click()
    page.locator(".p-select-option").filter(has_text=site).click()
    choose(page, "Could you reach the site?", "Accessible")
    choose(page, "Who gives the information?", "Site manager")
    choose(page, "How was the number", "Head count")
    for question, value in {"IDP households": 90, "IDP individuals": persons}.items():
        number(page, question).press_sequentially(str(value))
        number(page, question).press("Tab")
    choose(page, "Is there a count by sex and age?", "No")
    for sector in SECTORS:
        choose(page, sector, "Some need")
    choose(page, "Which needs come first?", "Drinking water")
    page.locator("input[type=file]:not([capture])").set_input_files(
        {"name": "camp.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.locator(".preview-captured-image img").wait_for()


def begin(page: Page, button: str = "Fill in") -> None:
    """Open the first form of the list."""
    page.get_by_role("button", name=button).first.click()
    page.locator(".odk-form").wait_for()


def queued(page: Page) -> list[dict[str, Any]]:
    """Read what waits in the browser: number, words, and the SHA-256 of each file."""
    found: list[dict[str, Any]] = page.evaluate(READ_QUEUE)
    return found


def unsent(page: Page) -> Locator:
    """Find the words that always say how much is not sent."""
    return page.locator("#unsent")


def body_of(submission: Submission) -> etree._Element:
    """Read a submission as it was received."""
    return etree.fromstring(store.read_kept(submission.operation.code, submission.sha256))


def test_form_filled_without_a_network_arrives_once_and_byte_for_byte(stand: Stand) -> None:
    page = stand.open()
    assert page.url == f"{stand.server}/fill/"
    stand.context.set_offline(True)
    begin(page)
    fill_weekly(page)
    page.get_by_role("button", name="Send").click()
    expect(unsent(page)).to_have_text("1 not sent")
    assert Submission.objects.count() == 0
    page = stand.again()
    expect(unsent(page)).to_have_text("1 not sent")
    (waiting,) = queued(page)
    stand.context.set_offline(False)
    expect(unsent(page)).to_have_text("0 not sent", timeout=RETRIES)
    expect(page.get_by_text("1 form sent from here")).to_be_visible()
    submission = Submission.objects.get()
    assert submission.instance_id == waiting["id"]
    assert submission.sha256 == waiting["sha256"]
    assert submission.complete
    assert submission.device == stand.device
    assert submission.site is not None
    assert submission.site.code == "S1"
    assert body_of(submission).findtext(".//{*}idp_individuals") == "412"
    (file,) = submission.attachments.all()
    assert {file.filename: file.sha256} == waiting["files"]
    assert [text for text in stand.said if "DISCONNECTED" not in text] == []


def test_photo_is_kept_small_and_without_its_details(stand: Stand) -> None:
    page = stand.open()
    begin(page)
    fill_weekly(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("1 form sent from here")).to_be_visible()
    submission = Submission.objects.get()
    (file,) = submission.attachments.all()
    with Image.open(store.path_of(submission.operation.code, file.sha256)) as kept:
        assert kept.size == (1280, 640)
        assert kept.format == "JPEG"
        assert not kept.getexif()


def test_form_whose_answer_was_lost_is_sent_again_and_kept_once(stand: Stand) -> None:
    page = stand.open()
    lost: list[int] = []

    def swallow(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort()

    stand.context.route("**/submission", swallow)
    begin(page)
    page.evaluate(WITHOUT_SYNC)
    fill_weekly(page)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Send").click()
    expect(unsent(page)).to_have_text("1 not sent")
    stand.context.unroute("**/submission")
    page.get_by_role("button", name="Send now").click()
    expect(unsent(page)).to_have_text("0 not sent")
    assert lost == [201]
    assert Submission.objects.count() == 1


def test_draft_survives_a_closed_page_and_keeps_its_number(stand: Stand) -> None:
    page = stand.open()
    stand.context.set_offline(True)
    begin(page)
    fill_weekly(page, persons=321)
    expect(page.get_by_text("Draft saved on this device")).to_be_visible()
    page.wait_for_timeout(AUTOSAVE)
    (draft,) = page.evaluate(READ_IDS, "drafts")
    page = stand.again()
    page.get_by_role("button", name="Continue").click()
    page.locator(".odk-form").wait_for()
    expect(number(page, "IDP individuals")).to_have_value("321")
    stand.context.set_offline(False)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("1 form sent from here")).to_be_visible()
    submission = Submission.objects.get()
    assert submission.instance_id == draft
    assert submission.deprecated_id == ""
    assert body_of(submission).findtext(".//{*}idp_individuals") == "321"
    assert page.evaluate(READ_IDS, "drafts") == []


def test_refused_form_stays_with_the_words_of_the_house(stand: Stand) -> None:
    page = stand.open()
    stand.context.set_offline(True)
    begin(page)
    fill_weekly(page)
    page.get_by_role("button", name="Send").click()
    expect(unsent(page)).to_have_text("1 not sent")
    page.evaluate(RENAME_FORM)
    stand.context.set_offline(False)
    expect(page.get_by_text("The house did not take this form")).to_contain_text("other_form")
    expect(unsent(page)).to_have_text("1 not sent")
    expect(page.get_by_role("button", name="Send again")).to_be_visible()


def test_revoked_key_is_said_and_the_way_out_is_offered(stand: Stand, manager: User) -> None:
    page = stand.open()
    actions.revoke_device(device=stand.device, by=manager)
    page.get_by_role("button", name="Look for new forms").click()
    expect(page.get_by_text("may not exchange forms")).to_be_visible()
    page.get_by_role("button", name="Erase everything on this device").click()
    page.get_by_role("button", name="Log out and erase", exact=True).click()
    expect(page.get_by_text("Nothing is kept on this device")).to_be_visible()


def test_logging_out_asks_twice_and_leaves_nothing(stand: Stand) -> None:
    page = stand.open()
    stand.context.set_offline(True)
    begin(page)
    fill_weekly(page)
    page.get_by_role("button", name="Send").click()
    expect(unsent(page)).to_have_text("1 not sent")
    page.get_by_role("button", name="Log out and erase everything here").click()
    page.get_by_role("button", name="Log out and erase", exact=True).click()
    expect(page.get_by_role("heading", name="1 form will be lost")).to_be_visible()
    last = page.get_by_role("button", name="Erase it all the same")
    expect(last).to_be_disabled()
    page.get_by_label("I understand").check()
    last.click()
    expect(page.get_by_text("Nothing is kept on this device")).to_be_visible()
    assert page.evaluate("caches.keys()") == []
    assert (
        page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    )
    assert page.evaluate("indexedDB.databases()") == []
    assert page.evaluate("Object.keys(localStorage)") in ([], ["opendtm-fill-lang"])


def test_language_changes_inside_a_form_and_the_answers_stay(stand: Stand) -> None:
    page = stand.open()
    begin(page)
    choose(page, "Does the informant agree", "Yes")
    page.get_by_role("button", name="Français").click()
    page.get_by_text("L'informateur accepte-t-il de répondre").wait_for()
    assert page.get_attribute("html", "lang") == "fr"
    chosen = (
        page.locator(".question-container").filter(has_text="accepte-t-il").locator("label.active")
    )
    expect(chosen).to_have_text("Oui")
    expect(page.get_by_role("button", name="Envoyer")).to_be_visible()


@pytest.mark.parametrize("lang", ["English", "Français"])
@pytest.mark.parametrize("width", [360, 1440])
def test_pages_fit_in_both_languages(stand: Stand, lang: str, width: int) -> None:
    page = stand.open()
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_role("button", name=lang).click()
    assert overflow(page) <= 0
    page.locator(".fill-button.main").first.click()
    page.locator(".odk-form").wait_for()
    assert overflow(page) <= 0
    assert stand.said == []


def test_full_storage_is_said_and_the_form_stays_open(stand: Stand) -> None:
    page = stand.open()
    begin(page)
    fill_weekly(page)
    page.evaluate(FULL_STORAGE)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The storage of this browser is full")).to_be_visible()
    expect(page.locator(".odk-form")).to_be_visible()
    expect(unsent(page)).to_have_text("0 not sent")


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("indexedDB", "This browser window keeps nothing"),
        ("WebAssembly", "This browser is too old"),
    ],
)
def test_browser_that_cannot_keep_forms_is_told_so(stand: Stand, missing: str, words: str) -> None:
    broken = "{ open() { throw new Error('private window'); } }" if missing == "indexedDB" else "0"
    stand.page.add_init_script(
        f"Object.defineProperty(globalThis, '{missing}', {{ value: {broken} }})"
    )
    stand.page.goto(f"{stand.server}/fill/{stand.token}/")
    expect(stand.page.get_by_text(words)).to_be_visible()


def test_page_without_forms_says_why(stand: Stand) -> None:
    Form.objects.update(retired_at=timezone.now())
    stand.page.goto(f"{stand.server}/fill/{stand.token}/")
    expect(stand.page.get_by_text("There are no forms yet")).to_be_visible()


def test_pages_break_no_rule_that_axe_can_check(stand: Stand) -> None:
    page = stand.open()
    assert faults(page) == []
    page.get_by_role("button", name="Log out and erase everything here").click()
    assert faults(page) == []
    page.get_by_role("button", name="Leave it as it is").click()
    begin(page)
    assert faults(page) == []


def test_form_keyed_in_from_paper_says_so_where_it_asks(
    stand: Stand, operation: Operation, manager: User
) -> None:
    actions.publish_xform(
        operation=operation, xform=PAPER_FORM, identity=("on_paper", "1", "On paper"), by=manager
    )
    page = stand.open()
    card = page.locator("li").filter(has_text="On paper")
    card.get_by_role("button", name="Key in from paper").click()
    expect(page.get_by_text("filled on paper")).to_be_visible()
    page.locator(".question-container input").first.press_sequentially("7")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("1 form sent from here")).to_be_visible()
    answers = body_of(Submission.objects.get())
    assert answers.findtext(".//{*}interview_mode") == "paper"
    assert answers.findtext(".//{*}persons") == "7"
