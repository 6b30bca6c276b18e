"""The rule by which positions are shown outside the office. Each action is one transaction with its line in the audit log."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction

from opendtm.report.positions import PositionKind
from opendtm_server.govern.audit import record
from opendtm_server.places import rules
from opendtm_server.places.models import PositionRule

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
