"""Who may release, and what may be released."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext as _

from opendtm_server.govern.access import check_may
from opendtm_server.govern.roles import Permission


class NotTheNewestRun(Exception):
    """A release is made of the newest run of a round."""


def check_release(user: AbstractBaseUser | AnonymousUser, run: object, newest: object) -> None:
    """Raise PermissionDenied or NotTheNewestRun unless `user` may release `run` now."""
    check_may(user, Permission.PUBLISH, run.round.operation)  # type: ignore[attr-defined]
    if run != newest:
        raise NotTheNewestRun(_("A newer run of this round exists. Release that one."))
