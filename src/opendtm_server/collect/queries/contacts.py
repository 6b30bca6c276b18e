"""What is known of a phone: the forms it holds, what it sent on which day, and whether the counts agree."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from opendtm_server.collect.models import Device, FormVersion, HeldForm, SentCount, Submission

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

DAYS = 14


@dataclass(frozen=True)
class DaySheet:
    """One phone on one day: forms held here, of these without all files, and forms that the phone counts as sent."""

    device: Device
    day: date
    held: int
    incomplete: int
    said: int | None

    @property
    def missing(self) -> int | None:
        """Count what the phone sent and the house does not hold; None where nobody has counted."""
        return None if self.said is None else self.said - self.held

    @property
    def agrees(self) -> bool:
        """Tell whether the counts are known, agree, and every announced file has come."""
        return self.missing == 0 and not self.incomplete


@dataclass(frozen=True)
class HeldVersion:
    """A form that a phone has downloaded, and whether it is the newest version."""

    held: HeldForm
    is_newest: bool


def forms_held(device: Device) -> list[HeldVersion]:
    """Give the newest version of each form that a phone holds, by title."""
    versions = FormVersion.objects.filter(form__operation=device.operation).order_by("pk")
    newest = dict(versions.values_list("form_id", "pk"))
    fetched = HeldForm.objects.filter(device=device).select_related("form_version__form")
    last = {one.form_version.form_id: one for one in fetched.order_by("fetched_at")}
    return sorted(
        (HeldVersion(one, newest[form] == one.form_version_id) for form, one in last.items()),
        key=lambda one: one.held.form_version.form.title,
    )


def days_of(device: Device, *, until: date | None = None) -> list[DaySheet]:
    """Give the last fourteen days of a phone, the newest first, without those on which nothing happened."""
    last = until or timezone.localdate()
    days = [last - timedelta(days=back) for back in range(DAYS)]
    held, lacking = Counter[date](), Counter[date]()
    sent = Submission.objects.filter(device=device, **_between(days[-1], last)).order_by()
    for moment, complete in sent.values_list("received_at", "complete"):
        day = timezone.localdate(moment)
        held[day] += 1
        lacking[day] += not complete
    counts = SentCount.objects.filter(device=device, day__in=days)
    said = dict(counts.values_list("day", "count"))
    sheets = (DaySheet(device, day, held[day], lacking[day], said.get(day)) for day in days)
    return [sheet for sheet in sheets if sheet.held or sheet.said is not None]


def reconciliation(operation: "Operation", day: date) -> list[DaySheet]:
    """Give the sheet of every phone in use on a day, those that do not agree first."""
    phones = Device.objects.filter(operation=operation, created_at__date__lte=day)
    in_use = phones.filter(Q(revoked_at=None) | Q(revoked_at__date__gte=day)).select_related("user")
    return sorted(_sheets(list(in_use), day), key=lambda sheet: (sheet.agrees, sheet.device.code))


def _sheets(devices: list[Device], day: date) -> list[DaySheet]:
    keys = [device.pk for device in devices]
    sent = Submission.objects.filter(device__in=keys, **_between(day, day)).order_by()
    rows = sent.values_list("device_id").annotate(
        held=Count("pk"), incomplete=Count("pk", filter=Q(complete=False))
    )
    counts = {device: (held, incomplete) for device, held, incomplete in rows}
    said = dict(
        SentCount.objects.filter(device__in=keys, day=day).values_list("device_id", "count")
    )
    return [
        DaySheet(one, day, *counts.get(one.pk, (0, 0)), said=said.get(one.pk)) for one in devices
    ]


def _between(first: date, last: date) -> dict[str, datetime]:
    """Give the filter for what was received from one day to another, both included."""
    begun, ended = (
        timezone.make_aware(datetime.combine(day, time.min))
        for day in (first, last + timedelta(days=1))
    )
    return {"received_at__gte": begun, "received_at__lt": ended}
