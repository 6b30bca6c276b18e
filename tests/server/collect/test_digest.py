"""Phones that sign in by HTTP Digest.

1. The arithmetic is that of RFC 2617 and RFC 7616, by their own examples.
2. A client that knows nothing of this house (httpx) lists, fetches and sends.
3. A proof that was altered, is old, was made for another address or for a phone that was revoked opens nothing.
4. A person, or a phone from before, is sent on to Basic.
5. Whoever has the database has neither token nor HA1.
"""

import hashlib
import http.client
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.contrib.auth.models import User
from django.db import connection as database
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from pytest_django.live_server_helper import LiveServer
from tests.server import factories
from tests.server.phone import filled, multipart

from opendtm_server.collect import actions, digest
from opendtm_server.collect.errors import DigestUnfit
from opendtm_server.collect.models import Device, FormVersion, Submission
from opendtm_server.govern.house_key import KEY_FILE
from opendtm_server.govern.login import ALLOWED
from opendtm_server.govern.models import LoginFailure, Operation

LIST = "/openrosa/formList"
PERSON = "a person's long password"
GOOD = {
    "username": "bria-1",
    "realm": "OpenDTM",
    "nonce": "n",
    "uri": LIST,
    "qop": "auth",
    "nc": "00000001",
    "cnonce": "c",
    "response": "0" * 32,
    "algorithm": "MD5",
}


@pytest.fixture
def made(published: FormVersion, facilitator: User, manager: User) -> actions.NewDevice:
    """Give a phone with the code bria-1 and its token."""
    operation = published.form.operation
    return actions.add_device(operation=operation, user=facilitator, code="bria-1", by=manager)


def md5(words: str) -> str:
    """Compute apart from the code under test."""
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()


def header(directives: dict[str, str]) -> str:
    """Write an Authorization header, every value in quotes."""
    escaped = {name: re.sub(r'(["\\])', r"\\\1", value) for name, value in directives.items()}
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in escaped.items())


def proof(
    token: str, nonce: str, *, name: str = "bria-1", uri: str = LIST, method: str = "GET"
) -> dict[str, str]:
    """Compute what an honest application says."""
    inner = f"{nonce}:00000001:c:auth:{md5(f'{method}:{uri}')}"
    response = md5(f"{md5(f'{name}:OpenDTM:{token}')}:{inner}")
    return GOOD | {"username": name, "nonce": nonce, "uri": uri, "response": response}


def asked_by(response: HttpResponse) -> list[str]:
    """List the challenges of an answer in their order."""
    return [value for name, value in response.items() if name == "WWW-Authenticate"]


def nonce_of(response: HttpResponse) -> str:
    """Read the nonce of the challenge by Digest."""
    (said,) = (one for one in asked_by(response) if one.startswith("Digest "))
    return said.split('nonce="')[1].split('"')[0]


def ask(client: Client, said: dict[str, str], path: str = LIST, **more: Any) -> Any:
    """Ask for something with a proof."""
    return client.get(path, headers={"authorization": header(said)}, **more)


@pytest.mark.parametrize(
    ("password", "realm", "said", "response"),
    [
        pytest.param(
            "Circle Of Life",
            "testrealm@host.com",
            ("dcd98b7102dd2f0e8b11d0f600bfb0c093", "0a4f113b"),
            "6629fae49393a05397450978507c4ef1",
            id="RFC 2617, 3.5",
        ),
        pytest.param(
            "Circle of Life",
            "http-auth@example.org",
            (
                "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            ),
            "8ca523f5e9506fed4657c9700eebdbec",
            id="RFC 7616, 3.9.1",
        ),
    ],
)
def test_response_is_that_of_the_examples_of_the_standards(
    password: str, realm: str, said: tuple[str, str], response: str
) -> None:
    nonce, cnonce = said
    told = digest.Proof("Mufasa", nonce, "/dir/index.html", "00000001", cnonce, "")
    secret = digest.secret_of("Mufasa", password, realm=realm)
    assert digest.response_to(secret, "GET", told) == response


def test_header_is_read_with_and_without_quotes_in_any_order_and_case() -> None:
    said = (
        r'digest URI="/a?b=c,d", username="one \"two\" é", cnonce=x,nc=0000000A , qop=auth,'
        f' realm="OpenDTM", response={"A" * 32}, nonce="n==", opaque="ignored"'
    )
    read = digest.read(said.encode().decode("latin-1"))
    assert read == digest.Proof('one "two" é', "n==", "/a?b=c,d", "0000000A", "x", "A" * 32)


@pytest.mark.parametrize("missing", sorted(set(GOOD) - {"algorithm"}))
def test_header_without_a_directive_is_refused_by_its_name(missing: str) -> None:
    with pytest.raises(DigestUnfit) as refusal:
        digest.read(header({name: value for name, value in GOOD.items() if name != missing}))
    assert refusal.value.details["directive"] == missing
    assert missing in refusal.value.text("fr")


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("Digest", "Digest"),
        ("Digest x", "Digest"),
        ('Digest username="open', "Digest"),
        (header(GOOD) + ", =", "Digest"),
        (header(GOOD) + ', nonce="m"', "nonce"),
        (header(GOOD | {"cnonce": "c" * digest.LONGEST}), "Digest"),
        (header(GOOD | {"username": "a\0b"}), "Digest"),
        (header(GOOD | {"algorithm": "MD5-sess"}), "algorithm"),
        (header(GOOD | {"algorithm": "SHA-256"}), "algorithm"),
        (header(GOOD | {"qop": "auth-int"}), "qop"),
        (header(GOOD | {"realm": "elsewhere"}), "realm"),
        (header(GOOD | {"nc": "1"}), "nc"),
        (header(GOOD | {"response": "é" * 32}), "response"),
    ],
)
def test_header_that_is_not_understood_names_what_is_wrong(said: str, named: str) -> None:
    with pytest.raises(DigestUnfit) as refusal:
        digest.read(said)
    assert refusal.value.details["directive"] == named


def test_nonce_that_is_still_good_is_given_again_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = digest.challenge().split('nonce="')[1].split('"')[0]
    assert f'nonce="{first}"' in digest.challenge(nonce=first)
    assert "forged" not in digest.challenge(nonce=first + "forged")
    monkeypatch.setattr(digest, "NONCE_AGE", timedelta(seconds=-1))
    assert first not in digest.challenge(nonce=first)


def test_client_that_knows_nothing_of_the_house_lists_fetches_and_sends(
    live_server: LiveServer, made: actions.NewDevice, published: FormVersion
) -> None:
    sign_in = httpx.DigestAuth("bria-1", made.token)
    with httpx.Client(base_url=live_server.url, auth=sign_in, trust_env=False) as client:
        listed = client.get(LIST)
        assert [one.status_code for one in listed.history] == [401]
        assert len(listed.history[0].headers.get_list("WWW-Authenticate")) == 2
        address = next(etree.fromstring(listed.content).iter("{*}downloadUrl")).text
        fetched = client.get(str(address))
        assert (fetched.content, fetched.history) == (bytes(published.xform), [])
        assert client.head("/openrosa/submission").status_code == 204
        body, kind = multipart(filled())
        sent = client.post("/openrosa/submission", content=body, headers={"Content-Type": kind})
        assert sent.status_code == 201
        assert client.get(f"{LIST}?formID=site_visit&x=%C3%A9").status_code == 200
    assert Submission.objects.get().device == made.device
    made.device.refresh_from_db()
    assert made.device.last_contact_at is not None


def test_form_without_a_proof_is_refused_before_any_of_it_is_read(
    live_server: LiveServer, made: actions.NewDevice, house_folders: Path
) -> None:
    wrong = proof("guess", "n", uri="/openrosa/submission", method="POST")
    for said in ("", header(wrong)):
        where = urlsplit(live_server.url)
        connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=30)
        connection.putrequest("POST", "/openrosa/submission")
        connection.putheader("Content-Type", "multipart/form-data; boundary=x")
        connection.putheader("Content-Length", "3000000")
        connection.putheader("Authorization", said)
        connection.endheaders()
        assert connection.getresponse().status == 401
        connection.close()
    assert [path for path in (house_folders / "store").rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_challenges_stand_in_the_order_in_which_applications_shall_take_them(
    client: Client, made: actions.NewDevice
) -> None:
    plain, tls = asked_by(client.get(LIST)), asked_by(client.get(LIST, secure=True))
    assert [one.split()[0] for one in plain] == ["Digest", "Basic"]
    assert [one.split()[0] for one in tls] == ["Basic", "Digest"]
    assert 'qop="auth", algorithm=MD5' in plain[0]
    assert asked_by(client.get(f"/openrosa/key/{made.token}x/formList")) == []


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    name=st.sampled_from(["username", "uri", "nonce", "nc", "cnonce", "response"]),
    place=st.integers(0, 200),
    other=st.sampled_from('0123456789abcdefXYZ/?%"\\ ,'),
)
def test_proof_of_which_one_letter_was_altered_opens_nothing(
    client: Client, made: actions.NewDevice, name: str, place: int, other: str
) -> None:
    LoginFailure.objects.all().delete()
    said = proof(made.token, nonce_of(client.get(LIST)))
    assert ask(client, said).status_code == 200
    at = place % len(said[name])
    altered = said[name][:at] + other + said[name][at + 1 :]
    assume(altered != said[name])
    assert ask(client, said | {name: altered}).status_code in {400, 401}


@pytest.mark.django_db
def test_proof_for_another_address_or_method_opens_nothing(
    client: Client, made: actions.NewDevice
) -> None:
    nonce = nonce_of(client.get(LIST))
    form = "/openrosa/forms/site_visit/1"
    said = proof(made.token, nonce)
    assert ask(client, said, form).status_code == 400
    assert "OD985" in ask(client, said, f"{LIST}?formID=x").content.decode()
    assert client.head(LIST, headers={"authorization": header(said)}).status_code == 401
    assert ask(client, proof(made.token, nonce, uri="http://[")).status_code == 400
    full = proof(made.token, nonce, uri=f"http://testserver{form}")
    assert ask(client, full, form).status_code == 200


@pytest.mark.django_db
def test_wrong_proof_is_told_the_same_nonce_and_slowed_like_a_wrong_password(
    client: Client, made: actions.NewDevice
) -> None:
    nonce = nonce_of(client.get(LIST))
    for _ in range(ALLOWED):
        reply = ask(client, proof("guess", nonce))
        assert (reply.status_code, nonce_of(reply)) == (401, nonce)
        assert "stale" not in "".join(asked_by(reply))
        assert "OD763" in reply.content.decode()
    reply = ask(client, proof(made.token, nonce))
    assert reply.status_code == 429
    assert "OD764" in reply.content.decode()


@pytest.mark.django_db
def test_right_proof_that_is_too_old_is_told_so_with_another_nonce(
    client: Client, made: actions.NewDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    nonce = nonce_of(client.get(LIST))
    for old in ("not-from-here", nonce):
        monkeypatch.setattr(digest, "NONCE_AGE", timedelta(seconds=-1))
        reply = client.get(
            LIST,
            headers={"authorization": header(proof(made.token, old)), "accept-language": "fr"},
        )
        assert reply.status_code == 401
        assert [one for one in asked_by(reply) if one.endswith(", stale=true")]
        assert "OD986" in reply.content.decode()
        monkeypatch.undo()
        assert nonce_of(reply) != old
        assert ask(client, proof(made.token, nonce_of(reply))).status_code == 200
    assert not LoginFailure.objects.exists()


@pytest.mark.django_db
def test_phone_that_was_revoked_or_whose_owner_left_is_refused_at_once(
    client: Client, made: actions.NewDevice, manager: User, facilitator: User
) -> None:
    said = proof(made.token, nonce_of(client.get(LIST)))
    assert ask(client, said).status_code == 200
    actions.revoke_device(device=made.device, by=manager)
    assert ask(client, said).status_code == 403
    renewed = actions.renew_device(device=made.device, by=manager)
    assert ask(client, said).status_code == 401
    said = proof(renewed.token, said["nonce"])
    assert ask(client, said).status_code == 200
    facilitator.is_active = False
    facilitator.save()
    assert ask(client, said).status_code == 403


@pytest.mark.django_db
def test_person_and_phone_from_before_are_sent_on_to_basic(
    client: Client, made: actions.NewDevice, facilitator: User, manager: User, browse: Any
) -> None:
    facilitator.set_password(PERSON)
    facilitator.save()
    Device.objects.update(digest_sealed=None)
    nonce = nonce_of(client.get(LIST))
    for said in (
        proof(PERSON, nonce, name="facilitator"),
        proof(made.token, nonce),
    ):
        reply = ask(client, said)
        assert reply.status_code == 401
        assert [one.split()[0] for one in asked_by(reply)] == ["Basic"]
        assert "OD987" in reply.content.decode()
    assert not LoginFailure.objects.exists()
    address = reverse("collect:device", args=[made.device.operation.code, made.device.pk])
    assert "After the next new address" in browse(manager).get(address).content.decode()
    renewed = actions.renew_device(device=made.device, by=manager)
    assert ask(client, proof(renewed.token, nonce)).status_code == 200
    assert "After the next new address" not in browse(manager).get(address).content.decode()


@pytest.mark.django_db
def test_phones_of_two_operations_may_bear_one_code(
    client: Client, made: actions.NewDevice, other_operation: Operation, keeper: User
) -> None:
    other = actions.add_device(operation=other_operation, user=keeper, code="bria-1", by=keeper)
    nonce = nonce_of(client.get(LIST))
    assert "site_visit" in ask(client, proof(made.token, nonce)).content.decode()
    reply = ask(client, proof(other.token, nonce))
    assert reply.status_code == 200
    assert "site_visit" not in reply.content.decode()


@pytest.mark.django_db
def test_stolen_database_holds_neither_token_nor_what_opens_like_it(
    client: Client, made: actions.NewDevice, manager: User, house_folders: Path
) -> None:
    said = proof(made.token, nonce_of(client.get(LIST)))
    assert ask(client, said).status_code == 200
    secret = md5(f"bria-1:OpenDTM:{made.token}")
    wanted = [made.token.encode(), secret.encode(), bytes.fromhex(secret), secret[:16].encode()]
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")  # noqa: S608 - our own tables
            for value in (value for row in cursor.fetchall() for value in row):
                kept = bytes(value) if isinstance(value, bytes | memoryview) else None
                text = str(value).encode() if kept is None else kept
                assert not [one for one in wanted if one.lower() in text.lower()], table
    (house_folders / KEY_FILE).unlink()
    assert "OD987" in ask(client, said).content.decode()


@pytest.mark.django_db
def test_seal_of_another_phone_opens_nothing(
    client: Client, made: actions.NewDevice, operation: Operation, keeper: User
) -> None:
    thief = actions.add_device(
        operation=factories.OperationFactory.create(), user=keeper, code="bria-1", by=keeper
    )
    Device.objects.filter(pk=made.device.pk).update(
        digest_sealed=bytes(thief.device.digest_sealed or b"")
    )
    Device.objects.filter(pk=thief.device.pk).delete()
    said = proof(thief.token, nonce_of(client.get(LIST)))
    assert "OD987" in ask(client, said).content.decode()
