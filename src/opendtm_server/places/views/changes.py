"""Forms that change the list of sites: a new site, a name, a position, a status."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm import records
from opendtm.records import Finding
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.places import actions, queries
from opendtm_server.places.forms import Move, NewSite, NewStatus, Rename
from opendtm_server.places.models import Site
from opendtm_server.places.problems import (
    AreaUnknown,
    NameUnchanged,
    PositionIncomplete,
    SiteCodeTaken,
    StatusAlreadySet,
)
from opendtm_server.places.twins import likely_twins
from opendtm_server.places.views.sites import crumbs, site_or_404
from opendtm_server.ui.problems import explain

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

OWN_PROBLEMS = (AreaUnknown, NameUnchanged, PositionIncomplete, SiteCodeTaken, StatusAlreadySet)


@desk_page(Permission.MANAGE_PLACES)
def create(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Enter a new site; likely twins are shown first and have to be ruled out."""
    form = NewSite(request.POST or None)
    twins: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        site = form.site()
        twins = [] if form.cleaned_data["confirmed"] else _twins(operation, site)
        if twins:
            form.ask_to_confirm()
        else:
            with explain(form, *OWN_PROBLEMS):
                since = form.cleaned_data["since"]
                actions.create_site(site=site, since=since, operation=operation, by=actor(request))
                messages.success(request, _("The site has been entered."))
                return redirect("places:site", operation.code, site.site_id)
    context = {
        "form": form,
        "findings": twins,
        "crumbs": crumbs(operation, _("New site")),
        "heading": _("New site"),
        "label": _("Enter the site"),
        "back": reverse("places:sites", args=[operation.code]),
    }
    return render(request, "places/change.html", context)


def _twins(operation: "Operation", site: records.Site) -> list[Finding]:
    return likely_twins(site.name, site.latitude, site.longitude, queries.sites(operation))


@desk_page(Permission.MANAGE_PLACES)
def rename(request: HttpRequest, operation: "Operation", code: str) -> HttpResponse:
    """Give a site another name."""
    site = site_or_404(request, operation, code)
    form = Rename(request.POST or None, initial={"name": site.name})
    words = (
        _("Rename"),
        _("The present name stays as an alias, so that old files are still understood."),
    )
    return _change(request, site, form, words, actions.rename_site)


@desk_page(Permission.MANAGE_PLACES)
def alias(request: HttpRequest, operation: "Operation", code: str) -> HttpResponse:
    """Note another name of a site."""
    site = site_or_404(request, operation, code)
    words = (
        _("Add an alias"),
        _("Another name or spelling under which people or files know the site."),
    )
    return _change(request, site, Rename(request.POST or None), words, actions.add_alias)


@desk_page(Permission.MANAGE_PLACES)
def move(request: HttpRequest, operation: "Operation", code: str) -> HttpResponse:
    """Give a site another position."""
    site = site_or_404(request, operation, code)
    form = Move(
        request.POST or None, initial={"latitude": site.latitude, "longitude": site.longitude}
    )
    words = (
        _("Move"),
        _("The area follows from the borders that hold on that day. To undo it, move it back."),
    )
    return _change(request, site, form, words, actions.move_site)


@desk_page(Permission.MANAGE_PLACES)
def status(request: HttpRequest, operation: "Operation", code: str) -> HttpResponse:
    """Give a site another status from a day on."""
    site = site_or_404(request, operation, code)
    words = (
        _("Change the status"),
        _(
            "Earlier statuses stay in the history. A closed site is no longer expected in rounds after that day."
        ),
    )
    return _change(request, site, NewStatus(request.POST or None), words, actions.set_site_status)


def _change(
    request: HttpRequest,
    site: Site,
    form: forms.Form,
    words: tuple[str, str],
    action: Callable[..., object],
) -> HttpResponse:
    operation = site.operation
    if request.method == "POST" and form.is_valid():
        with explain(form, *OWN_PROBLEMS):
            action(site=site, **form.cleaned_data, by=actor(request))
            messages.success(request, _("The change has been kept."))
            return redirect("places:site", operation.code, site.code)
    heading, note = words
    context = {
        "form": form,
        "note": note,
        "crumbs": crumbs(operation, site.name, heading),
        "heading": f"{heading} · {site.name}",
        "label": heading,
        "back": reverse("places:site", args=[operation.code, site.code]),
    }
    return render(request, "places/change.html", context)
