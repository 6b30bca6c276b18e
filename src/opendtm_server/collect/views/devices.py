"""Phones: who carries which, what it tells and sent, giving one an address, taking it back."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.collect import actions, queries
from opendtm_server.collect.forms import PhoneFilters
from opendtm_server.collect.models import Device
from opendtm_server.collect.views.pages import crumbs, one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opendtm_server.govern.models import Operation


@desk_page(Permission.MANAGE_COLLECTION)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the operation's phones, with filters in the address."""
    every = queries.devices_for(request.user, operation)
    form = PhoneFilters(request.GET or None)
    chosen = _matching(every, form.cleaned_data) if form.is_valid() else every
    page = page_of(request, chosen)
    sent = queries.sent_by(page)
    table = Table(
        caption=_("Phones of this operation"),
        columns=(
            Column("code", _("Phone")),
            Column("user", _("Facilitator")),
            Column("sent", _("Submissions"), "number", total=sum(sent.values())),
            Column("pending", _("Not sent yet"), "number"),
            Column("application", _("Application")),
            Column("contact", _("Last heard of"), "moment"),
            Column("state", _("State"), "badge"),
        ),
        rows=tuple(_row(operation, device, sent[device.pk]) for device in page),
        shown=page.paginator.count,
        known=every.count(),
        page=page,
        empty=_("No phone has an address yet."),
    )
    context = {"table": table, "form": form, "crumbs": crumbs(operation, ("", _("Phones")))}
    return render(request, "collect/devices.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show what is known of one phone."""
    device = one_or_404(queries.devices_for(request.user, operation), pk=key)
    context = {
        "device": device,
        "facts": _facts(device),
        "forms": queries.forms_held(device),
        "days": queries.days_of(device),
        "crumbs": crumbs(operation, ("collect:devices", _("Phones")), ("", device.code)),
    }
    return render(request, "collect/device.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def revoke(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Make a phone's address worthless, after asking."""
    device = one_or_404(queries.devices_for(request.user, operation), pk=key)
    if request.method == "POST":
        actions.revoke_device(device=device, by=actor(request))
        messages.success(request, _("The phone can exchange nothing any more."))
        return redirect("collect:devices", operation.code)
    path = crumbs(operation, ("collect:devices", _("Phones")), ("", device.code))
    context = {"device": device, "sent": queries.sent_by([device])[device.pk], "crumbs": path}
    return render(request, "collect/revoke_device.html", context)


def _matching(every: "QuerySet[Any]", wishes: dict[str, Any]) -> "QuerySet[Any]":
    return queries.matching_devices(every, words=wishes["q"], state=wishes["state"])


def _facts(device: Device) -> list[tuple[str, Any]]:
    return [
        (_("Facilitator"), device.user.get_username()),
        (_("State"), _state(device)[0]),
        (_("Last heard of"), device.last_contact_at),
        (_("Application"), device.application or _("It has not said yet.")),
        (
            _("Not sent yet"),
            _("The phone does not tell.") if device.pending is None else device.pending,
        ),
        (_("Digest, for old applications"), _digest(device)),
        (_("Added"), device.created_at),
    ]


def _digest(device: Device) -> str:
    return _("After the next new address") if device.digest_sealed is None else _("Ready")


def _state(device: Device) -> tuple[str, str]:
    return (_("Revoked"), "quiet") if device.revoked_at else (_("In use"), "good")


def _row(operation: "Operation", device: Device, sent: int) -> Row:
    words, tone = _state(device)
    return Row(
        (
            Cell(device.code),
            Cell(device.user.get_username()),
            Cell(sent),
            Cell("–" if device.pending is None else device.pending),
            Cell(device.application or "–"),
            Cell(device.last_contact_at),
            Cell(words, tone=tone),
        ),
        href=reverse("collect:device", args=[operation.code, device.pk]),
    )
