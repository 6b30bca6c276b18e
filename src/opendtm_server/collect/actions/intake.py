"""Taking a submission: the promise of the house begins with what this module returns.

Every file of a parcel is on the disk before `receive_submission` is called. It returns only after its
transaction has been committed, so whoever acknowledges what it returns has told the truth. What cannot be
taken is noted in the quarantine and then refused.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from opendtm import forms as workshop
from opendtm.errors import InputProblem
from opendtm.forms import FormDefinition, SubmissionReading
from opendtm_server.collect import errors, placement, store
from opendtm_server.collect.actions.entity_work import note_entities
from opendtm_server.collect.actions.quarantine import put_in_quarantine
from opendtm_server.collect.faults import fault
from opendtm_server.collect.models import Attachment, FormVersion, Submission
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.collect.queries.forms import definition_of, published_version
from opendtm_server.collect.senders import Sender, phone_of
from opendtm_server.govern import audit

BODY_LIMIT = 2 * 1024 * 1024
NAME_LIMIT = 200


class Outcome(StrEnum):
    """What became of a parcel."""

    STORED = "stored"
    ADDED = "added"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Receipt:
    """A submission that the house holds, and what this parcel added to it."""

    submission: Submission
    outcome: Outcome


def receive_submission(*, device: Sender, parcel: Parcel) -> Receipt:
    """Take what a phone, or another sender, sent. Committed when this returns; in the quarantine when it raises a Refusal."""
    try:
        version, reading = _read(device, parcel.body)
        receipt = _store(device, parcel, version, reading)
    except errors.Refusal as refusal:
        put_in_quarantine(
            device=device, sha256=parcel.body.sha256, reason=refusal, files=parcel.files
        )
        raise
    fault("after_commit")
    return receipt


def _read(device: Sender, body: KeptFile) -> tuple[FormVersion, SubmissionReading]:
    if body.size > BODY_LIMIT:
        raise errors.TooLarge(limit=BODY_LIMIT // (1024 * 1024))
    xml = store.read_kept(device.operation.code, body.sha256)
    version = _version_of(device, _understood(xml, None))
    reading = _understood(xml, definition_of(version))
    _check_names(reading)
    return version, reading


def _understood(xml: bytes, form: FormDefinition | None) -> SubmissionReading:
    try:
        return workshop.read_submission(xml, form)
    except InputProblem as problem:
        raise errors.SubmissionUnreadable(problem=problem) from problem


def _version_of(device: Sender, sent: SubmissionReading) -> FormVersion:
    form_id, version = sent.form_id or "", sent.version or ""
    found = published_version(device.operation, form_id, version)
    if found is not None:
        return found
    if device.operation.forms.filter(form_id=form_id).exists():
        raise errors.VersionUnknown(form_id=form_id, version=version)
    raise errors.FormUnknown(form_id=form_id)


def _check_names(reading: SubmissionReading) -> None:
    if not reading.instance_id:
        raise errors.InstanceIDMissing
    names = (reading.instance_id, reading.deprecated_id or "", *reading.attachments)
    longest = max(len(name) for name in names)
    if longest > NAME_LIMIT:
        raise errors.NameUnusable(length=longest, limit=NAME_LIMIT)


@transaction.atomic
def _store(
    device: Sender, parcel: Parcel, version: FormVersion, reading: SubmissionReading
) -> Receipt:
    submission, created = Submission.objects.get_or_create(
        operation=device.operation,
        instance_id=reading.instance_id,
        defaults=_facts(device, parcel.body, version, reading),
    )
    fault("after_insert")
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.sha256 != parcel.body.sha256:
        raise errors.InstanceConflict(instance_id=reading.instance_id)
    added = _take_files(submission, device, reading.attachments, parcel.files)
    outcome = _outcome(new=created, added=added)
    if outcome is not Outcome.REPEATED:
        _note(device, submission, outcome, added)
        note_entities(submission)
    fault("before_commit")
    return Receipt(submission, outcome)


def _outcome(*, new: bool, added: int) -> Outcome:
    if new:
        return Outcome.STORED
    return Outcome.ADDED if added else Outcome.REPEATED


def _facts(
    device: Sender, body: KeptFile, version: FormVersion, reading: SubmissionReading
) -> dict[str, Any]:
    values = workshop.to_observation(reading, definition_of(version))
    placed = placement.place(version.form, values)
    return {
        "form_version": version,
        "sha256": body.sha256,
        "device": phone_of(device),
        "deprecated_id": reading.deprecated_id or "",
        "complete": not reading.attachments,
        **vars(placed),
    }


def _take_files(
    submission: Submission, device: Sender, announced: tuple[str, ...], files: tuple[KeptFile, ...]
) -> int:
    """Note the announced files and those that came; the first bytes of a name hold. Count what is new."""
    known = {one.filename: one for one in submission.attachments.all()}
    for name in announced:
        if name not in known:
            known[name] = Attachment.objects.create(submission=submission, filename=name)
    added = sum(_take_file(submission, device, known, file) for file in files)
    complete = all(one.sha256 for one in known.values())
    if complete != submission.complete:
        submission.complete = complete
        submission.save(update_fields=["complete"])
    return added


def _take_file(
    submission: Submission, device: Sender, known: dict[str, Attachment], file: KeptFile
) -> int:
    present = known.setdefault(
        file.filename, Attachment(submission=submission, filename=file.filename)
    )
    if present.sha256 == file.sha256:
        return 0
    if present.sha256:
        differs = errors.AttachmentDiffers(filename=file.filename)
        put_in_quarantine(device=device, sha256=file.sha256, reason=differs)
        return 0
    present.sha256, present.size, present.media_type = file.sha256, file.size, file.media_type
    present.received_at = timezone.now()
    present.save()
    return 1


def _note(device: Sender, submission: Submission, outcome: Outcome, added: int) -> None:
    audit.record(
        device.code,
        "receive_submission",
        operation=device.operation.code,
        subject=submission.instance_id,
        details={"sha256": submission.sha256, "outcome": outcome.value, "files": added},
    )
