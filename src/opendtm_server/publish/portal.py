"""The portal: open to everybody. The latest figures and map, every release, every file, every figure's page."""

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opendtm_server.govern.access import may
from opendtm_server.govern.queries import public_operations
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix import queries as matrix
from opendtm_server.matrix.sheet import FigureSheet, indicator_label
from opendtm_server.publish import queries
from opendtm_server.publish.doors import address_of, content_of, open_page, operation_at, release_at
from opendtm_server.publish.headlines import headlines_of
from opendtm_server.publish.models import Release
from opendtm_server.ui.tables import Cell, Column, Row, Table
from opendtm_server.ui.templatetags.words import language, name_of

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@require_safe
@open_page
def front(request: HttpRequest) -> HttpResponse:
    """Show every operation that has published: headline figures, map, latest report."""
    shown = [(operation, queries.latest_release(operation)) for operation in public_operations()]
    context = {"cards": [_card(operation, release) for operation, release in shown if release]}
    return render(request, "publish/front.html", context)


@require_safe
@open_page
def operation_page(request: HttpRequest, operation: str) -> HttpResponse:
    """Show one operation that has published: its newest figures and map, and all its releases."""
    found = operation_at(operation)
    releases = list(queries.releases_of(found))
    if not releases:
        raise Http404
    context = {
        "place": found,
        "card": _card(found, releases[0]),
        "releases": releases,
        "here": found,
    }
    return render(request, "publish/operation.html", context)


@require_safe
@open_page
def release_page(request: HttpRequest, operation: str, product: str, number: int) -> HttpResponse:
    """Show a release as a web page, with every file to download."""
    release = release_at(operation, product, number)
    fragment = queries.part_of(release, language=language(), form="fragment")
    if fragment is None:
        raise Http404
    context = {
        "release": release,
        "here": release.operation,
        "newer": queries.newer_than(release),
        "files": queries.downloads(release, language=language()),
        "changes": _changes(release) if release.replaces else None,
        "report": mark_safe(content_of(fragment).decode()),  # noqa: S308 - made by opendtm.render, which escapes
        "crumbs": [*_crumbs(release)[:1], ("", _issue(release))],
    }
    return render(request, "publish/release.html", context)


@require_safe
@open_page
def figure(
    request: HttpRequest, operation: str, product: str, number: int, key: str
) -> HttpResponse:
    """Show a published figure: value, definition, method, date, coverage; to the staff, the way to its submissions."""
    release = release_at(operation, product, number)
    shown = queries.figures_shown(release)
    found = matrix.figure_by_key(release.run, key) if key in shown else None
    if found is None:
        raise Http404
    found.carried = shown[key]
    desk = may(request.user, Permission.READ_FIGURES, release.operation)
    sheet = FigureSheet(found, language())
    context = {
        "release": release,
        "here": release.operation,
        "sheet": sheet,
        "submissions": matrix.number_of_sources(found),
        "desk_href": reverse("matrix:figure", args=[operation, found.pk]) if desk else "",
        "crumbs": [*_crumbs(release), ("", sheet.label)],
    }
    return render(request, "publish/figure.html", context)


def _card(operation: "Operation", release: Release) -> dict[str, Any]:
    return {
        "operation": operation,
        "release": release,
        "href": address_of(release),
        "stats": headlines_of(release, language()),
        "files": queries.downloads(release, language=language()),
    }


def _changes(release: Release) -> Table:
    lang = language()
    rows = tuple(
        Row(
            (
                Cell(indicator_label(change["indicator"], lang)),
                Cell(change["place"] or _("Whole operation")),
                Cell(change["before"]),
                Cell(change["after"]),
            )
        )
        for change in release.changes
    )
    return Table(
        caption=_("Figures that differ"),
        columns=(
            Column("indicator", _("Indicator")),
            Column("place", _("Place")),
            Column("before", _("Before"), "number"),
            Column("after", _("Now"), "number"),
        ),
        rows=rows,
        shown=len(rows),
        known=len(rows),
        empty=_("No published figure differs."),
    )


def _crumbs(release: Release) -> list[tuple[str, str]]:
    here = release.operation
    return [
        (reverse("publish:operation", args=[here.code]), name_of(here)),
        (address_of(release), _issue(release)),
    ]


def _issue(release: Release) -> str:
    return _("Site Needs Report, issue %(number)s") % {"number": release.number}
