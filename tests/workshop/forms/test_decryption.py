"""Encrypted submissions: opened with the right key, refused in words otherwise, and what was altered is told."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from tests.workshop.forms.encrypting import KEY, OTHER_KEY, EncryptingPhone

from opendtm.errors.forms import (
    EncryptedAnswersMissing,
    FileDamaged,
    KeyDoesNotFit,
    KeyUnreadable,
    ManifestUnusable,
    PassphraseWrong,
)
from opendtm.forms import Integrity, decrypt, read_manifest, read_private_key

XML = "<data id='site_visit' version='1'><people>12</people><note>Été</note></data>".encode()
PHONE = EncryptingPhone("uuid:1")


def _pem(
    encoding: Encoding = Encoding.PEM,
    locked: KeySerializationEncryption | None = None,
    form: PrivateFormat = PrivateFormat.PKCS8,
) -> bytes:
    return KEY.private_bytes(encoding, form, locked or NoEncryption())


@pytest.mark.parametrize("mask", ["SHA256", "SHA1"])
@pytest.mark.parametrize("version", ["1", None])
def test_submission_opens_with_its_key(mask: str, version: str | None) -> None:
    media = {"a.jpg": b"picture", "b.amr": b"", "audit.csv": b"x" * 4096}
    outer, files = EncryptingPhone("uuid:1", version=version, mask=getattr(hashes, mask)()).parcel(
        XML, media
    )
    opened = decrypt(read_manifest(outer), files, KEY)
    assert opened.xml == XML
    assert opened.files == media
    assert opened.missing == ()
    assert opened.integrity is Integrity.SOUND


@given(
    instance=st.text("aé文-:1", min_size=1, max_size=20),
    secret=st.binary(min_size=32, max_size=32),
    sizes=st.lists(st.integers(0, 70), max_size=35),
)
def test_every_file_opens_however_many_there_are(
    instance: str, secret: bytes, sizes: list[int]
) -> None:
    sent = {f"{number}.bin": bytes([size]) * size for number, size in enumerate(sizes)}
    outer, files = EncryptingPhone(instance, secret=secret).parcel(XML, sent)
    opened = decrypt(read_manifest(outer), files, KEY)
    assert (opened.xml, opened.files, opened.integrity) == (XML, sent, Integrity.SOUND)


def test_wrong_key_is_refused() -> None:
    outer, files = PHONE.parcel(XML, {})
    with pytest.raises(KeyDoesNotFit):
        decrypt(read_manifest(outer), files, OTHER_KEY)


def test_sealed_key_that_is_no_base64_is_refused() -> None:
    outer, files = PHONE.parcel(XML, {})
    broken = outer.replace(b"<base64EncryptedKey>", b"<base64EncryptedKey>*")
    with pytest.raises(KeyDoesNotFit):
        decrypt(read_manifest(broken), files, KEY)


def test_answers_that_were_cut_short_are_refused() -> None:
    outer, files = PHONE.parcel(XML, {})
    files["submission.xml.enc"] = files["submission.xml.enc"][:-3]
    with pytest.raises(FileDamaged, match=r"submission\.xml\.enc"):
        decrypt(read_manifest(outer), files, KEY)


def test_damaged_picture_leaves_the_answers_readable() -> None:
    outer, files = PHONE.parcel(XML, {"a.jpg": b"picture", "b.jpg": b"other"})
    files["a.jpg.enc"] = files["a.jpg.enc"][:5]
    opened = decrypt(read_manifest(outer), files, KEY)
    assert (opened.xml, opened.files) == (XML, {"b.jpg": b"other"})
    assert opened.damaged == ("a.jpg",)
    assert opened.integrity is Integrity.UNCHECKED


def test_missing_picture_is_named_and_the_rest_opens() -> None:
    outer, files = PHONE.parcel(XML, {"a.jpg": b"picture", "b.jpg": b"other"})
    del files["a.jpg.enc"]
    opened = decrypt(read_manifest(outer), files, KEY)
    assert (opened.xml, opened.files) == (XML, {"b.jpg": b"other"})
    assert opened.missing == ("a.jpg",)
    assert opened.integrity is Integrity.UNCHECKED


def test_missing_answers_are_refused() -> None:
    outer, files = PHONE.parcel(XML, {"a.jpg": b"picture"})
    del files["submission.xml.enc"]
    with pytest.raises(EncryptedAnswersMissing):
        decrypt(read_manifest(outer), files, KEY)


def test_altered_byte_is_told() -> None:
    outer, files = PHONE.parcel(XML, {"a.jpg": b"picture" * 20})
    sent = bytearray(files["a.jpg.enc"])
    sent[3] ^= 1
    opened = decrypt(read_manifest(outer), {**files, "a.jpg.enc": bytes(sent)}, KEY)
    assert opened.xml == XML
    assert opened.integrity is Integrity.ALTERED


def test_file_of_another_submission_is_told() -> None:
    outer, files = PHONE.parcel(XML, {"a.jpg": b"picture"})
    _, others = PHONE.parcel(XML, {"a.jpg": b"another"})
    opened = decrypt(read_manifest(outer), {**files, "a.jpg.enc": others["a.jpg.enc"]}, KEY)
    assert opened.integrity is Integrity.ALTERED


def test_document_without_a_signature_cannot_be_checked() -> None:
    outer, files = EncryptingPhone("uuid:1", signed=False).parcel(XML, {})
    assert decrypt(read_manifest(outer), files, KEY).integrity is Integrity.UNCHECKED


@pytest.mark.parametrize("name", ["base64EncryptedKey", "encryptedXmlFile", "instanceID"])
def test_document_that_lacks_something_says_what(name: str) -> None:
    outer, _ = PHONE.parcel(XML, {})
    with pytest.raises(ManifestUnusable, match=name):
        read_manifest(outer.replace(name.encode(), b"other"))


@pytest.mark.parametrize(
    ("content", "passphrase"),
    [
        (_pem(), ""),
        (_pem(), "not needed"),
        (_pem(Encoding.DER), ""),
        (_pem(form=PrivateFormat.TraditionalOpenSSL), ""),
        (_pem(locked=BestAvailableEncryption(b"sesame")), "sesame"),
        (_pem(Encoding.DER, BestAvailableEncryption("clé".encode())), "clé"),
    ],
)
def test_private_key_is_read(content: bytes, passphrase: str) -> None:
    assert read_private_key(content, passphrase).private_numbers() == KEY.private_numbers()


@pytest.mark.parametrize("passphrase", ["", "wrong"])
@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_protected_key_asks_for_its_passphrase(encoding: Encoding, passphrase: str) -> None:
    locked = _pem(encoding, BestAvailableEncryption(b"sesame"))
    with pytest.raises(PassphraseWrong):
        read_private_key(locked, passphrase)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
    ],
)
def test_file_that_is_no_key_is_refused(content: bytes) -> None:
    with pytest.raises(KeyUnreadable):
        read_private_key(content)


def test_what_was_decrypted_is_not_written_into_a_log() -> None:
    outer, files = PHONE.parcel(XML, {})
    assert "people" not in repr(decrypt(read_manifest(outer), files, KEY))


@pytest.mark.shared
def test_documents_of_real_phones_are_read(shared: Path) -> None:
    folder = shared / "submissions"
    names = [
        "onaio_onadata/onadata__apps__logger__fixtures__tutorial_encrypted__instances__tutorial_encrypted.xml"
    ]
    names.append(
        "getodk_briefcase/test__resources__org__opendatakit__briefcase__export__encrypted-form-submission.xml"
    )
    first, second = (read_manifest((folder / name).read_bytes()) for name in names)
    assert first.media == ("1483528430996.jpg.enc", "1483528445767.jpg.enc")
    assert (first.version, second.version) == ("201701031234", None)
    assert second.answers_file == "submission.xml.enc"
