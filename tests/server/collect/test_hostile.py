"""Requests that mean harm or are broken: each is answered 4xx in words, and the house goes on."""

import http.client
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.phone import Phone, filled, multipart, part

from opendtm_server.collect.models import FormVersion, Submission

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "multipart/form-data; boundary=x"
FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DEEP = b"<a>" * 5000 + b"</a>" * 5000
WIDE = b"<data id='site_visit' version='1'>" + b"<a/>" * 60_000 + b"</data>"
ATTRIBUTES = b"<data " + b" ".join(b"a%d=''" % number for number in range(5000)) + b"/>"
LAUGHS = b"<!DOCTYPE a [<!ENTITY b '" + b"l" * 1000 + b"'>]><data>" + b"&b;" * 1000 + b"</data>"


def _raw(phone: Phone, request: bytes) -> bytes:
    """Send bytes as they are and read what comes until the server hangs up."""
    parts = urlsplit(phone.address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    "xml", [DEEP, WIDE, ATTRIBUTES, LAUGHS], ids=["deep", "wide", "attributes", "laughs"]
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_xml_bomb_is_refused_in_words(
    phone: Phone, published: FormVersion, xml: bytes, language: str
) -> None:
    reply = phone.send(xml, language=language)
    assert reply.status == 400
    assert "OD703" in reply.text
    assert reply.headers["Content-Language"] == language


@pytest.mark.parametrize("encoding", ["utf-7", "latin-1", "utf-32", "shift_jis"])
def test_other_encodings_than_unicode_are_refused(
    phone: Phone, published: FormVersion, encoding: str
) -> None:
    declared = f"<?xml version='1.0' encoding='{encoding}'?>".encode()
    assert phone.send(declared + filled().partition(b"?>")[2]).status == 400


def test_utf_16_is_read(phone: Phone, published: FormVersion) -> None:
    text = (
        filled()
        .decode()
        .replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-16"?>')
    )
    assert phone.send(text.encode("utf-16")).status == 201


def test_ten_thousand_parts_are_refused(phone: Phone, published: FormVersion) -> None:
    body = part("x", "f", "f", b"1", "t") * 10_000 + b"--x--\r\n"
    reply = phone.ask("POST", "/submission", body, Content_Type=KIND)
    assert (reply.status, "OD761" in reply.text) == (400, True)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "a\x00b",
        "\u202egpj.exe",
        "..",
        ".",
        "con",
        "x" * 256,
        "a/b\\c.jpg",
        "é" * 200,
    ],
)
def test_name_that_means_harm_is_made_harmless_or_refused(
    phone: Phone, published: FormVersion, name: str
) -> None:
    reply = phone.send(filled(), [(name, b"1")])
    names = list(Submission.objects.values_list("attachments__filename", flat=True))
    assert reply.status in {201, 400}
    assert all(not set(kept or "") & set("/\\\x00\u202e") for kept in names)


@pytest.mark.parametrize("value", ["a\x00b", "\ud800", "\uffff", "\x0b"])
def test_character_that_no_xml_holds_is_refused(
    phone: Phone, published: FormVersion, value: str
) -> None:
    xml = filled(contact="HERE").replace(b"HERE", value.encode("utf-8", "surrogatepass"))
    assert phone.send(xml).status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/forms/%00",
        "/manifest/a%00/1",
        "/media/1/%00",
        "/media/" + "9" * 18 + "/a.png",
        "/media/" + "9" * 200 + "/a.png",
        "/media/%F0%9F%98%80/a",
        "/forms/%ff%fe",
        "/formList?formID=%00",
        "/lists/%00/integrity?id=%00",
    ],
)
def test_address_that_nothing_has_is_answered_404(
    phone: Phone, published: FormVersion, path: str
) -> None:
    assert phone.ask("GET", path).status == 404


@pytest.mark.parametrize(
    "name", ["User-Agent", "Accept-Language", "X-OpenDTM-Pending", "Authorization"]
)
def test_huge_header_is_taken_or_refused(phone: Phone, published: FormVersion, name: str) -> None:
    reply = phone.ask("GET", "/formList", None, **{name.replace("-", "_"): "9é" * 15_000})
    assert reply.status in {200, 400, 431}


def test_body_that_ends_early_is_not_taken(phone: Phone, published: FormVersion) -> None:
    body, kind = multipart(filled())
    head = (
        f"POST {urlsplit(phone.address).path}/submission HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body) + 1000}\r\nConnection: close\r\n\r\n"
    )
    answer = _raw(phone, head.encode() + body)
    assert b"400" in answer.split(b"\r\n", 1)[0]
    assert b"OD760" in answer
    assert not Submission.objects.exists()
    assert phone.ask("POST", "/submission", body, Content_Type=kind).status == 201


@FEW
@given(
    body=st.binary(max_size=400),
    kind=st.sampled_from([KIND, "multipart/form-data", "text/xml", ""]),
)
def test_any_body_is_refused_and_never_breaks_the_house(
    phone: Phone, published: FormVersion, body: bytes, kind: str
) -> None:
    reply = phone.ask("POST", "/submission", body, Content_Type=kind)
    assert reply.status == 400
    assert "OD7" in reply.text


@FEW
@given(
    inside=st.text(max_size=60),
    files=st.lists(st.tuples(st.text(max_size=40), st.binary(max_size=40)), max_size=3),
    at=st.integers(0, 300),
    noise=st.binary(max_size=4),
)
def test_a_form_with_noise_in_it_is_taken_or_refused(
    phone: Phone,
    published: FormVersion,
    inside: str,
    files: list[tuple[str, bytes]],
    at: int,
    noise: bytes,
) -> None:
    xml = filled(contact="HERE").replace(b"HERE", inside.encode("utf-8", "surrogatepass"))
    xml = xml[:at] + noise + xml[at + len(noise) :]
    body, kind = multipart(xml)
    for name, content in files:
        edge = kind.partition("boundary=")[2]
        named = name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        body = part(edge, "f", named, content, "t") + body
    reply = phone.ask("POST", "/submission", body, Content_Type=kind)
    assert reply.status in {201, 202, 400, 404, 409}
    assert b"OpenRosaResponse" in reply.body


def test_every_refusal_is_xml_that_a_phone_can_read(
    phone: Phone, published: FormVersion, live_server: Any
) -> None:
    parts = urlsplit(phone.address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    connection.request("POST", f"{parts.path}/submission", b"x", {"Content-Type": "a/b"})
    answer = connection.getresponse()
    assert answer.getheader("Content-Type") == "text/xml; charset=utf-8"
    assert answer.getheader("X-OpenRosa-Version") == "1.0"
    connection.close()
