"""The page of severity: how hard the conditions of places are, sector by sector, and the answers behind every score."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from opendtm.errors.measure_severity import SeverityTableInvalid
from opendtm.measure.severity import rule_table
from opendtm.render.chart_scores import SCORES, score_bars
from opendtm_server.govern.doors import desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix.courses import Course, courses_for
from opendtm_server.matrix.severity import TABLE, PlaceSeverity, by_sector, severity_of
from opendtm_server.matrix.views.warning import PER_PAGE, STOCKS, chosen, crumbs
from opendtm_server.ui.tables import page_of
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.READ_FIGURES)
def page(request: HttpRequest, operation: "Operation", area: str = "") -> HttpResponse:
    """Show the severity of the places visited in the newest round, or of those of one area."""
    courses = courses_for(request.user, operation)
    course = chosen(courses, request)
    here = _("Severity of needs")
    if course is None:
        return render(request, "matrix/severity.html", {"crumbs": crumbs(operation, here)})
    if area and not course.sites_in(area):
        raise Http404
    context = {
        "course": course,
        "courses": courses,
        "stocks": [(name, label, False) for name, label in STOCKS.items()],
        "query": urlencode({"form": course.key}),
        "area": area,
        "area_name": course.area_name(area),
        "areas": course.areas,
        "rules": rule_table(TABLE),
        "scores": SCORES,
        "crumbs": crumbs(operation, here, area=area),
        **_scored(request, course, area),
    }
    return render(request, "matrix/severity.html", context)


def _scored(request: HttpRequest, course: Course, area: str) -> dict[str, Any]:
    """Score the places; an answer that the rules do not know is said instead of any score."""
    try:
        found = severity_of(course, sites=course.sites_in(area) if area else None)
    except SeverityTableInvalid as problem:
        return {"problem": f"{problem.text(language())} {problem.remedy_text(language())}"}
    lang, rules = language(), rule_table(TABLE)
    names = {site.site_id: site.name for site in course.sites}
    shown = page_of(request, found, PER_PAGE)
    sectors = by_sector(found, lang)
    return {
        "sectors": sectors,
        "picture": mark_safe(score_bars(sectors, lang)) if found else "",  # noqa: S308 - drawn here, words escaped
        "visited": len(found),
        "shown": shown,
        "places": [
            PlaceSeverity(each, names.get(each.severity.place, ""), rules, lang) for each in shown
        ],
    }
