"""The promise of the house: what was answered 201 is there, unaltered, once."""

import hashlib
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from lxml import etree
from tests.server.phone import Phone, filled, multipart, part

from opendtm_server.collect import actions, queries, sealed, store
from opendtm_server.collect.errors import InstanceConflict
from opendtm_server.collect.faults import fault_of
from opendtm_server.collect.models import (
    Attachment,
    Device,
    FormVersion,
    KeptBody,
    Quarantine,
    Round,
    Submission,
)
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.places.models import Site

pytestmark = pytest.mark.django_db(transaction=True)
JPEG = b"\xff\xd8\xff\xe0" + b"photo" * 1000


def unsealed(operation: Operation, sha256: str) -> bytes:
    """Read what lies in the quarantine."""
    return b"".join(sealed.unseal(operation.code, sha256))


def test_submission_is_stored_byte_for_byte(
    phone: Phone, published: FormVersion, operation: Operation
) -> None:
    xml = filled()
    reply = phone.send(xml)
    submission = Submission.objects.get()
    assert reply.status == 201
    assert submission.sha256 == hashlib.sha256(xml).hexdigest()
    assert store.read_kept(operation.code, submission.sha256) == xml
    assert submission.complete


def test_answer_carries_the_headers_of_openrosa_and_a_receipt(
    phone: Phone, published: FormVersion
) -> None:
    xml = filled()
    reply = phone.send(xml)
    root = etree.fromstring(reply.body)
    assert reply.headers["X-OpenRosa-Version"] == "1.0"
    assert reply.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert "Date" in reply.headers
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
    receipt = root.find("{urn:opendtm:receipt}receipt")
    assert receipt is not None
    assert receipt.get("sha256") == hashlib.sha256(xml).hexdigest()


def test_submission_finds_its_site_round_and_day(phone: Phone, week: Round, site: Site) -> None:
    phone.send(filled(site="S1", day="2026-01-06"))
    submission = Submission.objects.get()
    assert (submission.site, submission.round) == (site, week)
    assert str(submission.visited_on) == "2026-01-06"


def test_submission_of_an_unknown_site_is_stored_all_the_same(phone: Phone, week: Round) -> None:
    reply = phone.send(filled(site="nowhere"))
    submission = Submission.objects.get()
    assert reply.status == 201
    assert submission.site is None
    assert submission.site_code == "nowhere"


def test_submission_of_a_phone_with_a_wrong_clock_is_stored_outside_rounds(
    phone: Phone, week: Round
) -> None:
    assert phone.send(filled(day="1970-01-01")).status == 201
    assert Submission.objects.get().round is None


def test_identical_repeat_gives_202_and_one_record(phone: Phone, published: FormVersion) -> None:
    xml = filled()
    assert [phone.send(xml).status for _ in range(3)] == [201, 202, 202]
    assert Submission.objects.count() == 1


def test_same_instance_with_other_content_gives_409_and_quarantine(
    phone: Phone, published: FormVersion, operation: Operation
) -> None:
    first, second = filled(instance="uuid:1", persons=1), filled(instance="uuid:1", persons=2)
    assert phone.send(first).status == 201
    reply = phone.send(second, [("a.jpg", JPEG)])
    held = Quarantine.objects.get()
    assert reply.status == 409
    assert "uuid:1" in reply.text
    assert unsealed(operation, held.sha256) == second
    assert unsealed(operation, held.files.get().sha256) == JPEG
    assert store.read_kept(operation.code, Submission.objects.get().sha256) == first


def test_refused_body_sent_again_is_quarantined_once(phone: Phone, published: FormVersion) -> None:
    xml = filled(form="other")
    assert [phone.send(xml).status for _ in range(2)] == [404, 404]
    assert Quarantine.objects.count() == 1


@pytest.mark.parametrize(
    ("xml", "status", "code"),
    [
        (filled(form="never_published"), 404, "OD704"),
        (filled(version="9"), 404, "OD705"),
        (b"<data id='site_visit' version='1'><a></data>", 400, "OD703"),
        (b"", 400, "OD703"),
        (b"\x00\x01\x02", 400, "OD703"),
        (
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><data id='site_visit' version='1'>&b;</data>",
            400,
            "OD703",
        ),
        (filled(instance=""), 400, "OD712"),
        (filled(instance="uuid:" + "x" * 300), 400, "OD711"),
        (b"<a>" * 100 + b"</a>" * 100, 400, "OD703"),
        (b"<data>" + b"x" * (2 * 1024 * 1024) + b"</data>", 413, "OD706"),
    ],
    ids=[
        "form",
        "version",
        "xml",
        "empty",
        "binary",
        "doctype",
        "no-id",
        "long-id",
        "deep",
        "large",
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason_and_kept(
    phone: Phone, published: FormVersion, operation: Operation, xml: bytes, status: int, code: str
) -> None:
    reply = phone.send(xml)
    held = Quarantine.objects.get()
    assert (reply.status, held.error_code) == (status, code)
    assert code in reply.text
    assert unsealed(operation, held.sha256) == xml
    assert not Submission.objects.exists()


def test_refusal_is_in_the_language_of_the_phone(phone: Phone, published: FormVersion) -> None:
    english, french = (
        phone.send(filled(form="x"), language=lang).text for lang in ("en-GB", "fr-ML,fr")
    )
    assert "does not know the form" in english
    assert "formulaire" in french
    assert english != french


def test_photo_is_stored_byte_for_byte_and_completes_the_form(
    phone: Phone, published: FormVersion, operation: Operation
) -> None:
    assert phone.send(filled(photo="a.jpg"), [("a.jpg", JPEG)]).status == 201
    file = Attachment.objects.get()
    assert store.read_kept(operation.code, file.sha256) == JPEG
    assert file.size == len(JPEG)
    assert Submission.objects.get().complete


def test_announced_photo_that_did_not_come_leaves_the_form_incomplete(
    phone: Phone, published: FormVersion
) -> None:
    xml = filled(photo="a.jpg")
    reply = phone.send(xml, more_follows=True)
    assert reply.status == 201
    assert "missing" in reply.text
    assert not Submission.objects.get().complete
    assert phone.send(xml, [("a.jpg", JPEG)]).status == 201
    assert Submission.objects.get().complete
    assert phone.send(xml, [("a.jpg", JPEG)]).status == 202


def test_other_bytes_under_the_same_name_leave_the_first_and_are_kept_apart(
    phone: Phone, published: FormVersion, operation: Operation
) -> None:
    xml = filled(photo="a.jpg")
    phone.send(xml, [("a.jpg", JPEG)])
    assert phone.send(xml, [("a.jpg", b"other")]).status == 202
    assert store.read_kept(operation.code, Attachment.objects.get().sha256) == JPEG
    assert unsealed(operation, Quarantine.objects.get().sha256) == b"other"


def test_two_files_of_the_same_content_are_both_taken(phone: Phone, published: FormVersion) -> None:
    assert phone.send(filled(), [("a.jpg", JPEG), ("b.jpg", JPEG)]).status == 201
    assert sorted(Attachment.objects.values_list("filename", flat=True)) == ["a.jpg", "b.jpg"]


def test_name_of_a_file_never_leads_out_of_the_store(
    phone: Phone, published: FormVersion, house_folders: Any
) -> None:
    reply = phone.send(filled(), [("../../../escaped.txt", b"escaped"), ("a\x01b\u202e.jpg", b"x")])
    names = set(Attachment.objects.values_list("filename", flat=True))
    assert reply.status == 201
    assert names == {"escaped.txt", "ab.jpg"}
    assert not list(house_folders.parent.rglob("escaped.txt"))


def test_edit_is_a_new_submission_that_replaces_the_first(
    phone: Phone, published: FormVersion
) -> None:
    phone.send(filled(instance="uuid:2", replaces="uuid:1", persons=5))
    phone.send(filled(instance="uuid:1", persons=4))
    edit, first = (Submission.objects.get(instance_id=name) for name in ("uuid:2", "uuid:1"))
    assert edit.deprecated_id == first.instance_id
    assert Submission.objects.count() == 2


def test_head_says_where_to_send_and_how_much(phone: Phone, published: FormVersion) -> None:
    reply = phone.ask("HEAD", "/submission")
    assert reply.status == 204
    assert reply.headers["Location"] == phone.address + "/submission"
    assert int(reply.headers["X-OpenRosa-Accept-Content-Length"]) > 10_000_000


def test_body_over_the_limit_is_refused_with_413(
    phone: Phone, published: FormVersion, settings: Any
) -> None:
    settings.OPENDTM_MAX_BODY = 1024 * 1024
    body, kind = multipart(filled(), [("a.bin", b"x" * 1024 * 1024)])
    reply = phone.ask("POST", "/submission", body, Content_Type=kind)
    assert reply.status == 413
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"nothing", "multipart/form-data"),
        (b"", "multipart/form-data; boundary=x"),
        (b"--x\r\nrubbish", "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        (b"<data/>", "text/xml"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (
            part("x", "photo", "a.jpg", b"1", "image/jpeg") + b"--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
        (
            part("x", "xml_submission_file", "a.xml", b"<a/>", "text/xml") * 2 + b"--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
        (
            part("x", "xml_submission_file", "a.xml", filled(), "text/xml"),
            "multipart/form-data; boundary=x",
        ),
        (
            part("x", "xml_submission_file", "a.xml", filled(), "text/xml")
            + part("x", "f", "n" * 400, b"1", "image/jpeg")
            + b"--x--",
            "multipart/form-data; boundary=x",
        ),
        (b"--x\r\n" * 20_000 + b"--x--", "multipart/form-data; boundary=x"),
        (b"--\xff--", "multipart/form-data; boundary=\xff"),
    ],
)
def test_damaged_body_is_refused_with_400_and_kept(
    phone: Phone, published: FormVersion, operation: Operation, body: bytes, kind: str
) -> None:
    reply = phone.ask("POST", "/submission", body, Content_Type=kind)
    assert reply.status == 400
    assert "OD7" in reply.text
    assert not Submission.objects.exists()
    if body:
        assert unsealed(operation, Quarantine.objects.get().sha256) == body


@pytest.mark.parametrize("naming", ["", '; filename=""'])
def test_filled_form_without_a_file_name_is_taken(
    phone: Phone, published: FormVersion, naming: str
) -> None:
    head = f'--x\r\nContent-Disposition: form-data; name="xml_submission_file"{naming}\r\n\r\n'
    body = head.encode() + filled() + b"\r\n--x--\r\n"
    reply = phone.ask("POST", "/submission", body, Content_Type="multipart/form-data; boundary=x")
    assert reply.status == 201


@pytest.mark.parametrize("failing", ["sync", "sync_folder"])
def test_disk_that_does_not_confirm_gives_503_and_no_record(
    phone: Phone, published: FormVersion, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    phone.send(filled())

    def broken(_where: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(store, failing, broken)
    reply = phone.send(filled(photo="a.jpg"), [("a.jpg", JPEG)])
    assert reply.status == 503
    assert int(reply.headers["Retry-After"]) > 0
    assert Submission.objects.count() == 1


def test_every_file_is_synced_before_the_commit_and_the_commit_before_the_answer(
    phone: Phone, published: FormVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    real_sync = store.sync

    def sync(descriptor: int) -> None:
        real_sync(descriptor)
        events.append("sync in a transaction" if connection.in_atomic_block else "sync")

    monkeypatch.setattr(store, "sync", sync)
    for module in ("actions.intake", "actions.one_trip", "views.phones"):
        monkeypatch.setattr(f"opendtm_server.collect.{module}.fault", events.append)
    assert phone.send(filled(photo="a.jpg"), [("a.jpg", JPEG)]).status == 201
    assert events.count("sync") >= 2
    assert events[events.count("sync") :] == [
        "after_insert",
        "before_commit",
        "after_commit",
        "before_answer",
    ]


@pytest.mark.parametrize("point", ["after_insert", "before_commit"])
def test_database_that_fails_before_the_commit_gives_503_and_nothing_is_acknowledged(
    phone: Phone, published: FormVersion, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    monkeypatch.setattr("opendtm_server.collect.actions.one_trip.armed", lambda: True)
    for module in ("actions.intake", "actions.one_trip"):
        monkeypatch.setattr(f"opendtm_server.collect.{module}.fault", fault_of(f"{point}:error"))
    reply = phone.send(filled())
    assert reply.status == 503
    assert "Retry-After" in reply.headers
    assert not Submission.objects.exists()
    assert not KeptBody.objects.exists()


def test_database_that_is_down_gives_503_in_words(
    phone: Phone, published: FormVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("opendtm_server.collect.tokens.token_hash", broken)
    for reply in (phone.send(filled()), phone.ask("GET", "/formList")):
        assert reply.status == 503
        assert "OpenRosaResponse" in reply.text


@pytest.fixture
def database_of_its_own(device: Device, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let other threads open a real SQLite file: the tests' database in memory knows no waiting."""
    if connection.vendor == "sqlite":
        path = tmp_path / "at_once.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
        monkeypatch.setitem(connections.settings["default"], "NAME", path)


def _elsewhere(work: Callable[[], Any]) -> Any:
    """Do something in a thread, on a connection of its own, and give what it gave."""
    given: list[Any] = []

    def run() -> None:
        try:
            given.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    return given[0]


def _at_once(operation: Operation, device: Any, bodies: list[bytes]) -> list[str]:
    """Receive several bodies at the same moment, each on a connection of its own."""
    outcomes: list[str] = []
    together = threading.Barrier(len(bodies))

    def run(body: bytes) -> None:
        sha256 = store.keep(operation.code, [body])
        parcel = Parcel(KeptFile("submission.xml", sha256, len(body)))
        together.wait()
        try:
            outcomes.append(actions.receive_submission(device=device, parcel=parcel).outcome.value)
        except InstanceConflict as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(outcomes)


@pytest.mark.usefixtures("database_of_its_own")
def test_same_form_many_times_at_once_gives_one_record(
    operation: Operation, device: Device
) -> None:
    outcomes = _at_once(operation, device, [filled(instance="uuid:same")] * 8)
    assert outcomes == ["repeated"] * 7 + ["stored"]
    assert _elsewhere(Submission.objects.count) == 1


@pytest.mark.usefixtures("database_of_its_own")
def test_other_content_at_once_leaves_one_record_and_the_rest_in_quarantine(
    operation: Operation, device: Device
) -> None:
    bodies = [filled(instance="uuid:same", persons=number) for number in range(6)]
    outcomes = _at_once(operation, device, bodies)
    held = _elsewhere(
        lambda: {row.sha256 for kind in (Quarantine, Submission) for row in kind.objects.all()}
    )
    assert outcomes == ["OD707"] * 5 + ["stored"]
    assert held == {hashlib.sha256(body).hexdigest() for body in bodies}


def test_receiving_writes_one_audit_line_without_answers(
    phone: Phone, published: FormVersion
) -> None:
    phone.send(filled(contact="Canary Person"))
    phone.send(filled(contact="Canary Person", form="x"))
    lines = AuditEvent.objects.filter(action__in=["receive_submission", "put_in_quarantine"])
    assert lines.count() == 2
    assert "Canary" not in str(list(lines.values()))


def test_refused_submission_leaves_no_personal_answer_in_the_logs(
    phone: Phone, published: FormVersion, capfd: pytest.CaptureFixture[str]
) -> None:
    phone.send(filled(contact="Canary Person", form="x"))
    assert "Canary" not in "".join(capfd.readouterr())


ENCRYPTED = b"""<data xmlns="http://www.opendatakit.org/xforms/encrypted" id="site_visit" version="1"
 encrypted="yes"><base64EncryptedKey>a2V5</base64EncryptedKey>
<meta xmlns="http://openrosa.org/xforms"><instanceID>uuid:sealed</instanceID></meta>
<media><file>a.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>
<base64EncryptedElementSignature>c2ln</base64EncryptedElementSignature></data>"""


def test_encrypted_form_is_kept_as_it_came_and_its_files_are_awaited(
    phone: Phone, published: FormVersion, operation: Operation
) -> None:
    files = [("submission.xml.enc", b"\x00sealed"), ("a.jpg.enc", b"\x01sealed")]
    assert phone.send(ENCRYPTED, files[:1]).status == 201
    held = Submission.objects.get()
    assert (held.instance_id, held.encrypted, held.complete) == ("uuid:sealed", True, False)
    assert phone.send(ENCRYPTED, files).status == 201
    assert phone.send(ENCRYPTED, files).status == 202
    held.refresh_from_db()
    assert held.complete
    assert queries.answers_of(held).answers == ()
    assert store.read_kept(operation.code, held.sha256) == ENCRYPTED
    for file in held.attachments.all():
        assert store.read_kept(operation.code, file.sha256) == dict(files)[file.filename]
