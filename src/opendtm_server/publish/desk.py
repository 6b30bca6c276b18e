"""The desk's pages of releases: what was released, what waits, and releasing after saying what will happen."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.govern.access import may
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix import queries as matrix
from opendtm_server.places.position_words import KINDS
from opendtm_server.places.positions import Audience, kind_for
from opendtm_server.publish import actions, queries
from opendtm_server.publish.doors import address_of
from opendtm_server.publish.models import Release
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.READ_FIGURES)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the releases of an operation, and the computed rounds that wait for one."""
    releases = queries.releases_for_desk(request.user, operation)
    page = page_of(request, releases)
    table = Table(
        caption=_("Releases of this operation"),
        columns=(
            Column("number", _("Issue")),
            Column("round", _("Round"), "number"),
            Column("released", _("Released"), "moment"),
            Column("by", _("By")),
            Column("replaces", _("Replaces"), "number"),
            Column("changes", _("Figures changed"), "number"),
        ),
        rows=tuple(_row(operation, release) for release in page),
        shown=page.paginator.count,
        known=page.paginator.count,
        page=page,
        empty=_("Nothing has been released yet."),
    )
    waiting = (
        queries.unreleased_rounds(operation)
        if may(request.user, Permission.PUBLISH, operation)
        else []
    )
    context = {"table": table, "waiting": waiting, "crumbs": _crumbs(operation)}
    return render(request, "publish/releases.html", context)


@desk_page(Permission.PUBLISH)
def new(request: HttpRequest, operation: "Operation", number: int) -> HttpResponse:
    """Release the report of a round, after saying what will happen."""
    run = matrix.run_of_visits_for(request.user, operation, number)
    if run is None:
        raise Http404
    released = queries.release_of(run)
    if released:
        messages.info(request, _("The newest figures of this round have been released already."))
        return redirect(address_of(released))
    if request.method == "POST":
        release = actions.release_site_needs(run, by=actor(request))
        messages.success(
            request, _("Issue %(number)s has been released.") % {"number": release.number}
        )
        return redirect("publish:release", operation.code, release.product, release.number)
    context = {
        "run": run,
        "replaced": queries.latest_of_round(run),
        "number": actions.next_number(operation.pk),
        "positions": KINDS[kind_for(operation, Audience.PUBLIC)],
        "crumbs": _crumbs(operation, _("Release")),
    }
    return render(request, "publish/new_release.html", context)


def _row(operation: "Operation", release: Release) -> Row:
    return Row(
        (
            Cell(_("Site Needs Report %(number)s") % {"number": release.number}),
            Cell(release.run.round.number),
            Cell(release.released_at),
            Cell(release.released_by),
            Cell(release.replaces.number if release.replaces else None),
            Cell(len(release.changes) if release.replaces else None),
        ),
        href=reverse("publish:release", args=[operation.code, release.product, release.number]),
    )


def _crumbs(operation: "Operation", here: str = "") -> list[tuple[str, str]]:
    crumbs = [
        (reverse("govern:operation", args=[operation.code]), operation.code),
        (reverse("publish:releases", args=[operation.code]) if here else "", _("Releases")),
    ]
    return [*crumbs, ("", here)] if here else crumbs
