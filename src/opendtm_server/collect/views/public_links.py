"""Public links on the desk: which there are and how far, opening one with its QR code, taking one back."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from opendtm_server.collect import actions, queries
from opendtm_server.collect.errors import LinkCodeTaken
from opendtm_server.collect.forms import NewPublicLink
from opendtm_server.collect.models import PublicLink
from opendtm_server.collect.views.pages import crumbs, one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.MANAGE_COLLECTION)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the operation's public links."""
    page_ = page_of(request, queries.public_links_for(request.user, operation))
    table = Table(
        caption=_("Public links of this operation"),
        columns=(
            Column("code", _("Link")),
            Column("form", _("Form")),
            Column("used", _("Forms taken"), "number"),
            Column("quota", _("At most"), "number"),
            Column("closes", _("Closes"), "moment"),
            Column("state", _("State"), "badge"),
        ),
        rows=tuple(_row(operation, link) for link in page_),
        shown=page_.paginator.count,
        known=page_.paginator.count,
        page=page_,
        empty=_("No form is open to the public."),
    )
    context = {"table": table, "crumbs": crumbs(operation, ("", _("Public links")))}
    return render(request, "collect/public_links.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def add(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Open a form to the public."""
    form = NewPublicLink(request.POST or None, operation=operation)
    if request.method == "POST" and form.is_valid():
        with explain(form, LinkCodeTaken):
            chosen = form.cleaned_data
            terms = actions.Terms(
                opens_at=_midnight(chosen["opens_on"]),
                closes_at=_midnight(chosen["closes_on"] + timedelta(days=1)),
                quota=chosen["quota"],
            )
            link = actions.open_public_link(
                form=chosen["form"], code=chosen["code"], terms=terms, by=actor(request)
            )
            return redirect("collect:public_link", operation.code, link.pk)
    path = crumbs(
        operation, ("collect:public_links", _("Public links")), ("", _("Open a public link"))
    )
    return render(request, "collect/add_public_link.html", {"form": form, "crumbs": path})


@desk_page(Permission.MANAGE_COLLECTION)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show a link's address, its QR code and how far it is used."""
    link = one_or_404(queries.public_links_for(request.user, operation), pk=key)
    base = settings.PUBLIC_ADDRESS or request.build_absolute_uri("/").rstrip("/")
    address = base + reverse("openrosa:self_report", kwargs={"secret": link.secret})
    drawn = segno.make(address, micro=False, error="m").svg_inline(
        omitsize=True, border=4, svgclass=None, lineclass=None
    )
    context = {
        "link": link,
        "address": address,
        "drawing": mark_safe(str(drawn)),  # noqa: S308 - drawn by segno from our own address
        "state": _state(link),
        "crumbs": crumbs(operation, ("collect:public_links", _("Public links")), ("", link.code)),
    }
    return render(request, "collect/public_link.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def close(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Take a link back, after asking."""
    link = one_or_404(queries.public_links_for(request.user, operation), pk=key)
    if request.method == "POST":
        actions.close_public_link(link=link, by=actor(request))
        messages.success(request, _("The link takes nothing any more."))
        return redirect("collect:public_links", operation.code)
    path = crumbs(operation, ("collect:public_links", _("Public links")), ("", link.code))
    return render(request, "collect/close_public_link.html", {"link": link, "crumbs": path})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _state(link: PublicLink) -> tuple[str, str]:
    """Say in a word how a link stands, with the tone of its badge."""
    now = timezone.now()
    if link.revoked_at:
        return _("Taken back"), "quiet"
    if now >= link.closes_at:
        return _("Closed"), "quiet"
    if link.used >= link.quota:
        return _("Full"), "alert"
    return (_("Open"), "good") if now >= link.opens_at else (_("Not yet open"), "quiet")


def _row(operation: "Operation", link: PublicLink) -> Row:
    words, tone = _state(link)
    return Row(
        (
            Cell(link.code),
            Cell(link.form.title),
            Cell(link.used),
            Cell(link.quota),
            Cell(link.closes_at),
            Cell(words, tone=tone),
        ),
        href=reverse("collect:public_link", args=[operation.code, link.pk]),
    )
