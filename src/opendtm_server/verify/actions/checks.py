"""Running the checks: what is found is written down, what is found no longer is closed, nothing twice.

A decision outlives a repeated check as long as the finding says the same; when its numbers change, it is
open again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm import records
from opendtm_server.collect import actions as collecting
from opendtm_server.collect import queries as collect
from opendtm_server.govern import audit
from opendtm_server.verify import queries, rules
from opendtm_server.verify.doubts import doubts
from opendtm_server.verify.models import Check, Finding
from opendtm_server.verify.stored import words_to_json

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opendtm_server.collect.models import Round, Submission
    from opendtm_server.govern.models import Operation

HOUSE = "house"
TOGETHER = 40  # submissions in one transaction: a fraction of a second
Key = tuple[str, str, str]
Progress = Callable[[int, int], None]


def check_submission(*, submission: "Submission", by: User | None = None) -> list[Finding]:
    """Check one submission and give its open findings. Without `by` the house itself is at work."""
    return _check(submission.operation, [submission.pk], by)


def check_round(
    *, round_: "Round", by: User | None = None, progress: Progress | None = None
) -> int:
    """Check every submission of a round anew, oldest first; give how many were checked.

    `progress` is called with the number done and the number in all.
    """
    chosen = collect.submissions_of(round_.operation).filter(round=round_)
    return _check_all(round_.operation, chosen, by, progress)


def check_waiting(
    *,
    operation: "Operation",
    round_: "Round | None" = None,
    by: User | None = None,
    progress: Progress | None = None,
) -> int:
    """Check what came since the last time, of one round or all, in the order of visits; count it."""
    waiting = queries.waiting(operation)
    if round_ is not None:
        waiting = waiting.filter(round=round_)
    return _check_all(operation, waiting, by, progress)


def check_some(*, operation: "Operation", numbers: Sequence[int]) -> None:
    """Check a few submissions, named by number, in one transaction: the house at work by itself."""
    _check(operation, numbers, None)


def _check_all(
    operation: "Operation",
    submissions: "QuerySet[Submission]",
    by: User | None,
    progress: Progress | None,
) -> int:
    """Check some at a time, each lot in a transaction of its own, so that others get to write in between."""
    keys = queries.in_order_of_visits(submissions)
    for start in range(0, len(keys), TOGETHER):
        _check(operation, keys[start : start + TOGETHER], by)
        if progress:
            progress(min(start + TOGETHER, len(keys)), len(keys))
    return len(keys)


@transaction.atomic
def _check(operation: "Operation", keys: Sequence[int], by: User | None) -> list[Finding]:
    if by is not None:
        rules.check_review(by, operation)
    submissions = queries.to_check(operation, keys)
    collecting.note_checked(submissions=keys)
    known: dict[int, dict[Key, Finding]] = {key: {} for key in keys}
    for row in Finding.objects.select_for_update().filter(submission__in=keys):
        known[row.submission_id][_key(row)] = row
    around = queries.surroundings(submissions)
    for submission in submissions:
        found = _keyed(doubts(submission, around[submission.pk]))
        _note_findings(submission, known[submission.pk], found)
    _mark_checked(submissions)
    still_open = list(
        Finding.objects.filter(submission__in=keys, state=Finding.State.OPEN).order_by("id")
    )
    _record(operation, submissions, still_open, by)
    return still_open


def _note_findings(
    submission: "Submission",
    known: Mapping[Key, Finding],
    found: Mapping[Key, records.Finding],
) -> None:
    for key, finding in found.items():
        _write(submission, known.get(key), key, finding)
    for key, row in known.items():
        if key not in found and row.state == Finding.State.OPEN:
            _close(submission, row)


def _mark_checked(submissions: "Sequence[Submission]") -> None:
    now = timezone.now()
    Check.objects.bulk_create(
        [
            Check(operation_id=submission.operation_id, submission=submission, at=now)
            for submission in submissions
        ],
        update_conflicts=True,
        unique_fields=["submission"],
        update_fields=["at"],
    )


def _record(
    operation: "Operation",
    submissions: "Sequence[Submission]",
    still_open: Sequence[Finding],
    by: User | None,
) -> None:
    count = Counter(finding.submission_id for finding in still_open)
    for submission in submissions:
        audit.record(
            by.get_username() if by else HOUSE,
            "check_submission",
            operation=operation.code,
            subject=submission.instance_id,
            details={"open": count[submission.pk]},
        )


def _keyed(found: Iterable[records.Finding]) -> dict[Key, records.Finding]:
    """Give each finding a key that stays when its numbers change; the same twice is told apart by its place."""
    keyed: dict[Key, records.Finding] = {}
    seen: Counter[Key] = Counter()
    for finding in found:
        place = str(finding.message.values.get("path", ""))[:190]
        key = (finding.check, finding.concept or "", place)
        seen[key] += 1
        keyed[key if seen[key] == 1 else (key[0], key[1], f"{place}#{seen[key]}")] = finding
    return keyed


def _key(row: Finding) -> Key:
    return (row.check_code, row.concept, row.subject)


def _write(
    submission: "Submission", row: Finding | None, key: Key, finding: records.Finding
) -> None:
    values = words_to_json(finding.message.values)
    if row is None:
        row = Finding(
            operation_id=submission.operation_id,
            submission=submission,
            check_code=key[0],
            concept=key[1],
            subject=key[2],
        )
    elif row.state == Finding.State.ACCEPTED and row.values == values:
        return
    row.severity = finding.severity.value
    row.message, row.values = finding.message.sentence, values
    row.remedy, row.remedy_values = finding.remedy.sentence, words_to_json(finding.remedy.values)
    row.state, row.decided_at, row.decided_by, row.decision = Finding.State.OPEN, None, "", ""
    row.save()


def _close(submission: "Submission", row: Finding) -> None:
    corrections = queries.active_corrections(submission)
    about = [one for one in corrections if one.concept == row.concept] or corrections
    row.state = Finding.State.CORRECTED if about else Finding.State.CLEARED
    row.decided_at = timezone.now()
    row.decided_by = about[-1].by if about else HOUSE
    row.decision = about[-1].reason if about else ""
    row.save(update_fields=["state", "decided_at", "decided_by", "decision"])
