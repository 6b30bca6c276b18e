"""What people do to areas and sites. Each action is one transaction with its line in the audit log."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import shapely
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Min, ProtectedError

from opendtm import records
from opendtm.geo import AreaShape, Locator, read_areas
from opendtm.records import Finding, Place, Severity
from opendtm_server.govern.audit import record
from opendtm_server.places import rules
from opendtm_server.places.models import (
    Area,
    BoundarySet,
    Site,
    SiteAlias,
    SiteStatus,
)
from opendtm_server.places.noting import new_edition, new_revision
from opendtm_server.places.problems import AreasRefused, NoAreas, SiteHasHistory

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
    locator = _locator(operation, day) if homeless.exists() else None
    for site in homeless:
        if locator and site.latitude is not None and site.longitude is not None:
            site.area_code = locator.locate(site.latitude, site.longitude) or ""
            site.save(update_fields=["area_code"])


def _locator(operation: "Operation", day: date) -> Locator:
    rows = Area.objects.filter(operation=operation, valid_from__lte=day).exclude(valid_to__lte=day)
    return Locator(
        AreaShape(
            Place(row.code, row.name, row.level, row.parent_code or None),
            shapely.geometry.shape(row.geometry),
        )
        for row in rows
    )


@transaction.atomic
def create_site(*, site: records.Site, since: date, operation: "Operation", by: User) -> Site:
    """Enter a site that is known, with its status, from `since` on.

    `site.site_id` is its stable ID. The area is the innermost of `site.admins`, or found by position where
    there is none. SiteCodeTaken, UnknownCode, PositionIncomplete, AreaUnknown.
    """
    area_code = next((code for code in reversed(site.admins) if code), "")
    rules.check_change_places(by, operation)
    rules.check_new_site(operation, site)
    rules.check_area_known(operation, area_code)
    row = Site.objects.create(
        operation=operation,
        code=site.site_id,
        name=site.name,
        site_type=site.site_type or "unknown",
        area_code=area_code or _area_around(operation, since, site.latitude, site.longitude),
        latitude=site.latitude,
        longitude=site.longitude,
    )
    SiteStatus.objects.create(site=row, status=site.status, since=since)
    SiteAlias.objects.bulk_create(SiteAlias(site=row, name=name) for name in site.aliases)
    details = {"name": site.name, "status": site.status, "since": since.isoformat()}
    _record(row, "create_site", by, details)
    return row


@transaction.atomic
def rename_site(*, site: Site, name: str, by: User) -> Site:
    """Give a site another name; the old one stays as an alias. NameUnchanged where it is the same."""
    rules.check_change_places(by, site.operation)
    before = site.name
    if name == before:
        rules.check_name_new(site, name)
    SiteAlias.objects.get_or_create(site=site, name=before)
    site.aliases.filter(name=name).delete()
    site.name = name
    site.save(update_fields=["name"])
    _record(site, "rename_site", by, {"from": before, "to": name})
    return site


@transaction.atomic
def add_alias(*, site: Site, name: str, by: User) -> SiteAlias:
    """Note another name under which a site is known. NameUnchanged where it is known."""
    rules.check_change_places(by, site.operation)
    rules.check_name_new(site, name)
    alias = SiteAlias.objects.create(site=site, name=name)
    _record(site, "add_alias", by, {"name": name})
    return alias


@transaction.atomic
def remove_alias(*, site: Site, name: str, by: User) -> None:
    """Forget another name of a site. Nothing where it has no such name."""
    rules.check_change_places(by, site.operation)
    if site.aliases.filter(name=name).delete()[0]:
        _record(site, "remove_alias", by, {"name": name})


@transaction.atomic
def withdraw_site(*, site: Site, by: User) -> None:
    """Take back a site that was entered by mistake, while nothing refers to it. SiteHasHistory otherwise."""
    rules.check_change_places(by, site.operation)
    _record(site, "withdraw_site", by, {"name": site.name})
    try:
        with transaction.atomic():
            site.delete()
    except ProtectedError as used:
        raise SiteHasHistory(site=site.code) from used


@transaction.atomic
def move_site(*, site: Site, latitude: float, longitude: float, on: date, by: User) -> Site:
    """Give a site another position (degrees, WGS 84); its area follows from the borders of that day."""
    area_code = _area_around(site.operation, on, latitude, longitude)
    return put_site(site=site, position=(latitude, longitude), area_code=area_code, since=on, by=by)


@transaction.atomic
def put_site(
    *,
    site: Site,
    position: tuple[float | None, float | None],
    area_code: str,
    since: date,
    by: User,
) -> Site:
    """Give a site a position (latitude, longitude; or none) and an area, as when a move is taken back."""
    rules.check_change_places(by, site.operation)
    rules.check_position(*position)
    before = [site.latitude, site.longitude]
    site.latitude, site.longitude = position
    site.area_code = area_code
    site.save(update_fields=["latitude", "longitude", "area_code"])
    details = {
        "from": before,
        "to": list(position),
        "area": site.area_code,
        "since": since.isoformat(),
    }
    _record(site, "move_site", by, details)
    return site


@transaction.atomic
def set_site_status(
    *, site: Site, status: str, since: date, by: User, reason: str = ""
) -> SiteStatus:
    """Note from which day a site has another status. StatusAlreadySet where the day has one."""
    rules.check_change_places(by, site.operation)
    rules.check_code_known(status, "site_status")
    rules.check_day_free(site, since)
    row = SiteStatus.objects.create(site=site, status=status, since=since, reason=reason)
    _record(
        site,
        "set_site_status",
        by,
        {"status": status, "since": since.isoformat(), "reason": reason},
    )
    return row


@transaction.atomic
def withdraw_site_status(*, site: Site, since: date, by: User) -> None:
    """Take back the status that a site was given from a day on. Nothing where that day has none."""
    rules.check_change_places(by, site.operation)
    if site.statuses.filter(since=since).delete()[0]:
        _record(site, "withdraw_site_status", by, {"since": since.isoformat()})


@transaction.atomic
def change_site_type(*, site: Site, site_type: str, by: User) -> Site:
    """Note that a site is of another type. UnknownCode where the code list does not hold it."""
    rules.check_change_places(by, site.operation)
    rules.check_code_known(site_type, "site_type")
    before, site.site_type = site.site_type, site_type
    site.save(update_fields=["site_type"])
    _record(site, "change_site_type", by, {"from": before, "to": site_type})
    return site


def _area_around(
    operation: "Operation", day: date, latitude: float | None, longitude: float | None
) -> str:
    if latitude is None or longitude is None:
        return ""
    return _locator(operation, day).locate(latitude, longitude) or ""


def _record(site: Site, action: str, by: User, details: Mapping[str, object]) -> None:
    new_revision(site)
    operation = site.operation.code
    record(by.get_username(), action, operation=operation, subject=site.code, details=dict(details))
