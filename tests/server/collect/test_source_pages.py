"""The pages of sources, and the address to which another server tells that something came."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from tests.server.collect.elsewhere import ASSET, CentralServer, KoboServer, as_json
from tests.server.phone import filled

from opendtm_server.collect import actions
from opendtm_server.collect.errors import SourceBusy
from opendtm_server.collect.models import NotTaken, Pull, Source, Submission
from opendtm_server.collect.tokens import token_hash
from opendtm_server.govern.models import Operation

Browse = Callable[[User], Client]


@pytest.fixture
def source(central: CentralServer, operation: Operation, manager: User) -> Source:
    """Give the source that names the ODK Central."""
    place = actions.Place("central", central.url, "site_visit", 7, central.account)
    return actions.add_source(
        operation=operation, name="central", place=place, secret=central.password, by=manager
    )


@pytest.fixture
def hook(kobo: KoboServer, operation: Operation, manager: User, client: Client) -> str:
    """Give the webhook's address of a source that names the KoBoToolbox; the client says its word."""
    place = actions.Place("kobo", kobo.url, ASSET)
    made = actions.add_source(
        operation=operation, name="kobo", place=place, secret=kobo.token, by=manager
    )
    secrets = actions.open_hook(source=made, by=manager)
    client.defaults["HTTP_X_OPENDTM_SECRET"] = secrets.word
    return reverse("openrosa:hook", args=[secrets.token])


def address(name: str, operation: Operation, *more: object) -> str:
    """Give the address of a page of this room."""
    return reverse(f"collect:{name}", args=[operation.code, *more])


def wishes(central: CentralServer, **other: Any) -> dict[str, Any]:
    """Fill the form for a new source in."""
    return {
        "name": "north",
        "kind": "central",
        "url": central.url,
        "project": 7,
        "remote_form": "site_visit",
        "account": central.account,
        "secret": central.password,
    } | other


def test_source_is_tested_without_being_kept(
    browse: Browse, manager: User, operation: Operation, central: CentralServer
) -> None:
    answer = browse(manager).post(
        address("add_source", operation), wishes(central, test="1"), follow=True
    )
    assert "The form “Site visit” was found there." in answer.content.decode()
    assert central.password not in answer.content.decode()
    assert not Source.objects.exists()


def test_source_with_a_wrong_password_is_told_when_tested(
    browse: Browse, manager: User, operation: Operation, central: CentralServer
) -> None:
    said = wishes(central, test="1", secret="wrong")
    page = browse(manager).post(address("add_source", operation), said).content.decode()
    assert "does not let this account read the submissions" in page


def test_source_added_and_pulled_shows_its_run_and_what_was_not_taken(
    browse: Browse, manager: User, operation: Operation, central: CentralServer
) -> None:
    central.send("uuid:a", filled(instance="uuid:a"))
    central.send("uuid:b", b"<data id='site_visit' version='1'>")
    desk = browse(manager)

    desk.post(address("add_source", operation), wishes(central))
    made = Source.objects.get()
    desk.post(address("pull_source", operation, made.pk))
    assert not Submission.objects.exists()
    actions.pull_asked()
    page = desk.get(address("source", operation, made.pk)).content.decode()

    assert Submission.objects.count() == 1
    assert "uuid:b" in page
    assert "OD703" in page
    assert "It stays on the other server." in page
    assert "from the phone" not in page
    assert central.password not in page
    assert "Done" in page
    listed = desk.get(address("sources", operation)).content.decode()
    assert "north" in listed


def test_source_without_project_or_outside_address_is_refused_on_the_form(
    browse: Browse, manager: User, operation: Operation, central: CentralServer, settings: Any
) -> None:
    desk = browse(manager)
    page = desk.post(address("add_source", operation), wishes(central, project=""))
    assert "needs the number of the project" in page.content.decode()
    settings.OPENDTM_PRIVATE_SOURCES = False
    page = desk.post(address("add_source", operation), wishes(central))
    assert "does not connect to" in page.content.decode()
    assert not Source.objects.exists()


def test_source_page_in_french_says_the_cause_in_french(
    browse: Browse, manager: User, operation: Operation, source: Source
) -> None:
    NotTaken.objects.create(
        source=source, remote_key="uuid:z", error_code="OD771", reason="x", details={"count": 2}
    )
    page = browse(manager).get(address("source", operation, source.pk).replace("/en/", "/fr/"))
    assert "ne se trouvent pas encore sur l’autre serveur" in page.content.decode()


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Asked for; it begins within seconds."), ("fr", "la reprise commence")],
)
def test_run_that_was_asked_for_is_shown_until_it_begins_and_cannot_be_asked_for_twice(
    browse: Browse, manager: User, operation: Operation, source: Source, lang: str, words: str
) -> None:
    desk = browse(manager)
    desk.post(address("pull_source", operation, source.pk), {"retry": "1"})

    page = desk.get(address("source", operation, source.pk).replace("/en/", f"/{lang}/"))
    again = desk.post(address("pull_source", operation, source.pk), follow=True)

    assert words in page.content.decode()
    assert 'hx-trigger="every 3s"' in page.content.decode()
    assert [str(one.level_tag) for one in again.context["messages"]] == ["error"]
    asked = Pull.objects.get()
    assert (asked.state, asked.by, asked.retry_all) == ("waiting", manager.username, True)


def test_run_that_was_asked_for_is_done_once_in_the_name_of_who_asked(
    manager: User, source: Source, central: CentralServer
) -> None:
    central.send("uuid:a", filled(instance="uuid:a"))
    actions.pull_soon(source=source, by=manager)

    (run,) = actions.pull_asked()

    assert (run.state, run.by, run.seen) == ("done", manager.username, 1)
    assert Pull.objects.count() == 1
    assert actions.pull_asked() == []


def test_run_asked_for_by_somebody_who_left_is_broken_off(manager: User, source: Source) -> None:
    actions.pull_soon(source=source, by=manager)
    manager.is_active = False
    manager.save()

    assert actions.pull_asked() == []

    asked = Pull.objects.get()
    assert asked.state == "stopped"
    assert asked.finished_at is not None


def test_run_from_the_command_line_is_the_one_that_was_asked_for(
    manager: User, source: Source
) -> None:
    asked = actions.pull_soon(source=source, by=manager)

    run = actions.pull_source(source=source, by=manager)

    assert run.pk == asked.pk
    assert actions.pull_asked() == []


def test_run_that_waits_long_is_not_taken_for_dead(manager: User, source: Source) -> None:
    asked = actions.pull_soon(source=source, by=manager)
    Pull.objects.update(last_sign_at=timezone.now() - timedelta(days=1))

    with pytest.raises(SourceBusy):
        actions.pull_soon(source=source, by=manager)

    assert [run.pk for run in actions.pull_asked()] == [asked.pk]


def test_source_shows_progress_while_a_run_is_under_way(
    browse: Browse, manager: User, operation: Operation, source: Source
) -> None:
    Pull.objects.create(
        source=source, by="manager", worker="another:1", seen=3, taken=2, expected=10
    )
    desk = browse(manager)
    page = desk.get(address("source", operation, source.pk)).content.decode()
    assert "Under way: 3 seen, 2 taken." in page
    followed = etree.HTML(page).xpath('//*[@hx-trigger="every 3s"]')
    assert "It has never been pulled." not in page
    assert [len(one.xpath(".//table")) for one in followed] == [1]
    again = desk.post(address("pull_source", operation, source.pk), follow=True)
    assert "is being pulled already" in again.content.decode()


def test_list_of_what_was_not_taken_says_how_much_of_it_is_shown(
    browse: Browse, manager: User, operation: Operation, source: Source
) -> None:
    NotTaken.objects.bulk_create(
        NotTaken(source=source, remote_key=f"uuid:{n}", error_code="OD703", reason="x")
        for n in range(201)
    )
    page = browse(manager).get(address("source", operation, source.pk)).content.decode()
    assert "Shown are the 200 tried last, of 201." in page
    assert page.count("uuid:") == 200


def test_what_was_not_taken_is_tried_again_by_its_button(
    browse: Browse, manager: User, operation: Operation, source: Source, central: CentralServer
) -> None:
    sent = central.send("uuid:b", b"<data id='site_visit' version='1'>")
    desk = browse(manager)
    desk.post(address("pull_source", operation, source.pk))
    actions.pull_asked()
    sent.versions["uuid:b"] = filled(instance="uuid:b")
    desk.post(address("pull_source", operation, source.pk))
    actions.pull_asked()
    assert Submission.objects.count() == 0

    desk.post(address("pull_source", operation, source.pk), {"retry": "1"})
    actions.pull_asked()

    assert Submission.objects.count() == 1
    assert not NotTaken.objects.filter(settled_at=None).exists()


def test_source_is_changed_paused_and_given_a_webhook(
    browse: Browse, manager: User, operation: Operation, source: Source
) -> None:
    desk = browse(manager)
    sealed = bytes(source.secret)
    desk.post(address("change_source", operation, source.pk), {"every_minutes": 30})
    source.refresh_from_db()
    assert (source.every_minutes, bytes(source.secret)) == (30, sealed)

    desk.post(address("pause_source", operation, source.pk))
    source.refresh_from_db()
    assert source.paused_at is not None

    page = desk.post(address("open_hook", operation, source.pk))
    assert page["Cache-Control"] == "private, no-store"
    words = page.content.decode()
    token = words.partition("/hooks/")[2].partition("/")[0]
    word = words.partition("X-OpenDTM-Secret: ")[2].partition("<")[0]
    source.refresh_from_db()
    assert source.hook_sha256 == token_hash(token)
    assert source.hook_word_sha256 == token_hash(word)
    assert word not in bytes(source.secret).decode(errors="replace")


def test_webhook_takes_the_submission_that_it_names_from_the_server(
    client: Client, kobo: KoboServer, hook: str
) -> None:
    row = kobo.send(451, filled(form=ASSET, version="1", instance="uuid:a"))

    first = client.post(hook, row, content_type="application/json")
    again = client.post(hook, row, content_type="application/json")

    assert (first.status_code, again.status_code) == (201, 200)
    assert Submission.objects.get().instance_id == "uuid:a"


def test_webhook_believes_nothing_that_is_posted(
    client: Client, kobo: KoboServer, hook: str
) -> None:
    kobo.send(451, filled(form=ASSET, version="1", instance="uuid:a", persons=1))
    forged = {"_id": 451, "idp_individuals": "999999", "meta/instanceID": "uuid:forged"}

    client.post(hook, forged, content_type="application/json")

    assert Submission.objects.get().instance_id == "uuid:a"
    missing = client.post(hook, {"_id": 999}, content_type="application/json")
    assert missing.status_code == 422
    assert NotTaken.objects.get().error_code == "OD758"


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"[]", b"{}", b'{"_id": true}', b'{"_id": {}}', b"\xff\xfe"]
)
def test_webhook_answers_nonsense_with_400(
    client: Client, kobo: KoboServer, hook: str, body: bytes
) -> None:
    assert client.post(hook, body, content_type="application/json").status_code == 400


def test_webhook_refuses_a_wrong_secret_a_large_body_and_reading(
    client: Client, kobo: KoboServer, hook: str
) -> None:
    assert client.post("/hooks/wrong/", {"_id": 1}).status_code == 404
    assert client.get(hook).status_code == 405
    large = b'{"_id": 451, "x": "' + b"a" * (2 * 1024 * 1024) + b'"}'
    assert client.post(hook, large, content_type="application/json").status_code == 413
    Source.objects.update(paused_at="2026-01-01T00:00:00Z")
    assert client.post(hook, {"_id": 1}, content_type="application/json").status_code == 404


def basic(name: str, password: str) -> str:
    """Write a name and a password as a browser does."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 401),
        ({"HTTP_X_OPENDTM_SECRET": ""}, 401),
        ({"HTTP_X_OPENDTM_SECRET": "WORD"}, 201),
        ({"HTTP_X_OPENDTM_SECRET": "WORDS"}, 401),
        ({"HTTP_X_OPENDTM_SECRET": "\u00e9"}, 401),
        ({"HTTP_AUTHORIZATION": "BASIC"}, 201),
        ({"HTTP_AUTHORIZATION": "BASIC", "HTTP_X_OPENDTM_SECRET": "other"}, 201),
        ({"HTTP_AUTHORIZATION": "Basic !!!"}, 401),
        ({"HTTP_AUTHORIZATION": "Bearer WORD"}, 401),
    ],
)
def test_webhook_wants_its_word_in_the_header_or_as_password(
    client: Client, kobo: KoboServer, hook: str, said: dict[str, str], status: int
) -> None:
    word = client.defaults.pop("HTTP_X_OPENDTM_SECRET")
    row = kobo.send(451, filled(form=ASSET, version="1", instance="uuid:a"))
    spoken = {
        name: basic("kobo", word) if text == "BASIC" else text.replace("WORD", word)
        for name, text in said.items()
    }

    answer = client.post(hook, row, content_type="application/json", **spoken)

    assert answer.status_code == status
    assert Submission.objects.exists() == (status == 201)


def test_webhook_from_before_there_were_words_goes_on_without(
    client: Client, kobo: KoboServer, hook: str
) -> None:
    del client.defaults["HTTP_X_OPENDTM_SECRET"]
    Source.objects.update(hook_word_sha256="")
    row = kobo.send(451, filled(form=ASSET, version="1", instance="uuid:a"))
    assert client.post(hook, row, content_type="application/json").status_code == 201


def test_webhook_of_a_server_that_breaks_off_asks_to_try_later(
    client: Client, kobo: KoboServer, hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opendtm_server.collect.sources.web.TRIES", 1)
    kobo.fail("/data/451/", as_json({}, 502))
    answer = client.post(hook, {"_id": 451}, content_type="application/json")
    assert answer.status_code == 503
