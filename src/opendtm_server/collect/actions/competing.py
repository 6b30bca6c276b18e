"""Competing edits are ranked as soon as the second comes, and again when a person chooses.

Whoever writes an edit ranks it in the same transaction. Edits of an operation follow one another: each waits
for the lock of the operation, so that two that come at once see each other.
"""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from opendtm_server.collect import rules
from opendtm_server.collect.competing import Ranking
from opendtm_server.collect.errors import NothingToChoose, NothingToUndo
from opendtm_server.collect.models import EditChoice, Submission
from opendtm_server.collect.queries.competing import ranking_of
from opendtm_server.govern import audit
from opendtm_server.govern.queries import hold

_LINKED = """
WITH RECURSIVE linked(name) AS (
    SELECT CAST(%s AS text)
    UNION
    SELECT CAST(CASE WHEN instance_id = name THEN deprecated_id ELSE instance_id END AS text)
    FROM linked JOIN collect_submission ON instance_id = name OR deprecated_id = name
    WHERE operation_id = %s AND deprecated_id <> '' AND deprecated_id <> instance_id
)
SELECT id FROM collect_submission JOIN linked ON instance_id = name
WHERE operation_id = %s AND deprecated_id <> '' AND deprecated_id <> instance_id
"""


def wait_for_edits(*, operation_id: int) -> None:
    """Have the edits of an operation follow one another until the transaction ends."""
    hold(operation_id)


def rank_edits(*, submission: Submission) -> None:
    """Rank an edit among those that it competes with; call it where `wait_for_edits` holds."""
    members = _linked(submission)
    _write(members, ranking_of(members))


@transaction.atomic
def choose_edit(*, submission: Submission, reason: str, by: User) -> EditChoice:
    """Say which of competing edits counts; what was chosen before stays written down.

    Raises PermissionDenied, ReasonMissing, NothingToChoose or RoundIsClosed.
    """
    rules.check_follow(by, submission.operation)
    reason = rules.check_reason(reason)[:500]
    wait_for_edits(operation_id=submission.operation_id)
    members = _linked(submission)
    if submission.instance_id not in ranking_of(members).candidates:
        raise NothingToChoose
    _check_rounds(members)
    choice = EditChoice.objects.create(submission=submission, reason=reason, by=by.get_username())
    _write(members, ranking_of(members))
    _note(by, "choose_edit", submission, members)
    return choice


@transaction.atomic
def undo_choice(*, choice: EditChoice, by: User) -> None:
    """Take a choice back: the one before holds again, or none. Raises PermissionDenied, NothingToUndo or RoundIsClosed."""
    submission = choice.submission
    rules.check_follow(by, submission.operation)
    wait_for_edits(operation_id=submission.operation_id)
    members = _linked(submission)
    _check_rounds(members)
    undone = EditChoice.objects.filter(pk=choice.pk, undone_at=None)
    if not undone.update(undone_at=timezone.now(), undone_by=by.get_username()):
        raise NothingToUndo
    _write(members, ranking_of(members))
    _note(by, "undo_choice", submission, members)


def _linked(submission: Submission) -> list[Submission]:
    """Give the edits that hang together with one by the names in them, by number, locked."""
    operation = submission.operation_id
    with connection.cursor() as cursor:
        cursor.execute(_LINKED, [submission.instance_id, operation, operation])
        keys = [key for (key,) in cursor.fetchall()]
    some = Submission.objects.filter(pk__in=keys).order_by("pk")
    return list(some.select_related("round").select_for_update(of=("self",), no_key=True))


def _write(members: Sequence[Submission], ranked: Ranking) -> None:
    """Write where each edit stands, and have all be checked again where that changed."""
    places = {name: place for place, name in enumerate(ranked.order)}
    first = members[0].pk if ranked.order else None
    wanted = {one.pk: (first, places.get(one.instance_id)) for one in members}
    if all((one.competes_with_id, one.standing) == wanted[one.pk] for one in members):
        return
    every = Submission.objects.filter(pk__in=wanted)
    every.update(competes_with=None, standing=None, unchecked=True)
    for key, (group, place) in wanted.items():
        if group is not None:
            Submission.objects.filter(pk=key).update(competes_with=group, standing=place)


def _check_rounds(members: Sequence[Submission]) -> None:
    for one in members:
        if one.round is not None:
            rules.check_round_open(one.round)


def _note(by: User, action: str, submission: Submission, members: Sequence[Submission]) -> None:
    audit.record(
        by.get_username(),
        action,
        operation=submission.operation.code,
        subject=submission.instance_id,
        details={"competing": len(members)},
    )
