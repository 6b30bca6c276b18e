"""Who may compute and read figures, and in which state of a round."""

from typing import TYPE_CHECKING

from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix.kinds import COMPUTED, record_in
from opendtm_server.matrix.problems import RoundNotSignedOff, SampleNotComputed

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round
    from opendtm_server.govern.models import Operation


def check_run(user: Reader, round_: "Round") -> None:
    """Raise PermissionDenied, RoundNotSignedOff or SampleNotComputed unless `user` may compute the figures now."""
    check_may(user, Permission.RUN_MATRIX, round_.operation)
    if round_.signed_off_at is None:
        raise RoundNotSignedOff(number=round_.number)
    if record_in(round_) not in COMPUTED:
        raise SampleNotComputed(number=round_.number)


def check_read(user: Reader, operation: "Operation") -> None:
    """Raise PermissionDenied unless `user` may read the operation's figures."""
    check_may(user, Permission.READ_FIGURES, operation)
