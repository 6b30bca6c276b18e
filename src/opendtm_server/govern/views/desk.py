"""The desk: the operations a person works in, what the roles mean, and what was done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.govern import access, actions, queries, rules
from opendtm_server.govern.deeds import deed
from opendtm_server.govern.doors import actor, desk_page, signed_in
from opendtm_server.govern.forms import AuditFilters, NewOperation
from opendtm_server.govern.models import AuditEvent, Operation
from opendtm_server.govern.roles import DESCRIPTIONS, PERMISSION_WORDS, Permission, Role
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """List the operations in which the reader holds a role."""
    operations = [_card(request, operation) for operation in queries.operations_for(request.user)]
    can_open = access.keeps_the_house(request.user)
    return render(request, "govern/desk.html", {"operations": operations, "can_open": can_open})


def _card(request: HttpRequest, operation: Operation) -> dict[str, Any]:
    held = sorted(access.roles(request.user, operation))
    return {
        "operation": operation,
        "last": queries.last_deed(operation),
        "roles": [Role(role).label for role in held] or [_("Keeper of the house")],
    }


@desk_page(Permission.READ_PUBLIC)
def operation_home(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show the operation: what the reader may do in it, and what happened last."""
    allowed = access.permissions(request.user, operation)
    recent = queries.events_for(request.user, operation)[:8] if Permission.GOVERN in allowed else ()
    return render(
        request,
        "govern/operation.html",
        {
            "operation": operation,
            "roles": [DESCRIPTIONS[role] for role in sorted(access.roles(request.user, operation))],
            "recent": [(event, deed(event.action)) for event in recent],
        },
    )


@signed_in
def new_operation(request: HttpRequest) -> HttpResponse:
    """Open an operation; for the keeper of the house."""
    rules.check_open_operation(actor(request))
    form = NewOperation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operation = actions.create_operation(**form.cleaned_data, by=actor(request))
        messages.success(request, _("The operation is open. Say now who works in it."))
        return redirect("govern:people", operation.code)
    return render(request, "govern/new_operation.html", {"form": form})


@signed_in
def roles(request: HttpRequest) -> HttpResponse:
    """Show what each role may do, as a table that a head of mission can read."""
    rows = [
        (words, [permission in role.allows for role in DESCRIPTIONS.values()])
        for permission, words in PERMISSION_WORDS.items()
    ]
    return render(
        request, "govern/roles.html", {"descriptions": DESCRIPTIONS.values(), "rows": rows}
    )


@desk_page(Permission.GOVERN)
def audit_log(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show who did what, newest first, with filters in the address."""
    every = queries.events_for(request.user, operation)
    form = AuditFilters(request.GET or None, operation=operation)
    chosen = queries.chosen_events(every, **form.cleaned_data) if form.is_valid() else every
    page = page_of(request, chosen)
    table = Table(
        caption=_("What was done in this operation, newest first. Times are UTC."),
        columns=(
            Column("at", _("When"), "moment"),
            Column("action", _("Action")),
            Column("subject", _("About")),
            Column("by", _("By")),
            Column("details", _("Details"), "quiet"),
        ),
        rows=tuple(_event(event) for event in page),
        shown=page.paginator.count,
        known=every.count(),
        page=page,
        empty=_("Nothing has been done here yet."),
    )
    crumbs = [
        (reverse("govern:operation", args=[operation.code]), operation.code),
        ("", _("Audit log")),
    ]
    return render(request, "govern/audit.html", {"table": table, "form": form, "crumbs": crumbs})


def _event(event: AuditEvent) -> Row:
    details = ", ".join(
        f"{name}: {value}"
        for name, value in event.details.items()
        if value not in ("", None, [], {})
    )
    return Row(
        (
            Cell(event.at),
            Cell(deed(event.action)),
            Cell(event.subject),
            Cell(event.by),
            Cell(details),
        )
    )
