"""What the desk reads about entity lists. A list with personal data is read by those who manage collection."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from opendtm.vocab import fold
from opendtm_server.collect import rules
from opendtm_server.collect.listed import AREAS, DERIVED, SITES
from opendtm_server.collect.models import Entity, EntityChange, EntityList, EntityUpload
from opendtm_server.collect.queries.declared import forms_by_list
from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission
from opendtm_server.places import listed as places

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

OPEN_STATES = ("conflict", "problem", "held")


@dataclass(frozen=True, slots=True)
class ListSummary:
    """One list as the overview shows it; `changed_at` is None for those made from the places."""

    name: str
    count: int
    forms: tuple[str, ...]
    changed_at: datetime | None = None
    personal: bool = False


def lists_for(reader: Reader, operation: "Operation") -> list[ListSummary]:
    """Give every list that the reader may open: those made from the places, then the operation's own."""
    check_may(reader, Permission.READ_SUBMISSIONS, operation)
    forms = {
        name: tuple(sorted(version.form.title for version in versions))
        for name, versions in forms_by_list(operation).items()
    }
    derived = [ListSummary(name, _count(operation, name), forms.get(name, ())) for name in DERIVED]
    stored = [
        ListSummary(
            one.name, getattr(one, "held", 0), forms.get(one.name, ()), one.changed_at, one.personal
        )
        for one in _stored(operation)
        if not one.personal or rules.can_manage(reader, operation)
    ]
    return [*derived, *stored]


def stored_list_for(reader: Reader, operation: "Operation", name: str) -> EntityList:
    """Give one of the operation's own lists. EntityList.DoesNotExist, PermissionDenied."""
    check_may(reader, Permission.READ_SUBMISSIONS, operation)
    found = EntityList.objects.select_related("operation").get(operation=operation, name=name)
    if found.personal:
        rules.check_manage(reader, operation)
    return found


def entities_of(entity_list: EntityList, search: str = "") -> QuerySet[Entity]:
    """Give what stands in a list, by label; `search` is part of a label, or the beginning of an id."""
    held = Entity.objects.filter(entity_list=entity_list, deleted_at=None)
    if search:
        held = held.filter(Q(folded__contains=fold(search)) | Q(key__startswith=search))
    return held


def entities_for(reader: Reader, operation: "Operation") -> QuerySet[Entity]:
    """Give the entities that the reader may see, of every list of the operation, deleted ones too."""
    check_may(reader, Permission.READ_SUBMISSIONS, operation)
    held = Entity.objects.filter(entity_list__operation=operation)
    if not rules.can_manage(reader, operation):
        held = held.filter(entity_list__personal=False)
    return held.select_related("entity_list__operation")


def changes_for(reader: Reader, operation: "Operation") -> QuerySet[EntityChange]:
    """Give what submissions asked of entities that the reader may see, the newest first."""
    check_may(reader, Permission.READ_SUBMISSIONS, operation)
    asked = EntityChange.objects.filter(operation=operation)
    if not rules.can_manage(reader, operation):
        hidden = EntityList.objects.filter(operation=operation, personal=True)
        asked = asked.exclude(dataset__in=hidden.values("name"))
    return asked.select_related("submission__device", "operation").order_by("-pk")


def uploads_for(reader: Reader, operation: "Operation") -> QuerySet[EntityUpload]:
    """Give the spreadsheets that were brought in, newest first. PermissionDenied."""
    rules.check_manage(reader, operation)
    held = EntityUpload.objects.filter(entity_list__operation=operation)
    return held.select_related("entity_list__operation")


def entity_of(change: EntityChange) -> Entity | None:
    """Give the entity that a change is about, where there is one."""
    return Entity.objects.filter(
        entity_list__operation=change.operation, entity_list__name=change.dataset, key=change.key
    ).first()


def _stored(operation: "Operation") -> QuerySet[EntityList]:
    standing = Count("entities", filter=Q(entities__deleted_at=None))
    return EntityList.objects.filter(operation=operation).annotate(held=standing).order_by("name")


def _count(operation: "Operation", name: str) -> int:
    if name == SITES:
        return places.count_sites(operation)
    return places.count_areas(operation, timezone.localdate(), AREAS[name])
