"""Answers the question that every rule begins with: may this person do this in this operation.

Rights come from the roles that a person holds in an operation. A superuser, who keeps the house itself,
may do everything; an inactive account may do what the public may.
"""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext

from opendtm_server.govern.roles import DESCRIPTIONS, Permission, Role

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

Reader = User | AnonymousUser | AbstractBaseUser


def may(user: Reader, permission: Permission, operation: "Operation") -> bool:
    """Tell whether one of the person's roles in the operation allows it."""
    return permission in permissions(user, operation)


def check_may(user: Reader, permission: Permission, operation: "Operation") -> None:
    """Raise PermissionDenied unless one of the person's roles in the operation allows it."""
    if not may(user, permission, operation):
        raise PermissionDenied(gettext("Your role in this operation does not allow this."))


def permissions(user: Reader, operation: "Operation") -> frozenset[Permission]:
    """Give everything that the person may do in the operation; what the public may, in any case."""
    allowed = DESCRIPTIONS[Role.PUBLIC.value].allows
    if not user.is_authenticated or not user.is_active:
        return allowed
    if keeps_the_house(user):
        return frozenset(Permission)
    for role in roles(user, operation):
        allowed |= DESCRIPTIONS[role].allows
    return allowed


def roles(user: Reader, operation: "Operation") -> frozenset[str]:
    """Give the names of the roles that the person holds in the operation."""
    if not user.is_authenticated:
        return frozenset()
    held = operation.memberships.filter(user_id=user.pk)
    return frozenset(held.values_list("role", flat=True))


def keeps_the_house(user: Reader) -> bool:
    """Tell whether the person keeps the house itself: opens operations, sees all of them."""
    return bool(user.is_authenticated and user.is_active and getattr(user, "is_superuser", False))


def check_keeps_the_house(user: Reader) -> None:
    """Raise PermissionDenied unless the person keeps the house itself."""
    if not keeps_the_house(user):
        raise PermissionDenied(gettext("Only the keeper of the house may do this."))
