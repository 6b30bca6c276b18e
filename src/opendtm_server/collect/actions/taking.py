"""Takes one submission from another server: form, files and answers, by the same action as a phone's.

Every file is in the store before the submission is; a submission is taken whole or not at all. Taking it
again changes nothing.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm import forms as workshop
from opendtm.errors import InputProblem
from opendtm_server.collect import store
from opendtm_server.collect.actions.competing import rank_edits, wait_for_edits
from opendtm_server.collect.actions.concepts import set_concepts
from opendtm_server.collect.actions.forms import publish_xform
from opendtm_server.collect.actions.intake import Outcome, Receipt, receive_submission
from opendtm_server.collect.errors import (
    FilesMissingThere,
    NotThere,
    SubmissionUnreadable,
    TooLarge,
    VersionExists,
)
from opendtm_server.collect.models import Arrival, Attachment, FormVersion, NotTaken, Source
from opendtm_server.collect.models import Submission as Held
from opendtm_server.collect.parcel import KeptFile, Parcel, size_limit
from opendtm_server.collect.queries.forms import definition_of, published_version
from opendtm_server.collect.senders import OtherSender
from opendtm_server.collect.sources.remote import Remote, RemoteBody, RemoteForm, RemoteItem

if TYPE_CHECKING:
    from opendtm.forms import SubmissionReading

XML = "text/xml"


def is_known(*, source: Source, item: RemoteItem) -> bool:
    """Tell whether the house holds a submission as it stands there; what was decided there is noted anew."""
    arrivals = Arrival.objects.filter(source=source, remote_key=item.key, stamp=item.stamp)
    arrivals.exclude(review_state=item.state).update(review_state=item.state)
    return arrivals.exists()


def take(*, source: Source, remote: Remote, item: RemoteItem, by: User) -> bool:
    """Take a submission with all its versions; tell whether any of it was new.

    Raises a Refusal or an Obstacle where it cannot be taken. FilesMissingThere is raised when the answers
    have been taken and some files are not there yet.
    """
    receipt, new, missing, rebuilt = None, False, 0, False
    for body in remote.bodies(item):
        receipt, lacking = _take_body(source, remote, item, body, by=by)
        new, missing = new or receipt.outcome is not Outcome.REPEATED, lacking
        rebuilt = body.rebuilt
    if receipt is None:
        raise NotThere(host=source.url, path=item.key)
    _note_arrival(source, item, receipt.submission, rebuilt=rebuilt)
    if missing:
        raise FilesMissingThere(count=missing)
    settled = NotTaken.objects.filter(source=source, remote_key=item.key, settled_at=None)
    settled.update(settled_at=timezone.now())
    return new


def _take_body(
    source: Source, remote: Remote, item: RemoteItem, body: RemoteBody, *, by: User
) -> tuple[Receipt, int]:
    version = _version(source, remote, _read(body.xml, None), by=by)
    reading = _read(body.xml, version)
    files, missing = _files(source, remote, item, body, reading)
    kept = KeptFile("", store.keep(source.operation.code, [body.xml]), len(body.xml), XML)
    sender = OtherSender(source.operation, source.name)
    return receive_submission(device=sender, parcel=Parcel(kept, files)), missing


def _read(xml: bytes, version: FormVersion | None) -> "SubmissionReading":
    """Read a submission, of an encrypted one what it says in clear; SubmissionUnreadable where it is none."""
    try:
        opened = workshop.open_submission(xml)
        if opened.encrypted:
            return opened.envelope()
        return opened.read(definition_of(version) if version else None)
    except InputProblem as problem:
        raise SubmissionUnreadable(problem=problem) from problem


def _version(source: Source, remote: Remote, sent: "SubmissionReading", *, by: User) -> FormVersion:
    """Give the version that it was filled with, published here as it lies there where it is not known yet."""
    identity = (sent.form_id, sent.version)
    found = published_version(source.operation, *identity)
    if found is not None:
        return found
    form = remote.form(sent.version)
    title = workshop.read_form(form.xform).title
    with suppress(VersionExists):  # another run published it meanwhile
        _publish(source, form, (*identity, title), by=by)
    published = published_version(source.operation, *identity)
    if published is None:
        raise NotThere(host=source.url, path=sent.version)
    return published


@transaction.atomic
def _publish(source: Source, form: RemoteForm, identity: tuple[str, str, str], *, by: User) -> None:
    version = publish_xform(
        operation=source.operation,
        xform=form.xform,
        identity=identity,
        media=form.media,
        by=by,
    )
    if source.mapping:
        said = workshop.concept_lines(source.mapping, definition_of(version))
        set_concepts(form=version.form, concepts=said, by=by)


def _files(
    source: Source,
    remote: Remote,
    item: RemoteItem,
    body: RemoteBody,
    reading: "SubmissionReading",
) -> tuple[tuple[KeptFile, ...], int]:
    """Bring the files that the answers name and the house does not have; count those that are not there."""
    held = Attachment.objects.filter(
        submission__operation=source.operation, submission__instance_id=reading.instance_id
    )
    present = set(held.exclude(sha256="").values_list("filename", flat=True))
    brought, missing = [], 0
    for name in reading.attachments:
        if name not in present:
            try:
                brought.append(_file(source, remote, item, body, name))
            except NotThere:
                missing += 1
    return tuple(brought), missing


def _file(
    source: Source, remote: Remote, item: RemoteItem, body: RemoteBody, name: str
) -> KeptFile:
    incoming = store.Incoming(source.operation.code)
    try:
        with remote.file(item, body, name) as answer:
            for chunk in answer.iter_bytes(store.CHUNK):
                incoming.write(chunk)
                if incoming.size > size_limit():
                    raise TooLarge(limit=size_limit() // (1024 * 1024))
            kind = str(answer.headers.get("content-type", ""))[:100]
        return KeptFile(name, incoming.keep(), incoming.size, kind)
    finally:
        incoming.discard()


def _note_arrival(source: Source, item: RemoteItem, submission: Held, *, rebuilt: bool) -> None:
    before = Arrival.objects.filter(source=source, remote_key=item.key).first()
    if before and before.submission_id != submission.pk and not _replaces(submission, before):
        # Edited more than once over there between two runs: the version between them never came.
        _link(submission, before.submission)
    Arrival.objects.update_or_create(
        source=source,
        remote_key=item.key,
        defaults={
            "stamp": item.stamp[:300],
            "submission": submission,
            "review_state": item.state[:60],
            "rebuilt": rebuilt,
        },
    )


@transaction.atomic
def _link(submission: Held, earlier: Held) -> None:
    wait_for_edits(operation_id=submission.operation_id)
    submission.deprecated_id = earlier.instance_id
    submission.save(update_fields=["deprecated_id"])
    rank_edits(submission=submission)


def _replaces(submission: Held, before: Arrival) -> bool:
    """Tell whether the line of edits from the submission's predecessor leads to the one held before."""
    wanted, seen = submission.deprecated_id, set[str]()
    while wanted and wanted not in seen:
        if wanted == before.submission.instance_id:
            return True
        seen.add(wanted)
        earlier = Held.objects.filter(operation_id=submission.operation_id, instance_id=wanted)
        wanted = earlier.values_list("deprecated_id", flat=True).first() or ""
    return False
