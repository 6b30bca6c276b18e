"""Gives an entity list as the CSV that a phone downloads, written once a change and not once a question.

Each list has an edition, a short text that a few indexed look-ups give. While it is the one that the kept
file was written for, the file's hash is answered without reading a single row of the list.
"""

import csv
import io
import zlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from opendtm_server.collect import listed
from opendtm_server.collect.actions.forms import md5
from opendtm_server.collect.models import ListFile
from opendtm_server.places import listed as places

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

FAST = 1


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


def list_file(operation: "Operation", name: str) -> KeptList | None:
    """Give a list's file as of today, writing it first where something changed; None where there is no such list."""
    if name not in listed.DERIVED:
        return None
    today = timezone.localdate()
    edition = places.edition(operation, today)
    found = (
        ListFile.objects.filter(operation=operation, name=name, scope="", edition=edition)
        .values_list("md5", "pk")
        .first()
    )
    return KeptList(name, *found) if found else _write(operation, name, today, edition)


def _write(operation: "Operation", name: str, today: date, edition: str) -> KeptList:
    content = _csv(operation, name, today)
    facts = {"edition": edition, "md5": md5(content), "packed": zlib.compress(content, FAST)}
    kept, _new = ListFile.objects.update_or_create(
        operation=operation, name=name, scope="", defaults=facts
    )
    return KeptList(name, kept.md5, kept.pk)


def _csv(operation: "Operation", name: str, today: date) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(listed.columns_of(name))
    writer.writerows(listed.lines_of(name, operation, today))
    return text.getvalue().encode()
