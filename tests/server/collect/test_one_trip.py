"""What PostgreSQL writes in one statement is what the long way writes; what a process remembers is checked."""

import hashlib
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.server.phone import Phone, filled

from opendtm_server.collect import actions, store
from opendtm_server.collect.actions import intake, one_trip
from opendtm_server.collect.models import Attachment, Device, FormVersion, Round, Submission
from opendtm_server.collect.parcel import Parcel, of_bytes
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.places.models import Site

pytestmark = pytest.mark.django_db(transaction=True)
OWN = {"id", "instance_id", "sha256", "received_at", "at", "subject", "details", "submission_id"}


def _facts(row: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name not in OWN | {"_state"}}


def _left(instance: str) -> list[dict[str, Any]]:
    """Give what a submission left behind, without what is its own."""
    submission = Submission.objects.get(instance_id=instance)
    files = submission.attachments.order_by("filename")
    events = AuditEvent.objects.filter(subject=instance)
    details = [{**event.details, "sha256": ""} for event in events]
    return [_facts(submission), *map(_facts, files), *map(_facts, events), *details]


@pytest.mark.parametrize("photo", ["", "a.jpg"])
@pytest.mark.parametrize(
    "place", [{}, {"site": "nowhere", "day": "1970-01-01"}, {"site": "", "day": ""}]
)
def test_both_ways_leave_the_same_behind(
    device: Device,
    week: Round,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    photo: str,
    place: dict[str, str],
) -> None:
    for instance in ("uuid:quick", "uuid:long"):
        monkeypatch.setattr(
            one_trip,
            "possible",
            lambda here=instance: connection.vendor == "postgresql" and "quick" in here,
        )
        body = filled(instance=instance, photo=photo, **place)
        files = (of_bytes(b"1", "b.jpg", "image/jpeg"),)
        receipt = actions.receive_submission(device=device, parcel=Parcel(of_bytes(body), files))
        row = Submission.objects.get(instance_id=instance)
        assert (receipt.submission.pk, receipt.submission.complete) == (row.pk, not photo)
        assert store.read_kept(device.operation.code, row.sha256) == body
    assert _left("uuid:quick") == _left("uuid:long")


def test_statement_is_planned_once_for_all_submissions(
    device: Device, published: FormVersion
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL takes a submission in one statement")
    for instance in ("uuid:1", "uuid:2"):
        body = of_bytes(filled(instance=instance))
        actions.receive_submission(device=device, parcel=Parcel(body))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%WITH sender%"]
        )
        assert cursor.fetchone() == (1,)


def test_new_submission_with_a_file_asks_the_database_for_nothing_before_it_is_written(
    phone: Phone, published: FormVersion
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL takes a submission in one statement")
    assert phone.send(filled()).status == 201
    with CaptureQueriesContext(connection) as seen:
        assert phone.send(filled(photo="a.jpg"), [("a.jpg", b"1")]).status == 201
    assert [query["sql"][:6] for query in seen.captured_queries] == []


def test_files_that_come_later_or_again_are_added_to_the_one_record(
    phone: Phone, published: FormVersion, operation: Operation
) -> None:
    body = filled(photo="a.jpg")
    assert phone.send(body, [("b.jpg", b"2")]).status == 201
    assert phone.send(body, [("a.jpg", b"1")]).status == 201
    assert phone.send(body, [("a.jpg", b"1"), ("b.jpg", b"2")]).status == 202
    row = Submission.objects.get()
    held = {
        file.filename: store.read_kept(operation.code, file.sha256)
        for file in row.attachments.all()
    }
    assert (held, row.complete) == ({"a.jpg": b"1", "b.jpg": b"2"}, True)


def test_other_body_with_a_file_under_a_taken_number_is_refused_and_kept_whole(
    phone: Phone, published: FormVersion, operation: Operation
) -> None:
    assert phone.send(filled(instance="uuid:1"), [("a.jpg", b"1")]).status == 201
    other = filled(instance="uuid:1", contact="other")
    assert phone.send(other, [("a.jpg", b"2")]).status == 409
    assert Attachment.objects.get().sha256 == hashlib.sha256(b"1").hexdigest()
    assert operation.quarantine.get().files.count() == 1


def test_phone_revoked_after_it_was_remembered_gets_nothing_in(
    new_phone: Any, published: FormVersion, manager: User
) -> None:
    phone, device = new_phone()
    assert phone.send(filled()).status == 201
    actions.revoke_device(device=device, by=manager)
    assert phone.send(filled()).status == 403
    assert Submission.objects.count() == 1


def test_owner_who_left_after_the_phone_was_remembered_gets_nothing_in(
    phone: Phone, published: FormVersion, facilitator: User
) -> None:
    assert phone.send(filled()).status == 201
    facilitator.is_active = False
    facilitator.save()
    assert phone.send(filled()).status == 403
    assert Submission.objects.count() == 1


def test_large_body_lies_in_the_folder_and_small_one_in_the_database(
    device: Device, operation: Operation
) -> None:
    bodies = [filled(contact="x" * size) for size in (10, intake.IN_DATABASE)]
    for body in bodies:
        actions.receive_submission(device=device, parcel=Parcel(of_bytes(body)))
    small, large = Submission.objects.order_by("id")
    lie = [store.path_of(operation.code, one.sha256).exists() for one in (small, large)]
    assert lie == [False, True]
    assert [store.read_kept(operation.code, one.sha256) for one in (small, large)] == bodies


def test_second_file_of_a_name_in_one_parcel_is_kept_apart(device: Device) -> None:
    files = (of_bytes(b"1", "a.jpg"), of_bytes(b"2", "a.jpg"), of_bytes(b"1", "a.jpg"))
    receipt = actions.receive_submission(device=device, parcel=Parcel(of_bytes(filled()), files))
    assert receipt.submission.attachments.count() == 1
    assert Attachment.objects.get().size == 1
    assert device.operation.quarantine.get().error_code == "OD713"


def test_connection_that_the_server_closed_is_opened_again(
    device: Device, published: FormVersion
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server that could hang up")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    other.close()
    row = Submission(
        operation=device.operation,
        form_version=published,
        instance_id="uuid:1",
        device=device,
        sha256="0" * 64,
        received_at=published.published_at,
    )
    line = AuditEvent(by="x", action="x", at=published.published_at)
    assert one_trip.write(one_trip.Arrival(row, published, line, b"<a/>", ()))
