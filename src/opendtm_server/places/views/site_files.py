"""All sites as files, each where the reader may see it: CSV with an HXL row, and GeoJSON for the map."""

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from opendtm import records
from opendtm.report.positions import PositionKind, Spot
from opendtm_server.govern.doors import desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.places import queries
from opendtm_server.places.models import Site
from opendtm_server.places.position_words import KINDS, position_words
from opendtm_server.places.positions import seen_by
from opendtm_server.ui.templatetags.words import code as label
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

HXL = (
    "#loc+site+code",
    "#loc+site+name",
    "#loc+site+type",
    "#adm+code",
    "#geo+lat",
    "#geo+lon",
    "#status",
    "#date+start",
    "#geo+type+name",
    "#geo+precision+m",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@desk_page(Permission.READ_FIGURES)
def download(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Give every site of today as CSV with an HXL row."""
    today = timezone.localdate()
    every = queries.sites_for(request.user, operation)
    seen = seen_by(request.user, operation, every, day=today)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(_headings())
    writer.writerow(HXL)
    for site in queries.sites_on(operation, today):
        writer.writerow([_harmless(fact) for fact in _facts(site, seen.get(site.site_id))])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = (
        f'attachment; filename="{operation.code}-sites-{language()}.csv"'
    )
    return answer


def _headings() -> tuple[str, ...]:
    return (
        _("Site ID"),
        _("Site"),
        _("Type"),
        _("P-code"),
        _("Latitude"),
        _("Longitude"),
        _("Status"),
        _("Since"),
        _("Kind of position"),
        _("Displaced by up to (metres)"),
    )


def _facts(site: records.Site, spot: Spot | None) -> tuple[object, ...]:
    told = spot is not None and spot.kind is not PositionKind.AREA
    return (
        site.site_id,
        site.name,
        site.site_type,
        next((code for code in reversed(site.admins) if code), ""),
        spot.latitude if spot and told else None,
        spot.longitude if spot and told else None,
        site.status,
        site.opened_on,
        KINDS[spot.kind] if spot else None,
        spot.up_to if spot else None,
    )


def _harmless(value: object) -> object:
    # A spreadsheet would run a text that begins like a formula.
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


@desk_page(Permission.READ_FIGURES)
def geojson(request: HttpRequest, operation: "Operation") -> JsonResponse:
    """Give every site with a position as GeoJSON, for the map."""
    every = list(queries.sites_for(request.user, operation))
    seen = seen_by(request.user, operation, every, day=timezone.localdate())
    features = [
        _feature(operation, site, spot)
        for site in every
        if (spot := seen.get(site.code)) and spot.longitude is not None
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _feature(operation: "Operation", site: Site, spot: Spot) -> dict[str, Any]:
    status = queries.status_on(site, timezone.localdate())
    words = f"{site.name} · {label(status, 'site_status')}"
    if spot.kind is not PositionKind.EXACT:
        words = f"{words} · {position_words(spot)}"
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [spot.longitude, spot.latitude]},
        "properties": {
            "code": site.code,
            "name": site.name,
            "status": status,
            "words": words,
            "href": reverse("places:site", args=[operation.code, site.code]),
        },
    }
