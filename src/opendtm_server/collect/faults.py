"""Places where the intake can be made to fail on purpose, so that its promise is tested and not only stated.

Two switches, both in the environment and both read once, when the process starts:

- `OPENDTM_FAULTPOINT=NAME:ACTION[:TIME]`: at the point NAME the process kills itself (`kill`) or the disk or
  the database seems to fail (`error`), the TIME-th time that it passes there (the first when left out).
- `OPENDTM_BREAK=NAME[,NAME]`: leaves one safeguard out. A test that cannot tell a house broken in this way
  from a sound one is worth nothing. Refused unless `OPENDTM_BREAK_I_AM_A_TEST=1` is set as well.

Without them `fault` is an empty function and `broken` says no.
"""

import errno
import os
import signal
from collections.abc import Callable
from itertools import count

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

ON_DISK = ("before_fsync", "after_fsync", "after_rename", "after_folder_sync")
IN_DATABASE = ("after_insert", "before_commit", "after_commit", "before_answer")
POINTS = ON_DISK + IN_DATABASE
ACTIONS = ("kill", "error")
SAFEGUARDS = ("ack_before_commit", "no_fsync", "no_unique_key")


def fault_of(wish: str) -> Callable[[str], None]:
    """Give the function that fails as `NAME:ACTION[:TIME]` wishes; one that does nothing for no wish.

    Raises ImproperlyConfigured for a point or an action that does not exist.
    """
    if not wish:
        return _pass
    name, _, rest = wish.partition(":")
    action, _, time = rest.partition(":")
    time = time or "1"
    if name not in POINTS or action not in ACTIONS or not time.isdecimal():
        raise ImproperlyConfigured(f"OPENDTM_FAULTPOINT: {wish!r} is not NAME:ACTION[:TIME]")
    passed = count(1)

    def fail(here: str) -> None:
        if here == name and next(passed) == int(time):
            _fail(name, action)

    return fail


def broken_of(wish: str, *, confirmed: str) -> frozenset[str]:
    """Give the safeguards to leave out; ImproperlyConfigured where that is unknown or not confirmed."""
    names = frozenset(name for name in wish.split(",") if name)
    if names and confirmed != "1":
        raise ImproperlyConfigured(
            "OPENDTM_BREAK loses data and is for tests alone: OPENDTM_BREAK_I_AM_A_TEST=1 is not set"
        )
    if unknown := names.difference(SAFEGUARDS):
        raise ImproperlyConfigured(f"OPENDTM_BREAK: {sorted(unknown)} is none of {SAFEGUARDS}")
    return names


def armed() -> bool:
    """Tell whether a fault point is set in this process."""
    return fault is not _pass


def broken(safeguard: str) -> bool:
    """Tell whether a safeguard is left out in this process."""
    return safeguard in _broken


def _pass(_here: str) -> None:
    """Do nothing: the function in every real house."""


def _fail(name: str, action: str) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if name in ON_DISK:
        raise OSError(errno.EIO, "fault point")
    raise OperationalError("fault point")


fault = fault_of(os.environ.get("OPENDTM_FAULTPOINT", ""))
_broken = broken_of(
    os.environ.get("OPENDTM_BREAK", ""), confirmed=os.environ.get("OPENDTM_BREAK_I_AM_A_TEST", "")
)
