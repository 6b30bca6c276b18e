"""Who may compute and read figures, and in which state of a round."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext as _

from opendtm_server.govern.access import check_may
from opendtm_server.govern.roles import Permission


class RoundNotSignedOff(Exception):
    """Figures come from signed-off rounds only."""


def check_run(user: AbstractBaseUser | AnonymousUser, round_: object) -> None:
    """Raise PermissionDenied or RoundNotSignedOff unless `user` may compute the round's figures now."""
    check_may(user, Permission.RUN_MATRIX, round_.operation)  # type: ignore[attr-defined]
    if round_.signed_off_at is None:  # type: ignore[attr-defined]
        raise RoundNotSignedOff(_("The round is not signed off yet. Sign it off first; then compute its figures."))


def check_read(user: AbstractBaseUser | AnonymousUser, operation: object) -> None:
    """Raise PermissionDenied unless `user` may read the operation's figures."""
    check_may(user, Permission.READ_FIGURES, operation)  # type: ignore[arg-type]
