"""Opens the quarantine's seals without the house's code, from the written description of the format.

The key lies in `house_key` in the data folder. A file's name is HMAC-SHA-256 of operation and SHA-256 under
a derived key; its content is a mark, a salt of 16 bytes, and pieces of AES-256-GCM whose nonces count them
and mark the last.
"""

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK = b"OpenDTM sealed 1\n"
SALT = 16
PIECE = 256 * 1024 + 16


def opened(data: Path, operation: str, digests: Iterable[str]) -> frozenset[str]:
    """Give those hashes whose bytes lie under a seal and are the right ones."""
    try:
        key = bytes.fromhex((data / "house_key").read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return frozenset()
    folder = data / "store" / operation / "quarantine"
    return frozenset(digest for digest in digests if _holds(folder, key, operation, digest))


def _holds(folder: Path, key: bytes, operation: str, digest: str) -> bool:
    bound = f"{operation}\0{digest}".encode()
    name = hmac.new(_derived(key, "names", None), bound, hashlib.sha256).hexdigest()
    try:
        sealed = (folder / name[:2] / name).read_bytes()
    except OSError:
        return False
    if not sealed.startswith(MARK):
        return False
    start = len(MARK) + SALT
    cipher = AESGCM(_derived(key, "bytes", sealed[len(MARK) : start]))
    pieces = [sealed[at : at + PIECE] for at in range(start, len(sealed), PIECE)]
    found = hashlib.sha256()
    try:
        for place, piece in enumerate(pieces, start=1):
            last = b"\1" if place == len(pieces) else b"\0"
            found.update(cipher.decrypt((place - 1).to_bytes(11, "big") + last, piece, bound))
    except InvalidTag:
        return False
    return found.hexdigest() == digest


def _derived(key: bytes, purpose: str, salt: bytes | None) -> bytes:
    info = f"opendtm: quarantine: {purpose}".encode()
    return HKDF(SHA256(), length=32, salt=salt, info=info).derive(key)
