"""A crowd of phones in one process: raw sockets with keep-alive, each sending its next form once answered.

It does as little as a client can, because it runs on the cores of the server that it measures.
"""

import os
import selectors
import socket
import time
import uuid
from dataclasses import dataclass, field

from benchmarks import made_form

EDGE = "bench7d1f0c5e"
PHOTO_BYTES = 200 * 1024


@dataclass
class Crowd:
    """What the phones saw: seconds of each answer, and how many had each status."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Give the forms accepted in a second."""
        return self.statuses.get(201, 0) / self.seconds

    def centile(self, share: float) -> float:
        """Give the time within which that share of the answers came, in milliseconds."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Phone:
    """One connection: what is left to send, and when the present form was begun."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(0)
        self.left = memoryview(b"")
        self.got = b""
        self.begun = 0.0

    def begin(self, request: bytes) -> None:
        self.left, self.got, self.begun = memoryview(request), b"", time.perf_counter()
        self.push()

    def push(self) -> None:
        while self.left:
            try:
                self.left = self.left[self.socket.send(self.left) :]
            except BlockingIOError:
                return

    def answered(self) -> int:
        """Read what came; give the status once the answer is whole, 0 before."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self.got += piece
        head, end, body = self.got.partition(b"\r\n\r\n")
        if not end:
            return 0
        announced = head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
        return int(head[9:12]) if len(body) >= int(announced or 0) else 0


def send_for(seconds: float, *, port: int, path: str, phones: int, photo: bool) -> Crowd:
    """Let some phones send made forms for a while; each form has an instance ID of its own."""
    crowd, requests = Crowd(), _Requests(path, photo=photo)
    with selectors.DefaultSelector() as ready:
        for _ in range(phones):
            phone = _Phone(port)
            ready.register(phone.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, phone)
            phone.begin(requests.next())
        begun = time.perf_counter()
        end, left = begun + seconds, phones
        while left:
            for key, _events in ready.select(1):
                left -= _step(key, ready, crowd, requests, end)
        crowd.seconds = time.perf_counter() - begun
    return crowd


def _step(
    key: selectors.SelectorKey,
    ready: selectors.BaseSelector,
    crowd: Crowd,
    requests: "_Requests",
    end: float,
) -> int:
    """Move one phone on; 1 where it is done for good."""
    phone: _Phone = key.data
    if phone.left:
        phone.push()
        return 0
    ready.modify(phone.socket, selectors.EVENT_READ, phone)
    try:
        status = phone.answered()
    except BlockingIOError:
        return 0
    if not status:
        return 0
    now = time.perf_counter()
    crowd.times.append(now - phone.begun)
    crowd.statuses[status] = crowd.statuses.get(status, 0) + 1
    if now >= end:
        ready.unregister(phone.socket)
        phone.socket.close()
        return 1
    phone.begin(requests.next())
    if phone.left:
        ready.modify(phone.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, phone)
    return 0


class _Requests:
    """Writes whole requests, all of one length, each with another instance ID and another photo."""

    def __init__(self, path: str, *, photo: bool) -> None:
        before, after = made_form.filled(photo=photo)
        opening = _part("xml_submission_file", "submission.xml", "text/xml")
        self.before = opening + before
        self.after = after + b"\r\n"
        if photo:
            self.after += _part(made_form.PHOTO, made_form.PHOTO, "image/jpeg") + b"\xff\xd8\xff"
        # Random, as compressed pictures look to whoever searches them for the end of their part.
        self.rest = (
            os.urandom(PHOTO_BYTES) + b"\r\n" if photo else b""
        ) + f"--{EDGE}--\r\n".encode()
        unique = made_form.ID_LENGTH * (2 if photo else 1)
        length = len(self.before) + len(self.after) + len(self.rest) + unique
        self.head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-OpenRosa-Version: 1.0\r\n"
            f"Content-Type: multipart/form-data; boundary={EDGE}\r\nAccept-Language: fr\r\n"
            f"Content-Length: {length}\r\n\r\n"
        ).encode()
        self.photo = photo

    def next(self) -> bytes:
        name = str(uuid.uuid4()).encode()
        middle = name if self.photo else b""
        return b"".join((self.head, self.before, name, self.after, middle, self.rest))


def _part(name: str, filename: str, kind: str) -> bytes:
    return (
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    ).encode()
