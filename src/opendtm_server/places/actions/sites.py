"""What people do to sites. Each action is one transaction with its line in the audit log."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ProtectedError

from opendtm import records
from opendtm_server.govern.audit import record
from opendtm_server.places import rules
from opendtm_server.places.actions.areas import locator_of
from opendtm_server.places.models import Site, SiteAlias, SiteStatus
from opendtm_server.places.noting import new_revision
from opendtm_server.places.problems import SiteHasHistory

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


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


@transaction.atomic
def mark_sensitive(*, site: Site, by: User) -> Site:
    """Show a site by its area alone to everybody outside the office, from now on."""
    rules.check_change_places(by, site.operation)
    return _sensitive(site, value=True, action="mark_sensitive", by=by)


@transaction.atomic
def unmark_sensitive(*, site: Site, by: User) -> Site:
    """Show a site as the operation's rule says again."""
    rules.check_change_places(by, site.operation)
    return _sensitive(site, value=False, action="unmark_sensitive", by=by)


def _sensitive(site: Site, *, value: bool, action: str, by: User) -> Site:
    site.sensitive = value
    site.save(update_fields=["sensitive"])
    _record(site, action, by, {})
    return site


def _area_around(
    operation: "Operation", day: date, latitude: float | None, longitude: float | None
) -> str:
    if latitude is None or longitude is None:
        return ""
    return locator_of(operation, day).locate(latitude, longitude) or ""


def _record(site: Site, action: str, by: User, details: Mapping[str, object]) -> None:
    new_revision(site)
    operation = site.operation.code
    record(by.get_username(), action, operation=operation, subject=site.code, details=dict(details))
