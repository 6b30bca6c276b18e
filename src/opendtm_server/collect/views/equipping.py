"""Handing phones out: one address, a new address for a phone, or a sheet of QR codes for a training day.

An address is a secret that is kept nowhere: it is shown once, on a page that no cache may keep.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opendtm_server.collect import actions, queries
from opendtm_server.collect.errors import CodeTaken
from opendtm_server.collect.forms import NewDevice, TrainingDay
from opendtm_server.collect.phone_setup import PhoneSetup
from opendtm_server.collect.views.pages import Crumbs, crumbs, one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.problems import NameTaken
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.templatetags.words import short_language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


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
            return _once(request, [made], path)
    return render(request, "collect/add_device.html", {"form": form, "crumbs": path})


@desk_page(Permission.MANAGE_COLLECTION)
def renew(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Give a phone a new address, after asking, and show it this once."""
    device = one_or_404(queries.devices_for(request.user, operation), pk=key)
    path = crumbs(operation, ("collect:devices", _("Phones")), ("", device.code))
    if request.method == "POST":
        return _once(request, [actions.renew_device(device=device, by=actor(request))], path)
    return render(request, "collect/renew_device.html", {"device": device, "crumbs": path})


@desk_page(Permission.MANAGE_COLLECTION)
def training_day(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Equip the facilitators of a training day, and show their QR codes on one sheet."""
    form = TrainingDay(request.POST or None, initial={"lang": short_language(get_language())})
    path = crumbs(operation, ("collect:devices", _("Phones")), ("", _("Training day")))
    if request.method == "POST" and form.is_valid():
        with explain(form, CodeTaken, NameTaken):
            made = actions.equip_many(
                operation=operation, names=form.cleaned_data["names"], by=actor(request)
            )
            return _once(request, made, path, lang=form.cleaned_data["lang"])
    return render(request, "collect/training_day.html", {"form": form, "crumbs": path})


def _once(
    request: HttpRequest, made: Iterable[actions.NewDevice], path: Crumbs, *, lang: str = ""
) -> HttpResponse:
    base = settings.PUBLIC_ADDRESS or request.build_absolute_uri("/").rstrip("/")
    phones = []
    for one in made:
        setup = PhoneSetup.of(one.token, one.device.operation, base_url=base, lang=lang)
        drawing = mark_safe(setup.svg())  # noqa: S308 - drawn by segno from base64
        phones.append((one.device.code, setup, drawing))
    response = render(request, "collect/qr_sheet.html", {"phones": phones, "crumbs": path})
    response["Cache-Control"] = "private, no-store"
    return response
