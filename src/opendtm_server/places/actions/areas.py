"""Importing administrative areas, and finding the one around a position. Each action is one transaction with its line in the audit log."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import shapely
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Min

from opendtm.geo import AreaShape, Locator, read_areas
from opendtm.records import Finding, Place, Severity
from opendtm_server.govern.audit import record
from opendtm_server.places import rules
from opendtm_server.places.models import Area, BoundarySet, Site
from opendtm_server.places.noting import new_edition
from opendtm_server.places.problems import AreasRefused, NoAreas

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@dataclass(frozen=True, slots=True)
class Import:
    """What an import did: the set, how many areas it holds, the doubts; `new` is false when it was there."""

    boundary_set: BoundarySet
    areas: int
    findings: tuple[Finding, ...]
    new: bool


@transaction.atomic
def import_areas(
    *, path: Path, source: str, valid_from: date, operation: "Operation", by: User
) -> Import:
    """Read a boundary file and keep its areas, all or nothing; the same bytes a second time change nothing.

    The new areas hold from `valid_from`; those of the same levels that held until then end on that day.
    AreasRefused where a finding is hard, NoAreas where there is none, AreasOverlap where areas of the level
    already begin on that day; an InputProblem of the workshop where the file cannot be read.
    """
    rules.check_change_places(by, operation)
    sha256 = _sha256(path)
    kept = BoundarySet.objects.filter(operation=operation, sha256=sha256).first()
    if kept:
        return Import(kept, kept.areas.count(), (), new=False)
    shapes, findings = _read(path, valid_from)
    levels = {shape.place.level for shape in shapes}
    rules.check_no_overlap(operation, levels, valid_from)
    boundary_set = BoundarySet.objects.create(
        operation=operation, source=source, valid_from=valid_from, sha256=sha256
    )
    for level in sorted(levels):
        _keep_level(boundary_set, level, [shape for shape in shapes if shape.place.level == level])
    _place_sites(operation, valid_from)
    new_edition(operation)
    record(
        by.get_username(),
        "import_areas",
        operation=operation.code,
        subject=source,
        details={
            "areas": len(shapes),
            "levels": sorted(levels),
            "since": valid_from.isoformat(),
            "sha256": sha256,
        },
    )
    return Import(boundary_set, len(shapes), tuple(findings), new=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path, valid_from: date) -> tuple[Sequence[AreaShape], Sequence[Finding]]:
    reading = read_areas(path, valid_from=valid_from)
    hard = [finding for finding in reading.findings if finding.severity == Severity.HARD]
    if hard:
        raise AreasRefused(hard)
    if not reading.areas:
        raise NoAreas
    return reading.areas, reading.findings


def _keep_level(boundary_set: BoundarySet, level: int, shapes: Sequence[AreaShape]) -> None:
    operation, valid_from = boundary_set.operation, boundary_set.valid_from
    same = Area.objects.filter(operation=operation, level=level)
    valid_to = same.filter(valid_from__gt=valid_from).aggregate(next=Min("valid_from"))["next"]
    same.filter(valid_from__lt=valid_from, valid_to__isnull=True).update(valid_to=valid_from)
    same.filter(valid_from__lt=valid_from, valid_to__gt=valid_from).update(valid_to=valid_from)
    Area.objects.bulk_create(
        Area(
            operation=operation,
            boundary_set=boundary_set,
            code=shape.place.code,
            name=shape.place.name,
            name_fr=shape.place.name_fr or "",
            level=level,
            parent_code=shape.place.parent or "",
            valid_from=valid_from,
            valid_to=valid_to,
            geometry=shapely.geometry.mapping(shape.geometry),
        )
        for shape in shapes
    )


def _place_sites(operation: "Operation", day: date) -> None:
    homeless = Site.objects.filter(operation=operation, area_code="", latitude__isnull=False)
    locator = locator_of(operation, day) if homeless.exists() else None
    for site in homeless:
        if locator and site.latitude is not None and site.longitude is not None:
            site.area_code = locator.locate(site.latitude, site.longitude) or ""
            site.save(update_fields=["area_code"])


def locator_of(operation: "Operation", day: date) -> Locator:
    """Give what finds the area around a position, with the borders of a day."""
    rows = Area.objects.filter(operation=operation, valid_from__lte=day).exclude(valid_to__lte=day)
    return Locator(
        AreaShape(
            Place(row.code, row.name, row.level, row.parent_code or None),
            shapely.geometry.shape(row.geometry),
        )
        for row in rows
    )
