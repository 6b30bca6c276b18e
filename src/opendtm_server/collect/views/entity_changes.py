"""What submissions asked of entities: the list of it, and the decision about one that could not be applied."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.collect import actions, queries
from opendtm_server.collect.entity_writing import state_of
from opendtm_server.collect.errors import NotToDecide, ReasonMissing
from opendtm_server.collect.list_forms import ChangeFilters, LeaveReason
from opendtm_server.collect.models import EntityChange
from opendtm_server.collect.views.entity_words import (
    TONES,
    list_crumbs,
    state_words,
    why_words,
)
from opendtm_server.collect.views.pages import one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.READ_SUBMISSIONS)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the changes; those to decide unless the address says otherwise."""
    every = queries.changes_for(request.user, operation)
    form = ChangeFilters(request.GET or {"state": "open"})
    state = (form.cleaned_data["state"] if form.is_valid() else "") or "open"
    chosen = every
    if state != "all":
        chosen = every.filter(state__in=queries.OPEN_STATES if state == "open" else [state])
    page = page_of(request, chosen)
    table = Table(
        caption=_("Changes that phones sent"),
        columns=(
            Column("label", _("Entity")),
            Column("list", _("List")),
            Column("phone", _("Phone")),
            Column("received", _("Received"), "moment"),
            Column("why", _("Why")),
            Column("state", _("State"), "badge"),
        ),
        rows=tuple(_row(operation, change) for change in page),
        shown=page.paginator.count,
        known=every.count(),
        page=page,
        empty=_("No form has changed an entity yet."),
    )
    context = {
        "table": table,
        "form": form,
        "crumbs": list_crumbs(operation, ("", _("Changes"))),
    }
    return render(request, "collect/entity_changes.html", context)


@desk_page(Permission.REVIEW)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show one change beside what the list has, and take the decision."""
    change = one_or_404(queries.changes_for(request.user, operation), pk=key)
    form = LeaveReason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form, NotToDecide, ReasonMissing):
            _decide(request, change, form.cleaned_data["reason"])
            messages.success(request, _("The decision is taken. What waited for it goes on."))
            return redirect("collect:entity_changes", operation.code)
    entity = queries.entity_of(change)
    context = {
        "change": change,
        "entity": entity,
        "why": why_words(change),
        "state": (state_words(change.state), TONES[change.state]),
        "sides": _sides(change, state_of(entity) if entity else {}),
        "is_open": change.state in queries.OPEN_STATES,
        "form": form,
        "facts": _facts(change),
        "crumbs": list_crumbs(
            operation,
            (reverse("collect:entity_changes", args=[operation.code]), _("Changes")),
            ("", change.label or change.key),
        ),
    }
    return render(request, "collect/entity_change.html", context)


def _decide(request: HttpRequest, change: EntityChange, reason: str) -> None:
    if "take" in request.POST:
        actions.take_change(change=change, by=actor(request))
    else:
        actions.leave_change(change=change, reason=reason, by=actor(request))


def _facts(change: EntityChange) -> list[tuple[str, Any]]:
    device = change.submission.device
    facts = [
        (_("List"), change.dataset),
        (_("Id"), change.key or "–"),
        (_("Submission"), change.submission.instance_id),
        (_("Phone"), device.code if device else "–"),
        (_("Received"), change.submission.received_at),
        (_("Builds on version"), "–" if change.base_version is None else change.base_version),
    ]
    if change.decided_at:
        facts.append((_("Decided by"), change.decided_by))
    return facts


def _sides(change: EntityChange, held: dict[str, str]) -> list[tuple[str, str, str, bool]]:
    """Lay what the list has beside what the phone says: property, list, phone, whether they clash."""
    says = {"label": change.label, **change.values}
    return [
        (name, held.get(name) or "–", value or "–", name in change.clashing)
        for name, value in says.items()
    ]


def _row(operation: "Operation", change: EntityChange) -> Row:
    device = change.submission.device
    return Row(
        (
            Cell(change.label or change.key or "–"),
            Cell(change.dataset),
            Cell(device.code if device else "–"),
            Cell(change.submission.received_at),
            Cell(why_words(change) or "–"),
            Cell(state_words(change.state), tone=TONES[change.state]),
        ),
        href=reverse("collect:entity_change", args=[operation.code, change.pk]),
    )
