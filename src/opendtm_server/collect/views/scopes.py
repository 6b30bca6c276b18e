"""Which part of the lists a phone carries: areas, sites, and lists with personal data."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.collect import actions, queries
from opendtm_server.collect.errors import UnknownScope
from opendtm_server.collect.list_forms import PhoneScope
from opendtm_server.collect.queries.scopes import scope_of
from opendtm_server.collect.views.pages import crumbs, one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.MANAGE_COLLECTION)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show and change what a phone carries."""
    device = one_or_404(queries.devices_for(request.user, operation), pk=key)
    scope = scope_of(device)
    held = {"areas": ", ".join(sorted(scope.codes)), "lists": list(scope.personal)}
    form = PhoneScope(request.POST or None, operation=operation, initial=held)
    if request.method == "POST" and form.is_valid():
        with explain(form, UnknownScope):
            chosen = list(form.cleaned_data.get("lists") or ())
            actions.set_scope(device=device, codes=form.codes(), lists=chosen, by=actor(request))
            messages.success(request, _("The phone gets its lists anew at its next contact."))
            return redirect("collect:device", operation.code, device.pk)
    here = reverse("collect:device", args=[operation.code, device.pk])
    context = {
        "form": form,
        "heading": " · ".join((_("What it carries"), device.code)),
        "note": _("Sites, areas and other lists on the phone are cut to this part."),
        "label": _("Keep"),
        "back": here,
        "crumbs": [
            *crumbs(operation, ("collect:devices", _("Phones")), ("", ""))[:-1],
            (here, device.code),
            ("", _("What it carries")),
        ],
    }
    return render(request, "collect/list_change.html", context)
