"""Findings: what a reader may see of them, chosen by severity, check, site and state; what a round still owes."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Case, Q, QuerySet, When

from opendtm_server.collect import queries as collect
from opendtm_server.govern.access import Reader, may
from opendtm_server.govern.roles import Permission
from opendtm_server.verify.models import Check, Finding, Review
from opendtm_server.verify.queries.reviews import RECEIVED, review_states, standing_submissions

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round, Submission
    from opendtm_server.govern.models import Operation


_WEIGHT = Case(When(severity="hard", then=0), When(severity="soft", then=1), default=2)


@dataclass(frozen=True)
class Choice:
    """Which findings are wanted; what is empty is not asked for."""

    severity: str = ""
    check: str = ""
    site: str = ""
    state: str = ""
    round: int | None = None
    search: str = ""


@dataclass(frozen=True)
class Standing:
    """What a round still owes before it can be signed off, and what came after it was."""

    submissions: int
    hard: int
    soft: int
    issues: int
    unreviewed: int
    waiting: int
    late: int

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing stands in the way."""
        return not self.hard and not self.issues


def findings_for(reader: Reader, operation: "Operation") -> QuerySet[Finding]:
    """Give the operation's findings, the hard ones first; nothing to who may not read submissions."""
    every = Finding.objects.filter(submission__operation=operation)
    if not may(reader, Permission.READ_SUBMISSIONS, operation):
        return every.none()
    related = ("submission__site", "submission__round", "submission__operation")
    return every.select_related(*related).order_by(_WEIGHT, "-submission_id", "id")


def chosen_findings(findings: QuerySet[Finding], choice: Choice) -> QuerySet[Finding]:
    """Keep the findings that match every wish."""
    wishes = {
        "severity": choice.severity,
        "check_code": choice.check,
        "submission__site__code": choice.site,
        "state": choice.state,
        "submission__round_id": choice.round,
    }
    kept = findings.filter(**{name: wish for name, wish in wishes.items() if wish})
    if choice.search:
        words = choice.search.strip()
        kept = kept.filter(
            Q(submission__site__name__icontains=words) | Q(submission__site__code__icontains=words)
        )
    return kept


def check_codes(operation: "Operation") -> list[str]:
    """List the checks that ever found something in an operation: one look into the index for each."""
    found = Finding.objects.filter(submission__operation=operation).order_by("check_code")
    codes: list[str] = []
    while code := found.values_list("check_code", flat=True).first():
        codes.append(code)
        found = found.filter(check_code__gt=code)
    return codes


def waiting(operation: "Operation") -> "QuerySet[Submission]":
    """Give the submissions that were never checked, or got files since, oldest first."""
    return collect.submissions_of(operation).filter(unchecked=True).order_by("id")


def in_order_of_visits(submissions: "QuerySet[Submission]") -> list[int]:
    """Give the numbers of submissions by the day of the visit, which is the order in which they are checked."""
    rows = submissions.values_list("pk", "visited_on", "received_at")
    chosen = sorted(rows, key=lambda row: (row[1] or row[2].date(), row[0]))
    return [number for number, _, _ in chosen]


def last_checked(operation: "Operation") -> datetime | None:
    """Tell when the checks last ran over a submission of an operation; None where they never did."""
    found = Check.objects.filter(submission__operation=operation).order_by("-at")
    return found.values_list("at", flat=True).first()


def open_hard(submission: "Submission") -> int:
    """Count a submission's open hard findings."""
    return Finding.objects.filter(
        submission=submission, state=Finding.State.OPEN, severity="hard"
    ).count()


def standing_of(round_: "Round") -> Standing:
    """Say what a round still owes."""
    counting = standing_submissions(round_)
    owed = Finding.objects.filter(submission__in=counting.values("pk"), state=Finding.State.OPEN)
    received = review_states(round_.operation).filter(round=round_, review=RECEIVED).count()
    return Standing(
        submissions=counting.count(),
        hard=owed.filter(severity="hard").count(),
        soft=owed.exclude(severity="hard").count(),
        issues=counting.filter(review=Review.State.HAS_ISSUES).count(),
        unreviewed=received,
        waiting=waiting(round_.operation).filter(round=round_).count(),
        late=received if round_.signed_off_at else 0,
    )
