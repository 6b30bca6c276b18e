"""Finds the parts of a multipart body that lies still, in memory or in a file, and copies none of them.

Stricter than the standard where a phone never goes: one boundary, every part named, a closing boundary,
nothing behind it. What breaks a rule is `Malformed`, however long it is; nothing here takes more than one
pass over the bytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from urllib.parse import unquote

CHUNK = 256 * 1024
PARTS = 1_000
HEADERS = 8 * 1024
_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]{1,200})"|([^\s";,]{1,200}))', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*([a-zA-Z]+\*?)=(?:"((?:[^"\\]|\\.)*)"|([^\s";]*))')
_PLAIN = frozenset({"", "binary", "8bit", "7bit"})


class Malformed(Exception):
    """The body is not multipart/form-data as this module reads it."""


class TooManyParts(Malformed):
    """The body has more parts than any form."""


class LaidDown:
    """Bytes that lie still: in memory while they are few, else in a file."""

    def __init__(self, held: bytes | IO[bytes]) -> None:
        """Keep them, and how many they are."""
        self._bytes = held if isinstance(held, bytes) else b""
        self._file = None if isinstance(held, bytes) else held
        self.size = len(held) if isinstance(held, bytes) else held.seek(0, 2)

    def read(self, start: int, end: int) -> bytes:
        """Give the bytes from start up to end."""
        if self._file is None:
            return self._bytes[start:end]
        self._file.seek(start)
        found: bytes = self._file.read(max(0, end - start))
        return found

    def find(self, wanted: bytes, start: int) -> int:
        """Give the place of the first match from start on; -1 where there is none."""
        if self._file is None:
            return self._bytes.find(wanted, start)
        while start < self.size:
            piece = self.read(start, start + CHUNK + len(wanted) - 1)
            at = piece.find(wanted)
            if at >= 0:
                return start + at
            start += CHUNK
        return -1

    def pieces(self, start: int, end: int) -> Iterator[bytes | memoryview]:
        """Give the bytes from start up to end, piece by piece; what lies in memory is not copied."""
        if self._file is None:
            yield memoryview(self._bytes)[start:end]
            return
        for at in range(start, end, CHUNK):
            yield self.read(at, min(end, at + CHUNK))

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name, its file name (None where it has none), its type, and where its bytes lie."""

    name: str
    filename: str | None
    media_type: str
    start: int
    end: int


def parts_of(body: LaidDown, content_type: str) -> list[Part]:
    """Find every part. Raises Malformed or TooManyParts."""
    delimiter = b"--" + _boundary(content_type)
    start = _after(body, delimiter, 0) if body.read(0, len(delimiter)) == delimiter else None
    if start is None:
        raise Malformed
    found: list[Part] = []
    while start >= 0:
        if len(found) == PARTS:
            raise TooManyParts
        end, following = _until(body, b"\r\n" + delimiter, start)
        found.append(_part(body, start, end))
        start = following
    return found


def _boundary(content_type: str) -> bytes:
    kind = content_type.partition(";")[0].strip().lower()
    found: list[str] = [quoted or plain for quoted, plain in _BOUNDARY.findall(content_type)]
    if kind != "multipart/form-data" or len(found) != 1 or not found[0].isascii():
        raise Malformed
    return found[0].rstrip().encode("ascii")


def _until(body: LaidDown, delimiter: bytes, start: int) -> tuple[int, int]:
    """Give where a part ends, and where the next begins: -1 after the last."""
    at = start - 2  # a part without a line of its own ends where it begins
    while (at := body.find(delimiter, at)) >= 0:
        following = _after(body, delimiter, at)
        if following is not None:
            return at, following
        at += len(delimiter)
    raise Malformed


def _after(body: LaidDown, delimiter: bytes, at: int) -> int | None:
    """Give where the part after a delimiter begins, -1 at the end of the body, None where it is none."""
    rest = body.read(at + len(delimiter), at + len(delimiter) + 64)
    if rest.startswith(b"--"):
        tail = body.read(at + len(delimiter) + 2, body.size)[:HEADERS]
        if tail.strip():
            raise Malformed
        return -1
    line = rest.lstrip(b" \t")
    if not line.startswith(b"\r\n"):
        return None
    return at + len(delimiter) + len(rest) - len(line) + 2


def _part(body: LaidDown, start: int, end: int) -> Part:
    head, blank, _rest = body.read(start, min(start + HEADERS, end)).partition(b"\r\n\r\n")
    if not blank:
        raise Malformed
    headers = _headers(head)
    named = _named(headers.get("content-disposition", ""))
    if headers.get("content-transfer-encoding", "").lower() not in _PLAIN:
        raise Malformed
    return Part(
        name=named["name"],
        filename=named.get("filename"),
        media_type=headers.get("content-type", ""),
        start=start + len(head) + 4,
        end=end,
    )


def _headers(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or name in found:
            raise Malformed
        found[name] = value.strip()
    return found


def _named(disposition: str) -> dict[str, str]:
    """Read name and file name; each may stand there once, and a name in another alphabet wins."""
    found: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(disposition):
        if name in found:
            raise Malformed
        found[name] = (quoted or plain).replace('\\"', '"')
    if disposition.partition(";")[0].strip().lower() != "form-data" or "name" not in found:
        raise Malformed
    charset, _, encoded = found.get("filename*", "").partition("''")
    if charset.lower() == "utf-8":
        found["filename"] = unquote(encoded)
    return found
