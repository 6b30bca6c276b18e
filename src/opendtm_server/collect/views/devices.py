"""Phones: who carries which, what it sent, giving one an address, taking it back."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.collect import actions, queries
from opendtm_server.collect.errors import CodeTaken
from opendtm_server.collect.forms import NewDevice
from opendtm_server.collect.models import Device
from opendtm_server.collect.views.pages import crumbs, one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.MANAGE_COLLECTION)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the operation's phones."""
    page = page_of(request, queries.devices_for(request.user, operation))
    table = Table(
        caption=_("Phones of this operation"),
        columns=(
            Column("code", _("Phone")),
            Column("user", _("Facilitator")),
            Column(
                "sent",
                _("Submissions"),
                "number",
                total=sum(getattr(device, "sent", 0) for device in page),
            ),
            Column("contact", _("Last heard of"), "moment"),
            Column("state", _("State"), "badge"),
        ),
        rows=tuple(_row(operation, device) for device in page),
        shown=page.paginator.count,
        known=page.paginator.count,
        page=page,
        empty=_("No phone has an address yet."),
    )
    return render(
        request,
        "collect/devices.html",
        {"table": table, "crumbs": crumbs(operation, ("", _("Phones")))},
    )


@desk_page(Permission.MANAGE_COLLECTION)
def add(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Give a phone an address, and show it this once."""
    form = NewDevice(request.POST or None, operation=operation)
    path = crumbs(operation, ("collect:devices", _("Phones")), ("", _("Add a phone")))
    if request.method == "POST" and form.is_valid():
        with explain(form, CodeTaken):
            chosen = form.cleaned_data
            made = actions.add_device(
                operation=operation, user=chosen["user"], code=chosen["code"], by=actor(request)
            )
            context = {
                "device": made.device,
                "address": _address(request, made.token),
                "crumbs": path,
            }
            response = render(request, "collect/device_once.html", context)
            response["Cache-Control"] = "private, no-store"
            return response
    return render(request, "collect/add_device.html", {"form": form, "crumbs": path})


@desk_page(Permission.MANAGE_COLLECTION)
def revoke(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Make a phone's address worthless, after asking."""
    device = one_or_404(queries.devices_for(request.user, operation), pk=key)
    if request.method == "POST":
        actions.revoke_device(device=device, by=actor(request))
        messages.success(request, _("The phone can exchange nothing any more."))
        return redirect("collect:devices", operation.code)
    path = crumbs(operation, ("collect:devices", _("Phones")), ("", device.code))
    return render(request, "collect/revoke_device.html", {"device": device, "crumbs": path})


def _address(request: HttpRequest, token: str) -> str:
    listed = reverse("openrosa:form_list", kwargs={"token": token})
    return request.build_absolute_uri(listed.removesuffix("/formList"))


def _row(operation: "Operation", device: Device) -> Row:
    revoked = device.revoked_at is not None
    return Row(
        (
            Cell(device.code),
            Cell(device.user.get_username()),
            Cell(getattr(device, "sent", 0)),
            Cell(device.last_contact_at),
            Cell(_("Revoked") if revoked else _("In use"), tone="quiet" if revoked else "good"),
        ),
        href="" if revoked else reverse("collect:revoke_device", args=[operation.code, device.pk]),
    )
