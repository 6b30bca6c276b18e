"""Sites met or found changed in the field: the list, and the decision about one beside what is known."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from opendtm.errors import InputProblem
from opendtm_server.collect import actions, queries
from opendtm_server.collect.list_forms import AsKnown, AsNew, ProposalFilters, Refusal
from opendtm_server.collect.models import SiteProposal
from opendtm_server.collect.views.pages import crumbs, one_or_404
from opendtm_server.collect.views.site_changes import (
    change_cells,
    change_context,
    change_forms,
    distance,
    position_text,
    title_of,
)
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.places.drawing import mark_points
from opendtm_server.places.likeness import Names
from opendtm_server.places.listed import next_code
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import code as label

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

TONES = {
    "waiting": "alert",
    "new": "good",
    "same": "quiet",
    "changed": "good",
    "refused": "quiet",
}


@desk_page(Permission.READ_SUBMISSIONS)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the proposed sites; those to decide unless the address says otherwise."""
    every = queries.proposals_for(request.user, operation)
    form = ProposalFilters(request.GET or {"state": "waiting"})
    page = page_of(request, _matching(every, form.cleaned_data if form.is_valid() else {}))
    names = Names(operation)
    table = Table(
        caption=_("Sites that were met in the field"),
        columns=(
            Column("name", _("Name")),
            Column("kind", _("Told")),
            Column("like", _("Most like, or changes")),
            Column("km", _("Distance"), "text"),
            Column("phone", _("Phone")),
            Column("received", _("Received"), "moment"),
            Column("state", _("State"), "badge"),
        ),
        rows=tuple(_row(names, proposal) for proposal in page),
        shown=page.paginator.count,
        known=every.count(),
        page=page,
        empty=_("No form has reported a site that is not on the list, or a change to one that is."),
    )
    context = {
        "table": table,
        "form": form,
        "crumbs": crumbs(operation, ("", _("Proposed sites"))),
    }
    return render(request, "collect/proposals.html", context)


def _matching(every: QuerySet[SiteProposal], wishes: dict[str, Any]) -> QuerySet[SiteProposal]:
    state = wishes.get("state") or "waiting"
    if state != "all":
        every = every.filter(state=state)
    if wishes.get("q"):
        called = Q(name__icontains=wishes["q"]) | Q(about__name__icontains=wishes["q"])
        every = every.filter(called)
    return every


def _row(names: Names, proposal: SiteProposal) -> Row:
    device = proposal.submission.device
    return Row(
        (
            Cell(title_of(proposal)),
            Cell(_("A known site has changed") if proposal.about else _("A new site")),
            *(change_cells(proposal) if proposal.about else _likely_cells(names, proposal)),
            Cell(device.code if device else "–"),
            Cell(proposal.made_at),
            Cell(_state(proposal.state), tone=TONES[proposal.state]),
        ),
        href=reverse("collect:proposal", args=[proposal.operation.code, proposal.pk]),
    )


def _likely_cells(names: Names, proposal: SiteProposal) -> tuple[Cell, Cell]:
    likely = queries.likely_sites(proposal, names)[:1] if proposal.state == "waiting" else []
    decided = proposal.site.name if proposal.site else "–"
    return (
        Cell(likely[0].site.name if likely else decided),
        Cell(distance(likely[0].km) if likely else "–"),
    )


@desk_page(Permission.REVIEW)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show one proposed site, or the change to a known one, and take the decision, or undo it."""
    proposal = one_or_404(queries.proposals_for(request.user, operation), pk=key)
    changed = proposal.about is not None
    forms = change_forms(request, proposal) if changed else _forms(request, operation, proposal)
    if request.method == "POST" and _decide(request, proposal, forms):
        messages.success(request, _("The decision is taken. It can be undone on this page."))
        return redirect("collect:proposal", operation.code, proposal.pk)
    context = {
        "proposal": proposal,
        "forms": forms,
        "title": title_of(proposal),
        "facts": _facts(proposal),
        "state": (_state(proposal.state), TONES[proposal.state]),
        "crumbs": crumbs(
            operation, ("collect:proposals", _("Proposed sites")), ("", title_of(proposal))
        ),
    }
    if changed:
        return render(request, "collect/site_change.html", context | change_context(proposal))
    return render(request, "collect/proposal.html", context | _beside(proposal))


def _beside(proposal: SiteProposal) -> dict[str, Any]:
    """Give the known sites that a proposed one may be."""
    likely = queries.likely_sites(proposal)
    return {
        "likely": [
            (one.site, round(one.score * 100), distance(one.km), one.reasons) for one in likely
        ],
        "drawing": mark_points(
            (proposal.key, proposal.name, proposal.latitude, proposal.longitude),
            [one.site for one in likely],
        ),
    }


def _forms(request: HttpRequest, operation: "Operation", proposal: SiteProposal) -> dict[str, Form]:
    deed = request.POST.get("deed", "")
    start = {
        "code": next_code(operation),
        "name": proposal.name,
        "since": timezone.localdate(proposal.submission.received_at),
    }
    return {
        "new": AsNew(request.POST if deed == "new" else None, initial=start, prefix="new"),
        "same": AsKnown(request.POST if deed == "same" else None, prefix="same"),
        "refuse": Refusal(request.POST if deed == "refuse" else None, prefix="refuse"),
        "undo": Form(request.POST if deed == "undo" else None, prefix="undo"),
    }


def _decide(request: HttpRequest, proposal: SiteProposal, forms: dict[str, Form]) -> bool:
    deeds: dict[str, Callable[..., object]] = {
        "new": actions.accept_as_new,
        "same": actions.accept_as_same,
        "change": actions.accept_change,
        "refuse": actions.refuse_proposal,
        "undo": actions.undo_decision,
    }
    deed = request.POST.get("deed", "")
    form = forms.get(deed)
    if form is None or not form.is_valid():
        return False
    with explain(form, InputProblem):
        deeds[deed](proposal=proposal, by=actor(request), **form.cleaned_data)
    return form.is_valid()


def _facts(proposal: SiteProposal) -> list[tuple[str, Any]]:
    device, kind = proposal.submission.device, proposal.site_type
    facts: list[tuple[str, Any]] = [
        (_("Submission"), proposal.submission.instance_id),
        (_("Phone"), device.code if device else "–"),
        (_("Received"), proposal.made_at),
    ]
    if proposal.about is None:
        sent = [
            (_("Type"), label(kind, "site_type") if kind else "–"),
            (_("Position"), position_text(proposal.latitude, proposal.longitude)),
            (_("P-code as sent"), proposal.area_code or "–"),
        ]
        facts = [*sent, *facts]
    site = proposal.about or proposal.site
    if site:
        facts.append((_("Site"), f"{site.name} ({site.code})"))
    if proposal.reason:
        facts.append((_("Reason"), proposal.reason))
    if proposal.decided_at:
        facts.append((_("Decided by"), proposal.decided_by))
    return facts


def _state(state: str) -> str:
    return {
        "waiting": _("To decide"),
        "new": _("Entered as new"),
        "same": _("Known already"),
        "changed": _("Changed as told"),
        "refused": _("Refused"),
    }[state]
