"""Correcting an answer: the new value stands beside the sent one, with a reason, and can be undone."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm_server.collect import actions as collect_actions
from opendtm_server.collect import queries as collect
from opendtm_server.govern import audit
from opendtm_server.verify import queries, rules
from opendtm_server.verify.actions.checks import check_submission
from opendtm_server.verify.models import Correction
from opendtm_server.verify.problems import NothingChanged
from opendtm_server.verify.stored import value_from_json, value_to_json

if TYPE_CHECKING:
    from opendtm_server.collect.models import Submission

PLACING = frozenset({"site_id", "assessment_date", "access"})


@transaction.atomic
def correct_answer(
    *, submission: "Submission", concept: str, new_value: Any, reason: str, by: User
) -> Correction:
    """Put a decided answer beside the sent one and check again. `new_value` None blanks it: unknown.

    Raises PermissionDenied, RoundIsClosed, ReasonMissing, ConceptUnknown, ValueUnusable or NothingChanged.
    """
    rules.check_correct(by, submission)
    reason = rules.check_reason(reason)[:500]
    known = rules.check_concept(concept)
    value = value_from_json(concept, new_value)
    rules.check_value(known, value=value, sent=new_value)
    before = queries.corrected_values(submission)
    if before.get(concept) == value:
        raise NothingChanged
    correction = Correction.objects.create(
        submission=submission,
        concept=concept,
        old_value=value_to_json(before.get(concept)),
        new_value=value_to_json(value),
        reason=reason,
        by=by.get_username(),
    )
    _note(by, "correct_answer", correction)
    _after(submission, concept, by)
    return correction


@transaction.atomic
def undo_correction(*, correction: Correction, by: User) -> Correction:
    """Take a correction back: what held before holds again. Raises PermissionDenied, RoundIsClosed, AlreadyUndone."""
    submission = correction.submission
    rules.check_correct(by, submission)
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    rules.check_not_undone(correction)
    correction.undone_at = timezone.now()
    correction.undone_by = by.get_username()
    correction.save(update_fields=["undone_at", "undone_by"])
    _note(by, "undo_correction", correction)
    _after(submission, correction.concept, by)
    return correction


def _after(submission: "Submission", concept: str, by: User) -> None:
    """Place and check the submission anew, and the next visit of its site, which is compared with it."""
    fresh = collect.submissions_of(submission.operation).get(pk=submission.pk)
    if concept in PLACING:
        fresh = collect_actions.place_submission(
            submission=fresh, values=queries.corrected_values(fresh), by=by
        )
        rules.check_editable(fresh)
    check_submission(submission=fresh, by=by)
    after = collect.next_submission(fresh)
    if after is not None and rules.is_editable(after):
        check_submission(submission=after, by=by)


def _note(by: User, action: str, correction: Correction) -> None:
    submission = correction.submission
    audit.record(
        by.get_username(),
        action,
        operation=submission.operation.code,
        subject=submission.instance_id,
        details={"concept": correction.concept, "correction": correction.pk},
    )
