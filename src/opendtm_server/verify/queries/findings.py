"""Findings: what a reader may see of them, chosen by severity, check, site and state; what a round still owes."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Case, QuerySet, When

from opendtm_server.collect import queries as collect
from opendtm_server.govern.access import Reader, may
from opendtm_server.govern.roles import Permission
from opendtm_server.places import queries as places
from opendtm_server.verify.models import Check, Finding, Review
from opendtm_server.verify.queries.reviews import RECEIVED, standing_submissions, states_counted

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round, Submission
    from opendtm_server.govern.models import Operation


SEVERITIES = ("hard", "soft", "note")  # the weightiest first
EVERY = 2**31 - 1
_WEIGHT = Case(*(When(severity=name, then=place) for place, name in enumerate(SEVERITIES)))


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
    every = Finding.objects.filter(operation=operation)
    if not may(reader, Permission.READ_SUBMISSIONS, operation):
        return every.none()
    related = ("submission__site", "submission__round", "submission__operation")
    return every.select_related(*related).order_by(_WEIGHT, "-id")


def chosen_findings(
    findings: QuerySet[Finding], operation: "Operation", choice: Choice
) -> QuerySet[Finding]:
    """Keep the findings that match every wish."""
    wishes = {"severity": choice.severity, "check_code": choice.check, "state": choice.state}
    kept = findings.filter(**{name: wish for name, wish in wishes.items() if wish})
    narrow = {"submission__site__code": choice.site, "submission__round_id": choice.round}
    if asked := {name: wish for name, wish in narrow.items() if wish}:
        kept = _gathered(kept.filter(**asked))
    if words := choice.search.strip():
        sites = places.sites_named(operation, words).order_by().values_list("pk", flat=True)
        kept = kept.filter(collect.among("submission__site_id__in", sites))
    return kept


def _gathered(few: QuerySet[Finding]) -> QuerySet[Finding]:
    """Have the database gather what matches before it sorts.

    Without the limit PostgreSQL walks through all findings in order until a page is full: for an old round that
    is nearly all of them.
    """
    return few.filter(pk__in=few.order_by().values("pk")[:EVERY])


def check_codes(operation: "Operation") -> list[str]:
    """List the checks that ever found something in an operation: one look into the index for each."""
    found = Finding.objects.filter(operation=operation).order_by("check_code")
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
    found = Check.objects.filter(operation=operation).order_by("-at")
    return found.values_list("at", flat=True).first()


def open_hard(submission: "Submission") -> int:
    """Count a submission's open hard findings."""
    return Finding.objects.filter(
        submission=submission, state=Finding.State.OPEN, severity="hard"
    ).count()


def standing_of(round_: "Round") -> Standing:
    """Say what a round still owes."""
    states, owed = states_counted(round_), _owed(round_)
    standing = {
        state: number
        for (state, replaced), number in states.items()
        if not replaced and state != Review.State.REJECTED
    }
    received = states.get((RECEIVED, False), 0) + states.get((RECEIVED, True), 0)
    return Standing(
        submissions=sum(standing.values()),
        hard=owed["hard"],
        soft=owed.total() - owed["hard"],
        issues=standing.get(Review.State.HAS_ISSUES, 0),
        unreviewed=received,
        waiting=waiting(round_.operation).filter(round=round_).count(),
        late=received if round_.signed_off_at else 0,
    )


def _owed(round_: "Round") -> Counter[str]:
    """Count the open findings of a round by severity, on submissions that count as things stand."""
    still_open = Finding.objects.filter(
        operation=round_.operation, state=Finding.State.OPEN, submission__round=round_
    ).order_by()
    doubted = standing_submissions(round_).filter(pk__in=still_open.values("submission_id"))
    counting = set(doubted.order_by().values_list("pk", flat=True))
    owed: Counter[str] = Counter()
    for submission, severity in still_open.values_list("submission_id", "severity"):
        owed[severity] += submission in counting
    return owed
