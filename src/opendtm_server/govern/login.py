"""Makes guessing passwords slow: after a few failures an account waits, for one address at a time.

The count is kept under a keyed hash of account and address, so the table says nothing about either.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from opendtm_server.govern.models import LoginFailure
from opendtm_server.govern.problems import TooManyAttempts

ALLOWED = 5
PAUSE = timedelta(minutes=15)


def check_may_try(username: str, address: str) -> None:
    """Raise TooManyAttempts when this account has failed too often from this address."""
    failure = LoginFailure.objects.filter(key=_key(username, address)).first()
    if failure is None or failure.count < ALLOWED:
        return
    left = failure.since + PAUSE - timezone.now()
    if left > timedelta(0):
        raise TooManyAttempts(minutes=int(left.total_seconds() // 60) + 1)


@transaction.atomic
def note_failure(username: str, address: str) -> None:
    """Count one more failure; an old count begins anew."""
    now = timezone.now()
    failure, _made = LoginFailure.objects.get_or_create(
        key=_key(username, address), defaults={"since": now}
    )
    if failure.since + PAUSE < now:
        LoginFailure.objects.filter(pk=failure.pk).update(count=1, since=now)
    else:
        LoginFailure.objects.filter(pk=failure.pk).update(count=F("count") + 1, since=now)


def forget_failures(username: str, address: str) -> None:
    """Begin anew after a success, and drop what is too old to matter."""
    LoginFailure.objects.filter(key=_key(username, address)).delete()
    LoginFailure.objects.filter(since__lt=timezone.now() - PAUSE).delete()


def _key(username: str, address: str) -> str:
    return salted_hmac(
        "govern.login", f"{username.casefold()}\0{address}", algorithm="sha256"
    ).hexdigest()
