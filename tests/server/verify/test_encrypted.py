"""An encrypted submission at the desk: opened with the right key for one answer only, and nothing of it kept."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.server.phone import filled
from tests.workshop.forms.encrypting import KEY, OTHER_KEY, EncryptingPhone

from opendtm_server.collect import actions, store
from opendtm_server.collect.actions import encrypted
from opendtm_server.collect.models import KeptBody, Round, Submission
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.govern.models import AuditEvent

Browse = Callable[[User], Client]
Send = Callable[..., Submission]
pytestmark = pytest.mark.django_db
ANSWERS = filled(site="S1", persons=4321, contact="Canary Person", instance="uuid:sealed")
PICTURE = b"\xff\xd8\xff" + b"canary picture" * 4


def pem(key: Any = KEY) -> bytes:
    found: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return found


@pytest.fixture
def send(week: Round, facilitator: User, manager: User) -> Send:
    """Give a maker of encrypted submissions, of which some files may be left out or changed."""
    device = actions.add_device(operation=week.operation, user=facilitator, by=manager).device

    def make(without: str = "", changed: str = "", xml: bytes = ANSWERS) -> Submission:
        outer, files = EncryptingPhone("uuid:sealed").parcel(xml, {"a/../b.jpg": PICTURE})
        files = {name.replace("a/../", ""): content for name, content in files.items()}
        outer = outer.replace(b"a/../", b"")
        files.pop(without, None)
        if changed:
            files[changed] = files[changed][:-1]
        code = week.operation.code
        kept = tuple(
            KeptFile(name, store.keep(code, [content]), len(content))
            for name, content in files.items()
        )
        body = KeptFile("submission.xml", store.keep(code, [outer]), len(outer))
        return actions.receive_submission(device=device, parcel=Parcel(body, kept)).submission

    return make


def _post(client: Client, visit: Submission, lang: str = "en", **fields: Any) -> Any:
    key = SimpleUploadedFile("key.pem", fields.pop("key", pem()))
    return client.post(_address(visit, lang), {"key": key, "wanted": "answers", **fields})


def _address(visit: Submission, lang: str = "en") -> str:
    return f"/{lang}/desk/{visit.operation.code}/submissions/{visit.pk}/open/"


def test_submission_page_leads_to_the_key_and_shows_no_answers(
    send: Send, browse: Browse, manager: User
) -> None:
    visit = send()
    page = browse(manager).get(_address(visit).removesuffix("open/")).content.decode()
    assert f"submissions/{visit.pk}/open/" in page
    assert "submission.xml.enc" in page
    assert "What was asked and answered" not in page


def test_right_key_shows_the_answers_but_what_is_personal(
    send: Send, browse: Browse, manager: User
) -> None:
    reply = _post(browse(manager), send())
    page = reply.content.decode()
    assert reply.status_code == 200
    assert "How many displaced persons live here?" in page
    assert "4,321" in page
    assert "Canary Person" not in page
    assert "no-store" in reply["Cache-Control"]
    assert "could not be checked" not in page


def test_files_come_in_one_archive(send: Send, browse: Browse, manager: User) -> None:
    reply = _post(browse(manager), send(), wanted="files")
    with zipfile.ZipFile(BytesIO(reply.content)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert reply["Content-Type"] == "application/zip"
    assert "no-store" in reply["Cache-Control"]
    assert held == {"submission.xml": ANSWERS, "files/1-b.jpg": PICTURE}


def test_opening_is_in_the_audit_log_without_answers(
    send: Send, browse: Browse, manager: User
) -> None:
    _post(browse(manager), send())
    line = AuditEvent.objects.get(action="open_encrypted")
    assert (line.by, line.subject) == (manager.username, "uuid:sealed")
    assert line.details == {"files": 1, "missing": 0}


def test_nothing_that_was_decrypted_is_kept(
    send: Send, browse: Browse, manager: User, house_folders: Path, caplog: Any
) -> None:
    visit = send()
    before = {path for path in house_folders.rglob("*") if path.is_file()}
    _post(browse(manager), visit)
    _post(browse(manager), visit, wanted="files")
    after = {path for path in house_folders.rglob("*") if path.is_file()}
    assert after == before
    assert not any(b"canary" in path.read_bytes().lower() for path in after)
    assert not any(b"Canary" in bytes(one.content) for one in KeptBody.objects.all())
    assert "Canary" not in caplog.text
    page = browse(manager).get(_address(visit)).content.decode()
    assert "4,321" not in page


@pytest.mark.parametrize(
    ("fault", "lang", "words"),
    [
        ({"key": pem(OTHER_KEY)}, "en", "does not open this submission"),
        ({"key": pem(OTHER_KEY)}, "fr", "n’ouvre pas cette soumission"),
        ({"key": b"hello"}, "en", "not an RSA private key"),
        ({"key": b"x" * 70_000}, "en", "too large to be a private key"),
    ],
)
def test_wrong_key_is_said_in_words_and_nothing_is_noted(
    send: Send, browse: Browse, manager: User, fault: dict[str, Any], lang: str, words: str
) -> None:
    reply = _post(browse(manager), send(), lang, **fault)
    assert reply.status_code == 200
    assert words in reply.content.decode()
    assert "no-store" in reply["Cache-Control"]
    assert not AuditEvent.objects.filter(action="open_encrypted").exists()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"without": "submission.xml.enc"}, "has not arrived"),
        ({"changed": "submission.xml.enc"}, "is damaged"),
        ({"without": "b.jpg.enc"}, "could not be checked"),
        ({"changed": "b.jpg.enc"}, "Damaged"),
        ({"xml": b"no xml"}, "is refused"),
    ],
)
def test_missing_or_damaged_file_is_said_in_words(
    send: Send, browse: Browse, manager: User, fault: dict[str, Any], words: str
) -> None:
    reply = _post(browse(manager), send(**fault))
    assert reply.status_code == 200
    assert words in reply.content.decode()


def test_altered_byte_is_said_beside_the_answers(send: Send, browse: Browse, manager: User) -> None:
    visit = send()
    picture = visit.attachments.get(filename="b.jpg.enc")
    content = store.read_kept(visit.operation.code, picture.sha256)
    other = bytes([content[0] ^ 1]) + content[1:]
    picture.sha256 = store.keep(visit.operation.code, [other])
    picture.save()
    page = _post(browse(manager), visit).content.decode()
    assert "The signature does not match" in page
    assert "4,321" in page


def test_more_than_fits_into_memory_is_refused(
    send: Send, browse: Browse, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = send()
    monkeypatch.setattr(encrypted, "OPEN_LIMIT", 10)
    assert "too large to open here" in _post(browse(manager), visit).content.decode()


def test_only_who_manages_collection_may_try_a_key(
    send: Send, browse: Browse, coordinator: User
) -> None:
    assert _post(browse(coordinator), send()).status_code == 403


def test_submission_in_clear_has_no_such_page(
    receive: Callable[..., Submission], browse: Browse, manager: User
) -> None:
    assert browse(manager).get(_address(receive())).status_code == 404
