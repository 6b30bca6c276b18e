"""Asks another server over HTTP: to judged addresses only, patiently, and never for more than fits.

A server that is busy (429) is given the time that it asks for; one that fails is asked a few times more.
Redirects are followed on the same host only; that of a file also to another host, for such as keep files in S3:
with https, to a judged address, and without anything that signs in. No address that is asked, no header and no answer is logged.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from opendtm_server.collect.errors import (
    AddressRefused,
    AnswerNotUnderstood,
    NoAnswer,
    NotThere,
    SignInRefused,
)
from opendtm_server.collect.sources import addresses

TRIES = 4
LONGEST_WAIT = 60.0
REDIRECTS = 3
DOCUMENT_LIMIT = 32 * 1024 * 1024
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
BUSY, SERVER_FAULT, NOT_IMPLEMENTED = 429, 500, 501
TRANSIENT = (httpx.TransportError, httpx.StreamError)


class JudgedTransport(httpx.BaseTransport):
    """Connects to the address that was judged, while the server's name stays in the request and in TLS."""

    def __init__(self, look_up: addresses.Resolve) -> None:
        """Keep how names are looked up; nothing of the environment (proxies) is used."""
        self._look_up = look_up
        self._inner = httpx.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request to a judged address; AddressRefused before anything is sent."""
        host = request.url.host
        address = addresses.vetted(str(request.url), self._look_up)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


@dataclass
class Web:
    """A server to ask. `headers` sign in; `renew` gets new ones where they have expired in the middle."""

    server: str
    headers: dict[str, str] = field(default_factory=dict)
    renew: Callable[[], Mapping[str, str]] | None = None
    look_up: addresses.Resolve = addresses.resolve
    wait: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        """Open the client; no connection is made yet."""
        self._client = httpx.Client(
            transport=JudgedTransport(self.look_up), timeout=TIMEOUT, follow_redirects=False
        )

    @property
    def host(self) -> str:
        """Name the server in messages."""
        return urlsplit(self.server).hostname or self.server

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def document(self, path: str, params: Mapping[str, Any] | None = None) -> bytes:
        """Give a document whole. Raises one of this room's Obstacles."""
        with self.opened(path, params) as answer:
            return self._whole(answer)

    def json(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Give a JSON answer; AnswerNotUnderstood where it is none."""
        return self._parsed(self.document(path, params))

    def post(self, path: str, content: Mapping[str, Any]) -> Any:
        """Send JSON and give the JSON answer."""
        with self._sent("POST", self._address(path), json=dict(content)) as answer:
            self._judge(answer, path)
            return self._parsed(self._whole(answer))

    @contextmanager
    def opened(
        self, path: str, params: Mapping[str, Any] | None = None
    ) -> Iterator[httpx.Response]:
        """Give an answer as it arrives; NoAnswer also where it breaks off while it is read."""
        try:
            with self._got(path, params) as answer:
                yield answer
        except TRANSIENT as broken:
            raise NoAnswer(host=self.host, reason=type(broken).__name__) from broken

    @contextmanager
    def file(self, path: str) -> Iterator[httpx.Response]:
        """Give a file as it arrives, from wherever the server says that it keeps it; NotThere where that fails."""
        try:
            with self._got(path, None, elsewhere=True) as answer:
                yield answer
        except (AddressRefused, AnswerNotUnderstood) as astray:
            raise NotThere(host=self.host, path=path) from astray
        except TRANSIENT as broken:
            raise NoAnswer(host=self.host, reason=type(broken).__name__) from broken

    def small_file(self, path: str) -> bytes:
        """Give a file whole, from wherever the server says that it keeps it."""
        with self.file(path) as answer:
            return self._whole(answer)

    @contextmanager
    def _got(
        self, path: str, params: Mapping[str, Any] | None, *, elsewhere: bool = False
    ) -> Iterator[httpx.Response]:
        address = self._address(path)
        answer, renewed, moved = self._send("GET", address, params=params), False, 0
        try:
            while answer.is_redirect or (
                answer.status_code == 401 and self.renew and not renewed and self._is_own(address)
            ):
                answer.close()
                if answer.is_redirect:
                    address, moved = self._moved(answer, address, moved, elsewhere), moved + 1
                    params = None
                else:
                    self._renew()
                    renewed = True
                answer = self._send("GET", address, params=params)
            self._judge(answer, path, own=self._is_own(address))
            yield answer
        finally:
            answer.close()

    @contextmanager
    def _sent(self, method: str, address: str, **what: Any) -> Iterator[httpx.Response]:
        answer = self._send(method, address, **what)
        try:
            yield answer
        finally:
            answer.close()

    def _send(self, method: str, address: str, **what: Any) -> httpx.Response:
        """Send until there is an answer that is neither busy nor a fault; NoAnswer after some tries."""
        reason = ""
        for tried in range(TRIES):
            try:
                headers = self.headers if self._is_own(address) else {}
                request = self._client.build_request(method, address, headers=headers, **what)
                answer = self._client.send(request, stream=True)
                self._client.cookies.clear()
            except TRANSIENT as broken:
                reason, pause = type(broken).__name__, 2.0**tried
            else:
                if not _may_pass(answer.status_code):
                    return answer
                reason, pause = f"HTTP {answer.status_code}", _pause(answer, tried)
                answer.close()
            if tried < TRIES - 1:
                self.wait(pause)
        raise NoAnswer(host=self.host, reason=reason)

    def _moved(self, answer: httpx.Response, address: str, moved: int, elsewhere: bool) -> str:  # noqa: FBT001
        target: str = urljoin(address, answer.headers.get("location", ""))
        if moved >= REDIRECTS or not (elsewhere or self._is_own(target)):
            raise AnswerNotUnderstood(host=self.host, what="redirect")
        return target

    def _is_own(self, address: str) -> bool:
        return _origin(address) == _origin(self.server)

    def _renew(self) -> None:
        if self.renew:
            self.headers = {**self.headers, **self.renew()}

    def _judge(self, answer: httpx.Response, path: str, *, own: bool = True) -> None:
        status = answer.status_code
        if status in {401, 403} and own:
            raise SignInRefused(host=self.host)
        if status == 404:
            raise NotThere(host=self.host, path=path)
        if status >= 300:
            raise AnswerNotUnderstood(host=self.host, what=f"HTTP {status}")

    def _whole(self, answer: httpx.Response) -> bytes:
        content = bytearray()
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > DOCUMENT_LIMIT:
                raise AnswerNotUnderstood(host=self.host, what="> 32 MB")
        return bytes(content)

    def _parsed(self, content: bytes) -> Any:
        try:
            return httpx.Response(200, content=content).json()
        except ValueError as other:
            raise AnswerNotUnderstood(host=self.host, what="JSON") from other

    def _address(self, path: str) -> str:
        return path if path.startswith(("http://", "https://")) else self.server + path


def _may_pass(status: int) -> bool:
    """Tell whether the same request may be answered otherwise a moment later."""
    return status == BUSY or (status >= SERVER_FAULT and status != NOT_IMPLEMENTED)


def _pause(answer: httpx.Response, tried: int) -> float:
    """Give the seconds that a busy server asks for, within reason; else more with every try."""
    try:
        asked = float(answer.headers.get("retry-after", ""))
    except ValueError:
        asked = 2.0**tried
    return min(max(asked, 0.0), LONGEST_WAIT)


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port
