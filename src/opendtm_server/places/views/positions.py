"""How positions are shown outside the office: the operation's rule, and the mark of a sensitive site."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from opendtm.report.positions import PositionKind
from opendtm.report.sentences import kilometres
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.places import actions
from opendtm_server.places.forms import PositionsShown
from opendtm_server.places.positions import MOVE, key_is_another, position_rule
from opendtm_server.places.problems import PartnersSeeLess
from opendtm_server.places.views.sites import crumbs, site_or_404
from opendtm_server.ui.problems import explain

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.GOVERN)
def decide(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Show and change how positions are shown to the public and to partners."""
    now = position_rule(operation)
    told = {"public": now.public, "partners": now.partners, "small_below": now.small_below}
    form = PositionsShown(request.POST or None, initial=told)
    if request.method == "POST" and form.is_valid():
        with explain(form, PartnersSeeLess):
            actions.set_position_rule(
                operation=operation,
                public=PositionKind(form.cleaned_data["public"]),
                partners=PositionKind(form.cleaned_data["partners"]),
                small_below=form.cleaned_data["small_below"],
                by=actor(request),
            )
            messages.success(request, _("The rule holds from the next release on."))
            return redirect("places:sites", operation.code)
    context = {
        "form": form,
        "note": _note(),
        "operation": operation,
        "lost": key_is_another(operation),
        "crumbs": crumbs(operation, _("Positions shown")),
        "heading": _("How positions are shown"),
        "label": _("Keep this rule"),
        "back": reverse("places:sites", args=[operation.code]),
    }
    return render(request, "places/positions.html", context)


@desk_page(Permission.GOVERN)
@require_POST
def accept_key(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Take the key that the house has now, after the one before was lost."""
    actions.accept_new_key(operation=operation, by=actor(request))
    messages.success(request, _("Positions are displaced by the new key from the next release on."))
    return redirect("places:positions", operation.code)


def _note() -> str:
    return _(
        "The office and phones always have the true positions. Displaced: moved by up to %(km)s km inside the "
        "area, always in the same way. Area only: no coordinates. Sites marked as sensitive are shown by their "
        "area alone, whatever is chosen here. What a release has shown cannot be taken back."
    ) % {"km": kilometres(MOVE.most)}


@desk_page(Permission.MANAGE_PLACES)
@require_POST
def sensitive(request: HttpRequest, operation: "Operation", code: str) -> HttpResponse:
    """Mark a site as sensitive, or take the mark away."""
    site = site_or_404(request, operation, code)
    change = actions.unmark_sensitive if site.sensitive else actions.mark_sensitive
    change(site=site, by=actor(request))
    messages.success(request, _("The change has been kept."))
    return redirect("places:site", operation.code, site.code)
