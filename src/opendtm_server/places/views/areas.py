"""Administrative areas: the list and drawing of a day, and the import of a boundary file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm.errors import InputProblem
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.places import actions, queries, rules
from opendtm_server.places.drawing import draw
from opendtm_server.places.forms import BoundaryFile
from opendtm_server.places.models import Area
from opendtm_server.places.problems import AreasRefused
from opendtm_server.places.views.sites import crumbs
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import name_of

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.READ_FIGURES)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the areas that hold today, and draw one level of them."""
    areas = list(queries.areas_for(request.user, operation, timezone.localdate()))
    levels = sorted({area.level for area in areas})
    level = _level(request, levels)
    chosen = [area for area in areas if area.level == level]
    context = {
        "operation": operation,
        "table": _table(request, chosen, len(areas)),
        "levels": levels,
        "level": level,
        "drawing": draw(chosen),
        "sets": queries.boundary_sets(request.user, operation),
        "can_change": rules.can_change_places(actor(request), operation),
        "crumbs": crumbs(operation, _("Areas")),
    }
    return render(request, "places/areas.html", context)


def _level(request: HttpRequest, levels: list[int]) -> int:
    asked = request.GET.get("level", "")
    usual = 1 if 1 in levels else min(levels, default=0)
    return int(asked) if asked.isdecimal() and int(asked) in levels else usual


def _table(request: HttpRequest, areas: list[Area], known: int) -> Table:
    page = page_of(request, areas)
    return Table(
        caption=_("Areas of this level that hold today"),
        columns=(
            Column("name", _("Area")),
            Column("code", _("P-code")),
            Column("parent", _("Lies in")),
            Column("valid_from", _("Holds from"), "day"),
        ),
        rows=tuple(
            Row(
                (
                    Cell(name_of(area)),
                    Cell(area.code),
                    Cell(area.parent_code),
                    Cell(area.valid_from),
                )
            )
            for area in page
        ),
        shown=len(areas),
        known=known,
        page=page,
        empty=_("No areas have been imported yet."),
    )


@desk_page(Permission.MANAGE_PLACES)
def bring_in(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Import a boundary file: all of it or nothing, with every doubt shown."""
    form = BoundaryFile(request.POST or None, request.FILES or None)
    findings: Any = ()
    if request.method == "POST" and form.is_valid():
        try:
            return _imported(request, operation, form)
        except AreasRefused as refused:
            findings = refused.findings
            with explain(form, AreasRefused):
                raise
        except InputProblem as problem:
            with explain(form, type(problem)):
                raise
    context = {
        "form": form,
        "findings": findings,
        "crumbs": crumbs(operation, _("Import areas")),
        "heading": _("Import areas"),
        "label": _("Import"),
        "back": reverse("places:areas", args=[operation.code]),
    }
    return render(request, "places/change.html", context)


def _imported(request: HttpRequest, operation: "Operation", form: BoundaryFile) -> HttpResponse:
    chosen = form.cleaned_data
    with _on_disk(chosen["file"]) as path:
        done = actions.import_areas(
            path=path,
            source=chosen["source"],
            valid_from=chosen["valid_from"],
            operation=operation,
            by=actor(request),
        )
    if not done.new:
        messages.info(request, _("This very file was imported before; nothing was changed."))
        return redirect("places:areas", operation.code)
    words = ngettext("%(n)d area has been imported.", "%(n)d areas have been imported.", done.areas)
    messages.success(request, words % {"n": done.areas})
    if not done.findings:
        return redirect("places:areas", operation.code)
    context = {
        "operation": operation,
        "findings": done.findings,
        "crumbs": crumbs(operation, _("Import areas")),
    }
    return render(request, "places/imported.html", context)


@contextmanager
def _on_disk(file: "UploadedFile[Any]") -> Iterator[Path]:
    with TemporaryDirectory(prefix="opendtm-") as folder:
        path = Path(folder) / f"areas{Path(str(file.name)).suffix.lower()}"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        yield path


@desk_page(Permission.READ_FIGURES)
def geojson(request: HttpRequest, operation: "Operation") -> JsonResponse:
    """Give the areas of one level that hold today as GeoJSON, for the map."""
    areas = list(queries.areas_for(request.user, operation, timezone.localdate()))
    level = _level(request, sorted({area.level for area in areas}))
    features = [
        {
            "type": "Feature",
            "geometry": area.geometry,
            "properties": {"code": area.code, "name": area.name, "words": name_of(area)},
        }
        for area in areas
        if area.level == level
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
