"""Phones that say name and password: challenged, slowed down, and let in by token or by the person's password."""

import base64
from typing import Any

import pytest
from django.contrib.auth.models import User
from lxml import etree
from tests.server import factories
from tests.server.phone import Phone, Reply, filled, multipart, xform

from opendtm_server.collect import actions
from opendtm_server.collect.models import Device, FormVersion, Submission
from opendtm_server.govern.login import ALLOWED
from opendtm_server.govern.models import Operation

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long one : with a colon é"


@pytest.fixture
def old_phone(live_server: Any, published: FormVersion, facilitator: User) -> Phone:
    """Give a phone without a token in its address; its owner has a password."""
    facilitator.set_password(PASSWORD)
    facilitator.save()
    return Phone(f"{live_server.url}/openrosa")


def _ask(phone: Phone, name: str, password: str, path: str = "/formList") -> Reply:
    said = base64.b64encode(f"{name}:{password}".encode()).decode()
    return phone.ask("GET", path, Authorization=f"Basic {said}")


def _device(operation: Any, user: User, by: User) -> tuple[Device, str]:
    made = actions.add_device(operation=operation, user=user, by=by)
    return made.device, made.token


def test_phone_without_a_password_is_challenged_in_words(old_phone: Phone) -> None:
    for reply in (old_phone.ask("GET", "/formList"), old_phone.ask("HEAD", "/submission")):
        assert reply.status == 401
        assert reply.headers["WWW-Authenticate"].startswith('Basic realm="OpenDTM"')
    assert "OD763" in old_phone.ask("GET", "/formList", Accept_Language="fr").text


@pytest.mark.parametrize(
    "said",
    [
        "Basic",
        "Basic !!!",
        "Basic " + "QQ" * 900,
        "Basic bm9jb2xvbg==",
        "Basic gIA6gIA=",
    ],
)
def test_password_that_cannot_be_read_is_asked_for_again(old_phone: Phone, said: str) -> None:
    assert old_phone.ask("GET", "/formList", Authorization=said).status == 401


def test_token_as_password_opens_forms_and_takes_submissions(
    old_phone: Phone, published: FormVersion, facilitator: User, manager: User
) -> None:
    device, token = _device(published.form.operation, facilitator, manager)
    said = "Basic " + base64.b64encode(f"anything:{token}".encode()).decode()
    listed = old_phone.ask("GET", "/formList", Authorization=said)
    address = next(etree.fromstring(listed.body).iter("{*}downloadUrl")).text
    assert address == f"{old_phone.address}/forms/site_visit/1"
    assert old_phone.ask("GET", str(address), Authorization=said).body == bytes(published.xform)
    body, kind = multipart(filled())
    sent = old_phone.ask("POST", "/submission", body, Content_Type=kind, Authorization=said)
    assert sent.status == 201
    assert sent.headers["Location"] == f"{old_phone.address}/submission"
    assert Submission.objects.get().device == device


def test_every_address_in_a_manifest_opens_with_the_password(
    old_phone: Phone, operation: Operation, facilitator: User, manager: User
) -> None:
    _, token = _device(operation, facilitator, manager)
    said = "Basic " + base64.b64encode(f"anything:{token}".encode()).decode()
    lists = '<instance id="sites" src="jr://file-csv/sites.csv"/>'
    actions.publish_xform(
        operation=operation,
        xform=xform(version="2", more=lists),
        identity=("site_visit", "2", "Visit"),
        by=manager,
    )
    listed = old_phone.ask("GET", "/formList", Authorization=said)
    manifest = next(etree.fromstring(listed.body).iter("{*}manifestUrl")).text
    (file,) = etree.fromstring(old_phone.ask("GET", str(manifest), Authorization=said).body)
    named = {etree.QName(one).localname: str(one.text) for one in file}

    assert old_phone.ask("GET", named["downloadUrl"], Authorization=said).status == 200
    gone = old_phone.ask("GET", f"{named['integrityUrl']}?id=a,b", Authorization=said)
    assert (gone.status, gone.headers["X-OpenRosa-Version"]) == (200, "1.0")
    assert [one.get("id") for one in etree.fromstring(gone.body).iter("entity")] == ["a", "b"]


def test_password_of_the_person_opens_the_newest_phone_in_use(
    old_phone: Phone, published: FormVersion, facilitator: User, manager: User
) -> None:
    assert _ask(old_phone, "facilitator", PASSWORD).status == 403
    device, _ = _device(published.form.operation, facilitator, manager)
    assert [_ask(old_phone, "facilitator", PASSWORD).status for _ in range(2)] == [200, 200]
    actions.revoke_device(device=device, by=manager)
    assert _ask(old_phone, "facilitator", PASSWORD).status == 403


def test_password_replaced_or_person_gone_no_longer_opens(
    old_phone: Phone, published: FormVersion, facilitator: User, manager: User
) -> None:
    _device(published.form.operation, facilitator, manager)
    assert _ask(old_phone, "facilitator", PASSWORD).status == 200
    facilitator.set_password("another long one")
    facilitator.save()
    assert _ask(old_phone, "facilitator", PASSWORD).status == 401
    facilitator.is_active = False
    facilitator.save()
    assert _ask(old_phone, "facilitator", "another long one").status == 401


def test_guessing_is_slowed_and_says_so(old_phone: Phone) -> None:
    tried = [_ask(old_phone, "facilitator", f"guess {n}").status for n in range(ALLOWED)]
    reply = _ask(old_phone, "facilitator", PASSWORD)
    assert tried == [401] * ALLOWED
    assert reply.status == 429
    assert "OD764" in reply.text


def test_phone_of_another_operation_stays_in_it(
    old_phone: Phone, published: FormVersion, manager: User, keeper: User
) -> None:
    other = factories.OperationFactory.create()
    _, token = _device(other, keeper, keeper)
    assert "site_visit" not in _ask(old_phone, "x", token).text
    assert _ask(old_phone, "x", token, "/forms/site_visit/1").status == 404
