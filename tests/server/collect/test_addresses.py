"""Where the house connects when somebody names a server: nowhere inside, under whatever name or notation."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.server.collect.elsewhere import Answer, CentralServer

from opendtm_server.collect.errors import AddressRefused, AnswerNotUnderstood, NoAnswer
from opendtm_server.collect.sources.addresses import server_of, vetted
from opendtm_server.collect.sources.web import JudgedTransport, Web

PUBLIC = "93.184.215.14"


def resolver(*addresses: str) -> Callable[[str, int], list[str]]:
    """Give a look-up that always finds these."""
    return lambda _host, _port: list(addresses)


def test_vetted_gives_the_address_that_was_judged() -> None:
    assert vetted("https://central.example.org/v1", resolver(PUBLIC)) == PUBLIC


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
    ],
)
def test_vetted_refuses_what_lies_inside(address: str) -> None:
    with pytest.raises(AddressRefused):
        vetted("https://central.example.org", resolver(address))


def test_vetted_refuses_a_name_with_one_address_inside() -> None:
    with pytest.raises(AddressRefused):
        vetted("https://central.example.org", resolver(PUBLIC, "10.0.0.1"))


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "0177.0.0.01"])
def test_vetted_refuses_numbers_in_other_notations(host: str) -> None:
    with pytest.raises(AddressRefused):
        vetted(f"https://{host}/", resolver(PUBLIC))


def test_vetted_refuses_http() -> None:
    with pytest.raises(AddressRefused):
        vetted("http://central.example.org", resolver(PUBLIC))


def test_vetted_allows_inside_only_by_the_setting(settings: Any) -> None:
    settings.OPENDTM_PRIVATE_SOURCES = True
    assert vetted("https://central.house", resolver("10.0.0.5")) == "10.0.0.5"
    assert vetted("http://127.0.0.1:8383", resolver("127.0.0.1")) == "127.0.0.1"
    with pytest.raises(AddressRefused):
        vetted("http://central.house", resolver("10.0.0.5"))


@pytest.mark.parametrize(
    "url", ["ftp://x.org", "https://", "https://u:p@x.org", "file:///etc/passwd", "https://x:99999"]
)
def test_server_of_refuses_what_is_no_server(url: str) -> None:
    with pytest.raises(AddressRefused):
        server_of(url)


def test_server_of_cuts_off_what_a_person_copied_along() -> None:
    copied = "https://kf.Example.org/#/forms/aSAvYreNzVEkrWg5Gdcvg/landing"
    assert server_of(copied) == "https://kf.example.org"
    assert server_of("kf.example.org") == "https://kf.example.org"


def test_a_name_that_points_elsewhere_later_is_judged_at_every_request(settings: Any) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    transport = JudgedTransport(lambda _host, _port: next(answers))
    sent: list[httpx.Request] = []

    class Inner(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            sent.append(request)
            return httpx.Response(200)

    transport._inner.close()
    transport._inner = Inner()  # type: ignore[assignment]
    client = httpx.Client(transport=transport)

    client.get("https://central.example.org/v1")
    with pytest.raises(AddressRefused):
        client.get("https://central.example.org/v1")

    assert [str(one.url.host) for one in sent] == [PUBLIC]
    assert sent[0].headers["host"] == "central.example.org"
    assert sent[0].extensions["sni_hostname"] == "central.example.org"


def test_redirect_to_another_host_is_not_followed(settings: Any) -> None:
    settings.OPENDTM_PRIVATE_SOURCES = True
    server = CentralServer()
    server.tokens.add("t")
    moved = Answer(b"", 302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
    server.fail("/v1/here", moved)
    web = Web(server.url, {"Authorization": "Bearer t"})
    with pytest.raises(AnswerNotUnderstood):
        web.document("/v1/here")
    web.close()
    server.close()


def test_redirect_on_the_same_host_is_followed(settings: Any) -> None:
    settings.OPENDTM_PRIVATE_SOURCES = True
    server = CentralServer()
    server.tokens.add("t")
    server.fail(
        "/v1/here", Answer(b"", 302, headers={"Location": "/v1/projects/7/forms/site_visit"})
    )
    web = Web(server.url, {"Authorization": "Bearer t"})
    assert web.json("/v1/here")["name"] == "Site visit"
    web.close()
    server.close()


def test_a_server_that_nobody_knows_gives_no_answer(settings: Any) -> None:
    with pytest.raises(NoAnswer):
        vetted("https://central.example.org", resolver())
