"""What a person decides about entities: a conflict, what waits or is at fault, an earlier state, a deletion."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm_server.collect import rules
from opendtm_server.collect.actions.settling import lock_list, release, says_of
from opendtm_server.collect.branches import LABEL
from opendtm_server.collect.entity_writing import Origin, raise_revision, state_of, write_entity
from opendtm_server.collect.errors import NotToDecide
from opendtm_server.collect.listed import DERIVED
from opendtm_server.collect.models import Entity, EntityChange, EntityList, EntityVersion
from opendtm_server.govern import audit

if TYPE_CHECKING:
    from collections.abc import Mapping

State = EntityChange.State
OPEN = (State.CONFLICT, State.HELD, State.PROBLEM)


@transaction.atomic
def take_change(*, change: EntityChange, by: User) -> EntityChange:
    """Write what a change says over what the list has, and let what waited for it go on.

    PermissionDenied; NotToDecide where it is settled, or says too little to make an entity of.
    """
    rules.check_follow(by, change.operation)
    change = _open_change(change)
    if change.dataset in DERIVED:
        raise NotToDecide
    entity_list = lock_list(change)
    entity = _entity_of(entity_list, change)
    before = state_of(entity) if entity else {}
    state = {**before, **says_of(change)}
    if not change.key or not state.get(LABEL):
        raise NotToDecide
    written = [name for name, value in says_of(change).items() if before.get(name) != value]
    change.version = _write(entity_list, change.key, state, written, by)
    return _decided(change, State.APPLIED, by, "")


@transaction.atomic
def leave_change(*, change: EntityChange, reason: str, by: User) -> EntityChange:
    """Leave a change out, with a reason; what the list has holds, and what built on the change goes on.

    PermissionDenied, ReasonMissing, NotToDecide.
    """
    rules.check_follow(by, change.operation)
    reason = rules.check_reason(reason)
    change = _open_change(change)
    entity_list = None if change.dataset in DERIVED or not change.key else lock_list(change)
    entity = _entity_of(entity_list, change) if entity_list else None
    if entity_list and entity and entity.deleted_at is None:
        # A new version, so that the phone that sent the change takes the house's state for the newer one.
        change.version = _write(entity_list, change.key, state_of(entity), (), by)
    return _decided(change, State.LEFT_OUT, by, reason)


@transaction.atomic
def restore_version(*, version: EntityVersion, by: User) -> EntityVersion:
    """Make an earlier state of an entity the present one, as a new version. PermissionDenied."""
    entity_list = _locked(version.entity.entity_list_id)
    rules.check_manage(by, entity_list.operation)
    entity = Entity.objects.get(pk=version.entity_id)
    before, state = state_of(entity), state_of(version)
    written = [name for name in {*before, *state} if before.get(name) != state.get(name)]
    full = {**dict.fromkeys(before, ""), **state}
    made = _write(entity_list, entity.key, full, written, by)
    _record(entity_list, "restore_entity", by, entity.key, {"version": version.number})
    return made


@transaction.atomic
def delete_entity(*, entity: Entity, by: User) -> Entity:
    """Take an entity off the list; phones forget it. Its history stays, and a version can be restored.

    PermissionDenied, or NotToDecide where it was deleted before.
    """
    entity_list = _locked(entity.entity_list_id)
    rules.check_manage(by, entity_list.operation)
    entity = Entity.objects.get(pk=entity.pk)
    if entity.deleted_at is not None:
        raise NotToDecide
    entity.deleted_at = entity.changed_at = timezone.now()
    entity.save(update_fields=["deleted_at", "changed_at"])
    raise_revision(entity_list)
    _record(entity_list, "delete_entity", by, entity.key, {})
    return entity


def _open_change(change: EntityChange) -> EntityChange:
    change = EntityChange.objects.select_for_update().get(pk=change.pk)
    if change.state not in OPEN:
        raise NotToDecide
    return change


def _locked(key: int) -> EntityList:
    return EntityList.objects.select_for_update().get(pk=key)


def _entity_of(entity_list: EntityList, change: EntityChange) -> Entity | None:
    return Entity.objects.filter(entity_list=entity_list, key=change.key).first()


def _write(
    entity_list: EntityList,
    key: str,
    state: "Mapping[str, str]",
    written: Iterable[str],
    by: User,
) -> EntityVersion:
    origin = Origin(EntityVersion.Source.DECISION, by.get_username())
    return write_entity(
        entity_list=entity_list, key=key, state=state, touched=written, origin=origin
    )


def _decided(change: EntityChange, state: str, by: User, reason: str) -> EntityChange:
    change.state, change.reason = state, reason[:300]
    change.decided_by, change.decided_at = by.get_username(), timezone.now()
    change.save()
    if change.key and change.dataset not in DERIVED:
        release(lock_list(change), change.key)
    audit.record(
        by.get_username(),
        "decide_entity_change",
        operation=change.operation.code,
        subject=f"{change.dataset}/{change.key}",
        details={"decision": str(state)},
    )
    return change


def _record(
    entity_list: EntityList, action: str, by: User, key: str, details: dict[str, object]
) -> None:
    audit.record(
        by.get_username(),
        action,
        operation=entity_list.operation.code,
        subject=f"{entity_list.name}/{key}",
        details=details,
    )
