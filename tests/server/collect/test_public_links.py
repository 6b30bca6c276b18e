"""Public links: who may open one, when it takes a form, that the quota holds, and what the pages say."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.server.phone import filled, multipart, xform

from opendtm_server.collect import actions
from opendtm_server.collect.actions import public_links
from opendtm_server.collect.errors import LinkCodeTaken
from opendtm_server.collect.models import Form, PublicLink, Quarantine, Submission
from opendtm_server.govern.models import AuditEvent, Operation


@pytest.fixture
def form(operation: Operation, manager: User) -> Form:
    """Publish the small form of the tests."""
    identity = ("site_visit", "1", "Site visit")
    version = actions.publish_xform(
        operation=operation, xform=xform(), identity=identity, by=manager
    )
    return version.form


def opened(
    form: Form, by: User, *, code: str = "open-1", quota: int = 2, **days: int
) -> PublicLink:
    """Open a link from some days ago to some days ahead."""
    now = timezone.now()
    terms = actions.Terms(
        opens_at=now - timedelta(days=days.get("since", 1)),
        closes_at=now + timedelta(days=days.get("until", 1)),
        quota=quota,
    )
    return actions.open_public_link(form=form, code=code, terms=terms, by=by)


def send(client: Client, link: PublicLink, body: bytes, lang: str = "en") -> Any:
    """Send a filled form through a link, as the page does."""
    content, kind = multipart(body)
    address = reverse("openrosa:self_report_submission", kwargs={"secret": link.secret})
    return client.post(address, content, content_type=kind, headers={"accept-language": lang})


def test_form_through_a_link_is_taken_and_counted(
    client: Client, form: Form, manager: User
) -> None:
    link = opened(form, manager)
    answer = send(client, link, filled())
    link.refresh_from_db()
    submission = Submission.objects.get()
    assert answer.status_code == 201
    assert link.used == 1
    assert submission.device is None
    event = AuditEvent.objects.get(action="receive_submission")
    assert event.by == "link-open-1"


def test_repeat_is_answered_202_and_not_counted_again(
    client: Client, form: Form, manager: User
) -> None:
    link = opened(form, manager, quota=1)
    body = filled()
    statuses = [send(client, link, body).status_code for _ in range(3)]
    link.refresh_from_db()
    assert statuses == [201, 202, 202]
    assert link.used == 1
    assert Submission.objects.count() == 1


def test_quota_holds_and_says_so(client: Client, form: Form, manager: User) -> None:
    link = opened(form, manager, quota=2)
    statuses = [send(client, link, filled()).status_code for _ in range(4)]
    answer = send(client, link, filled(), lang="fr")
    link.refresh_from_db()
    assert statuses == [201, 201, 410, 410]
    assert link.used == 2
    assert Submission.objects.count() == 2
    assert "autant de réponses" in answer.content.decode()
    assert "OD752" in answer.content.decode()


@pytest.mark.parametrize(("since", "until"), [(-1, 2), (3, -1)])
def test_link_takes_nothing_before_and_after_its_days(
    client: Client, form: Form, manager: User, since: int, until: int
) -> None:
    link = opened(form, manager, since=since, until=until)
    answer = send(client, link, filled())
    page = client.get(reverse("openrosa:self_report", kwargs={"secret": link.secret}))
    assert answer.status_code == page.status_code == 410
    assert "OD751" in answer.content.decode()
    assert "This form is not open now" in page.content.decode()
    assert "pas ouvert en ce moment" in page.content.decode()
    assert Submission.objects.count() == 0


def test_link_that_was_taken_back_does_not_exist(client: Client, form: Form, manager: User) -> None:
    link = opened(form, manager)
    actions.close_public_link(link=link, by=manager)
    addresses = [
        reverse(name, kwargs={"secret": link.secret})
        for name in ("openrosa:self_report", "openrosa:self_report_form")
    ]
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert send(client, link, filled()).status_code == 404


def test_unknown_and_strange_secrets_do_not_exist(client: Client, form: Form) -> None:
    for secret in ("x", "nothing-like-this", "a" * 200, "'; --"):
        address = reverse("openrosa:self_report", kwargs={"secret": secret})
        assert client.get(address).status_code == 404


def test_another_form_is_not_taken_through_a_link(
    client: Client, form: Form, manager: User
) -> None:
    other = xform().replace(b"site_visit", b"other_form")
    identity = ("other_form", "1", "Other")
    actions.publish_xform(operation=form.operation, xform=other, identity=identity, by=manager)
    link = opened(form, manager)
    answer = send(client, link, filled(form="other_form"))
    link.refresh_from_db()
    assert answer.status_code == 404
    assert (link.used, Submission.objects.count()) == (0, 0)


def test_unreadable_form_is_kept_in_the_quarantine(
    client: Client, form: Form, manager: User
) -> None:
    link = opened(form, manager)
    answer = send(client, link, b"<not xml")
    link.refresh_from_db()
    assert answer.status_code == 400
    assert link.used == 0
    held = Quarantine.objects.get()
    assert (held.error_code, held.device) == ("OD703", None)


def test_crowd_is_asked_to_wait_and_nothing_of_it_is_counted(
    client: Client, form: Form, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_links, "A_MINUTE_AT_MOST", 1)
    now = timezone.now().replace(second=10)
    monkeypatch.setattr(public_links.timezone, "now", lambda: now)
    link = opened(form, manager, quota=5)
    statuses = [send(client, link, filled()).status_code for _ in range(2)]
    now += timedelta(minutes=1)
    statuses.append(send(client, link, filled()).status_code)
    assert statuses == [201, 429, 201]
    assert PublicLink.objects.get().used == 2


def test_count_beyond_the_quota_is_impossible_in_the_database(form: Form, manager: User) -> None:
    link = opened(form, manager, quota=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicLink.objects.filter(pk=link.pk).update(used=2)


def test_link_is_opened_by_who_manages_collection_alone(
    form: Form, manager: User, facilitator: User
) -> None:
    with pytest.raises(PermissionDenied):
        opened(form, facilitator)
    opened(form, manager)
    with pytest.raises(LinkCodeTaken):
        opened(form, manager)


def test_page_gives_the_form_and_keeps_nothing(client: Client, form: Form, manager: User) -> None:
    link = opened(form, manager)
    page = client.get(reverse("openrosa:self_report", kwargs={"secret": link.secret}))
    body = client.get(reverse("openrosa:self_report_form", kwargs={"secret": link.secret}))
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex"
    assert "'unsafe-eval'" not in page["Content-Security-Policy"]
    assert page.cookies == {}
    assert body.content == xform()
    missing = reverse(
        "openrosa:self_report_media", kwargs={"secret": link.secret, "filename": "persons.csv"}
    )
    assert client.get(missing).status_code == 404


def test_desk_opens_shows_and_takes_back_a_link(
    browse: Callable[[User], Client], form: Form, manager: User
) -> None:
    client, operation = browse(manager), form.operation
    today = timezone.localdate()
    wishes = {
        "form": form.pk,
        "code": "needs-march",
        "opens_on": today,
        "closes_on": today,
        "quota": 30,
    }
    made = client.post(reverse("collect:add_public_link", args=[operation.code]), wishes)
    link = PublicLink.objects.get()
    page = client.get(made["Location"]).content.decode()
    assert f"/r/{link.secret}/" in page
    assert "<svg" in page
    assert (
        "needs-march"
        in client.get(reverse("collect:public_links", args=[operation.code])).content.decode()
    )
    client.post(reverse("collect:close_public_link", args=[operation.code, link.pk]))
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert "Taken back" in client.get(made["Location"]).content.decode()


def test_desk_refuses_a_last_day_before_the_first(
    browse: Callable[[User], Client], form: Form, manager: User
) -> None:
    wishes = {
        "form": form.pk,
        "code": "x",
        "opens_on": "2026-03-02",
        "closes_on": "2026-03-01",
        "quota": 3,
    }
    address = reverse("collect:add_public_link", args=[form.operation.code])
    answer = browse(manager).post(address, wishes)
    assert "The last day cannot be before the first." in answer.content.decode()
    assert PublicLink.objects.count() == 0
