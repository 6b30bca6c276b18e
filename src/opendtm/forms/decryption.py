"""Opens a submission that a phone encrypted, with the private key of its form.

As the ODK XForms specification on encryption says it: the phone draws a key for one submission and seals it
with the form's public RSA key (OAEP with SHA-256); with it, it encrypts the files and last the answers
(AES, CFB, padded as in PKCS 5). Each file has its own start: the MD5 of instance ID and key, in which one
byte more is raised by one for each file. A digest over all of them, sealed in the same way, tells whether
anything was altered.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
)
from lxml import etree

from opendtm.errors.forms import (
    EncryptedAnswersMissing,
    FileDamaged,
    KeyDoesNotFit,
    KeyUnreadable,
    ManifestUnusable,
    PassphraseWrong,
)
from opendtm.forms import safe_xml
from opendtm.forms.submission import root_of
from opendtm.forms.xform import children

ANSWERS = "submission.xml"
_ENDING = ".enc"
_KEY_BYTES = 32
_BLOCK_BITS = 128
# The specification says SHA-256; some clients take SHA-1 inside the mask, as the Java standard library does.
_MASKS = (hashes.SHA256, hashes.SHA1)


class Integrity(StrEnum):
    """What the digest over all files says; it cannot be checked while a file is missing or damaged."""

    SOUND = "sound"
    ALTERED = "altered"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The outer document of an encrypted submission; `media` in the order in which the files were encrypted.

    `version` is None where the document has no such attribute. `sealed_key` and `signature` are base64.
    """

    form_id: str
    version: str | None
    instance_id: str
    sealed_key: str
    answers_file: str
    media: tuple[str, ...]
    signature: str


@dataclass(frozen=True, slots=True, repr=False)
class DecryptedSubmission:
    """The answers as XML, and the files by their names on the phone.

    `missing` names the files that have not come, `damaged` those that came and cannot be decrypted.
    """

    xml: bytes
    files: Mapping[str, bytes]
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    integrity: Integrity


def read_manifest(xml: bytes) -> Manifest:
    """Read the outer document. Raises XmlRefused, NotASubmission or ManifestUnusable."""
    root = root_of(safe_xml.parse(xml))
    meta = next(children(root, "meta"), None)
    version = root.get("version")
    instance_id = _text(meta, "instanceID") or str(root.get("instanceID") or "")
    if not instance_id:
        raise ManifestUnusable(name="instanceID")
    return Manifest(
        form_id=str(root.get("id") or ""),
        version=None if version is None else str(version),
        instance_id=instance_id,
        sealed_key=_needed(root, "base64EncryptedKey"),
        answers_file=_needed(root, "encryptedXmlFile"),
        media=tuple(name for one in children(root, "media") for name in _texts(one, "file")),
        signature=_text(root, "base64EncryptedElementSignature"),
    )


def read_private_key(content: bytes, passphrase: str = "") -> RSAPrivateKey:
    """Read an RSA private key, PEM or DER. Raises KeyUnreadable or PassphraseWrong."""
    load: Callable[..., object] = (
        load_pem_private_key if b"-----BEGIN" in content else load_der_private_key
    )
    try:
        key = load(content, None)
    except TypeError:
        key = _unlocked(load, content, passphrase)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnreadable from error
    if not isinstance(key, RSAPrivateKey):
        raise KeyUnreadable
    return key


def decrypt(
    manifest: Manifest, files: Mapping[str, bytes], key: RSAPrivateKey
) -> DecryptedSubmission:
    """Open the files that came, by the names in the manifest; the others are named as missing.

    Raises KeyDoesNotFit, FileDamaged or EncryptedAnswersMissing.
    """
    if manifest.answers_file not in files:
        raise EncryptedAnswersMissing(filename=manifest.answers_file)
    secret = _unsealed(manifest.sealed_key, key)
    if secret is None or len(secret) != _KEY_BYTES:
        raise KeyDoesNotFit
    names = (*manifest.media, manifest.answers_file)
    opened: dict[str, bytes] = {}
    damaged = []
    for name, start in zip(names, _starts(manifest.instance_id, secret), strict=False):
        content = _decrypted(files[name], secret, start) if name in files else None
        if content is not None:
            opened[name] = content
        elif name in files:
            damaged.append(name)
    if manifest.answers_file in damaged:
        raise FileDamaged(filename=manifest.answers_file)
    xml = opened.pop(manifest.answers_file)
    return DecryptedSubmission(
        xml=xml,
        files={_plain(name): content for name, content in opened.items()},
        missing=tuple(_plain(name) for name in names if name not in files),
        damaged=tuple(_plain(name) for name in damaged),
        integrity=_integrity(manifest, xml, opened, key),
    )


def _unlocked(load: Callable[..., object], content: bytes, passphrase: str) -> object:
    try:
        return load(content, passphrase.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise PassphraseWrong from error


def _unsealed(sealed: str, key: RSAPrivateKey) -> bytes | None:
    """Open what was sealed with the public key; None where this is not its private key."""
    try:
        content = base64.b64decode("".join(sealed.split()), validate=True)
    except binascii.Error:
        return None
    for mask in _MASKS:
        way = padding.OAEP(padding.MGF1(mask()), hashes.SHA256(), None)
        try:
            return key.decrypt(content, way)
        except ValueError:
            continue
    return None


def _starts(instance_id: str, secret: bytes) -> Iterator[bytes]:
    """Give the start of one file after the other, without end."""
    start = bytearray(_md5(instance_id.encode() + secret))
    position = 0
    while True:
        start[position] = (start[position] + 1) % 256
        yield bytes(start)
        position = (position + 1) % len(start)


def _decrypted(content: bytes, secret: bytes, start: bytes) -> bytes | None:
    """Decrypt one file; None where its end is not as the phone wrote it."""
    opening = Cipher(algorithms.AES(secret), CFB(start)).decryptor()
    trimming = PKCS7(_BLOCK_BITS).unpadder()
    padded = opening.update(content) + opening.finalize()
    try:
        return trimming.update(padded) + trimming.finalize()
    except ValueError:
        return None


def _integrity(
    manifest: Manifest, xml: bytes, media: Mapping[str, bytes], key: RSAPrivateKey
) -> Integrity:
    if not manifest.signature or set(media) != set(manifest.media):
        return Integrity.UNCHECKED
    version = () if manifest.version is None else (manifest.version,)
    lines = [manifest.form_id, *version, manifest.sealed_key, manifest.instance_id]
    lines += [_digest_line(_plain(name), media[name]) for name in manifest.media]
    lines.append(_digest_line(ANSWERS, xml))
    expected = _md5("".join(f"{line}\n" for line in lines).encode())
    found = _unsealed(manifest.signature, key) or b""
    return Integrity.SOUND if hmac.compare_digest(found, expected) else Integrity.ALTERED


def _digest_line(name: str, content: bytes) -> str:
    return f"{name}::{_md5(content).hex()}"


def _plain(name: str) -> str:
    return name.removesuffix(_ENDING)


def _md5(content: bytes) -> bytes:
    """Give the digest that the specification asks for; it guards nothing against an attacker."""
    return hashlib.md5(content, usedforsecurity=False).digest()


def _needed(root: etree._Element, name: str) -> str:
    found = _text(root, name)
    if not found:
        raise ManifestUnusable(name=name)
    return found


def _text(parent: "etree._Element | None", name: str) -> str:
    return "" if parent is None else next(_texts(parent, name), "")


def _texts(parent: etree._Element, name: str) -> Iterator[str]:
    yield from ((one.text or "").strip() for one in children(parent, name))
