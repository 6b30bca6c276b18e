"""Old applications that know HTTP Digest alone: a phone proves that it has its token without saying it.

For phones only, by their code and their token; a person's password is known to no Digest. What a proof is
compared with, the MD5 of code, realm and token (HA1 in RFC 7616), is worth as much as the token to a thief, so
it lies sealed under the house's key, which is in no database. A nonce is a signed time; nothing is remembered.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, fields
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core import signing
from django.http import HttpRequest

from opendtm_server.collect import sealed
from opendtm_server.collect.errors import (
    DigestStale,
    DigestUnfit,
    DigestUnknown,
    PasswordNeeded,
    TooManyTries,
)
from opendtm_server.collect.models import Device
from opendtm_server.collect.tokens import let_in, token_hash
from opendtm_server.govern.login import check_may_try, forget_failures, note_failure
from opendtm_server.govern.problems import TooManyAttempts

REALM = "OpenDTM"
NONCE_AGE = timedelta(minutes=10)
LONGEST = 2_000
_SEAL_NONCE = 12
_DIRECTIVE = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|$)')
_FIXED = {"realm": REALM, "qop": "auth", "algorithm": "MD5"}


@dataclass(frozen=True)
class Proof:
    """What an application says of itself, unquoted, in the words of RFC 7616, section 3.4."""

    username: str
    nonce: str
    uri: str
    nc: str
    cnonce: str
    response: str


def secret_of(code: str, token: str, *, realm: str = REALM) -> str:
    """Give HA1, the MD5 of name, realm and password, as 32 hexadecimal digits (RFC 7616, section 3.4.2)."""
    return _md5(f"{code}:{realm}:{token}")


def response_to(secret: str, method: str, proof: Proof) -> str:
    """Give the response that whoever knows HA1 sends with `qop=auth` (RFC 7616, section 3.4.1)."""
    asked = _md5(f"{method}:{proof.uri}")
    return _md5(f"{secret}:{proof.nonce}:{proof.nc}:{proof.cnonce}:auth:{asked}")


def seal(code: str, token: str) -> bytes:
    """Give a phone's HA1 as it is kept: 12 bytes of nonce, then AES-256-GCM, bound to the token's hash."""
    nonce = secrets.token_bytes(_SEAL_NONCE)
    bound = token_hash(token).encode()
    return nonce + _cipher().encrypt(nonce, secret_of(code, token).encode(), bound)


def device_of_request(request: HttpRequest) -> Device:
    """Find the phone that a request proves to speak for.

    Raises DigestUnfit where the proof cannot be read or is meant for something else, DigestUnknown where no
    phone of that code can prove itself, PasswordNeeded where the proof is wrong, DigestStale where it is right
    and too old, TooManyTries after too many wrong ones, DeviceRefused where the phone was revoked.
    """
    proof = read(request.headers.get("Authorization", ""))
    if not _asks_for(proof.uri, request):
        raise DigestUnfit(directive="uri")
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        check_may_try(proof.username, address)
    except TooManyAttempts as tried:
        raise TooManyTries(minutes=tried.details["minutes"]) from tried
    device = _proven(proof, str(request.method))
    if device is None:
        note_failure(proof.username, address)
        raise PasswordNeeded(nonce=proof.nonce)
    if not _fresh(proof.nonce):
        raise DigestStale
    forget_failures(proof.username, address)
    return let_in(device)


def read(said: str) -> Proof:
    """Read an Authorization header; DigestUnfit names the directive that is missing, wrong or unreadable."""
    directives = _directives(said)
    for name, only in _FIXED.items():
        if directives.get(name, only if name == "algorithm" else "").casefold() != only.casefold():
            raise DigestUnfit(directive=name)
    for name, form in {"nc": r"[0-9a-fA-F]{8}", "response": r"[0-9a-fA-F]{32}"}.items():
        if not re.fullmatch(form, directives.get(name, "")):
            raise DigestUnfit(directive=name)
    for field in fields(Proof):
        if not directives.get(field.name):
            raise DigestUnfit(directive=field.name)
    return Proof(**{field.name: directives[field.name] for field in fields(Proof)})


def challenge(*, nonce: str = "", stale: bool = False) -> str:
    """Write what the application is to prove itself by.

    A nonce that is still good is given again: applications that meet the nonce of a proof that was wrong know
    that another try with the same words is of no use, and ask the person.
    """
    nonce = nonce if _fresh(nonce) else _signer().sign(secrets.token_hex(8))
    words = f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{nonce}", charset=UTF-8'
    return f"{words}, stale=true" if stale else words


def _directives(said: str) -> dict[str, str]:
    kind, _, rest = said.partition(" ")
    if kind.lower() != "digest" or len(said) > LONGEST or "\0" in said or not rest.strip():
        raise DigestUnfit(directive="Digest")
    rest = rest.encode("latin-1", "replace").decode("utf-8", "replace")
    found: dict[str, str] = {}
    place = 0
    while place < len(rest):
        match = _DIRECTIVE.match(rest, place)
        if match is None or match[1].lower() in found:
            raise DigestUnfit(directive=match[1] if match else "Digest")
        quoted, plain = match[2], match[3]
        found[match[1].lower()] = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        place = match.end()
    return found


def _asks_for(uri: str, request: HttpRequest) -> bool:
    """Tell whether a proof was made for the address that is asked for, written in full or without the host."""
    try:
        meant = urlsplit(uri)
    except ValueError:
        return False
    query = str(request.META.get("QUERY_STRING", ""))
    return unquote(meant.path) == request.path and meant.query == query


def _proven(proof: Proof, method: str) -> Device | None:
    """Find the phone whose proof is right; phones of several operations may share a code."""
    known = Device.objects.select_related("operation", "user").filter(
        code=proof.username, digest_sealed__isnull=False
    )
    secret_by = [(device, secret) for device in known if (secret := _unsealed(device))]
    if not secret_by:
        raise DigestUnknown
    said = proof.response.lower()
    right = [
        device
        for device, secret in secret_by
        if hmac.compare_digest(response_to(secret, method, proof), said)
    ]
    return right[0] if right else None


def _unsealed(device: Device) -> str:
    """Give a phone's HA1; nothing where it was sealed by another house's key or for another token."""
    kept = bytes(device.digest_sealed or b"")
    try:
        opened = _cipher().decrypt(
            kept[:_SEAL_NONCE], kept[_SEAL_NONCE:], device.token_sha256.encode()
        )
    except InvalidTag:
        return ""
    return opened.decode()


def _cipher() -> AESGCM:
    return AESGCM(sealed.key_for("digest"))


def _fresh(nonce: str) -> bool:
    try:
        _signer().unsign(nonce, max_age=NONCE_AGE)
    except signing.BadSignature:
        return False
    return True


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="opendtm.collect.digest")


def _md5(words: str) -> str:
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()
