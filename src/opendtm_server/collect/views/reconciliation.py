"""The end of a day: what each phone counts as sent against what the house holds."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm_server.collect import queries
from opendtm_server.collect.forms import OneDay
from opendtm_server.collect.views.pages import crumbs
from opendtm_server.govern.doors import desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.MANAGE_COLLECTION)
def reconciliation(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Show every phone of a day, those that do not agree first."""
    today = timezone.localdate()
    form = OneDay(request.GET or None, initial={"day": today})
    day = (form.cleaned_data["day"] or today) if form.is_valid() else today
    sheets = queries.reconciliation(operation, day)
    listed = page_of(request, sheets)
    table = Table(
        caption=_("Phones of that day"),
        columns=(
            Column("code", _("Phone")),
            Column("user", _("Facilitator")),
            Column("said", _("Counted on the phone"), "number"),
            Column("held", _("Held here"), "number", total=sum(one.held for one in sheets)),
            Column("files", _("Files missing"), "number"),
            Column("state", _("Agreement"), "badge"),
        ),
        rows=tuple(_row(operation, sheet) for sheet in listed),
        shown=len(sheets),
        known=len(sheets),
        page=listed,
        empty=_("No phone was in use on that day."),
    )
    path = crumbs(operation, ("collect:devices", _("Phones")), ("", _("Sent and held")))
    context = {"table": table, "form": form, "day": day, "crumbs": path}
    return render(request, "collect/reconciliation.html", context)


def _row(operation: "Operation", sheet: queries.DaySheet) -> Row:
    words, tone = _agreement(sheet)
    return Row(
        (
            Cell(sheet.device.code),
            Cell(sheet.device.user.get_username()),
            Cell("–" if sheet.said is None else sheet.said),
            Cell(sheet.held),
            Cell(sheet.incomplete, tone="alert" if sheet.incomplete else ""),
            Cell(words, tone=tone),
        ),
        href=reverse("collect:device", args=[operation.code, sheet.device.pk]),
    )


def _agreement(sheet: queries.DaySheet) -> tuple[str, str]:
    if sheet.missing is None:
        return _("Not counted"), "quiet"
    if sheet.missing > 0:
        words = ngettext("%(n)d missing here", "%(n)d missing here", sheet.missing)
        return words % {"n": sheet.missing}, "alert"
    if sheet.missing < 0:
        return _("More held than counted"), ""
    return _("Agrees"), "good"
