"""What submissions ask of entities: noted in the submission's own transaction, worked after it.

The note is one row, and only for a form that declares entities or reports sites. Whatever is wrong with an
entity becomes a problem at the desk; the submission stays taken.
"""

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from opendtm import forms as workshop
from opendtm.forms import EntityOrder
from opendtm_server.collect import store
from opendtm_server.collect.actions.proposing import propose_from_answers
from opendtm_server.collect.actions.settling import settle
from opendtm_server.collect.actions.site_changes import note_site
from opendtm_server.collect.listed import SITES
from opendtm_server.collect.models import EntityChange, EntityTask, FormVersion, Submission
from opendtm_server.collect.queries.declared import declared_by, reports_a_site
from opendtm_server.govern import audit

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

KEY_LIMIT = 200
LABEL_LIMIT = 300
BRANCH_LIMIT = 100


def asks_of_entities(version: FormVersion) -> bool:
    """Tell whether what is filled in with a form version may change entities or report a site."""
    return bool(declared_by(version)) or reports_a_site(version)


def note_entities(submission: Submission) -> None:
    """Note that a new submission's entities are to be worked, right after its transaction. Once a submission."""
    if asks_of_entities(submission.form_version):
        EntityTask.objects.get_or_create(submission=submission)
        transaction.on_commit(partial(work_entities, submission.operation), robust=True)


def work_entities(operation: "Operation") -> int:
    """Work everything that waits in an operation, oldest first, each submission by itself; count them."""
    waiting = EntityTask.objects.filter(submission__operation=operation, done_at=None)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    with ExitStack() as each:  # one that fails does not keep the others from being worked
        for key in reversed(keys):
            each.callback(_work, key)
    return len(keys)


@transaction.atomic
def _work(key: int) -> None:
    task = EntityTask.objects.select_for_update(skip_locked=True).filter(pk=key, done_at=None)
    found = task.first()
    if found is None:
        return
    submission = Submission.objects.select_related(
        "operation", "device", "form_version__form__operation"
    ).get(pk=found.submission_id)
    changes = _changes(submission)
    if reports_a_site(submission.form_version) and not _adds_sites(submission):
        propose_from_answers(submission)
    found.done_at = timezone.now()
    found.save(update_fields=["done_at"])
    _record(submission, changes)


def _changes(submission: Submission) -> list[EntityChange]:
    orders = workshop.read_entities(
        store.read_kept(submission.operation.code, submission.sha256),
        declared_by(submission.form_version),
    )
    return [_change(submission, position, order) for position, order in enumerate(orders)]


def _change(submission: Submission, position: int, order: EntityOrder) -> EntityChange:
    change = EntityChange.objects.create(
        submission=submission,
        position=position,
        operation=submission.operation,
        dataset=order.dataset,
        key=order.key if len(order.key) <= KEY_LIMIT else "",
        create=order.create,
        update=order.update,
        label=order.label[:LABEL_LIMIT],
        values=dict(order.values),
        base_version=order.base_version,
        trunk_version=order.trunk_version,
        branch_id=order.branch_id[:BRANCH_LIMIT],
    )
    if change.dataset == SITES:
        note_site(change)
    else:
        settle(change)
    return change


def _adds_sites(submission: Submission) -> bool:
    return any(one.dataset == SITES for one in declared_by(submission.form_version))


def _record(submission: Submission, changes: list[EntityChange]) -> None:
    states = [change.state for change in changes]
    audit.record(
        submission.device.code if submission.device else "house",
        "work_entities",
        operation=submission.operation.code,
        subject=submission.instance_id,
        details={str(state): states.count(state) for state in sorted(set(states))},
    )
