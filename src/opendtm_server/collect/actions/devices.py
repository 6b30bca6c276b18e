"""Facilitators' phones: giving one an address with a secret in it, and taking it back at once."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from opendtm_server.collect import rules
from opendtm_server.collect.errors import CodeTaken
from opendtm_server.collect.models import Device
from opendtm_server.collect.tokens import token_hash
from opendtm_server.govern import actions as govern
from opendtm_server.govern import audit
from opendtm_server.govern.roles import Role

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

CODE_LIMIT = 40


@dataclass(frozen=True)
class NewDevice:
    """A device and its token, which is shown this once and kept nowhere."""

    device: Device
    token: str


@transaction.atomic
def add_device(*, operation: "Operation", user: User, code: str = "", by: User) -> NewDevice:
    """Give a facilitator's phone a token. Without a code the next free number is taken.

    Raises PermissionDenied, or CodeTaken where another phone of the operation has that code.
    """
    rules.check_manage(by, operation)
    code = code.strip() or _next_code(operation)
    if Device.objects.filter(operation=operation, code=code).exists():
        raise CodeTaken(device=code)
    token = secrets.token_urlsafe(32)
    device = Device.objects.create(
        operation=operation, user=user, code=code, token_sha256=token_hash(token)
    )
    audit.record(by.get_username(), "add_device", operation=operation.code, subject=code)
    return NewDevice(device, token)


@transaction.atomic
def equip_facilitator(
    *, operation: "Operation", name: str, username: str = "", by: User
) -> NewDevice:
    """Give a facilitator a phone of that name; account and role are made where they are missing.

    Without a user name the account bears the phone's name. An account made here has a password that
    nobody knows: it can send from the phone, and enters the desk only after somebody has set a new one.
    Raises PermissionDenied, or CodeTaken.
    """
    code = slugify(name)[:CODE_LIMIT].strip("-")
    account = username.strip() or code or _next_code(operation)
    held = operation.memberships.filter(user__username=account).first()
    if held is None:
        held, _password = govern.invite(
            username=account, operation=operation, role=Role.SITE_FACILITATOR, by=by
        )
    return add_device(operation=operation, user=held.user, code=code, by=by)


@transaction.atomic
def revoke_device(*, device: Device, by: User) -> Device:
    """Make a phone's token worthless from this moment on. What it sent stays."""
    rules.check_manage(by, device.operation)
    if device.revoked_at is None:
        device.revoked_at = timezone.now()
        device.save(update_fields=["revoked_at"])
        audit.record(
            by.get_username(), "revoke_device", operation=device.operation.code, subject=device.code
        )
    return device


def _next_code(operation: "Operation") -> str:
    taken = set(Device.objects.filter(operation=operation).values_list("code", flat=True))
    number = len(taken) + 1
    while f"phone-{number:03}" in taken:
        number += 1
    return f"phone-{number:03}"
