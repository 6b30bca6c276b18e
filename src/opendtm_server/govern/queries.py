"""What a reader may see of operations, people and the audit log."""

from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db.models import Max, QuerySet

from opendtm_server.govern.access import Reader, check_may, keeps_the_house
from opendtm_server.govern.models import (
    AuditEvent,
    InitialPassword,
    Membership,
    Operation,
    Organisation,
)
from opendtm_server.govern.roles import Permission


def operations_for(reader: Reader) -> QuerySet[Operation]:
    """Give the operations in which the reader holds a role, by name; all for the keeper of the house."""
    every = Operation.objects.order_by("name")
    if keeps_the_house(reader):
        return every
    if not reader.is_authenticated or not reader.is_active:
        return every.none()
    return every.filter(memberships__user_id=reader.pk).distinct()


def operation_for(reader: Reader, code: str) -> Operation:
    """Give one operation that the reader holds a role in; Operation.DoesNotExist otherwise."""
    return operations_for(reader).get(code=code)


def keepers() -> QuerySet[User]:
    """Give the accounts that keep the house, the first one first."""
    return User.objects.filter(is_superuser=True, is_active=True).order_by("pk")


def public_operations() -> QuerySet[Operation]:
    """Give every operation as the public knows it: its name and country, by name."""
    return Operation.objects.order_by("name")


def hold(operation_id: int) -> Operation:
    """Give an operation locked until the transaction ends, so that those who hold it follow one another.

    Whoever only refers to it does not wait.
    """
    return Operation.objects.select_for_update(no_key=True).get(pk=operation_id)


def public_operation(code: str) -> Operation | None:
    """Give one operation as the public knows it; None where there is none."""
    return public_operations().filter(code=code).first()


def has_first_password(reader: Reader) -> bool:
    """Tell whether the reader still has to replace a password that somebody else made."""
    return reader.pk is not None and InitialPassword.objects.filter(user_id=reader.pk).exists()


def members_for(reader: Reader, operation: Operation) -> QuerySet[Membership]:
    """Give who holds which role in the operation. PermissionDenied without the right to govern it."""
    check_may(reader, Permission.GOVERN, operation)
    held = Membership.objects.filter(operation=operation)
    return held.select_related("user", "organisation").order_by("user__username", "role")


def organisations() -> QuerySet[Organisation]:
    """Give every organisation by name."""
    return Organisation.objects.order_by("name")


def person(username: str) -> User | None:
    """Give the account of that name, None where there is none."""
    return User.objects.filter(username=username).first()


def events_for(reader: Reader, operation: Operation) -> QuerySet[AuditEvent]:
    """Give the operation's audit log, newest first. PermissionDenied without the right to govern it."""
    check_may(reader, Permission.GOVERN, operation)
    return AuditEvent.objects.filter(operation=operation.code)


def chosen_events(
    events: QuerySet[AuditEvent],
    *,
    by: str = "",
    action: str = "",
    subject: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEvent]:
    """Keep the lines that match every given wish; days are whole days, both included, UTC."""
    wishes = {
        "by": by,
        "action": action,
        "subject__icontains": subject,
        "at__date__gte": since,
        "at__date__lte": until,
    }
    return events.filter(**{name: wish for name, wish in wishes.items() if wish})


def last_deed(operation: Operation) -> datetime | None:
    """Give the moment at which anything was last done in the operation; None where nothing was."""
    last: datetime | None = AuditEvent.objects.filter(operation=operation.code).aggregate(
        last=Max("at")
    )["last"]
    return last


def events_about(
    operation: Operation, subject: str, actions: Iterable[str]
) -> QuerySet[AuditEvent]:
    """Give the lines that some actions wrote about one subject, oldest first: the history of a thing."""
    written = AuditEvent.objects.filter(
        operation=operation.code, subject=subject, action__in=list(actions)
    )
    return written.order_by("id")
