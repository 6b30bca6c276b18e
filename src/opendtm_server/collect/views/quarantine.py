"""What was sent and could not be taken: why, the bytes, and what was decided about it."""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.collect import actions, queries, sealed
from opendtm_server.collect.errors import AlreadyDecided, sentence_of
from opendtm_server.collect.forms import Reason
from opendtm_server.collect.models import Quarantine
from opendtm_server.collect.views.pages import crumbs, one_or_404
from opendtm_server.collect.views.submissions import sent_bytes
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.READ_SUBMISSIONS)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List what waits for a decision, then what was decided."""
    every = queries.quarantine_for(request.user, operation).order_by("-decided_at", "-id")
    page = page_of(request, sorted(every, key=lambda held: held.decided_at is not None))
    table = Table(
        caption=_("Sent, kept, and not taken as submissions"),
        columns=(
            Column("reason", _("Reason")),
            Column("code", _("Code")),
            Column("device", _("Phone")),
            Column("received", _("Received"), "moment"),
            Column("state", _("State"), "badge"),
        ),
        rows=tuple(_row(operation, held) for held in page),
        shown=page.paginator.count,
        known=page.paginator.count,
        page=page,
        empty=_("Nothing: everything that phones sent could be taken."),
    )
    return render(
        request, "collect/quarantine.html", {"table": table, "crumbs": _crumbs(operation)}
    )


@desk_page(Permission.REVIEW)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show one quarantined body and take the decision about it."""
    held = one_or_404(queries.quarantine_for(request.user, operation), pk=key)
    form = Reason(request.POST or None)
    form.fields["reason"].label = _("What became of it")
    if request.method == "POST" and form.is_valid():
        with explain(form, AlreadyDecided):
            actions.decide_quarantine(
                held=held, decision=form.cleaned_data["reason"], by=actor(request)
            )
            messages.success(request, _("The decision is written down. The bytes stay."))
            return redirect("collect:quarantine", operation.code)
    context = {
        "held": held,
        "why": why(held),
        "form": form,
        "crumbs": _crumbs(operation, str(held.pk)),
    }
    return render(request, "collect/quarantined.html", context)


@desk_page(Permission.READ_SUBMISSIONS)
def download(request: HttpRequest, operation: "Operation", key: int) -> HttpResponseBase:
    """Give the quarantined bytes."""
    held = one_or_404(queries.quarantine_for(request.user, operation), pk=key)
    return sent_bytes(_opened(operation.code, held.sha256), f"quarantine-{held.pk}.bin")


def _opened(operation_code: str, sha256: str) -> Iterator[bytes]:
    """Open a seal; the first piece is read here, so that a broken one is told on a page and not in a download."""
    pieces = sealed.unseal(operation_code, sha256)
    try:
        first = next(pieces)
    except FileNotFoundError as lost:
        raise Http404 from lost
    return chain([first], pieces)


def why(held: Quarantine) -> str:
    """Say in the reader's language why a body is here."""
    return sentence_of(held.error_code, held.details, language(), otherwise=held.reason)


def _row(operation: "Operation", held: Quarantine) -> Row:
    decided = held.decided_at is not None
    return Row(
        (
            Cell(why(held)),
            Cell(held.error_code),
            Cell(held.device.code if held.device else "–"),
            Cell(held.received_at),
            Cell(_("Decided") if decided else _("Waits"), tone="quiet" if decided else "alert"),
        ),
        href=reverse("collect:quarantined", args=[operation.code, held.pk]),
    )


def _crumbs(operation: "Operation", here: str = "") -> list[tuple[str, str]]:
    first = ("collect:submissions", _("Submissions"))
    if not here:
        return crumbs(operation, first, ("", _("Quarantine")))
    return crumbs(operation, first, ("collect:quarantine", _("Quarantine")), ("", here))
