"""Understanding what was sent: which form it is of, what it is called, where and when it belongs.

What cannot be understood is a Refusal; nothing is written here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils import timezone

from opendtm import forms as workshop
from opendtm.errors import InputProblem
from opendtm.forms import OpenedSubmission, SubmissionReading
from opendtm_server.collect import errors, memory, placement
from opendtm_server.collect.models import FormVersion, Submission
from opendtm_server.collect.parcel import ParcelFile
from opendtm_server.collect.queries.forms import (
    DefinitionKey,
    definition_by_key,
    definition_key,
    published_version,
)
from opendtm_server.collect.senders import Sender, phone_of

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

BODY_LIMIT = 2 * 1024 * 1024
NAME_LIMIT = 200


@dataclass(frozen=True)
class Filled:
    """A filled form as understood: the row it will be, its bytes, and the files that it announces."""

    row: Submission
    version: FormVersion
    content: bytes
    announced: tuple[str, ...]


Finding = Callable[["Operation", str, str], FormVersion | None]


def remembered_version(operation: "Operation", form_id: str, version: str) -> FormVersion | None:
    """Find a form version as `published_version` does, without asking again for some minutes.

    Only for what checks again, when it writes, that nothing of it has changed.
    """
    key = (operation.pk, operation.code, form_id, version)
    found = memory.versions.get(key) or published_version(operation, form_id, version)
    if found is not None:
        memory.versions.keep(key, found)
    return found


def forget_version(version: FormVersion) -> None:
    """Forget a remembered form version, because something was not as remembered."""
    operation = version.form.operation
    memory.versions.forget((operation.pk, operation.code, version.form.form_id, version.version))


def understand(sender: Sender, body: ParcelFile, find: Finding = published_version) -> Filled:
    """Read a filled form with the form version that `find` finds.

    Raises TooLarge, SubmissionUnreadable, FormUnknown, VersionUnknown, InstanceIDMissing or NameUnusable.
    """
    if body.size > BODY_LIMIT:
        raise errors.TooLarge(limit=BODY_LIMIT // (1024 * 1024))
    content = b"".join(body.pieces(sender.operation.code))
    try:
        opened = workshop.open_submission(content)
        version = _version_of(sender, opened, find)
        glance = _glance_of(version)
        reading = opened.envelope() if opened.encrypted else opened.glance(glance)
    except InputProblem as problem:
        if isinstance(problem, errors.Refusal):
            raise
        raise errors.SubmissionUnreadable(problem=problem) from problem
    _check_names(reading)
    said = placement.told(workshop.to_observation(reading, glance.form))
    row = _row(sender, body, version, reading, said)
    row.encrypted = opened.encrypted
    return Filled(row, version, content, reading.attachments)


def _glance_of(version: FormVersion) -> workshop.Glance:
    """Say where in a filled form stands what is asked of it on arrival; the rest is read when it is checked."""
    return _glance_by_key(definition_key(version))


@lru_cache(maxsize=128)
def _glance_by_key(key: DefinitionKey) -> workshop.Glance:
    return workshop.Glance(definition_by_key(*key), placement.CONCEPTS)


def _version_of(sender: Sender, sent: OpenedSubmission, find: Finding) -> FormVersion:
    operation = sender.operation
    found = find(operation, sent.form_id, sent.version)
    if found is not None:
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
    sender: Sender,
    body: ParcelFile,
    version: FormVersion,
    reading: SubmissionReading,
    said: placement.Told,
) -> Submission:
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
