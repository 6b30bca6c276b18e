"""Gives an entity list as the CSV that a phone downloads, written once a change and not once a question.

Each list has an edition, a short text that a few indexed look-ups give. While it is the one that the kept
file was written for, the file's hash is answered without reading a single row of the list.
"""

import csv
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from opendtm_server.collect import listed
from opendtm_server.collect.actions.forms import md5
from opendtm_server.collect.models import Entity, EntityList, ListFile
from opendtm_server.collect.queries.scopes import EVERYWHERE, Scope
from opendtm_server.places import listed as places

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

FAST = 1
AT_ONCE = 10_000


@dataclass(frozen=True)
class KeptList:
    """A list's file: its hash at hand, its bytes when asked for."""

    name: str
    md5: str
    key: int

    def content(self) -> bytes:
        """Give the CSV."""
        packed = ListFile.objects.values_list("packed", flat=True).get(pk=self.key)
        return zlib.decompress(bytes(packed))


def list_file(operation: "Operation", name: str, scope: Scope = EVERYWHERE) -> KeptList | None:
    """Give a list's file as of today for a scope, writing it first where something changed.

    None where there is no such list, or where it holds personal data and the scope does not allow it.
    """
    today = timezone.localdate()
    stored = None
    if name not in listed.DERIVED:
        stored = EntityList.objects.filter(operation=operation, name=name).first()
        if stored is None or (stored.personal and stored.pk not in scope.personal):
            return None
    edition = _edition(operation, stored, scope, today)
    kept = ListFile.objects.filter(operation=operation, name=name, scope=scope.key, edition=edition)
    found = kept.values_list("md5", "pk").first()
    if found:
        return KeptList(name, *found)
    lines = _stored(stored, scope, today) if stored else _derived(operation, name, scope, today)
    return _keep(operation, name, scope, edition, lines)


def _edition(operation: "Operation", stored: EntityList | None, scope: Scope, today: date) -> str:
    """Name what a list is made of: the places, its own revision, or both where it is cut to places."""
    own = f"r{stored.revision}" if stored else ""
    ground = places.edition(operation, today) if scope.codes or not stored else ""
    return f"{own}/{ground}"


def _keep(
    operation: "Operation", name: str, scope: Scope, edition: str, lines: Iterator[listed.Line]
) -> KeptList:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    content = text.getvalue().encode()
    facts = {"edition": edition, "md5": md5(content), "packed": zlib.compress(content, FAST)}
    kept, _new = ListFile.objects.update_or_create(
        operation=operation, name=name, scope=scope.key, defaults=facts
    )
    return KeptList(name, kept.md5, kept.pk)


def _derived(operation: "Operation", name: str, scope: Scope, today: date) -> Iterator[listed.Line]:
    reach = places.reach(operation, today, scope.codes) if scope.codes else None
    yield listed.columns_of(name)
    yield from listed.lines_of(name, operation, today, reach)


def _stored(entity_list: EntityList, scope: Scope, today: date) -> Iterator[listed.Line]:
    columns = tuple(entity_list.properties.values_list("name", flat=True))
    rows = Entity.objects.filter(entity_list=entity_list, deleted_at=None)
    if scope.codes:
        reach = places.reach(entity_list.operation, today, scope.codes)
        open_to_all = set() if entity_list.personal else {""}
        rows = rows.filter(area_code__in=reach.within | open_to_all)
    yield ("name", "label", *columns, "__version")
    facts = rows.order_by("folded", "pk").values_list("key", "label", "values", "version")
    for key, label, values, version in facts.iterator(chunk_size=AT_ONCE):
        yield (key, label, *(values.get(name, "") for name in columns), version)
