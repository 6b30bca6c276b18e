"""The portal: open to everybody. The latest figures and map, every release, every file, every figure's page."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from opendtm_server.collect import store
from opendtm_server.govern.access import may
from opendtm_server.govern.models import Operation
from opendtm_server.govern.queries import public_operation, public_operations
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix import queries as matrix
from opendtm_server.matrix.sheet import FigureSheet
from opendtm_server.publish import queries
from opendtm_server.publish.disclosure import may_be_shown
from opendtm_server.publish.headlines import headlines_of
from opendtm_server.publish.models import Release, ReleaseFile
from opendtm_server.publish.products import MEDIA
from opendtm_server.ui.templatetags.words import language

A_YEAR = 31_536_000


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show every operation that has published: headline figures, map, latest report."""
    shown = [(operation, queries.latest_release(operation)) for operation in public_operations()]
    context = {"cards": [_card(operation, release) for operation, release in shown if release]}
    return render(request, "publish/front.html", context)


@require_safe
def operation_page(request: HttpRequest, operation: str) -> HttpResponse:
    """Show one operation: its newest figures and map, and all its releases."""
    found = _operation(operation)
    releases = list(queries.releases_of(found))
    context = {
        "place": found,
        "card": _card(found, releases[0]) if releases else None,
        "releases": releases,
        "here": found,
    }
    return render(request, "publish/operation.html", context)


@require_safe
def release_page(request: HttpRequest, operation: str, product: str, number: int) -> HttpResponse:
    """Show a release as a web page, with every file to download."""
    release = _release(operation, product, number)
    fragment = queries.part_of(release, language=language(), form="fragment")
    if fragment is None:
        raise Http404
    context = {
        "release": release,
        "here": release.operation,
        "newer": queries.newer_than(release),
        "files": queries.downloads(release, language=language()),
        "report": mark_safe(_content(fragment).decode()),  # noqa: S308 - made by opendtm.render, which escapes
    }
    return render(request, "publish/release.html", context)


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def download(_request: HttpRequest, operation: str, product: str, number: int, name: str
) -> HttpResponseBase:
    """Give one file of a release."""
    release = _release(operation, product, number)
    file = queries.file_of(release, name)
    if file is None or file.format in {"fragment", "svg"}:
        raise Http404
    return _file(file, attached=file.format != "pdf")


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def map_picture(_request: HttpRequest, operation: str, product: str, number: int
) -> HttpResponseBase:
    """Give the map of a release as a picture in the language of the address."""
    return _part(_release(operation, product, number), "svg")


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def sites(_request: HttpRequest, operation: str, product: str, number: int) -> HttpResponseBase:
    """Give the sites of a release as GeoJSON, for the map on screen."""
    return _part(_release(operation, product, number), "geojson")


@require_safe
def figure(
    request: HttpRequest, operation: str, product: str, number: int, key: str
) -> HttpResponse:
    """Show a published figure: value, definition, method, date, coverage; to the staff, the way to its submissions."""
    release = _release(operation, product, number)
    found = matrix.figure_by_key(release.run, key)
    if found is None or not may_be_shown(found):
        raise Http404
    desk = may(request.user, Permission.READ_FIGURES, release.operation)
    sheet = FigureSheet(found, language())
    context = {
        "release": release,
        "here": release.operation,
        "sheet": sheet,
        "submissions": matrix.number_of_sources(found),
        "desk_href": reverse("matrix:figure", args=[operation, found.pk]) if desk else "",
        "crumbs": [
            (reverse("publish:operation", args=[operation]), release.operation.name),
            (_address(release), _("Site Needs Report %(number)s") % {"number": release.number}),
            ("", sheet.label),
        ],
    }
    return render(request, "publish/figure.html", context)


def _card(operation: Operation, release: Release) -> dict[str, Any]:
    return {
        "operation": operation,
        "release": release,
        "href": _address(release),
        "stats": headlines_of(release, language()),
        "files": queries.downloads(release, language=language()),
    }


def _operation(code: str) -> Operation:
    found = public_operation(code)
    if found is None:
        raise Http404
    return found


def _release(operation: str, product: str, number: int) -> Release:
    found = queries.release(_operation(operation), product, number)
    if found is None:
        raise Http404
    return found


def _address(release: Release) -> str:
    return reverse(
        "publish:release", args=[release.operation.code, release.product, release.number]
    )


def _content(file: ReleaseFile) -> bytes:
    return store.read_kept(file.release.operation.code, file.sha256)


def _part(release: Release, form: str) -> HttpResponseBase:
    file = queries.part_of(release, language=language(), form=form)
    if file is None:
        raise Http404
    return _file(file, attached=False)


def _file(file: ReleaseFile, *, attached: bool) -> FileResponse:
    opened = store.open_kept(file.release.operation.code, file.sha256)
    return FileResponse(
        opened, as_attachment=attached, filename=file.name, content_type=MEDIA[file.format]
    )
