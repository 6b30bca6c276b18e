"""Spreadsheets of entities: kept to be looked at, taken in as a whole, taken back as far as nothing built on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from opendtm_server.collect import rules
from opendtm_server.collect.actions.entity_lists import check_columns
from opendtm_server.collect.entity_sheets import SheetRow, read_sheet
from opendtm_server.collect.entity_writing import (
    add_properties,
    raise_revision,
    state_of,
    take_state,
)
from opendtm_server.collect.errors import NotToDecide
from opendtm_server.collect.models import Entity, EntityList, EntityUpload, EntityVersion
from opendtm_server.govern import audit

Source = EntityVersion.Source
AT_ONCE = 500


@transaction.atomic
def keep_upload(
    *, entity_list: EntityList, filename: str, content: bytes, by: User
) -> EntityUpload:
    """Keep a file to be looked at; nothing of the list changes yet.

    PermissionDenied; UploadUnreadable, PersonalColumn or ListNameUnusable where it can never be taken.
    """
    rules.check_manage(by, entity_list.operation)
    check_columns(entity_list, read_sheet(content).properties)
    upload = EntityUpload.objects.create(
        entity_list=entity_list, filename=filename[:200], content=content, by=by.get_username()
    )
    _record(upload, "keep_entity_upload", by, {})
    return upload


@transaction.atomic
def take_upload(*, upload: EntityUpload, by: User) -> EntityUpload:
    """Take every sound row of a kept file into its list. PermissionDenied, NotToDecide, PersonalColumn."""
    rules.check_manage(by, upload.entity_list.operation)
    upload = _open_upload(upload)
    entity_list = EntityList.objects.select_for_update().get(pk=upload.entity_list_id)
    sheet = read_sheet(bytes(upload.content))
    check_columns(entity_list, sheet.properties)
    add_properties(entity_list, sheet.properties)
    for first in range(0, len(sheet.rows), AT_ONCE):
        _take(entity_list, upload, sheet.rows[first : first + AT_ONCE])
    raise_revision(entity_list)
    upload.content, upload.taken_at = b"", timezone.now()
    upload.save()
    counts = {"created": upload.created, "changed": upload.changed, "faults": len(sheet.faults)}
    _record(upload, "take_entity_upload", by, counts)
    return upload


@transaction.atomic
def drop_upload(*, upload: EntityUpload, by: User) -> None:
    """Forget a kept file that was not taken. PermissionDenied, NotToDecide."""
    rules.check_manage(by, upload.entity_list.operation)
    upload = _open_upload(upload)
    _record(upload, "drop_entity_upload", by, {})
    upload.delete()


@transaction.atomic
def undo_upload(*, upload: EntityUpload, by: User) -> int:
    """Take a file back: what it created is deleted, what it changed is as before; later changes stand.

    Gives the number of entities that were left because something was built on them. PermissionDenied,
    NotToDecide.
    """
    rules.check_manage(by, upload.entity_list.operation)
    upload = EntityUpload.objects.select_for_update().get(pk=upload.pk)
    if upload.taken_at is None or upload.undone_at is not None:
        raise NotToDecide
    entity_list = EntityList.objects.select_for_update().get(pk=upload.entity_list_id)
    made = upload.versions.select_related("entity__entity_list__operation").order_by("pk")
    left = sum(_take_back(version, by) for version in made.iterator(chunk_size=AT_ONCE))
    raise_revision(entity_list)
    upload.undone_at = timezone.now()
    upload.save(update_fields=["undone_at"])
    _record(upload, "undo_entity_upload", by, {"left": left})
    return left


def _open_upload(upload: EntityUpload) -> EntityUpload:
    upload = EntityUpload.objects.select_for_update().get(pk=upload.pk)
    if upload.taken_at is not None:
        raise NotToDecide
    return upload


def _take(entity_list: EntityList, upload: EntityUpload, rows: Sequence[SheetRow]) -> None:
    held = {
        one.key: one
        for one in Entity.objects.filter(entity_list=entity_list, key__in=[row.key for row in rows])
    }
    fresh = list(_fresh(entity_list, (row for row in rows if row.key not in held)))
    changed = list(_changed(entity_list, held, rows))
    Entity.objects.bulk_create(entity for entity, _ in fresh)
    Entity.objects.bulk_update(
        [entity for entity, _ in changed],
        ["label", "values", "folded", "area_code", "version", "deleted_at", "changed_at"],
    )
    EntityVersion.objects.bulk_create(
        _version(entity, touched, upload) for entity, touched in [*fresh, *changed]
    )
    upload.created += len(fresh)
    upload.changed += len(changed)


def _fresh(entity_list: EntityList, rows: Iterable[SheetRow]) -> Iterator[tuple[Entity, list[str]]]:
    for row in rows:
        entity = Entity(entity_list=entity_list, key=row.key)
        take_state(entity, row.state)
        yield entity, sorted(row.state)


def _changed(
    entity_list: EntityList, held: dict[str, Entity], rows: Sequence[SheetRow]
) -> Iterator[tuple[Entity, list[str]]]:
    for row in rows:
        entity = held.get(row.key)
        if entity is None:
            continue
        before = state_of(entity)
        touched = sorted(name for name in row.state if before.get(name, "") != row.state[name])
        if touched or entity.deleted_at:
            entity.entity_list = entity_list
            take_state(entity, {**before, **row.state})
            entity.version += 1
            entity.deleted_at = None
            yield entity, touched


def _version(entity: Entity, touched: list[str], upload: EntityUpload) -> EntityVersion:
    return EntityVersion(
        entity=entity,
        number=entity.version,
        label=entity.label,
        values=entity.values,
        touched=touched,
        source=Source.UPLOAD,
        by=upload.by,
        upload=upload,
    )


def _take_back(version: EntityVersion, by: User) -> bool:
    """Undo one version; tell whether it was left because a later one stands on it."""
    entity = version.entity
    if entity.version != version.number or entity.deleted_at is not None:
        return True
    before = entity.versions.filter(number=version.number - 1).first()
    if before is None:
        entity.deleted_at = entity.changed_at = timezone.now()
        entity.save(update_fields=["deleted_at", "changed_at"])
        return False
    take_state(entity, state_of(before))
    entity.version += 1
    entity.save()
    EntityVersion.objects.create(
        entity=entity,
        number=entity.version,
        label=entity.label,
        values=entity.values,
        touched=version.touched,
        source=Source.UNDO,
        by=by.get_username(),
    )
    return False


def _record(upload: EntityUpload, action: str, by: User, details: Mapping[str, object]) -> None:
    audit.record(
        by.get_username(),
        action,
        operation=upload.entity_list.operation.code,
        subject=upload.entity_list.name,
        details={"upload": upload.pk, **details},
    )
