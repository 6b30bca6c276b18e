"""The line that every action writes: who did what, where, to what.

It is written inside the action's own transaction, so that neither can exist without the other.
"""

from typing import Any

from django.utils import timezone

from opendtm_server.govern.models import AuditEvent

TABLE = AuditEvent


def record(
    by: str,
    action: str,
    *,
    operation: str = "",
    subject: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write one line and return it.

    `by` is a user name, a device code or `house`; `operation` the operation's code. `details` holds codes,
    counts and dates as JSON, never personal data.
    """
    return AuditEvent.objects.create(
        by=by, action=action, operation=operation, subject=subject[:200], details=details or {}
    )


def unwritten(
    by: str, action: str, *, operation: str, subject: str, details: dict[str, Any]
) -> AuditEvent:
    """Give the line as `record` would write it, for the one action that writes all it does in one statement."""
    return AuditEvent(
        at=timezone.now(),
        by=by,
        action=action,
        operation=operation,
        subject=subject[:200],
        details=details,
    )
