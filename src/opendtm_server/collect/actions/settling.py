"""Settles one change to an entity: applies it, holds it, marks a conflict, or notes why it cannot be.

Only called within a transaction that holds the lock on the change's list.
"""

from django.db.models import Q

from opendtm.errors import OpenDTMError
from opendtm_server.collect.branches import (
    LABEL,
    Change,
    Fate,
    Step,
    Verdict,
    judge_creation,
    judge_update,
)
from opendtm_server.collect.entity_writing import Origin, known_versions, write_entity
from opendtm_server.collect.errors import (
    EntityGone,
    EntityIncomplete,
    ListMadeByHouse,
    stored_details,
)
from opendtm_server.collect.listed import DERIVED
from opendtm_server.collect.models import Entity, EntityChange, EntityList, EntityVersion

State = EntityChange.State
UNSETTLED = (State.HELD, State.PROBLEM)


def lock_list(change: EntityChange) -> EntityList:
    """Give the change's list, locked; it is made where a form writes into one that nobody set up."""
    name, operation = change.dataset, change.operation
    EntityList.objects.get_or_create(operation=operation, name=name)
    return EntityList.objects.select_for_update().get(operation=operation, name=name)


def settle(change: EntityChange) -> None:
    """Decide what becomes of a change, and then of those that waited for it."""
    if change.dataset in DERIVED:
        return note_problem(change, ListMadeByHouse(name=change.dataset))
    if not change.key or (change.create and not change.update and not change.label):
        return note_problem(change, EntityIncomplete())
    entity_list = lock_list(change)
    _settle(entity_list, change)
    return release(entity_list, change.key)


def release(entity_list: EntityList, key: str) -> None:
    """Settle what waited for something about this entity, until nothing moves any more."""
    waiting = EntityChange.objects.filter(
        operation=entity_list.operation, dataset=entity_list.name, key=key, state=State.HELD
    ).order_by("base_version", "pk")
    moved = True
    while moved:
        moved = False
        for change in waiting.all():
            _settle(entity_list, change)
            moved = moved or change.state != State.HELD


def note_problem(change: EntityChange, problem: OpenDTMError) -> None:
    """Keep why a change cannot be made; it waits at the desk."""
    change.state = State.PROBLEM
    change.error_code, change.details = problem.code, stored_details(problem)
    change.save()


def says_of(change: EntityChange) -> dict[str, str]:
    """Give what a change says; an update without a label leaves the label as it is."""
    label = {LABEL: change.label} if change.label else {}
    return {**change.values, **label}


def _settle(entity_list: EntityList, change: EntityChange) -> None:
    twin = _twin(change)
    if twin is not None and _step_aside(change, twin):
        return
    entity = Entity.objects.filter(entity_list=entity_list, key=change.key).first()
    if entity is not None and entity.deleted_at is not None:
        note_problem(change, EntityGone())
        return
    _carry_out(entity_list, change, _judge(change, entity))


def _judge(change: EntityChange, entity: Entity | None) -> Verdict:
    versions = known_versions(entity) if entity else []
    asked = Change(says_of(change), change.base_version, change.trunk_version, change.branch_id)
    if change.create and not (change.update and entity):
        return judge_creation(versions, asked)
    return judge_update(versions, asked, _settled_steps(change))


def _settled_steps(change: EntityChange) -> dict[int, Step]:
    """Give the settled changes of the change's branch by the version that each built on."""
    if not change.branch_id:
        return {}
    steps = EntityChange.objects.filter(
        operation=change.operation,
        dataset=change.dataset,
        key=change.key,
        branch_id=change.branch_id,
        version__isnull=False,
        base_version__isnull=False,
    ).select_related("version")
    return {
        one.base_version or 0: Step(one.version.number, says_of(one))
        for one in steps
        if one.version
    }


def _carry_out(entity_list: EntityList, change: EntityChange, verdict: Verdict) -> None:
    change.clashing = sorted(verdict.clashing)
    if verdict.fate is Fate.APPLY:
        change.state = State.APPLIED
        change.version = write_entity(
            entity_list=entity_list,
            key=change.key,
            state=verdict.state,
            touched=verdict.touched,
            origin=_origin(change),
        )
    elif verdict.fate is Fate.REPEAT:
        change.state = State.REPEATED
    else:
        change.state = State.HELD if verdict.fate is Fate.HOLD else State.CONFLICT
    change.save()


def _origin(change: EntityChange) -> Origin:
    device = change.submission.device
    return Origin(EntityVersion.Source.SUBMISSION, device.code if device else "", change.submission)


def _twin(change: EntityChange) -> EntityChange | None:
    """Find the change that an edit of this submission, or what it edits, made to the same entity."""
    submission = change.submission
    same = EntityChange.objects.filter(
        operation=change.operation, dataset=change.dataset, key=change.key
    ).exclude(submission=submission)
    related = Q(submission__deprecated_id=submission.instance_id)
    if submission.deprecated_id:
        related |= Q(submission__instance_id=submission.deprecated_id)
    return same.filter(related).select_related("submission").first()


def _step_aside(change: EntityChange, twin: EntityChange) -> bool:
    """Let one of an edit and its original act. Tell whether this one is not the one."""
    replaced = twin.submission.deprecated_id == change.submission.instance_id
    if replaced or says_of(twin) == says_of(change):
        change.state = State.REPEATED
        change.save()
        return True
    if twin.state in UNSETTLED:
        twin.state = State.REPEATED
        twin.save(update_fields=["state"])
        return False
    before = says_of(twin)
    says = says_of(change)
    change.state = State.CONFLICT
    change.clashing = sorted(name for name in says if says[name] != before.get(name))
    change.save()
    return True
