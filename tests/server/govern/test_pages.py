"""Signing in, the desk, people and the audit log, as a browser sees them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client
from django.utils import timezone
from tests.server import factories

from opendtm_server.govern import login, queries
from opendtm_server.govern.models import (
    AuditEvent,
    InitialPassword,
    LoginFailure,
    Membership,
    Operation,
)
from opendtm_server.govern.roles import DESCRIPTIONS, PERMISSION_WORDS, Permission

Browse = Callable[[User], Client]
NEW = "a new long pass phrase"


def sign_in(client: Client, password: str) -> int:
    return client.post("/en/login/", {"username": "head", "password": password}).status_code


def test_sign_in_leads_to_the_desk(client: Client, head: User) -> None:
    answer = client.post("/en/login/", {"username": "head", "password": factories.PASSWORD})
    assert answer["Location"] == "/en/desk/"


def test_sign_in_does_not_lead_out_of_the_house(client: Client, head: User) -> None:
    answer = client.post(
        "/en/login/?next=https://elsewhere.example/",
        {"username": "head", "password": factories.PASSWORD},
    )
    assert answer["Location"] == "/en/desk/"


def test_guessing_becomes_slow_even_for_the_right_password(client: Client, head: User) -> None:
    for _attempt in range(login.ALLOWED):
        assert sign_in(client, "wrong") == 200
    answer = client.post("/fr/login/", {"username": "head", "password": factories.PASSWORD})
    assert answer.status_code == 200
    assert "Trop d" in answer.content.decode()
    LoginFailure.objects.update(since=timezone.now() - login.PAUSE - timedelta(seconds=1))
    assert sign_in(client, factories.PASSWORD) == 302


def test_count_of_failures_names_nobody(client: Client, head: User) -> None:
    sign_in(client, "wrong")
    row = LoginFailure.objects.get()
    assert (row.count, len(row.key)) == (1, 64)
    assert "head" not in row.key


def test_unknown_and_known_account_fail_with_the_same_words(client: Client, head: User) -> None:
    texts = []
    for name in ("head", "nobody"):
        answer = client.post("/en/login/", {"username": name, "password": "wrong"})
        texts.append(answer.content.decode().split('role="alert">')[1].split("</div>")[0])
    assert texts[0] == texts[1]


def test_first_password_must_be_replaced_before_anything_else(
    browse: Browse, head: User, operation: Operation
) -> None:
    InitialPassword.objects.create(user=head)
    client = browse(head)
    assert client.get(f"/en/desk/{operation.code}/")["Location"] == "/en/password/"
    words = {"old_password": factories.PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/en/password/", words).status_code == 302
    assert client.get(f"/en/desk/{operation.code}/").status_code == 200
    assert AuditEvent.objects.get().action == "replace_password"


def test_short_password_is_refused_with_the_reason(browse: Browse, head: User) -> None:
    words = {"old_password": factories.PASSWORD, "new_password1": "short", "new_password2": "short"}
    answer = browse(head).post("/en/password/", words)
    assert "at least 12 characters" in answer.content.decode()


def test_sign_out_needs_a_post(browse: Browse, head: User) -> None:
    client = browse(head)
    assert client.get("/en/logout/").status_code == 405
    assert client.post("/en/logout/").status_code == 302
    assert client.get("/en/desk/").status_code == 302


def test_desk_lists_own_operations_only(
    browse: Browse, head: User, operation: Operation, other_operation: Operation
) -> None:
    text = browse(head).get("/fr/desk/").content.decode()
    assert operation.name_fr in text
    assert other_operation.name_fr not in text


def test_stranger_sees_no_operation(operation: Operation) -> None:
    assert list(queries.operations_for(AnonymousUser())) == []
    with pytest.raises(Operation.DoesNotExist):
        queries.operation_for(AnonymousUser(), operation.code)


def test_keeper_opens_an_operation(browse: Browse, keeper: User) -> None:
    words = {
        "code": "North",
        "name": "North",
        "name_fr": "Nord",
        "country": "Testland",
        "country_code": "TL",
        "contact_office": "Office",
        "contact_address": "office@example.org",
    }
    answer = browse(keeper).post("/en/desk/new-operation/", words)
    assert answer["Location"] == "/en/desk/north/people/"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_roles_page_names_every_role_and_right(
    browse: Browse, cluster: User, language: str
) -> None:
    answer = browse(cluster).get(f"/{language}/desk/roles/")
    assert answer.content.decode().count('scope="row"') == len(Permission) == len(PERMISSION_WORDS)
    assert answer.content.decode().count('class="yes"') == sum(
        len(role.allows) for role in DESCRIPTIONS.values()
    )


def test_new_account_shows_its_password_once(
    browse: Browse, head: User, operation: Operation
) -> None:
    client = browse(head)
    words = {
        "username": "im-north",
        "role": "information_manager",
        "sector": "",
        "organisation": "",
    }
    answer = client.post(f"/en/desk/{operation.code}/people/add/", words)
    password = answer.content.decode().split('class="secret">')[1].split("<")[0]
    assert User.objects.get(username="im-north").check_password(password)
    assert password not in client.get(f"/en/desk/{operation.code}/people/").content.decode()


def test_problem_stands_on_the_form_that_caused_it(
    browse: Browse, head: User, operation: Operation
) -> None:
    words = {"username": "wash", "role": "cluster_viewer", "sector": "", "organisation": ""}
    answer = browse(head).post(f"/fr/desk/{operation.code}/people/add/", words)
    assert answer.status_code == 200
    assert "secteur" in answer.content.decode().split('role="alert">')[1].split("</div>")[0]
    assert not User.objects.filter(username="wash").exists()


def test_role_is_taken_away_after_asking(
    browse: Browse, head: User, coordinator: User, operation: Operation
) -> None:
    membership = Membership.objects.get(user=coordinator)
    client, address = browse(head), f"/en/desk/{operation.code}/people/{membership.pk}/remove/"
    asked = client.get(address).content.decode()
    assert "coordinator will no longer be Field coordinator" in asked
    assert "undo" in asked
    assert Membership.objects.filter(pk=membership.pk).exists()
    client.post(address)
    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_last_head_cannot_be_removed_by_address(
    browse: Browse, head: User, operation: Operation
) -> None:
    membership = Membership.objects.get(user=head)
    answer = browse(head).post(f"/en/desk/{operation.code}/people/{membership.pk}/remove/")
    assert answer.status_code == 422
    assert "OD801" in answer.content.decode()


def test_membership_of_another_operation_does_not_exist(
    browse: Browse, head: User, operation: Operation
) -> None:
    other = factories.MembershipFactory.create()
    assert browse(head).get(f"/en/desk/{operation.code}/people/{other.pk}/").status_code == 404


def test_audit_log_is_filtered_by_its_address(
    browse: Browse, head: User, operation: Operation
) -> None:
    factories.AuditEventFactory.create(
        operation=operation.code, by="coordinator", subject="TL-1", details={"n": [1]}
    )
    factories.AuditEventFactory.create(
        operation=operation.code, by="manager", action="move_site", subject="TL-2"
    )
    factories.AuditEventFactory.create(operation="elsewhere", by="manager", subject="TL-3")
    text = browse(head).get(f"/en/desk/{operation.code}/audit/?by=manager").content.decode()
    assert "1 of 2 shown, 1 hidden" in text
    assert "TL-2" in text
    assert "TL-1" not in text.split("<tbody>")[1]
    assert "TL-3" not in text


def test_audit_log_days_are_whole(operation: Operation, head: User) -> None:
    event = factories.AuditEventFactory.create(operation=operation.code)
    AuditEvent.objects.filter(pk=event.pk).update(at=datetime(2026, 1, 5, 23, 59, tzinfo=UTC))
    day = datetime(2026, 1, 5, tzinfo=UTC).date()
    every = queries.events_for(head, operation)
    assert queries.chosen_events(every, since=day, until=day).count() == 1
    assert queries.chosen_events(every, since=day + timedelta(days=1)).count() == 0


def test_text_of_people_is_never_run(browse: Browse, head: User, operation: Operation) -> None:
    operation.name = "<script>alert(1)</script>"
    operation.save()
    factories.AuditEventFactory.create(
        operation=operation.code, subject="<img src=x onerror=alert(1)>"
    )
    text = browse(head).get(f"/en/desk/{operation.code}/audit/").content.decode()
    assert "<script>alert" not in text
    assert "<img" not in text
