"""The secret in a phone's address: known here by its hash alone, compared without telling how close it was."""

import hashlib
import hmac
from datetime import timedelta

from django.utils import timezone

from opendtm_server.collect import memory
from opendtm_server.collect.errors import DeviceRefused
from opendtm_server.collect.models import Device

CONTACT_EVERY = timedelta(minutes=1)


def token_hash(token: str) -> str:
    """Give the SHA-256 under which a token is known."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def device_of(token: str) -> Device:
    """Find the phone whose token this is; DeviceRefused where there is none or it was revoked."""
    wanted = token_hash(token)
    device = Device.objects.select_related("operation", "user").filter(token_sha256=wanted).first()
    known = device.token_sha256 if device else "0" * 64
    if not hmac.compare_digest(wanted, known) or device is None:
        raise DeviceRefused
    return let_in(device)


def let_in(device: Device) -> Device:
    """Let a phone in that has shown who it is; DeviceRefused where it was revoked or its owner has left."""
    if device.revoked_at or not device.user.is_active:
        raise DeviceRefused
    _note_contact(device)
    memory.devices.keep(device.token_sha256, device)
    return device


def remembered_device(token: str) -> Device:
    """Find the phone whose token this is, without asking the database where it was seen just now.

    Only for an action that checks again when it writes. Raises DeviceRefused.
    """
    return memory.devices.get(token_hash(token)) or device_of(token)


def check_still_valid(device: Device) -> None:
    """Raise DeviceRefused where a phone has been revoked, or its owner has left, since it was remembered."""
    if not Device.objects.filter(pk=device.pk, revoked_at=None, user__is_active=True).exists():
        memory.devices.forget(device.token_sha256)
        raise DeviceRefused


def _note_contact(device: Device) -> None:
    now = timezone.now()
    if device.last_contact_at is None or now - device.last_contact_at > CONTACT_EVERY:
        Device.objects.filter(pk=device.pk).update(last_contact_at=now)
