"""Running the checks: what is found is written down, what is found no longer is closed, nothing twice.

A decision outlives a repeated check as long as the finding says the same; when its numbers change, it is
open again.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm import records
from opendtm_server.collect import queries as collect
from opendtm_server.govern import audit
from opendtm_server.verify import queries, rules
from opendtm_server.verify.doubts import doubts
from opendtm_server.verify.models import Check, Finding
from opendtm_server.verify.stored import words_to_json

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round, Submission
    from opendtm_server.govern.models import Operation

HOUSE = "house"
Key = tuple[str, str, str]
Progress = Callable[[int, int], None]


@transaction.atomic
def check_submission(*, submission: "Submission", by: User | None = None) -> list[Finding]:
    """Check one submission and give its open findings. Without `by` the house itself is at work."""
    if by is not None:
        rules.check_review(by, submission.operation)
    known = {
        _key(row): row for row in Finding.objects.select_for_update().filter(submission=submission)
    }
    found = _keyed(doubts(submission))
    for key, finding in found.items():
        _write(submission, known.get(key), key, finding)
    for key, row in known.items():
        if key not in found and row.state == Finding.State.OPEN:
            _close(submission, row)
    Check.objects.update_or_create(submission=submission, defaults={"at": timezone.now()})
    still_open = list(Finding.objects.filter(submission=submission, state=Finding.State.OPEN))
    audit.record(
        by.get_username() if by else HOUSE,
        "check_submission",
        operation=submission.operation.code,
        subject=submission.instance_id,
        details={"open": len(still_open)},
    )
    return still_open


def check_round(
    *, round_: "Round", by: User | None = None, progress: Progress | None = None
) -> int:
    """Check every submission of a round anew, oldest first; give how many were checked.

    `progress` is called with the number done and the number in all.
    """
    return _check_all(
        collect.submissions_of(round_.operation).filter(round=round_).order_by("id"), by, progress
    )


def check_waiting(
    *, operation: "Operation", by: User | None = None, progress: Progress | None = None
) -> int:
    """Check what came since the last time, in the order of visits; give how many were checked."""
    return _check_all(queries.waiting(operation), by, progress)


def _check_all(
    submissions: "Iterable[Submission]", by: User | None, progress: Progress | None
) -> int:
    chosen = sorted(submissions, key=lambda one: (one.visited_on or one.received_at.date(), one.pk))
    for done, submission in enumerate(chosen, start=1):
        check_submission(submission=submission, by=by)
        if progress:
            progress(done, len(chosen))
    return len(chosen)


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
        row = Finding(submission=submission, check_code=key[0], concept=key[1], subject=key[2])
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
