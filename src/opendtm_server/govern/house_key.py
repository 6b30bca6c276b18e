"""The house's key: one secret file of the data folder, from which each room derives a key for one use.

It is readable by its owner and lies in no database. Whoever copies the database or the store without it can
neither open what is sealed nor undo what was displaced.
"""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_FILE = "house_key"


def key_for(use: str, salt: bytes | None = None) -> bytes:
    """Derive 32 bytes of key for one use from the house's key; OSError where the disk refuses."""
    info = f"opendtm: {use}".encode()
    return HKDF(SHA256(), length=32, salt=salt, info=info).derive(_house_key())


def _house_key() -> bytes:
    """Read the house's key, made when it is first needed."""
    path = Path(settings.DATA_DIR) / KEY_FILE
    if not path.exists():
        _make_key(path)
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def _make_key(path: Path) -> None:
    """Write a new key whole before it has its name: of two processes at once, both then read the same."""
    _make_folders(path.parent)
    made = path.with_name(f".{KEY_FILE}-{secrets.token_hex(8)}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_hex(32).encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        path.hardlink_to(made)
    except FileExistsError:
        return
    finally:
        made.unlink()
        _sync_folder(path.parent)


def _make_folders(folder: Path) -> None:
    """Make a folder and those above it, each one durable in the folder that holds it."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Ask the disk to confirm the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
