"""Public links: opening one, taking it back, and taking what comes through it, counted in one transaction."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm_server.collect import rules
from opendtm_server.collect.actions.intake import Outcome, Receipt, receive_submission
from opendtm_server.collect.errors import (
    FormUnknown,
    LinkBusy,
    LinkCodeTaken,
    LinkFull,
    Refusal,
)
from opendtm_server.collect.models import Form, PublicLink
from opendtm_server.collect.senders import OtherSender
from opendtm_server.govern import audit

if TYPE_CHECKING:
    from opendtm_server.collect.parcel import Parcel

A_MINUTE_AT_MOST = 120


@dataclass(frozen=True)
class Terms:
    """When a link is open, and how many forms it takes."""

    opens_at: datetime
    closes_at: datetime
    quota: int


@transaction.atomic
def open_public_link(*, form: Form, code: str, terms: Terms, by: User) -> PublicLink:
    """Make an address at which anybody may fill a form.

    Raises PermissionDenied, or LinkCodeTaken where another link of the operation has that code.
    """
    rules.check_manage(by, form.operation)
    if PublicLink.objects.filter(operation=form.operation, code=code).exists():
        raise LinkCodeTaken(link=code)
    link = PublicLink.objects.create(
        operation=form.operation,
        form=form,
        code=code,
        secret=secrets.token_urlsafe(16),
        created_by=by.get_username(),
        **vars(terms),
    )
    audit.record(
        by.get_username(),
        "open_public_link",
        operation=form.operation.code,
        subject=code,
        details={"form": form.form_id, "quota": terms.quota},
    )
    return link


@transaction.atomic
def close_public_link(*, link: PublicLink, by: User) -> PublicLink:
    """Take a link back at once. What came through it stays."""
    rules.check_manage(by, link.operation)
    link = PublicLink.objects.select_for_update().get(pk=link.pk)
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        audit.record(
            by.get_username(),
            "close_public_link",
            operation=link.operation.code,
            subject=link.code,
            details={"used": link.used},
        )
    return link


def receive_from_link(*, link: PublicLink, parcel: "Parcel") -> Receipt:
    """Take what came through a link. Committed when this returns; a repeat is not counted again.

    Raises a Refusal: of the link where it is closed, full or busy (nothing is kept then), or of the intake.
    """
    refusal: Refusal | None = None
    with transaction.atomic():
        held = PublicLink.objects.select_for_update(of=("self",)).select_related("operation")
        locked = held.get(pk=link.pk)
        rules.check_link_open(locked, at=timezone.now())
        _admit(locked)
        sender = OtherSender(locked.operation, f"link-{locked.code}")
        try:
            receipt = receive_submission(device=sender, parcel=parcel)
        except Refusal as found:
            refusal = found
        else:
            _count(locked, receipt)
    if refusal is not None:
        raise refusal
    return receipt


def _admit(link: PublicLink) -> None:
    """Count what comes within a minute, taken or not, so that nobody fills the disk through a link."""
    minute = timezone.now().replace(second=0, microsecond=0)
    before = link.in_minute if link.minute == minute else 0
    if before >= A_MINUTE_AT_MOST:
        raise LinkBusy
    link.minute, link.in_minute = minute, before + 1
    link.save(update_fields=["minute", "in_minute"])


def _count(link: PublicLink, receipt: Receipt) -> None:
    """Count a new form; raising here takes it back, with everything that was noted of it."""
    sent = receipt.submission.form_version.form
    if sent.pk != link.form_id:
        raise FormUnknown(form_id=sent.form_id)
    if receipt.outcome is not Outcome.STORED:
        return
    if link.used >= link.quota:
        raise LinkFull
    link.used += 1
    link.save(update_fields=["used"])
