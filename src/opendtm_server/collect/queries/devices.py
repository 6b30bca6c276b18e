"""What is read about phones, what each one sent, and the quarantine."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from opendtm_server.collect import rules
from opendtm_server.collect.models import Device, Quarantine, Submission
from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

SILENT_AFTER = timedelta(days=3)


def devices_for(reader: Reader, operation: "Operation") -> QuerySet[Device]:
    """Give the operation's phones by code. PermissionDenied without the right to follow them."""
    rules.check_follow(reader, operation)
    return Device.objects.filter(operation=operation).select_related("user").order_by("code")


def sent_by(phones: Iterable[Device]) -> dict[int, int]:
    """Count what each of some phones sent, by the phone's number; only those are looked at."""
    keys = [phone.pk for phone in phones]
    sent = Submission.objects.filter(device__in=keys).order_by().values("device_id")
    counts = dict(sent.annotate(n=Count("pk")).values_list("device_id", "n"))
    return {key: counts.get(key, 0) for key in keys}


def matching_devices(phones: QuerySet[Device], *, words: str, state: str) -> QuerySet[Device]:
    """Keep the phones whose code or facilitator holds `words` and that are in a state; empty asks for nothing."""
    if words.strip():
        named = Q(code__icontains=words.strip()) | Q(user__username__icontains=words.strip())
        phones = phones.filter(named)
    if state == "revoked":
        return phones.exclude(revoked_at=None)
    if state:
        phones = phones.filter(revoked_at=None)
    if state == "silent":
        since = timezone.now() - SILENT_AFTER
        phones = phones.filter(Q(last_contact_at=None) | Q(last_contact_at__lt=since))
    return phones


def held_of(device: Device) -> QuerySet[Submission]:
    """Give what the house holds of a phone, newest first, with the number of files that came and that miss."""
    return (
        Submission.objects.filter(device=device)
        .select_related("form_version__form", "site")
        .prefetch_related("attachments")
    )


def quarantine_for(reader: Reader, operation: "Operation") -> QuerySet[Quarantine]:
    """Give what was sent and could not be taken, newest first. PermissionDenied without that right."""
    check_may(reader, Permission.READ_SUBMISSIONS, operation)
    held = Quarantine.objects.filter(operation=operation)
    return held.select_related("device").prefetch_related("files")
