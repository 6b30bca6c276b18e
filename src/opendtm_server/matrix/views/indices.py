"""The page of composite indices: areas by their rank, how far the rank moves, and what the index is made of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from opendtm.measure.index import Declaration, declarations
from opendtm_server.govern.doors import desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix.courses import Course, courses_for
from opendtm_server.matrix.indices import LEVELS, has_index, indices_of, named
from opendtm_server.matrix.views.warning import PER_PAGE, STOCKS, chosen, crumbs
from opendtm_server.ui.tables import page_of
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.READ_FIGURES)
def page(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Show an index of the areas of one level in the newest round of a form."""
    courses = courses_for(request.user, operation)
    course, declared = _asked(request, courses)
    context: dict[str, Any] = {"crumbs": crumbs(operation, _("Indices"))}
    if course is None:
        return render(request, "matrix/indices.html", context)
    level = request.GET.get("level", "")
    level = level if level in LEVELS else next(iter(LEVELS))
    context |= {
        "course": course,
        "courses": courses,
        "stocks": [(name, label, False) for name, label in STOCKS.items()],
        "declared": declared,
        "indices": [(each.id, each.label.text(language())) for each in declarations()],
        "level": level,
        "levels": list(LEVELS.items()),
        **_ranked(request, course, declared, level),
    }
    return render(request, "matrix/indices.html", context)


def _asked(request: HttpRequest, courses: Sequence[Course]) -> tuple[Course | None, Declaration]:
    """Give the form and the index that the address names; else the first of each that go together."""
    index = named(request.GET.get("index", ""))
    offered = [index] if index else list(declarations())
    course = chosen(courses, request)
    if course is None:
        return None, offered[0]
    within = [course] if request.GET.get("form") else courses
    together = ((one, each) for one in within for each in offered if has_index(one, each))
    return next(together, (course, offered[0]))


def _ranked(
    request: HttpRequest, course: Course, declared: Declaration, level: str
) -> dict[str, Any]:
    found = indices_of(course, declared, level=level, lang=language())
    shown = page_of(request, found.areas, PER_PAGE)
    return {
        "found": found,
        "shown": shown,
        "picture": found.picture(list(shown)),
        "known": has_index(course, declared),
    }
