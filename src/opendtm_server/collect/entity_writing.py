"""Writes one state of an entity, with the version that says where it came from. Always within an action."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Max
from django.utils import timezone

from opendtm.vocab import fold
from opendtm_server.collect.branches import LABEL, KnownVersion
from opendtm_server.collect.models import (
    Entity,
    EntityList,
    EntityProperty,
    EntityUpload,
    EntityVersion,
    Submission,
)
from opendtm_server.places import queries as places

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

AREA_PROPERTIES = ("adm3", "adm2", "adm1", "area_code", "area")
LABEL_LIMIT = 300


@dataclass(frozen=True)
class Origin:
    """Where a state comes from."""

    source: str
    by: str
    submission: Submission | None = None
    upload: EntityUpload | None = None


def state_of(entity: Entity | EntityVersion) -> dict[str, str]:
    """Give the state of an entity, or of one of its versions: its properties and its label."""
    return {**entity.values, LABEL: entity.label}


def known_versions(entity: Entity) -> list[KnownVersion]:
    """Give every version of an entity as the rules of branches take it, oldest first."""
    return [
        KnownVersion(one.number, state_of(one), frozenset(one.touched))
        for one in entity.versions.all()
    ]


def write_entity(
    *,
    entity_list: EntityList,
    key: str,
    state: Mapping[str, str],
    touched: Iterable[str],
    origin: Origin,
) -> EntityVersion:
    """Give an entity its next state, or make it; a deleted one comes back. The list's revision rises."""
    entity = Entity.objects.filter(entity_list=entity_list, key=key).first()
    entity = entity or Entity(entity_list=entity_list, key=key, version=0)
    take_state(entity, state)
    entity.version += 1
    entity.deleted_at = None
    entity.save()
    add_properties(entity_list, [name for name in state if name != LABEL])
    raise_revision(entity_list)
    return EntityVersion.objects.create(
        entity=entity,
        number=entity.version,
        label=entity.label,
        values=entity.values,
        touched=sorted(touched),
        **vars(origin),
    )


def take_state(entity: Entity, state: Mapping[str, str]) -> None:
    """Set what follows from a state on the row, without saving it."""
    entity.label = state.get(LABEL, "")[:LABEL_LIMIT]
    entity.values = {name: value for name, value in state.items() if name != LABEL}
    entity.folded = fold(entity.label)[:LABEL_LIMIT]
    entity.area_code = area_of(entity.entity_list.operation, entity.values)
    entity.changed_at = timezone.now()


def area_of(operation: "Operation", values: Mapping[str, str]) -> str:
    """Find the area of an entity: its own smallest one, or that of the site it belongs to."""
    own = next((values[name] for name in AREA_PROPERTIES if values.get(name)), "")
    if own or not values.get("site"):
        return own[:40]
    return _area_of_site(operation, values["site"])


def _area_of_site(operation: "Operation", code: str) -> str:
    site = places.sites(operation).filter(code=code).only("area_code").first()
    return site.area_code if site else ""


def add_properties(entity_list: EntityList, names: Iterable[str]) -> None:
    """Add columns to a list that it does not have yet, after those it has."""
    held = set(entity_list.properties.values_list("name", flat=True))
    last = entity_list.properties.aggregate(last=Max("position"))["last"] or 0
    fresh = [name for name in dict.fromkeys(names) if name not in held]
    EntityProperty.objects.bulk_create(
        EntityProperty(entity_list=entity_list, name=name, position=last + number)
        for number, name in enumerate(fresh, 1)
    )


def raise_revision(entity_list: EntityList) -> None:
    """Note that a list reads differently from now on."""
    EntityList.objects.filter(pk=entity_list.pk).update(
        revision=F("revision") + 1, changed_at=timezone.now()
    )
