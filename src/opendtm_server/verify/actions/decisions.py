"""Deciding: a finding is accepted with a reason, a submission is approved, set aside or rejected."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm_server.govern import audit
from opendtm_server.verify import queries, rules
from opendtm_server.verify.models import Finding, Review
from opendtm_server.verify.queries.reviews import RECEIVED

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round, Submission


@transaction.atomic
def decide_finding(*, finding: Finding, reason: str, by: User) -> Finding:
    """Accept what a finding doubts: the answer stays as it is, for a reason.

    Raises PermissionDenied, RoundIsClosed, ReasonMissing or NotOpen.
    """
    submission = finding.submission
    rules.check_review(by, submission.operation)
    rules.check_editable(submission)
    reason = rules.check_reason(reason)[:500]
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    rules.check_finding_open(finding)
    finding.state = Finding.State.ACCEPTED
    finding.decided_at, finding.decided_by, finding.decision = (
        timezone.now(),
        by.get_username(),
        reason,
    )
    finding.save(update_fields=["state", "decided_at", "decided_by", "decision"])
    audit.record(
        finding.decided_by,
        "decide_finding",
        operation=submission.operation.code,
        subject=submission.instance_id,
        details={"check": finding.check_code, "concept": finding.concept},
    )
    return finding


@transaction.atomic
def decide_findings(*, findings: Iterable[Finding], reason: str, by: User) -> int:
    """Accept several findings for one reason; those that are no longer open are left alone. Counts the rest."""
    wanted = [finding for finding in findings if finding.state == Finding.State.OPEN]
    for finding in wanted:
        decide_finding(finding=finding, reason=reason, by=by)
    return len(wanted)


@transaction.atomic
def review(*, submission: "Submission", state: str, reason: str = "", by: User) -> Review:
    """Say where a submission stands: approved, has_issues or rejected; the last two need a reason.

    Raises PermissionDenied, RoundIsClosed, ReasonMissing, or FindingsOpen where it would be approved with
    hard findings open.
    """
    rules.check_review(by, submission.operation)
    rules.check_editable(submission)
    chosen = Review.State(state)
    if chosen is Review.State.APPROVED:
        rules.check_approvable(queries.open_hard(submission))
    else:
        reason = rules.check_reason(reason)
    return _write(submission, chosen, reason.strip()[:500], by)


@transaction.atomic
def approve_all(*, round_: "Round", by: User) -> int:
    """Approve every submission of a round that nobody has reviewed and that owes nothing; count them.

    Raises PermissionDenied or RoundIsClosed.
    """
    rules.check_review(by, round_.operation)
    rules.check_round_open(round_)
    unseen = queries.standing_submissions(round_).filter(review=RECEIVED)
    clean = [submission for submission in unseen if not queries.open_hard(submission)]
    for submission in clean:
        _write(submission, Review.State.APPROVED, "", by)
    return len(clean)


def _write(submission: "Submission", state: Review.State, reason: str, by: User) -> Review:
    written = Review.objects.create(
        submission=submission, state=state, reason=reason, by=by.get_username()
    )
    audit.record(
        written.by,
        "review",
        operation=submission.operation.code,
        subject=submission.instance_id,
        details={"state": state.value},
    )
    return written
