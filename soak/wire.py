"""HTTP by hand over plain sockets, so that a request can be cut, dripped or wrong in any byte.

An answer counts from its first line on: a phone that has read `201` deletes its copy, even where the rest of
the answer never comes. That is the strictest reading for the house.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

AGENT = {"X-OpenRosa-Version": "1.0", "User-Agent": "soak"}
LARGEST_ANSWER = 1024 * 1024


@dataclass(frozen=True)
class Door:
    """Where to knock: a host and a port."""

    port: int
    host: str = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What came back; `whole` is False where the connection broke before the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True


@dataclass(frozen=True)
class Delivery:
    """How bytes go out: at most `cut` of them, in pieces of `piece` with `pause` seconds between."""

    cut: int | None = None
    piece: int = 1 << 20
    pause: float = 0.0
    patience: float = 15.0


WHOLE = Delivery()


def request(
    method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> bytes:
    """Write a request that closes its connection; a header given as empty text is left out."""
    fields = {"Host": "127.0.0.1", "Connection": "close", "Content-Length": str(len(body))}
    fields |= AGENT | dict(headers or {})
    lines = [f"{name}: {value}" for name, value in fields.items() if value != ""]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode("utf-8") + body


def multipart(
    xml: bytes, files: Sequence[tuple[str, bytes]] = (), *, more_follows: bool = False
) -> tuple[bytes, str]:
    """Write the body that ODK Collect posts, and its content type."""
    edge = f"----soak{secrets.token_hex(12)}"
    parts = [part(edge, "xml_submission_file", "submission.xml", xml, "text/xml")]
    parts += [part(edge, name, name, content) for name, content in files]
    if more_follows:
        parts.append(
            f'--{edge}\r\nContent-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n'.encode()
        )
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def part(
    edge: str, name: str, filename: str, content: bytes, kind: str = "application/octet-stream"
) -> bytes:
    """Write one part of a multipart body."""
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n"


async def exchange(door: Door, sent: bytes, how: Delivery = WHOLE) -> Answer | None:
    """Send bytes and read the answer; None where not even its first line came."""
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(how.patience):
            reader, writer = await asyncio.open_connection(door.host, door.port)
            await _deliver(writer, sent, how)
            if how.cut is not None and how.cut < len(sent):
                return None
            return await _read(reader)
    except (OSError, TimeoutError):
        return None
    finally:
        if writer is not None:
            writer.close()
            with suppress(OSError):
                writer.transport.abort()


async def _deliver(writer: asyncio.StreamWriter, sent: bytes, how: Delivery) -> None:
    end = len(sent) if how.cut is None else min(how.cut, len(sent))
    for at in range(0, end, how.piece):
        writer.write(sent[at : min(at + how.piece, end)])
        # The house may answer and close before it has read everything: its answer is still to be read.
        with suppress(ConnectionError):
            await writer.drain()
        if how.pause:
            await asyncio.sleep(how.pause)


async def _read(reader: asyncio.StreamReader) -> Answer | None:
    try:
        first = await reader.readline()
        status = int(first.split(b" ")[1])
    except (IndexError, ValueError, OSError):
        return None
    headers: dict[str, str] = {}
    try:
        while (line := (await reader.readline()).strip()) != b"":
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body = await _body(reader, headers)
    except (OSError, asyncio.IncompleteReadError, TimeoutError):
        return Answer(status, headers, b"", whole=False)
    return Answer(status, headers, body)


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("content-length", "").isdecimal():
        return await reader.readexactly(int(headers["content-length"]))
    return await reader.read(LARGEST_ANSWER)
