"""What part of the operation's lists a phone carries."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm_server.collect import rules
from opendtm_server.collect.errors import UnknownScope
from opendtm_server.collect.models import Device, DeviceArea, DeviceList, EntityList
from opendtm_server.govern import audit
from opendtm_server.places import listed as places


@transaction.atomic
def set_scope(
    *, device: Device, codes: Sequence[str], lists: Sequence[EntityList], by: User
) -> None:
    """Cut a phone's lists to areas and sites (none: the whole operation), and give it lists with personal data.

    PermissionDenied; UnknownScope where a code is neither an area of today nor a site.
    """
    rules.check_manage(by, device.operation)
    wanted = frozenset(codes)
    unknown = places.unknown_codes(device.operation, timezone.localdate(), wanted)
    if unknown:
        raise UnknownScope(code=min(unknown))
    DeviceArea.objects.filter(device=device).delete()
    DeviceList.objects.filter(device=device).delete()
    DeviceArea.objects.bulk_create(DeviceArea(device=device, code=code) for code in sorted(wanted))
    DeviceList.objects.bulk_create(DeviceList(device=device, entity_list=one) for one in lists)
    audit.record(
        by.get_username(),
        "set_scope",
        operation=device.operation.code,
        subject=device.code,
        details={"codes": sorted(wanted)[:50], "lists": sorted(one.name for one in lists)},
    )
