"""Writes the places of the operation as entity lists: `sites`, `adm1`, `adm2`, `adm3`.

They are made from the room `places` and copied nowhere. The columns are the interface of every form that
chooses from them; this room's README lists them.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from opendtm.records import Place
from opendtm_server.places import listed as places

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

SITES = "sites"
AREAS = {"adm1": 1, "adm2": 2, "adm3": 3}
DERIVED = (SITES, *AREAS)
SITE_COLUMNS = (
    "name",
    "label",
    "area",
    "adm1",
    "adm2",
    "adm3",
    "adm1_name",
    "adm2_name",
    "adm3_name",
    "latitude",
    "longitude",
    "status",
    "type",
    "__version",
)
Line = tuple[object, ...]


def columns_of(name: str) -> tuple[str, ...]:
    """Give the columns of a derived list."""
    if name == SITES:
        return SITE_COLUMNS
    level = AREAS[name]
    parents = tuple(f"adm{above}" for above in range(1, level))
    return ("name", "label", "label_fr", *parents, "parent", "__version")


def lines_of(
    name: str, operation: "Operation", day: date, reach: places.Reach | None
) -> Iterator[Line]:
    """Go through the lines of a derived list on a day, cut to a reach, in the order of its columns."""
    if name == SITES:
        return _sites(operation, day, reach)
    return _areas(operation, day, AREAS[name], reach)


def _sites(operation: "Operation", day: date, reach: places.Reach | None) -> Iterator[Line]:
    grounds: dict[str, tuple[str, ...]] = {}
    for site in places.listed_sites(operation, day):
        if site.status == "closed" or (reach and not _reached(site, reach)):
            continue
        if site.area_code not in grounds:
            grounds[site.area_code] = _ground(site.areas)
        yield (
            site.code,
            site.name,
            *grounds[site.area_code],
            site.latitude,
            site.longitude,
            site.status,
            site.site_type,
            site.version,
        )


def _ground(areas: dict[int, Place]) -> tuple[str, ...]:
    """Give the name of the smallest area, then the codes and the names by level."""
    codes = (_code(areas, level) for level in places.LEVELS)
    names = (_name(areas, level) for level in places.LEVELS)
    return (_innermost(areas), *codes, *names)


def _areas(
    operation: "Operation", day: date, level: int, reach: places.Reach | None
) -> Iterator[Line]:
    for area in places.listed_areas(operation, day, level):
        place = area.place
        if reach and place.code not in reach.within | reach.above:
            continue
        parents = (_code(area.above, above) for above in range(1, level))
        french = place.name_fr or place.name
        yield (place.code, place.name, french, *parents, place.parent or "", area.version)


def _reached(site: places.ListedSite, reach: places.Reach) -> bool:
    codes = {place.code for place in site.areas.values()}
    return site.code in reach.sites or bool(codes & reach.within)


def _innermost(areas: dict[int, Place]) -> str:
    return areas[max(areas)].name if areas else ""


def _code(areas: dict[int, Place], level: int) -> str:
    return areas[level].code if level in areas else ""


def _name(areas: dict[int, Place], level: int) -> str:
    return areas[level].name if level in areas else ""
