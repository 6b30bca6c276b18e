"""Reads what a phone posts: a multipart body, laid down as it comes, never held in memory whole.

It is counted while it comes, so that one that was cut short or is over the limit is known before anything
of it is used, and one that cannot be read can be kept as it is. Nothing goes into the store before somebody
has looked at the filled form; then each file is kept, or sealed in the quarantine.
"""

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any, cast

from django.conf import settings
from django.http import HttpRequest, UnreadablePostError

from opendtm_server.collect import store
from opendtm_server.collect.errors import (
    BodyCutShort,
    BodyMalformed,
    NameUnusable,
    Refusal,
    StoreFailed,
    SubmissionPartMissing,
    TooLarge,
    TooManyFiles,
)
from opendtm_server.collect.multipart import (
    PARTS,
    LaidDown,
    Malformed,
    Part,
    TooManyParts,
    parts_of,
)

SUBMISSION_PART = "xml_submission_file"
INCOMPLETE_PART = "*isIncomplete*"
NAME_LIMIT = 255
IN_MEMORY = 512 * 1024
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def size_limit() -> int:
    """Give the largest body that a phone may send at once, in bytes."""
    return int(getattr(settings, "OPENDTM_MAX_BODY", 100 * 1024 * 1024))


@dataclass(frozen=True)
class KeptFile:
    """A file of a parcel that is safely in the store."""

    filename: str
    sha256: str
    size: int
    media_type: str = ""

    def keep(self, _operation_code: str) -> "KeptFile":
        """Give itself: it is kept."""
        return self

    def pieces(self, operation_code: str) -> Iterator[store.Piece]:
        """Give its bytes, piece by piece."""
        with store.open_kept(operation_code, self.sha256) as file:
            while piece := file.read(store.CHUNK):
                yield piece


@dataclass(frozen=True)
class SentFile:
    """A file of a parcel where it arrived: a stretch of a body that is gone when the request is over."""

    filename: str
    body: LaidDown
    start: int
    end: int
    media_type: str = ""

    @property
    def size(self) -> int:
        """Give the number of its bytes."""
        return self.end - self.start

    @cached_property
    def sha256(self) -> str:
        """Give the SHA-256 of its bytes."""
        found = hashlib.sha256()
        for piece in self.pieces(""):
            found.update(piece)
        return found.hexdigest()

    def keep(self, operation_code: str) -> KeptFile:
        """Make it durable in the store; StoreFailed where the disk refuses."""
        store.keep_hashed(operation_code, self.sha256, self.size, self.pieces(""))
        return KeptFile(self.filename, self.sha256, self.size, self.media_type)

    def pieces(self, _operation_code: str) -> Iterator[store.Piece]:
        """Give its bytes, piece by piece."""
        return self.body.pieces(self.start, self.end)


ParcelFile = KeptFile | SentFile


def of_bytes(content: bytes, filename: str = "", media_type: str = "") -> SentFile:
    """Make a file of a parcel from bytes at hand."""
    return SentFile(filename, LaidDown(content), 0, len(content), media_type)


@dataclass(frozen=True)
class Parcel:
    """What one POST brought: the filled form, the files beside it, and whether more will follow."""

    body: ParcelFile
    files: tuple[ParcelFile, ...] = ()
    more_follows: bool = False


@contextmanager
def laid_down(request: HttpRequest) -> Iterator[LaidDown]:
    """Lay down what a request brings; it lies there until the block is left.

    Raises TooLarge, BodyCutShort or StoreFailed.
    """
    body = _laid_down(request)
    try:
        yield body
    finally:
        body.close()


def taken_apart(body: LaidDown, content_type: str) -> Parcel:
    """Find the filled form and the files in a body.

    Raises BodyMalformed, TooManyFiles, NameUnusable or SubmissionPartMissing.
    """
    try:
        return _parcel(body, parts_of(body, content_type))
    except TooManyParts as problem:
        raise TooManyFiles(limit=PARTS) from problem
    except Malformed as problem:
        raise BodyMalformed from problem


def whole(body: LaidDown) -> SentFile:
    """Give a body as one file, as it came."""
    return SentFile("", body, 0, body.size)


def _laid_down(request: HttpRequest) -> LaidDown:
    """Lay the body down, small ones in memory, counted against what was announced and is allowed."""
    announced = _announced(request)
    if announced is not None and announced > size_limit():
        raise _too_large()
    body = LaidDown(_arrived(request, announced))
    if announced is not None and body.size != announced:
        body.close()
        raise BodyCutShort
    return body


def _arrived(request: HttpRequest, announced: int | None) -> bytes | IO[bytes]:
    """Collect the body in memory until it is large, then in a file without a name."""
    held: list[bytes] = []
    size, limit = 0, size_limit()
    arriving = _arriving(request, announced)
    for piece in arriving:
        held.append(piece)
        size += len(piece)
        if size > limit:
            raise _too_large()
        if size > IN_MEMORY:
            return _in_a_file(held, arriving, limit)
    return b"".join(held)


def _in_a_file(held: list[bytes], arriving: Iterator[bytes], limit: int) -> IO[bytes]:
    folder = settings.STORE_DIR
    file: IO[bytes] | None = None
    try:
        store.make_folders(folder)
        file = cast("IO[bytes]", tempfile.TemporaryFile(dir=str(folder)))  # noqa: SIM115 - closed by the caller
        file.writelines(held)
        for piece in arriving:
            file.write(piece)
            if file.tell() > limit:
                raise _too_large()
        file.flush()
    except OSError as failure:
        if file is not None:
            file.close()
        raise StoreFailed from failure
    except Refusal:
        if file is not None:
            file.close()
        raise
    return file


def _arriving(request: HttpRequest, announced: int | None) -> Iterator[bytes]:
    """Read the body in pieces, also where the client sends it in chunks without announcing a length."""
    source: Any = request if announced is not None else request.META.get("wsgi.input", request)
    at_once = IN_MEMORY if announced is not None and announced <= IN_MEMORY else 64 * 1024
    try:
        while piece := source.read(at_once):
            yield piece
    except (UnreadablePostError, ConnectionError, TimeoutError) as lost:
        raise BodyCutShort from lost


def _announced(request: HttpRequest) -> int | None:
    """Give the announced length; None where the body comes in chunks. BodyMalformed where it is no number."""
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return None
    announced = str(request.META.get("CONTENT_LENGTH") or "0").strip()
    return int(announced) if announced.isascii() and announced.isdecimal() else 0


def _too_large() -> TooLarge:
    return TooLarge(limit=size_limit() // (1024 * 1024))


def _parcel(body: LaidDown, parts: list[Part]) -> Parcel:
    forms = [part for part in parts if part.name == SUBMISSION_PART]
    if len(forms) != 1:
        raise SubmissionPartMissing
    others = tuple(
        _file(body, part)
        for part in parts
        if part.name != SUBMISSION_PART and part.filename is not None
    )
    more = any(
        body.read(part.start, min(part.end, part.start + 16)).strip().lower() == b"yes"
        for part in parts
        if part.name == INCOMPLETE_PART
    )
    return Parcel(body=_file(body, forms[0]), files=others, more_follows=more)


def _file(body: LaidDown, part: Part) -> SentFile:
    named = part.filename or part.name
    name = _CONTROL.sub("", named.replace("\\", "/").rpartition("/")[2]).strip()
    if len(name) > NAME_LIMIT:
        raise NameUnusable(length=len(name), limit=NAME_LIMIT)
    media_type = _CONTROL.sub("", part.media_type)[:100]
    return SentFile(name if name.strip(".") else "unnamed", body, part.start, part.end, media_type)
