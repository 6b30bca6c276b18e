"""Phones whose application knows no token in the address: they say a name and a password with every request.

The password is the phone's token, or that of the person who carries it. Guessing is slowed as at the login.
"""

import base64
import binascii
import hashlib

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.http import HttpRequest

from opendtm_server.collect import memory
from opendtm_server.collect.errors import DeviceRefused, PasswordNeeded, TooManyTries
from opendtm_server.collect.models import Device
from opendtm_server.collect.tokens import device_of
from opendtm_server.govern.login import check_may_try, forget_failures, note_failure
from opendtm_server.govern.problems import TooManyAttempts

LONGEST = 500


def device_of_request(request: HttpRequest) -> Device:
    """Find the phone that a request speaks for.

    Raises PasswordNeeded where name or password are missing or wrong, TooManyTries after too many of those,
    DeviceRefused where the person has no phone in use.
    """
    name, password = _said(request)
    try:
        return device_of(password)
    except DeviceRefused:
        return _device_of_person(name, password, str(request.META.get("REMOTE_ADDR", "")))


def password_of(request: HttpRequest) -> str:
    """Give the password that a request says by Basic, whatever the name; nothing where it says none."""
    try:
        return _said(request)[1]
    except PasswordNeeded:
        return ""


def _said(request: HttpRequest) -> tuple[str, str]:
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic" or len(encoded) > LONGEST:
        raise PasswordNeeded
    try:
        said = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as wrong:
        raise PasswordNeeded from wrong
    name, colon, password = said.partition(":")
    if not colon or "\0" in said:
        raise PasswordNeeded
    return name, password


def _device_of_person(name: str, password: str, address: str) -> Device:
    try:
        check_may_try(name, address)
    except TooManyAttempts as tried:
        raise TooManyTries(minutes=tried.details["minutes"]) from tried
    user = User.objects.filter(username=name, is_active=True).first()
    if not _right(user, password):
        note_failure(name, address)
        raise PasswordNeeded
    forget_failures(name, address)
    devices = Device.objects.filter(user=user, revoked_at=None, user__is_active=True)
    device = devices.select_related("operation", "user").order_by("-pk").first()
    if device is None:
        raise DeviceRefused
    return device


def _right(user: User | None, password: str) -> bool:
    """Compare a password; one that was right is remembered for a while, because comparing is slow on purpose."""
    kept = user.password if user else ""
    key = hashlib.sha256(f"{kept}\0{password}".encode()).hexdigest()
    if user is not None and memory.passwords.get(key):
        return True
    right = check_password(password, kept or make_password(None))
    if right and user is not None:
        memory.passwords.keep(key, user.pk)
        return True
    return False
