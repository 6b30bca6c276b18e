"""Who sends: a facilitator's phone, or something else that stands behind a submission - a source, an upload.

Both have an operation and a code; the code stands in the audit log in place of a name.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opendtm_server.collect.models import Device

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@dataclass(frozen=True)
class OtherSender:
    """A sender that is no phone: another server, or a file that somebody uploaded."""

    operation: "Operation"
    code: str


Sender = Device | OtherSender


def phone_of(sender: Sender) -> Device | None:
    """Give the phone behind a sender; None where it is none."""
    return sender if isinstance(sender, Device) else None
