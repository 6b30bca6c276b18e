"""Passwords and tokens of other servers: sealed with the house's secret key, opened only to sign in.

The key is derived from the house's secret file, which its owner alone can read. Whoever has a copy of the
database without that file has no password.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from opendtm_server.collect.errors import SecretMissing


def seal(secret: str) -> bytes:
    """Give a secret as it is kept in the database."""
    return _box().encrypt(secret.encode())


def unseal(sealed: bytes, *, name: str) -> str:
    """Give a secret back; SecretMissing where it was sealed with another house's key. `name` is the source's."""
    try:
        return _box().decrypt(sealed).decode()
    except InvalidToken as unreadable:
        raise SecretMissing(name=name) from unreadable


def _box() -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"opendtm: secrets of sources")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
