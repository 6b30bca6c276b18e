"""Facilitators' phones: giving one an address with a secret in it, and taking it back at once."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from opendtm_server.collect import digest, rules
from opendtm_server.collect.errors import CodeTaken
from opendtm_server.collect.models import Device
from opendtm_server.collect.tokens import token_hash
from opendtm_server.govern import actions as govern
from opendtm_server.govern import audit

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

CODE_LIMIT = 40


@dataclass(frozen=True)
class NewDevice:
    """A device and its token, which is shown this once and kept nowhere in clear."""

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
        operation=operation,
        user=user,
        code=code,
        token_sha256=token_hash(token),
        digest_sealed=digest.seal(code, token),
    )
    audit.record(by.get_username(), "add_device", operation=operation.code, subject=code)
    return NewDevice(device, token)


@transaction.atomic
def equip_facilitator(
    *, operation: "Operation", name: str, username: str = "", by: User
) -> NewDevice:
    """Give a facilitator a phone of that name; the account is made where it is missing.

    Without a user name the account bears the phone's name. Raises PermissionDenied, CodeTaken, or NameTaken
    where an account of that name has no role in the operation.
    """
    code = slugify(name)[:CODE_LIMIT].strip("-")
    account = username.strip() or code or _next_code(operation)
    held = operation.memberships.filter(user__username=account).first()
    if held is None:
        held = govern.enrol_facilitator(username=account, operation=operation, by=by)
    return add_device(operation=operation, user=held.user, code=code, by=by)


@transaction.atomic
def equip_many(*, operation: "Operation", names: Iterable[str], by: User) -> list[NewDevice]:
    """Equip the facilitators of a training day, all of them or, where one name is taken, none."""
    return [equip_facilitator(operation=operation, name=name, by=by) for name in names]


@transaction.atomic
def renew_device(*, device: Device, by: User) -> NewDevice:
    """Give a phone a new address; the old one is worthless from this moment on."""
    rules.check_manage(by, device.operation)
    token = secrets.token_urlsafe(32)
    device.token_sha256, device.revoked_at = token_hash(token), None
    device.digest_sealed = digest.seal(device.code, token)
    device.save(update_fields=["token_sha256", "digest_sealed", "revoked_at"])
    audit.record(
        by.get_username(), "renew_device", operation=device.operation.code, subject=device.code
    )
    return NewDevice(device, token)


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
