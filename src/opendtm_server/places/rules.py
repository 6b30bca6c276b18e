"""Who may change areas and sites, and what must stay true of them. `check_x` raises, `can_x` answers."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from opendtm import records
from opendtm.report.positions import PositionKind
from opendtm.vocab import code_list
from opendtm_server.govern.access import Reader, check_may, may
from opendtm_server.govern.roles import Permission
from opendtm_server.places.problems import (
    AreasOverlap,
    AreaUnknown,
    NameUnchanged,
    PartnersSeeLess,
    PositionIncomplete,
    SiteCodeTaken,
    StatusAlreadySet,
    UnknownCode,
)

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation
    from opendtm_server.places.models import Site

OPENNESS = (PositionKind.AREA, PositionKind.DISPLACED, PositionKind.EXACT)


def check_change_places(by: User, operation: "Operation") -> None:
    """Let only those who keep the lists of places change them."""
    check_may(by, Permission.MANAGE_PLACES, operation)


def can_change_places(by: User, operation: "Operation") -> bool:
    """Tell whether the person keeps the lists of places."""
    return may(by, Permission.MANAGE_PLACES, operation)


def check_decide_positions(by: User, operation: "Operation") -> None:
    """Let only those who govern an operation decide how positions are shown."""
    check_may(by, Permission.GOVERN, operation)


def can_decide_positions(by: User, operation: "Operation") -> bool:
    """Tell whether the person decides how positions are shown."""
    return may(by, Permission.GOVERN, operation)


def sees_positions(reader: Reader, operation: "Operation") -> bool:
    """Tell whether the reader works in the office or the field, and sees sites where they are."""
    return may(reader, Permission.READ_SUBMISSIONS, operation)


def check_partners_see_no_less(public: PositionKind, partners: PositionKind) -> None:
    """Refuse a rule by which anybody would see more than partners do."""
    if OPENNESS.index(public) > OPENNESS.index(partners):
        raise PartnersSeeLess


def check_new_site(operation: "Operation", site: records.Site) -> None:
    """Check everything that a new site must bring: a free ID, known codes, a whole position."""
    check_code_free(operation, site.site_id)
    check_code_known(site.site_type or "unknown", "site_type")
    check_code_known(site.status, "site_status")
    check_position(site.latitude, site.longitude)


def check_code_free(operation: "Operation", code: str) -> None:
    """Refuse a site ID that was given before."""
    if operation.sites.filter(code=code).exists():
        raise SiteCodeTaken(site=code)


def check_code_known(name: str, codes: str) -> None:
    """Refuse a type or status that its code list does not hold."""
    if name not in code_list(codes):
        raise UnknownCode(value=name, codes=code_list(codes).label)


def check_position(latitude: float | None, longitude: float | None) -> None:
    """Refuse half a position, or one beyond the globe."""
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        raise PositionIncomplete


def check_area_known(operation: "Operation", code: str) -> None:
    """Refuse an area that nobody imported."""
    if code and not operation.areas.filter(code=code).exists():
        raise AreaUnknown(area=code)


def check_day_free(site: "Site", since: date) -> None:
    """Refuse a second status on the same day."""
    if site.statuses.filter(since=since).exists():
        raise StatusAlreadySet(day=since)


def check_name_new(site: "Site", name: str) -> None:
    """Refuse a name or alias that the site already has."""
    if site.name == name or site.aliases.filter(name=name).exists():
        raise NameUnchanged


def check_no_overlap(operation: "Operation", levels: set[int], valid_from: date) -> None:
    """Refuse areas of a level that already begin to hold on that day."""
    same_day = operation.areas.filter(level__in=levels, valid_from=valid_from)
    level = same_day.values_list("level", flat=True).first()
    if level is not None:
        raise AreasOverlap(level=level, day=valid_from)
