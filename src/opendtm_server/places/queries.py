"""What is known of places on a day: areas with the borders that held then, sites with their status.

The list of sites as records of the workshop is what rounds, figures and reports are computed over.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery

from opendtm import records
from opendtm.records import Place
from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.queries import events_about
from opendtm_server.govern.roles import Permission
from opendtm_server.places.models import (
    Area,
    BoundarySet,
    Site,
    SiteAlias,
    SiteStatus,
)

if TYPE_CHECKING:
    from opendtm_server.govern.models import AuditEvent, Operation

SITE_ACTIONS = (
    "create_site",
    "rename_site",
    "move_site",
    "change_site_type",
    "set_site_status",
    "withdraw_site_status",
    "add_alias",
    "remove_alias",
    "mark_sensitive",
    "unmark_sensitive",
)


def site(operation: "Operation", code: str) -> Site:
    """Give one site by its code; Site.DoesNotExist where the operation has none."""
    return Site.objects.get(operation=operation, code=code)


def sites(operation: "Operation") -> QuerySet[Site]:
    """Give every site of the operation by code, with aliases and statuses at hand."""
    return (
        Site.objects.filter(operation=operation)
        .prefetch_related("aliases", "statuses")
        .order_by("code")
    )


def sites_named(operation: "Operation", words: str) -> QuerySet[Site]:
    """Give the operation's sites with words in their name or code, for the house's own work."""
    named = Q(name__icontains=words) | Q(code__icontains=words)
    return Site.objects.filter(named, operation=operation)


def code_of(column: str) -> Subquery:
    """Look the code of a site up, row by row, for another room's question; `column` names it by number."""
    return Subquery(Site.objects.filter(pk=OuterRef(column)).values("code")[:1])


class SiteName(NamedTuple):
    """What a long list says of a site."""

    code: str
    name: str


def site_names(operation: "Operation") -> dict[int, SiteName]:
    """Give code and name of every site of an operation by its number, and nothing else: thousands cost little."""
    every = Site.objects.filter(operation=operation).values_list("pk", "code", "name")
    return {key: SiteName(code, name) for key, code, name in every}


def closed_by(operation: "Operation", days: Iterable[date]) -> dict[date, frozenset[int]]:
    """Give the numbers of the sites that were closed on each of some days, from one look at the statuses."""
    said = SiteStatus.objects.filter(site__operation=operation).order_by("since", "id")
    changes = list(said.values_list("site_id", "since", "status"))
    closed: dict[date, frozenset[int]] = {}
    standing: dict[int, str] = {}
    done = 0
    for day in sorted(set(days)):
        while done < len(changes) and changes[done][1] <= day:
            standing[changes[done][0]] = changes[done][2]
            done += 1
        closed[day] = frozenset(site for site, status in standing.items() if status == "closed")
    return closed


def once_closed(operation: "Operation") -> QuerySet[Any, Any]:
    """Give the numbers of the sites of an operation that were ever closed, as rows to look into."""
    closed = SiteStatus.objects.filter(site__operation=operation, status="closed")
    return closed.order_by().values("site_id")


def sites_for(reader: Reader, operation: "Operation") -> QuerySet[Site]:
    """Give the operation's sites to a reader of its figures; PermissionDenied to others."""
    check_may(reader, Permission.READ_FIGURES, operation)
    return sites(operation)


def sites_on(
    operation: "Operation", day: date, visited: Collection[str] = ()
) -> list[records.Site]:
    """Give the sites known on a day as records, by code, closed ones included.

    A site whose first status is later did not exist yet and is left out, unless its code is among those
    `visited` on or before that day: then it existed, and was open. One without any status is known, with
    status `unknown`. Areas are those whose borders held on that day.
    """
    around_them = _Surroundings(places_on(operation, day))
    return [
        _record(row, day, around_them)
        for row in _rows(operation)
        if row.existed(day) or row.code in visited
    ]


def site_visited_on(site: Site, day: date) -> records.Site:
    """Give one site as a record of a day on which it was visited, without the areas around it."""
    row = _Row(
        site.code,
        site.name,
        site.site_type,
        (site.latitude, site.longitude),
        site.area_code,
        [(held.since, held.status) for held in site.statuses.all()],
        [alias.name for alias in site.aliases.all()],
    )
    return _record(row, day, _Surroundings({}))


def areas_on(operation: "Operation", day: date) -> list[tuple[Place, dict[str, Any]]]:
    """Give the areas whose borders held on a day, upper levels first, each with its GeoJSON geometry."""
    return [(_place(area), area.geometry) for area in area_rows_on(operation, day)]


def area_rows_on(operation: "Operation", day: date) -> QuerySet[Area]:
    """Give the rows of the areas whose borders held on a day, upper levels first."""
    holds = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    return Area.objects.filter(holds, operation=operation, valid_from__lte=day).order_by(
        "level", "code"
    )


def places_on(operation: "Operation", day: date) -> dict[str, Place]:
    """Give the areas of a day by P-code, without geometry."""
    return {area.code: _place(area) for area in area_rows_on(operation, day).defer("geometry")}


def areas_for(reader: Reader, operation: "Operation", day: date) -> QuerySet[Area]:
    """Give the areas of a day to a reader of the operation's figures; PermissionDenied to others."""
    check_may(reader, Permission.READ_FIGURES, operation)
    return area_rows_on(operation, day)


def boundary_sets(reader: Reader, operation: "Operation") -> QuerySet[BoundarySet]:
    """Give the imports of areas, newest first."""
    check_may(reader, Permission.READ_FIGURES, operation)
    return BoundarySet.objects.filter(operation=operation).order_by("-valid_from", "-id")


def status_on(site: Site, day: date) -> str:
    """Give a site's status on a day: the newest on or before it, `unknown` where there is none."""
    before = [status for status in site.statuses.all() if status.since <= day]
    return before[-1].status if before else "unknown"


def around(code: str, known: dict[str, Place]) -> list[Place]:
    """Give an area and those around it, outermost first; empty where the code is not known."""
    chain: list[Place] = []
    while code in known and len(chain) <= 6:
        chain.append(known[code])
        code = known[code].parent or ""
    return chain[::-1]


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a site's history: the day it holds from (or was written on), what, and by whom."""

    on: date
    action: str
    by: str
    details: dict[str, Any]


def history(operation: "Operation", site: Site) -> list[Event]:
    """Give everything that happened to a site, oldest first, from the audit log and its statuses.

    Statuses without a line in the log (loaded before the house existed) are listed too.
    """
    events = [_event(line) for line in events_about(operation, site.code, SITE_ACTIONS)]
    told = {(event.details.get("since"), event.details.get("status")) for event in events}
    silent = [row for row in site.statuses.all() if (row.since.isoformat(), row.status) not in told]
    return sorted([*events, *(_silent(row) for row in silent)], key=lambda event: event.on)


def _event(line: "AuditEvent") -> Event:
    since = line.details.get("since")
    on = date.fromisoformat(since) if since else line.at.date()
    return Event(on, line.action, line.by, line.details)


def _silent(row: SiteStatus) -> Event:
    return Event(row.since, "set_site_status", "", {"status": row.status, "reason": row.reason})


class _Row(NamedTuple):
    """A site as the database has it: `statuses` with their days, oldest first, and its other names."""

    code: str
    name: str
    site_type: str
    position: tuple[float | None, float | None]
    area_code: str
    statuses: list[tuple[date, str]]
    aliases: list[str]

    def existed(self, day: date) -> bool:
        """Tell whether the site was there on a day."""
        return not self.statuses or self.statuses[0][0] <= day


def _rows(operation: "Operation") -> list[_Row]:
    """Read every site of an operation by code, with three questions however many there are."""
    statuses: dict[int, list[tuple[date, str]]] = defaultdict(list)
    held = SiteStatus.objects.filter(site__operation=operation)
    for key, since, status in held.values_list("site_id", "since", "status"):
        statuses[key].append((since, status))
    aliases: dict[int, list[str]] = defaultdict(list)
    called = SiteAlias.objects.filter(site__operation=operation).order_by("id")
    for key, name in called.values_list("site_id", "name"):
        aliases[key].append(name)
    every = Site.objects.filter(operation=operation).order_by("code")
    told = ("pk", "code", "name", "site_type", "latitude", "longitude", "area_code")
    return [
        _Row(code, name, kind, (north, east), area, statuses.get(key, []), aliases.get(key, []))
        for key, code, name, kind, north, east, area in every.values_list(*told)
    ]


class _Surroundings:
    """The areas around a smallest area, by level: codes and names."""

    def __init__(self, known: dict[str, Place]) -> None:
        self._known = known
        self._found: dict[str, tuple[tuple[str | None, ...], tuple[str | None, ...]]] = {}

    def of(self, code: str) -> tuple[tuple[str | None, ...], tuple[str | None, ...]]:
        if code not in self._found:
            chain = around(code, self._known)
            codes = _by_level((place.level, place.code) for place in chain)
            names = _by_level((place.level, place.name) for place in chain)
            self._found[code] = codes, names
        return self._found[code]


def _record(row: _Row, day: date, areas: _Surroundings) -> records.Site:
    admins, admin_names = areas.of(row.area_code)
    before = [held for held in row.statuses if held[0] <= day]
    newest = before[-1] if before else (None, "unknown")
    return records.Site(
        site_id=row.code,
        name=row.name,
        status=newest[1] if row.existed(day) else "open",
        site_type=row.site_type or None,
        latitude=row.position[0],
        longitude=row.position[1],
        admins=admins,
        admin_names=admin_names,
        aliases=tuple(row.aliases),
        opened_on=next((since for since, status in before if status == "open"), None),
        closed_on=newest[0] if newest[1] == "closed" else None,
    )


def _by_level(pairs: Iterable[tuple[int, str]]) -> tuple[str | None, ...]:
    values: dict[int, str | None] = defaultdict(lambda: None, pairs)
    return tuple(values[level] for level in range(max(values, default=-1) + 1))


def _place(area: Area) -> Place:
    return Place(
        code=area.code,
        name=area.name,
        level=area.level,
        parent=area.parent_code or None,
        valid_from=area.valid_from,
        valid_to=area.valid_to,
        name_fr=area.name_fr or None,
    )
