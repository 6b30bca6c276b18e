"""Who may change who holds what, and what must stay true of an operation.

`check_x` raises (PermissionDenied for a person, HouseProblem for a state), `can_x` answers.
"""

from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from opendtm_server.govern.access import check_keeps_the_house, check_may
from opendtm_server.govern.problems import LastHead, RoleAlreadyHeld, SectorNeeded
from opendtm_server.govern.roles import Permission, Role

if TYPE_CHECKING:
    from opendtm_server.govern.models import Membership, Operation


def check_open_operation(by: User) -> None:
    """Let only the keeper of the house open operations."""
    check_keeps_the_house(by)


def check_change_people(by: User, operation: "Operation") -> None:
    """Let only those who govern an operation decide who holds which role in it."""
    check_may(by, Permission.GOVERN, operation)


def check_enrol_facilitator(by: User, operation: "Operation") -> None:
    """Let those who hand out phones make accounts for site facilitators, the role with the fewest rights."""
    check_may(by, Permission.MANAGE_COLLECTION, operation)


def check_role_free(user: User, operation: "Operation", role: Role) -> None:
    """Refuse a role that the person already holds here."""
    if operation.memberships.filter(user=user, role=role.value).exists():
        raise RoleAlreadyHeld(username=user.get_username())


def check_sector(role: Role, sector: str) -> None:
    """Ask for the sector of a cluster viewer, and refuse one for any other role."""
    if (role == Role.CLUSTER_VIEWER) != bool(sector):
        raise SectorNeeded


def check_head_remains(membership: "Membership") -> None:
    """Refuse a change that would leave the operation without a head of mission."""
    if membership.role == Role.HEAD_OF_MISSION and not other_heads(membership):
        raise LastHead


def can_remove(membership: "Membership") -> bool:
    """Tell whether the role can be taken away without leaving the operation headless."""
    return membership.role != Role.HEAD_OF_MISSION or other_heads(membership)


def other_heads(membership: "Membership") -> bool:
    """Tell whether somebody else is head of mission in the same operation."""
    heads = membership.operation.memberships.filter(role=Role.HEAD_OF_MISSION.value)
    return heads.exclude(user_id=membership.user_id).exists()
