"""The page of movements behind the stock: what arrivals and departures explain, where people came from, who is out of reach."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from opendtm.measure.stock import CAVEATS, Kind
from opendtm_server.govern.access import may
from opendtm_server.govern.doors import desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix import queries
from opendtm_server.matrix.courses import Course, courses_for
from opendtm_server.matrix.movements import MovementRow, total_rows
from opendtm_server.matrix.origin_grid import origin_grid
from opendtm_server.matrix.stocks import Stock, stock_of
from opendtm_server.matrix.views.warning import STOCKS, chosen, crumbs, indicator_of
from opendtm_server.places import queries as places
from opendtm_server.ui.tables import page_of
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

PER_PAGE = 50


@desk_page(Permission.READ_FIGURES)
def page(request: HttpRequest, operation: "Operation", area: str = "") -> HttpResponse:
    """Show the whole operation and its areas of the first level, or one area and its sites."""
    courses = courses_for(request.user, operation)
    course = chosen(courses, request)
    here = _("Movements behind the stock")
    if course is None:
        return render(request, "matrix/movements.html", {"crumbs": crumbs(operation, here)})
    if area and not course.sites_in(area):
        raise Http404
    concept = indicator_of(request)
    stock = stock_of(course, concept=concept)
    context = {
        "course": course,
        "courses": courses,
        "stocks": [(name, label, False) for name, label in STOCKS.items()],
        "counted": [(name, label, name == concept) for name, label in STOCKS.items()],
        "query": urlencode({"form": course.key, "of": concept}),
        "concept": concept,
        "area": area,
        "area_name": course.area_name(area),
        "areas": course.areas,
        "stock": stock,
        "crumbs": crumbs(operation, here, area=area),
        "may_open": may(request.user, Permission.READ_SUBMISSIONS, operation),
        **_accounts(request, stock, area),
        **_totals(stock, area),
        **({} if area else _origins(stock, operation)),
    }
    return render(request, "matrix/movements.html", context)


def _accounts(request: HttpRequest, stock: Stock, area: str) -> dict[str, Any]:
    found = stock.movements(area)
    if not found:
        return {}
    shown = page_of(request, found[1:], PER_PAGE)
    return {
        "whole": MovementRow(found[0], language()),
        "shown": shown,
        "rows": [MovementRow(each, language()) for each in shown],
        "caveat": CAVEATS[Kind.MOVEMENTS],
    }


def _totals(stock: Stock, area: str) -> dict[str, Any]:
    """Give the total both ways, and the kept figure beside it."""
    if not stock.counts:
        return {}
    return {
        "totals": total_rows(stock.totals(area), language()),
        "kept": _kept(stock.course, stock.concept, area),
        "caveat_of_totals": CAVEATS[Kind.TOTAL],
    }


def _kept(course: Course, concept: str, area: str) -> Any:
    """Give the kept figure of the whole, or of an area by code or name; None where it was not computed."""
    kept = queries.figures_of(course.newest).filter(indicator=concept, by="")
    if not area:
        return kept.filter(place_level="none").first()
    inside = kept.filter(place_level="adm1")
    return inside.filter(place_code=area).first() or inside.filter(place_name=area).first()


def _origins(stock: Stock, operation: "Operation") -> dict[str, Any]:
    if not stock.asks_origins or not stock.counts:
        return {}
    known = places.places_on(operation, stock.rounds[-1].ends_on)
    names = {code: place.name for code, place in known.items()}
    found = stock.origins()
    return {
        "grid": origin_grid(found, names=names, lang=language()),
        "uncounted": found.uncounted,
        "caveat_of_origins": CAVEATS[Kind.ORIGINS],
    }
