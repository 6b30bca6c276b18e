"""Taking a submission: the promise of the house begins with what this module returns.

`receive_submission` returns only after its transaction has been committed, and every file of the parcel that
is not in the database was on the disk before; so whoever acknowledges what it returns has told the truth.
What cannot be taken goes into the quarantine and is then refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from threading import Timer
from typing import Any

from django.db import DataError, transaction

from opendtm_server.collect import errors, placement
from opendtm_server.collect.actions import one_trip
from opendtm_server.collect.actions.competing import rank_edits, wait_for_edits
from opendtm_server.collect.actions.entity_work import asks_of_entities, note_entities
from opendtm_server.collect.actions.quarantine import put_in_quarantine
from opendtm_server.collect.faults import broken, fault
from opendtm_server.collect.filled import Filled, forget_version, remembered_version, understand
from opendtm_server.collect.models import Attachment, Device, KeptBody, Submission
from opendtm_server.collect.parcel import KeptFile, Parcel, ParcelFile
from opendtm_server.collect.queries.forms import published_version
from opendtm_server.collect.senders import Sender
from opendtm_server.collect.tokens import check_still_valid
from opendtm_server.govern import audit

IN_DATABASE = 64 * 1024


class Outcome(StrEnum):
    """What became of a parcel."""

    STORED = "stored"
    ADDED = "added"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Receipt:
    """A submission that the house holds, what this parcel added to it, and all its files (name, SHA-256)."""

    submission: Submission
    outcome: Outcome
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Before:
    """What the house holds already under an instance ID: the body's hash, and the names of the files that came."""

    sha256: str
    files: frozenset[str]


def receive_submission(*, device: Sender, parcel: Parcel) -> Receipt:
    """Take what a phone, or another sender, sent. Committed when this returns; in the quarantine when it raises a Refusal."""
    try:
        receipt = _take(device, parcel)
    except DataError as failure:
        refusal = errors.ValueUnusable()
        put_in_quarantine(device=device, body=parcel.body, reason=refusal, files=parcel.files)
        raise refusal from failure
    except errors.Refusal as refusal:
        if refusal.kept:
            put_in_quarantine(device=device, body=parcel.body, reason=refusal, files=parcel.files)
        raise
    fault("after_commit")
    return receipt


def _take(sender: Sender, parcel: Parcel) -> Receipt:
    quick = one_trip.possible() and isinstance(sender, Device)
    filled = understand(sender, parcel.body, remembered_version if quick else published_version)
    quick = quick and not filled.row.deprecated_id and not asks_of_entities(filled.version)
    # What is written in one statement need not be looked up before: the statement finds what is held already.
    before = None if quick else _before(filled.row)
    kept, doubtful = _keep(sender, parcel, before)
    if not _lies_in_the_database(parcel.body):
        parcel.body.keep(sender.operation.code)
    receipt = _store_at_once(sender, parcel, filled, kept) if quick else None
    if receipt is None:
        if quick:
            forget_version(filled.version)
            filled = understand(sender, parcel.body)
        receipt = _store(sender, parcel, filled, kept)
    held = dict(receipt.files)
    for file in (*doubtful, *kept.values()):
        if held[file.filename] != file.sha256:
            differs = errors.AttachmentDiffers(filename=file.filename)
            put_in_quarantine(device=sender, body=file, reason=differs)
    return receipt


def _before(row: Submission) -> _Before | None:
    """Look up what is held under the same instance ID. InstanceConflict where its body is another."""
    held = Submission.objects.filter(operation_id=row.operation_id, instance_id=row.instance_id)
    found = held.values_list("pk", "sha256").first()
    if found is None or broken("no_unique_key"):
        return None
    if found[1] != row.sha256:
        raise errors.InstanceConflict(instance_id=row.instance_id)
    files = Attachment.objects.filter(submission_id=found[0]).exclude(sha256="")
    return _Before(found[1], frozenset(files.values_list("filename", flat=True)))


def _keep(
    sender: Sender, parcel: Parcel, before: _Before | None
) -> tuple[dict[str, KeptFile], list[ParcelFile]]:
    """Make durable what the house does not hold yet, by name; give also the files that came second to a name."""
    taken = before.files if before else frozenset()
    kept: dict[str, KeptFile] = {}
    second: list[ParcelFile] = []
    for file in parcel.files:
        if file.filename in kept or file.filename in taken:
            second.append(file)
        else:
            kept[file.filename] = file.keep(sender.operation.code)
    return kept, second


def _lies_in_the_database(body: ParcelFile) -> bool:
    return body.size <= IN_DATABASE and not isinstance(body, KeptFile)


def _store_at_once(
    sender: Sender, parcel: Parcel, filled: Filled, kept: dict[str, KeptFile]
) -> Receipt | None:
    """Take a new submission in one statement; None where it is not new, or the phone no longer welcome."""
    files = _files(filled, kept)
    arrival = one_trip.Arrival(
        submission=filled.row,
        version=filled.version,
        line=audit.unwritten(**_said(sender, filled.row, Outcome.STORED, len(kept))),
        content=filled.content if _lies_in_the_database(parcel.body) else None,
        files=files,
    )
    return Receipt(filled.row, Outcome.STORED, _listed(files)) if one_trip.write(arrival) else None


def _store(sender: Sender, parcel: Parcel, filled: Filled, kept: dict[str, KeptFile]) -> Receipt:
    """Take a parcel step by step: where it may be a repeat, and on databases that know no shorter way."""
    if isinstance(sender, Device):
        check_still_valid(sender)
    _place(filled)
    if broken("ack_before_commit"):
        # For the negative control: promise now, write some time after the answer.
        Timer(one_trip.IDLE_SECONDS, _written, (sender, parcel, filled, kept)).start()
        return Receipt(filled.row, Outcome.STORED, _listed(_files(filled, kept)))
    return _written(sender, parcel, filled, kept)


def _written(sender: Sender, parcel: Parcel, filled: Filled, kept: dict[str, KeptFile]) -> Receipt:
    files = _files(filled, kept)
    with transaction.atomic():
        if filled.row.deprecated_id:
            wait_for_edits(operation_id=filled.row.operation_id)
        submission, created = _inserted(filled)
        submission.form_version = filled.version
        fault("after_insert")
        if created:
            _begin(submission, parcel, filled, files)
            added = len(kept)
        else:
            files, added = _add(submission, filled, kept)
        outcome = _outcome(new=created, added=added)
        if outcome is not Outcome.REPEATED:
            audit.record(**_said(sender, submission, outcome, added))
            if not submission.encrypted:
                note_entities(submission)
        fault("before_commit")
    return Receipt(submission, outcome, _listed(files))


def _place(filled: Filled) -> None:
    row, form = filled.row, filled.version.form
    row.site = placement.site_of(form, row.site_code)
    row.round = placement.round_on(form, row.visited_on) if row.visited_on else None


def _inserted(filled: Filled) -> tuple[Submission, bool]:
    facts = {
        name: value for name, value in vars(filled.row).items() if name not in {"_state", "id"}
    }
    if broken("no_unique_key"):
        return Submission.objects.create(**facts), True
    return Submission.objects.get_or_create(
        operation_id=facts.pop("operation_id"),
        instance_id=facts.pop("instance_id"),
        defaults=facts,
    )


def _begin(
    submission: Submission, parcel: Parcel, filled: Filled, files: Iterable[Attachment]
) -> None:
    """Write what belongs to a new submission."""
    if submission.deprecated_id:
        rank_edits(submission=submission)
    if _lies_in_the_database(parcel.body):
        KeptBody.objects.get_or_create(
            operation=submission.operation,
            sha256=submission.sha256,
            defaults={"content": filled.content},
        )
    for file in files:
        file.submission = submission
    Attachment.objects.bulk_create(files)


def _add(
    submission: Submission, filled: Filled, kept: dict[str, KeptFile]
) -> tuple[tuple[Attachment, ...], int]:
    """Add the files that a submission was still waiting for; the first bytes of a name hold. Count what is new."""
    held = Submission.objects.select_for_update().get(pk=submission.pk)
    if held.sha256 != filled.row.sha256:
        raise errors.InstanceConflict(instance_id=filled.row.instance_id)
    known = {one.filename: one for one in held.attachments.all()}
    added = 0
    for came in _files(filled, kept):
        present = known.setdefault(came.filename, came)
        if came.sha256 and (present is came or not present.sha256):
            _fill(present, came, held)
            added += 1
    complete = all(one.sha256 for one in known.values())
    if added or complete != held.complete:
        grown = Submission.objects.filter(pk=held.pk)
        grown.update(complete=complete, unchecked=held.unchecked or added > 0)
    submission.complete = complete
    return tuple(known.values()), added


def _fill(present: Attachment, came: Attachment, held: Submission) -> None:
    present.submission = held
    present.sha256, present.size, present.media_type = came.sha256, came.size, came.media_type
    present.received_at = came.received_at
    present.save()


def _files(filled: Filled, kept: dict[str, KeptFile]) -> tuple[Attachment, ...]:
    """Give the rows of the files that were announced or came, and say whether that is all."""
    names = dict.fromkeys((*filled.announced, *kept))
    filled.row.complete = all(name in kept for name in names)
    return tuple(_attachment(filled.row, name, kept.get(name)) for name in names)


def _attachment(row: Submission, name: str, file: KeptFile | None) -> Attachment:
    made = Attachment(submission=row, filename=name)
    if file is not None:
        made.sha256, made.size, made.media_type = file.sha256, file.size, file.media_type
        made.received_at = row.received_at
    return made


def _outcome(*, new: bool, added: int) -> Outcome:
    if new:
        return Outcome.STORED
    return Outcome.ADDED if added else Outcome.REPEATED


def _listed(files: Iterable[Attachment]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((file.filename, file.sha256) for file in files))


def _said(sender: Sender, row: Submission, outcome: Outcome, added: int) -> dict[str, Any]:
    return {
        "by": sender.code,
        "action": "receive_submission",
        "operation": sender.operation.code,
        "subject": row.instance_id,
        "details": {"sha256": row.sha256, "outcome": outcome.value, "files": added},
    }
