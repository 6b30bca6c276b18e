"""What was sent and could not be taken: kept with its reason until a person has decided."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm.errors import OpenDTMError
from opendtm_server.collect import rules, sealed
from opendtm_server.collect.errors import stored_details
from opendtm_server.collect.models import Quarantine, QuarantineFile
from opendtm_server.collect.senders import Sender, phone_of
from opendtm_server.govern import audit
from opendtm_server.govern.access import check_may
from opendtm_server.govern.roles import Permission

if TYPE_CHECKING:
    from opendtm_server.collect.parcel import ParcelFile


def put_in_quarantine(
    *, device: Sender, body: "ParcelFile", reason: OpenDTMError, files: "Iterable[ParcelFile]" = ()
) -> Quarantine:
    """Keep a body and the files beside it under the quarantine's seal, and note that they wait for a decision.

    The same bytes for the same reason are noted once, however often the phone sends them. StoreFailed where
    the disk refuses.
    """
    beside = tuple(files)
    for one in (body, *beside):
        sealed.seal(device.operation.code, one.sha256, one.pieces(device.operation.code))
    return _noted(device, body, reason, beside)


@transaction.atomic
def _noted(
    device: Sender, body: "ParcelFile", reason: OpenDTMError, files: "Iterable[ParcelFile]"
) -> Quarantine:
    held, new = Quarantine.objects.get_or_create(
        operation=device.operation,
        sha256=body.sha256,
        error_code=reason.code,
        defaults={
            "device": phone_of(device),
            "reason": reason.text("en")[:500],
            "details": stored_details(reason),
        },
    )
    for file in files:
        QuarantineFile.objects.get_or_create(
            quarantine=held,
            filename=file.filename,
            sha256=file.sha256,
            defaults={"size": file.size},
        )
    if new:
        audit.record(
            device.code,
            "put_in_quarantine",
            operation=device.operation.code,
            subject=str(held.pk),
            details={"code": reason.code, "sha256": body.sha256},
        )
    return held


@transaction.atomic
def decide_quarantine(*, held: Quarantine, decision: str, by: User) -> Quarantine:
    """Write down what became of a quarantined body. Its bytes stay.

    Raises PermissionDenied, ReasonMissing, or AlreadyDecided.
    """
    check_may(by, Permission.REVIEW, held.operation)
    held = Quarantine.objects.select_for_update().get(pk=held.pk)
    rules.check_undecided(held)
    held.decision = rules.check_reason(decision)[:500]
    held.decided_at = timezone.now()
    held.decided_by = by.get_username()
    held.save(update_fields=["decision", "decided_at", "decided_by"])
    audit.record(
        held.decided_by, "decide_quarantine", operation=held.operation.code, subject=str(held.pk)
    )
    return held
