"""The page of early warning: how the number of displaced people went over the rounds, place by place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opendtm.measure.warning import watched
from opendtm_server.govern.doors import desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix.courses import Course, PlaceCourse, course_of_places, courses_for
from opendtm_server.matrix.sheet import indicator_label
from opendtm_server.matrix.warning import PlaceWarning, tuning_words, warnings
from opendtm_server.ui.tables import page_of
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

STOCKS = {
    "idp_individuals": gettext_lazy("Persons"),
    "idp_households": gettext_lazy("Households"),
}
PER_PAGE = 20


@dataclass(frozen=True)
class Judged:
    """Places that were judged together, as far as they are shown, and how their alerts were tuned."""

    places: Sequence[PlaceWarning] | Page[PlaceWarning]
    tuning: Sequence[str]


@desk_page(Permission.READ_FIGURES)
def page(request: HttpRequest, operation: "Operation", area: str = "") -> HttpResponse:
    """Show the whole operation and its areas of the first level, or one area and its sites."""
    courses = courses_for(request.user, operation)
    course = chosen(courses, request)
    if course is None:
        return render(request, "matrix/warning.html", {"crumbs": crumbs(operation)})
    indicator = indicator_of(request)
    whole, areas = _widest(course, indicator)
    head = [each for each in areas if each.key == area] if area else whole
    if area and not head:
        raise Http404
    below = _sites(course, indicator, area) if area else areas
    context = {
        "course": course,
        "courses": courses,
        "label": indicator_label(indicator, language()),
        "stocks": [(name, label, name == indicator) for name, label in STOCKS.items()],
        "query": urlencode({"form": course.key, "of": indicator}),
        "area": area,
        "crumbs": crumbs(operation, head[0].name if area else "", area=area),
        "head": _head(course, areas if area else whole, head),
        "below": _below(request, course, below),
    }
    return render(request, "matrix/warning.html", context)


def chosen(courses: Sequence[Course], request: HttpRequest) -> Course | None:
    """Give the course of the form that the address names, else that with the newest round."""
    asked = request.GET.get("form", "")
    named = [each for each in courses if each.key == asked]
    return next(iter([*named, *courses]), None)


def crumbs(operation: "Operation", here: str = "", *, area: str = "") -> list[tuple[str, str]]:
    """Give the way here: operation, early warning, and what lies below it."""
    root = reverse("matrix:warning", args=[operation.code]) if here else ""
    found = [
        (reverse("govern:operation", args=[operation.code]), operation.code),
        (root, _("Early warning")),
    ]
    return [*found, ("", f"{here} ({area})" if area else here)] if here else found


def indicator_of(request: HttpRequest) -> str:
    """Give the stock that the address asks for: persons, unless it says households."""
    asked = request.GET.get("of", "")
    return asked if asked in STOCKS else next(iter(STOCKS))


def _widest(course: Course, indicator: str) -> tuple[list[PlaceCourse], list[PlaceCourse]]:
    """Give the whole operation, and its areas of the first level that have a code or a name."""
    every = course_of_places(course, indicator=indicator, levels=("none", "adm1"))
    areas = [each for each in every if each.place.level == "adm1" and each.key]
    return [each for each in every if each.place.level == "none"], areas


def _sites(course: Course, indicator: str, area: str) -> list[PlaceCourse]:
    inside = course.sites_in(area)
    return course_of_places(course, indicator=indicator, levels=("site",), codes=inside)


def _head(course: Course, pool: Sequence[PlaceCourse], of: Sequence[PlaceCourse]) -> Judged:
    """Judge places of one kind together, and give some of them."""
    watch = watched([each.history for each in pool])
    found = [each for each in warnings(course, pool, watch, language()) if each.of in of]
    return Judged(found, tuning_words(watch, language()))


def _below(request: HttpRequest, course: Course, places: Sequence[PlaceCourse]) -> Judged:
    """Judge places together, and give those of the page; forecasts are made for these alone."""
    watch = watched([each.history for each in places])
    found = page_of(request, warnings(course, places, watch, language()), PER_PAGE)
    return Judged(found, tuning_words(watch, language()) if places else [])
