"""Pulling from ODK Central: everything once, as it was sent, whatever happens on the way."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from tests.server.collect.elsewhere import Answer, Bucket, CentralServer, Request, as_json
from tests.server.phone import filled, xform

from opendtm_server.collect import actions, queries, store
from opendtm_server.collect.errors import SourceBusy
from opendtm_server.collect.models import (
    Arrival,
    Attachment,
    FormVersion,
    NotTaken,
    Pull,
    Source,
    Submission,
)
from opendtm_server.collect.sources.central import Central
from opendtm_server.collect.sources.web import Web
from opendtm_server.govern.models import AuditEvent, Operation

Runner = Callable[..., Pull]
SEALED = b"""<data xmlns="http://www.opendatakit.org/xforms/encrypted" id="site_visit" version="1"
 encrypted="yes"><base64EncryptedKey>a2V5</base64EncryptedKey>
<meta xmlns="http://openrosa.org/xforms"><instanceID>uuid:sealed</instanceID></meta>
<media><file>a.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>
<base64EncryptedElementSignature>c2ln</base64EncryptedElementSignature></data>"""


@pytest.fixture
def source(central: CentralServer, operation: Operation, manager: User) -> Source:
    """Give the source that names it."""
    place = actions.Place("central", central.url, "site_visit", 7, central.account)
    return actions.add_source(
        operation=operation, name="central", place=place, secret=central.password, by=manager
    )


@pytest.fixture
def pull(source: Source, central: CentralServer, manager: User) -> Runner:
    """Give a runner of pulls that never really waits; `waited` holds what it would have."""

    def run(waited: list[float] | None = None, **wishes: Any) -> Pull:
        source.refresh_from_db()
        web = Web(central.url, wait=(waited if waited is not None else []).append)
        remote = Central(
            web,
            project=7,
            form="site_visit",
            account=central.account,
            secret=central.password,
        )
        return actions.pull_source(source=source, by=manager, remote=remote, **wishes)

    return run


def test_pull_takes_every_submission_as_it_was_sent(
    central: CentralServer, pull: Runner, operation: Operation
) -> None:
    xml = filled(instance="uuid:a")
    central.send("uuid:a", xml)
    central.send("uuid:b", filled(instance="uuid:b"))

    run = pull()

    assert (run.state, run.expected, run.seen, run.taken, run.not_taken) == ("done", 2, 2, 2, 0)
    held = Submission.objects.get(instance_id="uuid:a")
    assert store.read_kept(operation.code, held.sha256) == xml
    assert held.device is None
    assert AuditEvent.objects.filter(action="pull_source").get().details["taken"] == 2


def test_pull_publishes_an_unknown_form_as_it_lies_there(
    central: CentralServer, pull: Runner
) -> None:
    central.media["sites.csv"] = b"name,label\nS1,Old market\n"
    central.send("uuid:a", filled(instance="uuid:a"))

    pull()

    version = FormVersion.objects.get()
    assert bytes(version.xform) == xform()
    assert (version.form.form_id, version.version) == ("site_visit", "1")
    assert bytes(version.media.get().content) == central.media["sites.csv"]


def test_pull_goes_through_all_pages(central: CentralServer, pull: Runner) -> None:
    central.page = 2
    for number in range(5):
        at = f"2026-01-0{1 + number}T09:00:00.000Z"
        central.send(f"uuid:{number}", filled(instance=f"uuid:{number}"), at=at)

    run = pull()

    assert (run.state, run.taken) == ("done", 5)
    taken = Submission.objects.order_by("id").values_list("instance_id", flat=True)
    assert list(taken) == [f"uuid:{number}" for number in range(5)]


def test_pull_from_an_old_server_that_cannot_filter_by_changes_lists_everything(
    central: CentralServer, pull: Runner
) -> None:
    central.send("uuid:a", filled(instance="uuid:a"))
    pull()
    central.send("uuid:b", filled(instance="uuid:b"))
    answers = central.answer

    def refusing(request: Request) -> Answer:
        if "updatedAt" in request.params.get("$filter", ""):
            return as_json({"code": 501.4, "message": "Unsupported field."}, 501)
        return answers(request)

    central.answer = refusing  # type: ignore[method-assign]
    waited: list[float] = []

    run = pull(waited)

    assert (run.state, run.taken, waited) == ("done", 1, [])


def test_pull_remembers_nothing_later_than_its_own_begin(
    central: CentralServer, pull: Runner, source: Source
) -> None:
    central.send("uuid:a", filled(instance="uuid:a"), at="2099-01-06T09:00:00.000Z")

    run = pull()

    source.refresh_from_db()
    assert source.seen_until == run.started_at


def test_pull_again_takes_nothing_and_asks_for_no_submission(
    central: CentralServer, pull: Runner
) -> None:
    central.send("uuid:a", filled(instance="uuid:a"))
    pull()
    central.asked.clear()

    run = pull()

    assert (run.state, run.taken) == ("done", 0)
    assert central.paths("/submissions/") == []


def test_pull_asks_only_for_what_came_or_changed_since(
    central: CentralServer, pull: Runner, source: Source
) -> None:
    central.send("uuid:a", filled(instance="uuid:a"), at="2026-01-06T09:00:00.000Z")
    pull()
    central.asked.clear()
    central.send("uuid:b", filled(instance="uuid:b"), at="2026-01-08T09:00:00.000Z")

    run = pull()

    assert run.taken == 1
    asked = [one.params.get("$filter", "") for one in central.asked if ".svc" in one.path]
    assert all("submissionDate ge 2026-01-06T08:50:00.000Z" in text for text in asked)
    source.refresh_from_db()
    assert source.seen_until is not None
    assert source.seen_until.day == 8


def test_pull_brings_the_files(central: CentralServer, pull: Runner, operation: Operation) -> None:
    central.send("uuid:a", filled(instance="uuid:a", photo="a.jpg"), a__jpg=b"picture" * 1000)

    pull()

    kept = Attachment.objects.get()
    assert store.read_kept(operation.code, kept.sha256) == b"picture" * 1000
    assert kept.submission.complete


def test_pull_with_a_file_not_there_yet_takes_the_answers_and_the_file_later(
    central: CentralServer, pull: Runner
) -> None:
    sent = central.send("uuid:a", filled(instance="uuid:a", photo="a.jpg"))

    first = pull()

    assert first.not_taken == 1
    assert NotTaken.objects.get().error_code == "OD771"
    assert not Submission.objects.get().complete
    sent.files["a.jpg"] = b"picture"
    second = pull()
    assert second.state == "done"
    assert Submission.objects.get().complete
    assert NotTaken.objects.get().settled_at is not None


def test_pull_of_an_edited_submission_brings_its_history_as_edits(
    central: CentralServer, pull: Runner
) -> None:
    central.send("uuid:a", filled(instance="uuid:a", persons=10))
    pull()
    central.edit("uuid:a", "uuid:b", filled(instance="uuid:b", replaces="uuid:a", persons=11))
    central.edit("uuid:a", "uuid:c", filled(instance="uuid:c", replaces="uuid:b", persons=12))

    run = pull()

    assert run.taken == 1
    operation = Submission.objects.first().operation  # type: ignore[union-attr]
    live = queries.submissions_of(operation).filter(replaced=False)
    assert [one.instance_id for one in live] == ["uuid:c"]
    assert Submission.objects.count() == 3
    assert Arrival.objects.get().review_state == "edited"


def test_pull_of_an_encrypted_submission_keeps_it_sealed_with_its_files(
    central: CentralServer, pull: Runner, operation: Operation
) -> None:
    sent = central.send("uuid:sealed", SEALED)
    sent.files = {"submission.xml.enc": b"\x00answers", "a.jpg.enc": b"\x01picture"}
    sent.row["__system"] |= {"status": "notDecrypted", "attachmentsExpected": 2}

    run = pull()

    held = Submission.objects.get()
    assert (run.taken, run.not_taken, held.encrypted, held.complete) == (1, 0, True, True)
    assert store.read_kept(operation.code, held.sha256) == SEALED
    kept = {
        one.filename: store.read_kept(operation.code, one.sha256) for one in held.attachments.all()
    }
    assert kept == sent.files


def test_pull_from_a_server_of_before_there_were_edits_takes_what_it_lists(
    central: CentralServer, pull: Runner
) -> None:
    system = central.send("uuid:a", filled(instance="uuid:a")).row["__system"]
    for name in ("edits", "reviewState", "deviceId", "formVersion", "updatedAt", "deletedAt"):
        del system[name]

    run = pull()

    assert (run.state, run.taken) == ("done", 1)
    assert Arrival.objects.get().review_state == "received"


def test_pull_notes_what_was_decided_there(central: CentralServer, pull: Runner) -> None:
    sent = central.send("uuid:a", filled(instance="uuid:a"))
    pull()
    sent.row["__system"] |= {"reviewState": "approved", "updatedAt": "2026-01-09T09:00:00.000Z"}

    run = pull()

    assert run.taken == 0
    assert Arrival.objects.get().review_state == "approved"


def test_pull_with_a_session_that_ends_in_the_middle_signs_in_again(
    central: CentralServer, pull: Runner
) -> None:
    for name in "abc":
        central.send(f"uuid:{name}", filled(instance=f"uuid:{name}"))
    central.fail("uuid:b.xml", as_json({"code": 401.2, "message": "expired"}, 401))

    run = pull()

    assert (run.state, run.taken) == ("done", 3)
    assert len(central.paths("/v1/sessions")) == 2


def test_pull_with_a_wrong_password_fails_with_the_cause(
    central: CentralServer, pull: Runner
) -> None:
    central.fail("/v1/sessions", as_json({"code": 401.2, "message": "no"}, 401), times=3)

    run = pull()

    assert (run.state, run.error_code) == ("failed", "OD756")
    assert "what a secret" not in run.reason + str(run.details)


def test_pull_waits_as_long_as_a_busy_server_asks(central: CentralServer, pull: Runner) -> None:
    central.send("uuid:a", filled(instance="uuid:a"))
    busy = as_json({"message": "slow down"}, 429)
    busy.headers["Retry-After"] = "7"
    central.fail("uuid:a.xml", busy)
    waited: list[float] = []

    run = pull(waited)

    assert run.taken == 1
    assert waited == [7.0]


def test_pull_asks_a_failing_server_again(central: CentralServer, pull: Runner) -> None:
    central.send("uuid:a", filled(instance="uuid:a"))
    central.fail("uuid:a.xml", as_json({"message": "broken"}, 500), times=2)

    assert pull().taken == 1


def test_pull_of_a_server_that_stays_broken_fails_and_the_next_one_goes_on(
    central: CentralServer, pull: Runner, source: Source
) -> None:
    for name in "abcd":
        central.send(f"uuid:{name}", filled(instance=f"uuid:{name}"))
    for name in "bcd":
        central.fail(f"uuid:{name}.xml", as_json({"message": "broken"}, 502), times=4)

    first = pull()

    assert (first.state, first.error_code, first.taken) == ("failed", "OD757", 1)
    source.refresh_from_db()
    assert source.seen_until is None
    second = pull()
    assert second.state == "done"
    assert Submission.objects.count() == 4
    assert not NotTaken.objects.filter(settled_at=None).exists()


def test_pull_with_a_connection_cut_in_a_file_keeps_no_half_of_it(
    central: CentralServer, pull: Runner, operation: Operation
) -> None:
    central.send("uuid:a", filled(instance="uuid:a", photo="a.jpg"), a__jpg=b"whole picture")
    central.fail("attachments/a.jpg", Answer(b"half", kind="image/jpeg", cut=True))

    first = pull()

    assert first.not_taken == 1
    assert NotTaken.objects.get().error_code == "OD757"
    assert Submission.objects.count() == 0
    pull()
    kept = Attachment.objects.get()
    assert store.read_kept(operation.code, kept.sha256) == b"whole picture"


def test_pull_of_a_submission_that_cannot_be_taken_goes_on_with_the_others(
    central: CentralServer, pull: Runner
) -> None:
    central.send("uuid:a", b"<data id='site_visit' version='1'><site_id>")
    central.send("uuid:b", filled(instance="uuid:b"))

    run = pull()

    assert (run.state, run.taken, run.not_taken) == ("done", 1, 1)
    kept_out = NotTaken.objects.get()
    assert (kept_out.remote_key, kept_out.error_code) == ("uuid:a", "OD703")


def test_pull_tries_what_cannot_be_taken_again_only_when_asked(
    central: CentralServer, pull: Runner
) -> None:
    sent = central.send("uuid:a", b"<data id='site_visit' version='1'><site_id>")
    pull()
    sent.versions["uuid:a"] = filled(instance="uuid:a")
    central.send("uuid:b", filled(instance="uuid:b"), at="2026-02-01T00:00:00.000Z")
    pull()
    assert pull().taken == 0

    run = pull(retry_all=True)

    assert run.taken == 1
    assert Submission.objects.filter(instance_id="uuid:a").exists()


class KilledError(BaseException):
    """The process ends here."""


def test_pull_killed_between_two_submissions_is_continued_without_loss_or_doubles(
    central: CentralServer, pull: Runner
) -> None:
    for name in "abc":
        central.send(f"uuid:{name}", filled(instance=f"uuid:{name}"))

    def kill(run: Pull) -> None:
        if run.taken == 2:
            raise KilledError

    with pytest.raises(KilledError):
        pull(watch=kill)
    assert Pull.objects.get().state == "stopped"
    run = pull()

    assert (run.state, run.taken) == ("done", 1)
    assert Submission.objects.count() == 3
    assert Arrival.objects.count() == 3


def test_pull_after_a_process_that_died_takes_its_place(
    central: CentralServer, pull: Runner, source: Source
) -> None:
    dead = Pull.objects.create(source=source, by="x", worker=f"{socket.gethostname()}:99999999")

    assert pull().state == "done"
    dead.refresh_from_db()
    assert dead.state == "stopped"


def test_pull_while_another_is_under_way_is_refused(pull: Runner, source: Source) -> None:
    Pull.objects.create(source=source, by="x", worker="another-machine:1")

    with pytest.raises(SourceBusy):
        pull()


def test_pull_of_what_a_phone_sent_directly_takes_nothing_twice(
    central: CentralServer, pull: Runner, operation: Operation, manager: User
) -> None:
    xml = filled(instance="uuid:a")
    central.send("uuid:a", xml)
    pull()
    Arrival.objects.all().delete()

    run = pull()

    assert run.taken == 0
    assert Submission.objects.count() == 1
    assert Arrival.objects.count() == 1


def test_source_keeps_no_readable_secret(source: Source, central: CentralServer) -> None:
    assert central.password.encode() not in bytes(source.secret)
    events = AuditEvent.objects.filter(action="add_source").get()
    assert central.password not in str(events.details)


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """Give a store of files on another host."""
    server = Bucket(files={"/a.jpg": b"picture"})
    yield server
    server.close()


def test_pull_fetches_a_file_from_where_central_keeps_it_without_signing_in_there(
    central: CentralServer, bucket: Bucket, pull: Runner
) -> None:
    central.send("uuid:a", filled(instance="uuid:a", photo="a.jpg"), a__jpg=b"elsewhere")
    central.fail("attachments/a.jpg", Answer(b"", 307, headers={"Location": f"{bucket.url}/a.jpg"}))

    run = pull()

    assert (run.state, run.not_taken) == ("done", 0)
    assert Submission.objects.get().complete
    assert [one.path for one in bucket.asked] == ["/a.jpg"]
    assert "Authorization" not in bucket.asked[0].headers


@pytest.mark.parametrize(
    "target", ["{bucket}/gone.jpg", "http://169.254.169.254/latest/", "file:///etc/passwd"]
)
def test_pull_of_a_file_that_leads_nowhere_good_takes_the_answers_and_goes_on(
    central: CentralServer, bucket: Bucket, pull: Runner, target: str
) -> None:
    central.send("uuid:a", filled(instance="uuid:a", photo="a.jpg"), a__jpg=b"elsewhere")
    central.send("uuid:b", filled(instance="uuid:b"))
    moved = Answer(b"", 302, headers={"Location": target.format(bucket=bucket.url)})
    central.fail("attachments/a.jpg", moved, times=5)

    run = pull()

    assert (Submission.objects.count(), run.not_taken) == (2, 1)
    assert not Submission.objects.get(instance_id="uuid:a").complete


def test_pull_signs_in_with_name_and_password_where_there_are_no_sessions(
    central: CentralServer, pull: Runner
) -> None:
    central.basic = True
    central.send("uuid:a", filled(instance="uuid:a"))
    central.fail("/v1/sessions", as_json({"code": 404.1, "message": "no"}, 404))

    run = pull()

    assert (run.state, run.taken) == ("done", 1)
    assert len(central.paths("/v1/sessions")) == 1
