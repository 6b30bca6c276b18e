"""Which part of the operation's lists a phone carries."""

import hashlib
from dataclasses import dataclass

from opendtm_server.collect.models import Device, DeviceArea, DeviceList


@dataclass(frozen=True, slots=True)
class Scope:
    """Areas and sites that lists are cut to (none: the whole operation), and the personal lists allowed."""

    codes: frozenset[str] = frozenset()
    personal: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        """Give the name under which files cut to these places are kept; empty for the whole operation."""
        text = "\n".join(sorted(self.codes))
        return hashlib.sha256(text.encode()).hexdigest() if text else ""


EVERYWHERE = Scope()


def scope_of(device: Device) -> Scope:
    """Give a phone's scope."""
    codes = DeviceArea.objects.filter(device=device).values_list("code", flat=True)
    lists = DeviceList.objects.filter(device=device).values_list("entity_list_id", flat=True)
    return Scope(frozenset(codes), frozenset(lists))
