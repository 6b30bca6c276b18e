"""Who may release, and what may be released."""

from typing import TYPE_CHECKING

from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix.kinds import VISITS
from opendtm_server.publish.problems import NotOfVisits, NotTheNewestRun

if TYPE_CHECKING:
    from opendtm_server.matrix.models import Run


def check_release(user: Reader, run: "Run", newest: "Run | None") -> None:
    """Raise PermissionDenied, NotOfVisits or NotTheNewestRun unless `user` may release `run` now."""
    check_may(user, Permission.PUBLISH, run.round.operation)
    if run.record != VISITS:
        raise NotOfVisits(number=run.round.number)
    if run != newest:
        raise NotTheNewestRun(number=run.round.number)
