"""What is read about rounds: which there are, and their order."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from opendtm_server.collect.models import Round
from opendtm_server.govern.access import Reader, may
from opendtm_server.govern.roles import Permission

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


def rounds_for(reader: Reader, operation: "Operation") -> QuerySet[Round]:
    """Give the operation's rounds, newest first: all for the staff, the signed-off ones for who reads figures."""
    every = rounds_of(operation)
    if may(reader, Permission.READ_SUBMISSIONS, operation) or may(
        reader, Permission.COLLECT, operation
    ):
        return every
    if may(reader, Permission.READ_FIGURES, operation):
        return every.filter(signed_off_at__isnull=False)
    return every.none()


def round_for(reader: Reader, operation: "Operation", key: int) -> Round:
    """Give one round that the reader may see; Round.DoesNotExist otherwise."""
    return rounds_for(reader, operation).get(pk=key)


def rounds_of(operation: "Operation") -> QuerySet[Round]:
    """Give every round of an operation, newest first, for the house's own work."""
    every = Round.objects.filter(operation=operation).select_related("form", "operation")
    return every.order_by("-starts_on", "-id")


def previous_round(round_: Round) -> Round | None:
    """Give the round of the same form before this one."""
    return (
        _of_the_form(round_).filter(starts_on__lt=round_.starts_on).order_by("-starts_on").first()
    )


def next_round(round_: Round) -> Round | None:
    """Give the round of the same form after this one."""
    return _of_the_form(round_).filter(starts_on__gt=round_.starts_on).order_by("starts_on").first()


def signed_off_before(round_: Round) -> list[Round]:
    """Give the signed-off rounds of the same form and kind before this one, oldest first."""
    earlier = _of_the_form(round_).filter(
        starts_on__lt=round_.starts_on, signed_off_at__isnull=False
    )
    return list(earlier.filter(kind=round_.kind).order_by("starts_on"))


def _of_the_form(round_: Round) -> QuerySet[Round]:
    return Round.objects.filter(form_id=round_.form_id).select_related("form", "operation")
