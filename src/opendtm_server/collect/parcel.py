"""Reads what a phone posts: a multipart body, streamed to the disk, never held in memory whole.

The body is first laid down as it comes and counted, so that one that was cut short or is over the limit is
known before anything of it is used, and one that cannot be read can be kept as it is. Each file in it then
goes straight into the operation's store.
"""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, cast

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from opendtm_server.collect import store
from opendtm_server.collect.errors import (
    BodyMalformed,
    NameUnusable,
    StoreFailed,
    SubmissionPartMissing,
    TooLarge,
)

SUBMISSION_PART = "xml_submission_file"
INCOMPLETE_PART = "*isIncomplete*"
NAME_LIMIT = 255
IN_MEMORY = 512 * 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def size_limit() -> int:
    """Give the largest body that a phone may send at once, in bytes."""
    return int(getattr(settings, "OPENDTM_MAX_BODY", 100 * 1024 * 1024))


@dataclass(frozen=True)
class KeptFile:
    """A file of a parcel that is safely on the disk."""

    filename: str
    sha256: str
    size: int
    media_type: str = ""


@dataclass(frozen=True)
class Parcel:
    """What one POST brought: the filled form, the files beside it, and whether more will follow."""

    body: KeptFile
    files: tuple[KeptFile, ...] = ()
    more_follows: bool = False


class UnreadableParcelError(Exception):
    """A body that is not a parcel: why, and the hash under which its bytes are kept."""

    def __init__(self, reason: Exception, sha256: str, size: int) -> None:
        """Keep the refusal to answer with and where the bytes lie."""
        self.reason = reason
        self.sha256 = sha256
        self.size = size
        super().__init__(str(reason))


def read_parcel(request: HttpRequest, operation_code: str) -> Parcel:
    """Read and keep everything that a request brings.

    Raises TooLarge, StoreFailed, or UnreadableParcelError (whose bytes have been kept).
    """
    with _laid_down(request) as body:
        handler = _IntoStore(operation_code)
        try:
            posted, files = _parse(request, body, handler)
            return _parcel(posted, handler, files)
        except (BodyMalformed, NameUnusable, SubmissionPartMissing) as reason:
            size = body.seek(0, 2)
            raise UnreadableParcelError(
                reason, store.keep(operation_code, _chunks(body)), size
            ) from reason
        finally:
            handler.discard()


def _laid_down(request: HttpRequest) -> IO[bytes]:
    """Lay the body down on the disk (small ones in memory), counted against what was announced and allowed."""
    limit, announced = size_limit(), _announced(request)
    if announced is not None and announced > limit:
        raise _too_large()
    folder = settings.STORE_DIR
    try:
        store.make_folders(folder)
        body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(folder))  # noqa: SIM115 - closed by the caller
        for chunk in _arriving(request, announced):
            body.write(chunk)
            if body.tell() > limit:
                body.close()
                raise _too_large()
    except UnreadablePostError:
        return cast("IO[bytes]", body)
    except OSError as failure:
        raise StoreFailed from failure
    return cast("IO[bytes]", body)


def _arriving(request: HttpRequest, announced: int | None) -> Iterator[bytes]:
    """Read the body in pieces, also where the client sends it in chunks without announcing a length."""
    source: Any = request if announced is not None else request.META.get("wsgi.input", request)
    while chunk := source.read(64 * 1024):
        yield chunk


def _announced(request: HttpRequest) -> int | None:
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return None
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _too_large() -> TooLarge:
    return TooLarge(limit=size_limit() // (1024 * 1024))


def _chunks(body: IO[bytes]) -> Iterator[bytes]:
    body.seek(0)
    while chunk := body.read(store.CHUNK):
        yield chunk


def _parse(request: HttpRequest, body: IO[bytes], handler: "_IntoStore") -> tuple[Any, Any]:
    size = body.seek(0, 2)
    if size == 0 or (_announced(request) or size) != size or not _closed(request, body, size):
        raise BodyMalformed
    body.seek(0)
    meta = {"CONTENT_TYPE": request.META.get("CONTENT_TYPE", ""), "CONTENT_LENGTH": str(size)}
    try:
        return MultiPartParser(meta, cast("Any", body), [handler], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation, ValueError, LookupError) as problem:
        raise BodyMalformed from problem


def _closed(request: HttpRequest, body: IO[bytes], size: int) -> bool:
    """Tell whether the closing boundary arrived: without it the last file may have been cut short."""
    found = re.search(r'boundary="?([^";,]+)', request.META.get("CONTENT_TYPE", ""))
    if found is None:
        return False
    body.seek(max(0, size - 1024))
    return b"--" + found.group(1).strip().encode("utf-8", "replace") + b"--" in body.read()


def _parcel(posted: Any, handler: "_IntoStore", files: Any) -> Parcel:
    forms = files.getlist(SUBMISSION_PART)
    if not forms and SUBMISSION_PART in posted:
        forms = [handler.take_text(posted[SUBMISSION_PART])]
    if len(forms) != 1:
        raise SubmissionPartMissing
    others = [one for name in files for one in files.getlist(name) if name != SUBMISSION_PART]
    body = forms[0].keep()
    more = str(posted.get(INCOMPLETE_PART, "")).strip().lower() == "yes"
    return Parcel(body=body, files=tuple(one.keep() for one in others), more_follows=more)


@dataclass
class _Arrived:
    """A file of the body, in the store's waiting place until it is kept."""

    filename: str
    media_type: str
    incoming: store.Incoming

    def keep(self) -> KeptFile:
        """Make it durable."""
        return KeptFile(self.filename, self.incoming.keep(), self.incoming.size, self.media_type)

    def close(self) -> None:
        """Do what Django asks of the files of a body that it gives up on."""
        self.incoming.discard()


@dataclass
class _IntoStore(FileUploadHandler):
    """Writes each file of a multipart body into the operation's store while it arrives."""

    operation_code: str
    arrived: list[_Arrived] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Set up what Django's handlers expect."""
        super().__init__()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a waiting place for the next file."""
        super().new_file(*args, **kwargs)
        self.arrived.append(self._open(str(self.file_name or ""), str(self.content_type or "")))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's signature
        """Write the next piece of the present file."""
        self.arrived[-1].incoming.write(raw_data)

    def file_complete(self, file_size: int) -> Any:  # noqa: ARG002 - Django's signature
        """Hand the finished file over."""
        return self.arrived[-1]

    def take_text(self, text: str) -> _Arrived:
        """Take the filled form from a part that has no file name."""
        arrived = self._open("", "text/xml")
        self.arrived.append(arrived)
        arrived.incoming.write(text.encode())
        return arrived

    def discard(self) -> None:
        """Forget every file that was not kept."""
        for one in self.arrived:
            one.incoming.discard()

    def _open(self, filename: str, media_type: str) -> _Arrived:
        name = _CONTROL.sub("", filename)
        if len(name) > NAME_LIMIT:
            raise NameUnusable(length=len(name), limit=NAME_LIMIT)
        return _Arrived(
            name, _CONTROL.sub("", media_type)[:100], store.Incoming(self.operation_code)
        )
