"""The store: what was sent, under the SHA-256 of its bytes, apart for each operation.

Most files lie in a folder of the operation. The filled forms themselves are small, and lie in the database,
so that one commit makes them durable together with their record (docs/adr/0006). A reader need not know.

A file is safe only when its bytes, its name and the folders above it are on the disk: the file is synced,
renamed, and its folder synced, in that order. When the disk does not confirm one of these, `StoreFailed`
is raised and nothing may be acknowledged; the same call is never repeated as if nothing had happened.
Names come from the content alone, never from a sender. A file has its name only once it is whole and on the
disk: what lies under a hash already, and was written not long ago, need not be written again.
"""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Collection, Iterable
from functools import lru_cache
from io import BytesIO, FileIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from opendtm_server.collect.errors import StoreFailed
from opendtm_server.collect.faults import broken, fault
from opendtm_server.collect.models import KeptBody

CHUNK = 256 * 1024
RECENT = 3600.0  # seconds
Piece = bytes | memoryview
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Incoming:
    """One file on its way into the store: written piece by piece, then kept or discarded."""

    def __init__(self, operation_code: str) -> None:
        """Open a temporary file in the operation's folder; StoreFailed where the disk refuses."""
        self._operation_code = operation_code
        self._hash = hashlib.sha256()
        self.size = 0
        folder = folder_of(operation_code) / "incoming"
        self._path = folder / secrets.token_hex(16)
        try:
            self._file = _new_file(self._path)
        except OSError as failure:
            raise StoreFailed from failure

    def write(self, chunk: Piece) -> None:
        """Add bytes; StoreFailed where the disk refuses."""
        self._hash.update(chunk)
        self.write_hashed(chunk)

    def write_hashed(self, chunk: Piece) -> None:
        """Add bytes of a file whose SHA-256 is known, for `keep_as`; StoreFailed where the disk refuses."""
        self.size += len(chunk)
        rest = memoryview(chunk)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as failure:
            self.discard()
            raise StoreFailed from failure

    def keep(self) -> str:
        """Make the file durable under its SHA-256 and return that; StoreFailed where the disk refuses."""
        sha256 = self._hash.hexdigest()
        self.keep_as(path_of(self._operation_code, sha256))
        return sha256

    def keep_as(self, target: Path) -> None:
        """Make the file durable under a name in the operation's folder; StoreFailed where the disk refuses."""
        try:
            fault("before_fsync")
            sync(self._file.fileno())
            fault("after_fsync")
            self._file.close()
            _rename(self._path, target)
            fault("after_rename")
            sync_folder(target.parent)
            fault("after_folder_sync")
        except OSError as failure:
            self.discard()
            raise StoreFailed from failure

    def discard(self) -> None:
        """Forget the file. Harmless when it was kept."""
        try:
            self._file.close()
        finally:
            self._path.unlink(missing_ok=True)


def keep(operation_code: str, chunks: Iterable[bytes]) -> str:
    """Keep a file durably for an operation and give its SHA-256; StoreFailed where the disk refuses."""
    incoming = Incoming(operation_code)
    for chunk in chunks:
        incoming.write(chunk)
    return incoming.keep()


def keep_hashed(operation_code: str, sha256: str, size: int, pieces: Iterable[Piece]) -> None:
    """Keep a file whose SHA-256 and size are known; StoreFailed where the disk refuses.

    Where the same bytes were kept within the last hour nothing is written: their name is made durable again,
    because whoever wrote them may not have come that far.
    """
    target = path_of(operation_code, sha256)
    if _lies_there(target, size):
        _confirm(target)
        return
    incoming = Incoming(operation_code)
    for piece in pieces:
        incoming.write_hashed(piece)
    incoming.keep_as(target)


def open_kept(operation_code: str, sha256: str) -> BinaryIO:
    """Open a kept file for reading; FileNotFoundError where the operation has none of that hash."""
    try:
        return path_of(operation_code, sha256).open("rb")
    except FileNotFoundError:
        return BytesIO(_in_the_database(operation_code, sha256))


def read_kept(operation_code: str, sha256: str) -> bytes:
    """Read a kept file whole; only for bodies, whose size is limited."""
    with open_kept(operation_code, sha256) as file:
        return file.read()


def read_small(operation_code: str, hashes: Collection[str]) -> dict[str, bytes]:
    """Read those of some bodies by SHA-256 that lie in the database, with one question."""
    found = KeptBody.objects.filter(operation__code=operation_code, sha256__in=hashes)
    return {sha256: bytes(content) for sha256, content in found.values_list("sha256", "content")}


def path_of(operation_code: str, sha256: str) -> Path:
    """Say where a file of that hash lies; ValueError where this is not a hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256")
    return folder_of(operation_code).joinpath(sha256[:2], sha256)


def make_folders(folder: Path) -> None:
    """Make a folder and those above it, each one durable in the folder that holds it."""
    if folder.is_dir():
        return
    make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync(descriptor: int) -> None:
    """Ask the disk to confirm what was written; OSError when it does not."""
    if not broken("no_fsync"):
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Ask the disk to confirm the names in a folder; OSError when it does not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def folder_of(operation_code: str) -> Path:
    """Say where an operation's files lie; ValueError where this is not an operation's code."""
    if not _CODE.fullmatch(operation_code):
        raise ValueError("not an operation's code")
    return _folder(settings.STORE_DIR, operation_code)


@lru_cache(maxsize=128)
def _folder(store_folder: str | Path, operation_code: str) -> Path:
    return Path(store_folder) / operation_code


def _new_file(path: Path) -> FileIO:
    """Open a new file, and make its folder where that is missing."""
    try:
        return FileIO(path, "x")
    except FileNotFoundError:
        make_folders(path.parent)
        return FileIO(path, "x")


def _rename(path: Path, target: Path) -> None:
    try:
        path.replace(target)
    except FileNotFoundError:
        make_folders(target.parent)
        path.replace(target)


def _lies_there(target: Path, size: int) -> bool:
    """Tell whether a whole file has that name since not long ago; an older one is written afresh."""
    try:
        found = target.stat()
    except OSError:
        return False
    return found.st_size == size and time.time() - found.st_mtime < RECENT


def _confirm(target: Path) -> None:
    try:
        sync_folder(target.parent)
    except OSError as failure:
        raise StoreFailed from failure


def _in_the_database(operation_code: str, sha256: str) -> bytes:
    found = KeptBody.objects.filter(operation__code=operation_code, sha256=sha256)
    content = found.values_list("content", flat=True).first()
    if content is None:
        raise FileNotFoundError(sha256)
    return bytes(content)
