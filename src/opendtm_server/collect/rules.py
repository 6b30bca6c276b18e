"""Who may do what with forms, rounds, devices and submissions, and in which state.

`check_x` raises (PermissionDenied for the person, an Obstacle for the state), `can_x` answers.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from opendtm_server.collect.errors import (
    AlreadyDecided,
    DaysReversed,
    DraftClosed,
    LinkClosed,
    LinkUnknown,
    ReasonMissing,
    RoundIsClosed,
    UploadDecided,
)
from opendtm_server.govern.access import Reader, check_may, may
from opendtm_server.govern.roles import Permission

if TYPE_CHECKING:
    from opendtm_server.collect.models import FormDraft, PublicLink, Quarantine, Round, Upload
    from opendtm_server.govern.models import Operation


def check_manage(by: Reader, operation: "Operation") -> None:
    """Raise unless the person may set up forms, rounds and devices."""
    check_may(by, Permission.MANAGE_COLLECTION, operation)


def can_manage(by: Reader, operation: "Operation") -> bool:
    """Tell whether the person may set up forms, rounds and devices."""
    return may(by, Permission.MANAGE_COLLECTION, operation)


def check_follow(by: Reader, operation: "Operation") -> None:
    """Raise unless the person may say of a place that it could not be reached."""
    check_may(by, Permission.REVIEW, operation)


def can_follow(by: Reader, operation: "Operation") -> bool:
    """Tell whether the person may say of a place that it could not be reached."""
    return may(by, Permission.REVIEW, operation)


def can_read_submissions(by: Reader, operation: "Operation") -> bool:
    """Tell whether the person may read what was sent."""
    return may(by, Permission.READ_SUBMISSIONS, operation)


def can_read_own_submissions(by: Reader, operation: "Operation") -> bool:
    """Tell whether the person may read what the own phone sent."""
    return may(by, Permission.COLLECT, operation)


def check_round_open(round_: "Round") -> None:
    """Raise where the round has been signed off."""
    if round_.signed_off_at:
        raise RoundIsClosed(number=round_.number)


def check_days(*, starts_on: date, ends_on: date) -> None:
    """Raise where a round would end before it starts."""
    if ends_on < starts_on:
        raise DaysReversed


def check_undecided(held: "Quarantine") -> None:
    """Raise where somebody has decided what becomes of a quarantined body."""
    if held.decided_at:
        raise AlreadyDecided(by=held.decided_by)


def check_reason(reason: str) -> str:
    """Give the reason without blanks around it; raise where nothing is left."""
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def check_link_open(link: "PublicLink", *, at: datetime) -> None:
    """Raise where a public link takes nothing at a time: taken back, not open yet, or not any more."""
    if link.revoked_at:
        raise LinkUnknown
    if not link.opens_at <= at < link.closes_at:
        raise LinkClosed(
            opens=timezone.localdate(link.opens_at),
            closes=timezone.localdate(link.closes_at - timedelta(seconds=1)),
        )


def check_upload_open(upload: "Upload") -> None:
    """Raise where the rows of a file have been taken already."""
    if upload.taken_at:
        raise UploadDecided


def check_upload_taken(upload: "Upload") -> None:
    """Raise where there is nothing to withdraw: not taken yet, or withdrawn before."""
    if upload.taken_at is None or upload.withdrawn_at:
        raise UploadDecided


def check_draft_open(draft: "FormDraft") -> None:
    """Raise where a draft was published or put away."""
    if draft.closed_at:
        raise DraftClosed
