"""The quarantine's bytes at rest: encrypted under the house's key, opened again on the desk alone.

What cannot be taken may hold anything, of anybody, so it does not lie beside the submissions in clear. The
house's key is a file of its own in the data folder, readable by its owner; whoever copies the store without
it has noise. A file's name is a keyed hash of its content, so the same bytes lie there once and the name
says nothing. Each piece is sealed by AES-256-GCM under a key of that file alone, together with the
operation, the SHA-256 of the whole, its place, and whether it is the last: pieces cannot be exchanged,
moved, or cut off unnoticed.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from opendtm_server.collect import store
from opendtm_server.collect.errors import SealBroken, StoreFailed
from opendtm_server.govern import house_key

PIECE = 256 * 1024
_TAG = 16
_SALT = 16
_MARK = b"OpenDTM sealed 1\n"


def seal(operation_code: str, sha256: str, pieces: Iterable[store.Piece]) -> None:
    """Keep bytes durably under a seal; StoreFailed where the disk refuses. The same bytes are kept once."""
    target = _path_of(operation_code, sha256)
    if target.exists():
        return
    incoming = store.Incoming(operation_code)
    salt = secrets.token_bytes(_SALT)
    incoming.write(_MARK + salt)
    cipher, bound = _cipher(salt), _bound(operation_code, sha256)
    for nonce, piece in _numbered(_even(pieces)):
        incoming.write(cipher.encrypt(nonce, piece, bound))
    incoming.keep_as(target)


def unseal(operation_code: str, sha256: str) -> Iterator[bytes]:
    """Give the bytes under a seal, piece by piece.

    Raises FileNotFoundError where there are none, SealBroken where they were altered or the key is another.
    """
    with _path_of(operation_code, sha256).open("rb") as file:
        if file.read(len(_MARK)) != _MARK:
            raise SealBroken
        cipher = _cipher(file.read(_SALT))
        bound = _bound(operation_code, sha256)
        for nonce, piece in _numbered(_whole(file)):
            try:
                yield cipher.decrypt(nonce, piece, bound)
            except InvalidTag as broken:
                raise SealBroken from broken


def key_for(use: str, salt: bytes | None = None) -> bytes:
    """Derive 32 bytes of key for one use from the house's key; StoreFailed where the disk refuses."""
    try:
        return house_key.key_for(use, salt)
    except OSError as failure:
        raise StoreFailed from failure


def _path_of(operation_code: str, sha256: str) -> Path:
    name = hmac.new(
        key_for("quarantine: names"), _bound(operation_code, sha256), hashlib.sha256
    ).hexdigest()
    return store.folder_of(operation_code) / "quarantine" / name[:2] / name


def _bound(operation_code: str, sha256: str) -> bytes:
    return f"{operation_code}\0{sha256}".encode()


def _numbered(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Give each piece a nonce that says where it stands and whether it is the last."""
    waiting: bytes | None = None
    place = count()
    for piece in pieces:
        if waiting is not None:
            yield next(place).to_bytes(11) + b"\0", waiting
        waiting = piece
    yield next(place).to_bytes(11) + b"\1", waiting or b""


def _even(pieces: Iterable[store.Piece]) -> Iterator[bytes]:
    """Cut bytes into pieces of one size, the last one shorter."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    yield bytes(held)


def _whole(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE + _TAG):
        yield piece


def _cipher(salt: bytes) -> AESGCM:
    return AESGCM(key_for("quarantine: bytes", salt))
