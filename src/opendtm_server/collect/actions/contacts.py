"""What phones tell of themselves: when they called, with which application, what they hold and what waits."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from opendtm_server.collect.models import Device, HeldForm, SentCount
from opendtm_server.govern import audit

if TYPE_CHECKING:
    from opendtm_server.collect.models import FormVersion

CONTACT_EVERY = timedelta(minutes=1)
LENGTH = 120


def note_contact(*, device: Device, application: str, pending: int | None = None) -> None:
    """Note that a phone called. Written at most once a minute, unless it tells something new."""
    now, application = timezone.now(), application[:LENGTH]
    told: dict[str, object] = {}
    if application and application != device.application:
        told["application"] = application
    if pending is not None and pending != device.pending:
        told["pending"] = pending
    last = device.last_contact_at
    if told or last is None or now - last > CONTACT_EVERY:
        Device.objects.filter(pk=device.pk).update(last_contact_at=now, **told)


def note_form(*, device: Device, version: "FormVersion") -> None:
    """Note that a phone has downloaded a form version."""
    HeldForm.objects.update_or_create(
        device=device, form_version=version, defaults={"fetched_at": timezone.now()}
    )


@transaction.atomic
def say_sent(*, device: Device, day: date, count: int) -> SentCount:
    """Keep what a facilitator counts on the phone as sent on a day; the last word of a day holds."""
    said, _ = SentCount.objects.update_or_create(
        device=device, day=day, defaults={"count": count, "said_at": timezone.now()}
    )
    audit.record(
        device.code,
        "say_sent",
        operation=device.operation.code,
        subject=device.code,
        details={"day": day.isoformat(), "count": count},
    )
    return said
