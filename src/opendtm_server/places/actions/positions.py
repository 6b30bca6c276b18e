"""The rule by which positions are shown outside the office. Each action is one transaction with its line in the audit log."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction

from opendtm.report.positions import PositionKind
from opendtm_server.govern.audit import record
from opendtm_server.places import rules
from opendtm_server.places.models import PositionRule
from opendtm_server.places.positions import key_mark

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@transaction.atomic
def set_position_rule(
    *,
    operation: "Operation",
    public: PositionKind,
    partners: PositionKind,
    by: User,
    small_below: int | None = None,
) -> PositionRule:
    """Decide how positions are shown to the public and to partners, from the next release on.

    Sites with fewer than `small_below` persons are shown to the public by their area alone; None: no such rule.
    PermissionDenied unless `by` governs the operation; PositionsTooOpen where partners would see less than all.
    """
    rules.check_decide_positions(by, operation)
    rules.check_partners_see_no_less(public, partners)
    told = {"public": public.value, "partners": partners.value, "small_below": small_below}
    rule, _made = PositionRule.objects.update_or_create(operation=operation, defaults=told)
    record(
        by.get_username(),
        "set_position_rule",
        operation=operation.code,
        subject=operation.code,
        details=told,
    )
    return rule


@transaction.atomic
def note_position_key(*, operation: "Operation", by: User) -> None:
    """Note by which key positions are displaced, once; a later release by another key is refused.

    Raises PositionKeyMissing where the house's key cannot be read.
    """
    rule, _made = PositionRule.objects.get_or_create(operation=operation)
    if not rule.key_mark:
        _note_key(rule, "note_position_key", by)


@transaction.atomic
def accept_new_key(*, operation: "Operation", by: User) -> None:
    """Take the key that the house has now for positions, as the one before is lost: every site moves.

    PermissionDenied unless `by` governs the operation; PositionKeyMissing where the key cannot be read.
    """
    rules.check_decide_positions(by, operation)
    rule, _made = PositionRule.objects.get_or_create(operation=operation)
    _note_key(rule, "accept_new_key", by)


def _note_key(rule: PositionRule, action: str, by: User) -> None:
    rule.key_mark = key_mark(rule.operation)
    rule.save(update_fields=["key_mark"])
    code = rule.operation.code
    record(by.get_username(), action, operation=code, subject=code)
