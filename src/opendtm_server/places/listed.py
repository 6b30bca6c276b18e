"""Sites and areas as plain rows for the lists that phones carry: a handful of queries for 100,000 sites.

`edition` is one short text that changes whenever a list of the operation may read differently, so that a
list is written anew after a change and never for a question.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from opendtm.records import Place
from opendtm_server.places.models import Area, BoundarySet, Edition, Site, SiteStatus
from opendtm_server.places.queries import around, places_on

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

AT_ONCE = 10_000
LEVELS = (1, 2, 3)
SiteRow = tuple[int, str, str, str, str, float | None, float | None, int]


@dataclass(frozen=True, slots=True)
class ListedSite:
    """A site of a day. `areas`, the same object for the same `area_code`, are those around it by level; `version` rises when any of this changes."""

    code: str
    name: str
    site_type: str
    status: str
    latitude: float | None
    longitude: float | None
    area_code: str
    areas: dict[int, Place]
    version: int


@dataclass(frozen=True, slots=True)
class ListedArea:
    """An area of a day with those above it by level."""

    place: Place
    above: dict[int, Place]
    version: int


def edition(operation: "Operation", day: date) -> str:
    """Say which edition of the operation's places holds on a day; the same text means the same lists."""
    number = Edition.objects.filter(operation=operation).values_list("number", flat=True).first()
    sites = Site.objects.filter(operation=operation)
    sets = BoundarySet.objects.filter(operation=operation)
    last_site, last_set = (
        rows.order_by("-pk").values_list("pk", flat=True).first() for rows in (sites, sets)
    )
    return f"{day:%Y%m%d}.{number or 0}.{last_site or 0}.{last_set or 0}"


def listed_sites(operation: "Operation", day: date) -> Iterator[ListedSite]:
    """Go through the sites that exist on a day by code, closed ones included."""
    known = places_on(operation, day)
    states, coming = _states(operation, day)
    borders = _borders(operation, day)
    levels: dict[str, dict[int, Place]] = {}
    for key, code, name, kind, area, latitude, longitude, revision in _site_rows(operation):
        status, count = states.get(key, ("unknown", 0))
        if not count and key in coming:
            continue
        if area not in levels:
            levels[area] = {place.level: place for place in around(area, known)}
        version = revision + count + borders
        around_it = levels[area]
        yield ListedSite(code, name, kind, status, latitude, longitude, area, around_it, version)


def listed_areas(operation: "Operation", day: date, level: int) -> Iterator[ListedArea]:
    """Go through the areas of a level whose borders hold on a day, by code."""
    known = places_on(operation, day)
    version = 1 + _borders(operation, day)
    for code, place in sorted(known.items()):
        if place.level == level:
            above = {one.level: one for one in around(code, known) if one.level != level}
            yield ListedArea(place, above, version)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a choice of areas and sites covers: P-codes of areas within it, of those above it, and site IDs."""

    within: frozenset[str]
    above: frozenset[str]
    sites: frozenset[str]


def reach(operation: "Operation", day: date, codes: frozenset[str]) -> Reach:
    """Say what some P-codes and site IDs cover on a day."""
    known = places_on(operation, day)
    chosen = Site.objects.filter(operation=operation, code__in=codes)
    homes = dict(chosen.values_list("code", "area_code"))
    tops = {place.code for code in {*codes, *homes.values()} for place in around(code, known)}
    within = frozenset(
        code for code in known if codes & {place.code for place in around(code, known)}
    )
    return Reach(within, frozenset(tops), frozenset(homes))


def unknown_codes(operation: "Operation", day: date, codes: frozenset[str]) -> frozenset[str]:
    """Give those of some codes that are neither an area of the day nor a site."""
    sites = Site.objects.filter(operation=operation, code__in=codes)
    return codes - places_on(operation, day).keys() - set(sites.values_list("code", flat=True))


def count_sites(operation: "Operation") -> int:
    """Count the operation's sites, closed ones included."""
    return Site.objects.filter(operation=operation).count()


def count_areas(operation: "Operation", day: date, level: int) -> int:
    """Count the areas of a level on a day."""
    held = Area.objects.filter(operation=operation, level=level, valid_from__lte=day)
    return held.exclude(valid_to__lte=day).count()


def _site_rows(operation: "Operation") -> Iterator[SiteRow]:
    rows = Site.objects.filter(operation=operation).order_by("code")
    columns = rows.values_list(
        "pk", "code", "name", "site_type", "area_code", "latitude", "longitude", "revision"
    )
    return columns.iterator(chunk_size=AT_ONCE)


def _states(operation: "Operation", day: date) -> tuple[dict[int, tuple[str, int]], set[int]]:
    """Give each site's status of the day with the number of statuses until then, and the sites to come."""
    states: dict[int, tuple[str, int]] = {}
    coming: set[int] = set()
    held = SiteStatus.objects.filter(site__operation=operation).order_by("since", "id")
    for site, status, since in held.values_list("site_id", "status", "since").iterator(AT_ONCE):
        if since <= day:
            states[site] = (status, states.get(site, ("", 0))[1] + 1)
        else:
            coming.add(site)
    return states, coming


def _borders(operation: "Operation", day: date) -> int:
    return BoundarySet.objects.filter(operation=operation, valid_from__lte=day).count()


def next_code(operation: "Operation") -> str:
    """Suggest a site ID that is free: the last one whose end is a number, counted on."""
    codes = (
        Site.objects.filter(operation=operation).order_by("-code").values_list("code", flat=True)
    )
    stem, number, width = f"{operation.country_code}-S", 0, 4
    for code in codes[:100]:
        digits = re.search(r"\d+$", code)
        if digits:
            stem, number, width = code[: digits.start()], int(digits[0]), len(digits[0])
            break
    while Site.objects.filter(operation=operation, code=f"{stem}{number + 1:0{width}}").exists():
        number += 1
    return f"{stem}{number + 1:0{width}}"
