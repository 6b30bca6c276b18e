"""The list of sites, and one site with its history."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm.records import Place
from opendtm.report.positions import Spot
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.places import queries, rules
from opendtm_server.places.drawing import draw
from opendtm_server.places.forms import SiteFilters
from opendtm_server.places.models import Area, Site
from opendtm_server.places.position_words import position_words
from opendtm_server.places.positions import seen_by
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import code as label
from opendtm_server.ui.templatetags.words import name_of

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

TONES = {"open": "good", "closed": "quiet", "planned": "", "unknown": "quiet"}


@desk_page(Permission.READ_FIGURES)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the sites with filters in the address."""
    today = timezone.localdate()
    areas = list(queries.areas_for(request.user, operation, today))
    form = SiteFilters(request.GET or None, areas=areas)
    every = queries.sites_for(request.user, operation)
    wishes = form.cleaned_data if form.is_valid() else {}
    known = queries.places_on(operation, today)
    chosen = [site for site in _matching(every, wishes, known) if _has_status(site, wishes, today)]
    page = page_of(request, chosen)
    table = Table(
        caption=_("Sites of this operation as of today"),
        columns=(
            Column("name", _("Site")),
            Column("code", _("Site ID")),
            Column("type", _("Type")),
            Column("area", _("Area")),
            Column("status", _("Status"), "badge"),
        ),
        rows=tuple(_row(operation, site, today, known) for site in page),
        shown=len(chosen),
        known=every.count(),
        page=page,
        empty=_("No site is known yet. Create the first one, or load the demonstration."),
    )
    return render(
        request, "places/sites.html", _context(request, operation) | {"table": table, "form": form}
    )


def _matching(
    every: QuerySet[Site], wishes: dict[str, Any], known: dict[str, Place]
) -> QuerySet[Site]:
    if words := wishes.get("q"):
        named = (
            Q(name__icontains=words) | Q(code__icontains=words) | Q(aliases__name__icontains=words)
        )
        every = every.filter(named).distinct()
    if area := wishes.get("area"):
        inside = [
            code for code in known if area in {place.code for place in queries.around(code, known)}
        ]
        every = every.filter(area_code__in=inside)
    if site_type := wishes.get("site_type"):
        every = every.filter(site_type=site_type)
    return every


def _has_status(site: Site, wishes: dict[str, Any], today: date) -> bool:
    return not wishes.get("status") or queries.status_on(site, today) == wishes["status"]


def _row(operation: "Operation", site: Site, today: date, known: dict[str, Place]) -> Row:
    status = queries.status_on(site, today)
    return Row(
        (
            Cell(site.name, hint=", ".join(alias.name for alias in site.aliases.all())),
            Cell(site.code),
            Cell(label(site.site_type, "site_type")),
            Cell(_area_words(site, known)),
            Cell(label(status, "site_status"), tone=TONES[status]),
        ),
        href=reverse("places:site", args=[operation.code, site.code]),
        key=site.code,
    )


def _area_words(site: Site, known: dict[str, Place]) -> str:
    chain = queries.around(site.area_code, known)
    return " › ".join(name_of(place) for place in chain if place.level > 0) or site.area_code or "–"


@desk_page(Permission.READ_FIGURES)
def page(request: HttpRequest, operation: "Operation", code: str) -> HttpResponse:
    """Show one site: what is known, where it is, and its history."""
    site = site_or_404(request, operation, code)
    today = timezone.localdate()
    known = queries.places_on(operation, today)
    status = queries.status_on(site, today)
    spot = seen_by(request.user, operation, [site], day=today).get(site.code)
    exact = rules.sees_positions(request.user, operation)
    facts = [
        (_("Site ID"), site.code),
        (_("Type"), label(site.site_type, "site_type")),
        (_("Area"), _area_words(site, known)),
        (_("P-code"), site.area_code or "–"),
        (_("Position"), position_words(spot)),
        (_("Also known as"), ", ".join(alias.name for alias in site.aliases.all()) or "–"),
    ]
    context = _context(request, operation, site.name) | {
        "site": site,
        "facts": facts,
        "status": (label(status, "site_status"), TONES[status]),
        "drawing": draw(_context_areas(operation, today), [(_drawn(site, spot), status)]),
        "history": [
            (event, _what(event, exact=exact))
            for event in reversed(queries.history(operation, site))
        ],
    }
    return render(request, "places/site.html", context)


def _context_areas(operation: "Operation", day: date) -> list[Area]:
    areas = list(queries.area_rows_on(operation, day))
    level = 1 if any(area.level == 1 for area in areas) else 0
    return [area for area in areas if area.level == level]


def _drawn(site: Site, spot: Spot | None) -> Site:
    """Give what a drawing needs of a site, where the reader may see it."""
    longitude, latitude = (spot.longitude, spot.latitude) if spot else (None, None)
    return Site(code=site.code, name=site.name, longitude=longitude, latitude=latitude)


def _what(event: queries.Event, *, exact: bool) -> str:
    details = event.details
    if event.action == "move_site" and not exact:
        return _("Moved")
    status = label(str(details.get("status", "")), "site_status")
    sentences = {
        "create_site": _("Entered as %(name)s, %(status)s"),
        "rename_site": _("Renamed from %(from)s to %(to)s"),
        "move_site": _("Moved to %(to)s"),
        "set_site_status": _("Status: %(status)s"),
        "add_alias": _("Also known as %(name)s"),
        "remove_alias": _("No longer known as %(name)s"),
        "change_site_type": _("Type: %(to)s"),
        "mark_sensitive": _("Marked as sensitive: shown by its area alone"),
        "unmark_sensitive": _("No longer marked as sensitive"),
        "withdraw_site_status": _("The status of this day was taken back"),
    }
    values = {"name": "", "from": "", "to": ""} | details | {"status": status.lower()}
    if isinstance(values["to"], list):
        values["to"] = ", ".join("–" if part is None else f"{part:.5f}" for part in values["to"])
    if event.action == "change_site_type":
        values["to"] = label(str(values["to"]), "site_type").lower()
    sentence = sentences[event.action] % values
    return f"{sentence}. {details['reason']}" if details.get("reason") else sentence


def site_or_404(request: HttpRequest, operation: "Operation", code: str) -> Site:
    """Give the site of that code to a reader of the operation's figures, or answer 404."""
    site = queries.sites_for(request.user, operation).filter(code=code).first()
    if site is None:
        raise Http404
    return site


def _context(request: HttpRequest, operation: "Operation", here: str = "") -> dict[str, Any]:
    known = Site.objects.filter(operation=operation).count()
    return {
        "operation": operation,
        "crumbs": crumbs(operation, here),
        "can_change": rules.can_change_places(actor(request), operation),
        "can_decide": rules.can_decide_positions(actor(request), operation),
        "how_many": ngettext("%(n)d site", "%(n)d sites", known) % {"n": known},
    }


def crumbs(operation: "Operation", *here: str) -> list[tuple[str, str]]:
    """Give the path to a page of this room."""
    trail = [
        (reverse("govern:operation", args=[operation.code]), operation.code),
        (reverse("places:sites", args=[operation.code]), _("Sites")),
        *(("", words) for words in here if words),
    ]
    return [*trail[:-1], ("", trail[-1][1])]
