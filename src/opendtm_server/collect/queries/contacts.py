"""What is known of a phone: the forms it holds, what it sent on which day, and whether the counts agree."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
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
    sheets = [_sheets([device], last - timedelta(days=back))[0] for back in range(DAYS)]
    return [sheet for sheet in sheets if sheet.held or sheet.said is not None]


def reconciliation(operation: "Operation", day: date) -> list[DaySheet]:
    """Give the sheet of every phone in use on a day, those that do not agree first."""
    phones = Device.objects.filter(operation=operation, created_at__date__lte=day)
    in_use = phones.filter(Q(revoked_at=None) | Q(revoked_at__date__gte=day)).select_related("user")
    return sorted(_sheets(list(in_use), day), key=lambda sheet: (sheet.agrees, sheet.device.code))


def _sheets(devices: list[Device], day: date) -> list[DaySheet]:
    keys = [device.pk for device in devices]
    begun = timezone.make_aware(datetime.combine(day, time.min))
    of_the_day = {"received_at__gte": begun, "received_at__lt": begun + timedelta(days=1)}
    sent = Submission.objects.filter(device__in=keys, **of_the_day).order_by()
    held = Counter(sent.values_list("device_id", flat=True))
    lacking = Counter(sent.filter(complete=False).values_list("device_id", flat=True))
    said = _said(keys, day)
    return [DaySheet(one, day, held[one.pk], lacking[one.pk], said.get(one.pk)) for one in devices]


def _said(keys: Iterable[int], day: date) -> dict[int, int]:
    counts = SentCount.objects.filter(device__in=keys, day=day)
    return dict(counts.values_list("device_id", "count"))
