"""Understanding what was sent: which form it is of, what it is called, where and when it belongs.

What cannot be understood is a Refusal; nothing is written here.
"""

from dataclasses import dataclass

from django.utils import timezone

from opendtm import forms as workshop
from opendtm.errors import InputProblem
from opendtm.forms import OpenedSubmission, SubmissionReading
from opendtm_server.collect import errors, memory, placement
from opendtm_server.collect.models import FormVersion, Submission
from opendtm_server.collect.parcel import ParcelFile
from opendtm_server.collect.queries.forms import definition_of, published_version
from opendtm_server.collect.senders import Sender, phone_of

BODY_LIMIT = 2 * 1024 * 1024
NAME_LIMIT = 200


@dataclass(frozen=True)
class Filled:
    """A filled form as understood: the row it will be, its bytes, and the files that it announces."""

    row: Submission
    version: FormVersion
    content: bytes
    announced: tuple[str, ...]


def understand(sender: Sender, body: ParcelFile) -> Filled:
    """Read a filled form.

    Raises TooLarge, SubmissionUnreadable, FormUnknown, VersionUnknown, InstanceIDMissing or NameUnusable.
    """
    if body.size > BODY_LIMIT:
        raise errors.TooLarge(limit=BODY_LIMIT // (1024 * 1024))
    content = b"".join(body.pieces(sender.operation.code))
    try:
        opened = workshop.open_submission(content)
        version = _version_of(sender, opened)
        reading = opened.read(definition_of(version))
    except InputProblem as problem:
        if isinstance(problem, errors.Refusal):
            raise
        raise errors.SubmissionUnreadable(problem=problem) from problem
    _check_names(reading)
    return Filled(_row(sender, body, version, reading), version, content, reading.attachments)


def _version_of(sender: Sender, sent: OpenedSubmission) -> FormVersion:
    operation = sender.operation
    key = (operation.pk, operation.code, sent.form_id, sent.version)
    found = memory.versions.get(key) or published_version(operation, sent.form_id, sent.version)
    if found is not None:
        memory.versions.keep(key, found)
        return found
    if operation.forms.filter(form_id=sent.form_id).exists():
        raise errors.VersionUnknown(form_id=sent.form_id, version=sent.version)
    raise errors.FormUnknown(form_id=sent.form_id)


def _check_names(reading: SubmissionReading) -> None:
    if not reading.instance_id:
        raise errors.InstanceIDMissing
    names = (reading.instance_id, reading.deprecated_id or "", *reading.attachments)
    longest = max(len(name) for name in names)
    if longest > NAME_LIMIT:
        raise errors.NameUnusable(length=longest, limit=NAME_LIMIT)


def _row(
    sender: Sender, body: ParcelFile, version: FormVersion, reading: SubmissionReading
) -> Submission:
    said = placement.told(workshop.to_observation(reading))
    return Submission(
        operation=sender.operation,
        form_version=version,
        instance_id=reading.instance_id or "",
        sha256=body.sha256,
        device=phone_of(sender),
        deprecated_id=reading.deprecated_id or "",
        complete=not reading.attachments,
        received_at=timezone.now(),
        **vars(said),
    )
