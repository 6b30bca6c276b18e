"""Signing a round off, which makes its answers the ones that figures are computed from, and reopening it."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction

from opendtm_server.collect import actions as collect_actions
from opendtm_server.govern import audit
from opendtm_server.govern.access import check_may
from opendtm_server.govern.roles import Permission
from opendtm_server.verify import queries, rules
from opendtm_server.verify.actions.checks import Progress, check_waiting
from opendtm_server.verify.models import Review
from opendtm_server.verify.problems import RoundNotReady
from opendtm_server.verify.queries.reviews import RECEIVED

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round


def sign_off_round(*, round_: "Round", by: User, progress: Progress | None = None) -> "Round":
    """Approve what nobody rejected and put the signature under a round, after checking what still waits.

    Raises PermissionDenied, RoundIsClosed, or RoundNotReady where hard findings are open or submissions have
    issues.
    """
    check_may(by, Permission.SIGN_OFF, round_.operation)
    rules.check_round_open(round_)
    check_waiting(operation=round_.operation, round_=round_, by=by, progress=progress)
    return _sign(round_, by)


@transaction.atomic
def reopen_round(*, round_: "Round", reason: str, by: User) -> "Round":
    """Take the signature back, with a reason, so that answers can be corrected and late ones taken in."""
    reopened = collect_actions.reopen_round(round_=round_, reason=reason, by=by)
    audit.record(
        by.get_username(),
        "reopen_round",
        operation=round_.operation.code,
        subject=f"round {round_.number}",
    )
    return reopened


@transaction.atomic
def _sign(round_: "Round", by: User) -> "Round":
    standing = queries.standing_of(round_)
    if not standing.is_ready:
        raise RoundNotReady(number=round_.number, hard=standing.hard, issues=standing.issues)
    unseen = list(queries.standing_submissions(round_).filter(review=RECEIVED))
    Review.objects.bulk_create(
        Review(submission=one, state=Review.State.APPROVED, by=by.get_username()) for one in unseen
    )
    signed = collect_actions.close_round(round_=round_, by=by)
    audit.record(
        by.get_username(),
        "sign_off_round",
        operation=round_.operation.code,
        subject=f"round {round_.number}",
        details={"submissions": standing.submissions, "approved_now": len(unseen)},
    )
    return signed
