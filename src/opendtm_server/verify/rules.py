"""Who may decide what about findings, answers and rounds, and in which state.

`check_x` raises (PermissionDenied for the person, a HouseProblem for the state), `can_x` answers.
"""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

from opendtm.vocab import Concept, Kind, Sharing, code_list, concepts
from opendtm_server.collect.rules import check_reason, check_round_open
from opendtm_server.govern.access import Reader, check_may, may
from opendtm_server.govern.roles import Permission
from opendtm_server.verify.problems import (
    AlreadyUndone,
    ConceptUnknown,
    FindingsOpen,
    NotOpen,
    ValueUnusable,
)

if TYPE_CHECKING:
    from opendtm_server.collect.models import Submission
    from opendtm_server.govern.models import Operation
    from opendtm_server.verify.models import Correction, Export, Finding

__all__ = ["check_reason", "check_round_open"]


def check_review(by: Reader, operation: "Operation") -> None:
    """Raise unless the person may review submissions and decide findings."""
    check_may(by, Permission.REVIEW, operation)


def can_review(by: Reader, operation: "Operation") -> bool:
    """Tell whether the person may review submissions and decide findings."""
    return may(by, Permission.REVIEW, operation)


def check_export(by: Reader, operation: "Operation", *, personal: bool) -> None:
    """Raise unless the person may take raw answers out, and personal ones where these are asked for."""
    check_may(by, Permission.READ_SUBMISSIONS, operation)
    if personal:
        check_may(by, Permission.MANAGE_COLLECTION, operation)


def can_export_personal(by: Reader, operation: "Operation") -> bool:
    """Tell whether the person may take personal answers out."""
    return may(by, Permission.MANAGE_COLLECTION, operation)


def check_own_export(by: Reader, export: "Export") -> None:
    """Raise unless it is the person's own export and the right to read still holds."""
    check_may(by, Permission.READ_SUBMISSIONS, export.operation)
    if export.by != by.get_username():
        raise PermissionDenied


def check_correct(by: Reader, submission: "Submission") -> None:
    """Raise unless the person may correct answers and the submission's round is open."""
    check_may(by, Permission.CORRECT, submission.operation)
    check_editable(submission)


def can_correct(by: Reader, submission: "Submission") -> bool:
    """Tell whether the person may correct answers of this submission now."""
    return may(by, Permission.CORRECT, submission.operation) and is_editable(submission)


def can_sign_off(by: Reader, operation: "Operation") -> bool:
    """Tell whether the person may sign rounds off."""
    return may(by, Permission.SIGN_OFF, operation)


def check_editable(submission: "Submission") -> None:
    """Raise where the submission's round has been signed off."""
    if submission.round:
        check_round_open(submission.round)


def is_editable(submission: "Submission") -> bool:
    """Tell whether the submission's round is still open."""
    return not (submission.round and submission.round.signed_off_at)


def check_finding_open(finding: "Finding") -> None:
    """Raise where a finding has been decided."""
    if finding.state != "open":
        raise NotOpen


def check_not_undone(correction: "Correction") -> None:
    """Raise where a correction has been undone."""
    if correction.undone_at:
        raise AlreadyUndone


def check_approvable(open_hard: int) -> None:
    """Raise where a submission has hard findings that nobody has decided."""
    if open_hard:
        raise FindingsOpen


def check_concept(name: str) -> Concept:
    """Give the concept of an answer that may be corrected; ConceptUnknown where there is none."""
    found = concepts().get(name)
    if found is None or found.sharing is Sharing.PERSONAL:
        raise ConceptUnknown(concept=name)
    return found


def check_value(concept: Concept, *, value: Any, sent: Any) -> None:
    """Raise ValueUnusable where `value`, read from what was `sent`, cannot answer the concept's question."""
    unread = value is None and sent not in {None, ""}
    negative = concept.kind is Kind.COUNT and isinstance(value, int | float) and value < 0
    if unread or negative or not _known_codes(concept, value):
        raise ValueUnusable(value=str(sent)[:80], concept=concept.label)


def _known_codes(concept: Concept, value: Any) -> bool:
    if value is None or concept.codes is None:
        return True
    chosen = value if isinstance(value, tuple) else (value,)
    return all(code in code_list(concept.codes) for code in chosen)
