"""What a kept spreadsheet would change, told before it is taken."""

from dataclasses import dataclass

from opendtm.i18n import Message
from opendtm_server.collect.entity_sheets import SheetRow, read_sheet
from opendtm_server.collect.entity_writing import state_of
from opendtm_server.collect.models import Entity, EntityUpload


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row that would do something: the label, whether it is new, and what it would change (name, old, new)."""

    number: int
    label: str
    new: bool
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do. `missing` counts what stands in the list and not in the file; it stays."""

    created: int
    changed: int
    same: int
    missing: int
    rows: tuple[PreviewRow, ...]
    faults: tuple[tuple[int, Message], ...]


def preview_of(upload: EntityUpload) -> Preview:
    """Compare a kept file with its list, without changing anything."""
    sheet = read_sheet(bytes(upload.content))
    held = {
        one.key: one for one in Entity.objects.filter(entity_list=upload.entity_list).iterator()
    }
    rows = [row for row in (_row(one, held.get(one.key)) for one in sheet.rows) if row]
    created = sum(row.new for row in rows)
    standing = {key for key, one in held.items() if one.deleted_at is None}
    return Preview(
        created=created,
        changed=len(rows) - created,
        same=len(sheet.rows) - len(rows),
        missing=len(standing - {row.key for row in sheet.rows}),
        rows=tuple(rows),
        faults=sheet.faults,
    )


def _row(row: SheetRow, held: Entity | None) -> PreviewRow | None:
    before = state_of(held) if held else {}
    changes = tuple(
        (name, before.get(name, "") or "–", value or "–")
        for name, value in row.state.items()
        if before.get(name, "") != value
    )
    if held and held.deleted_at is None and not changes:
        return None
    return PreviewRow(row.number, row.state["label"], held is None, changes)
