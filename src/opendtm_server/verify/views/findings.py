"""The list of findings: chosen by filters in the address, accepted together for one reason."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm.errors import OpenDTMError
from opendtm_server.collect.views.pages import crumbs
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import (
    COUNTED,
    BulkAction,
    Cell,
    Column,
    Row,
    Table,
    counted,
    graded_turn,
)
from opendtm_server.verify import actions, queries, rules
from opendtm_server.verify.answer_rows import doubt_of
from opendtm_server.verify.forms import FindingFilters, Reason
from opendtm_server.verify.models import Finding

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

TONES = {"hard": "alert", "soft": "", "note": "quiet"}


@desk_page(Permission.READ_SUBMISSIONS)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the findings, the open ones unless the address says otherwise; a page costs the same however many there are."""
    every = queries.findings_for(request.user, operation)
    form = FindingFilters(request.GET or {"state": "open"}, operation=operation)
    wishes = form.cleaned_data if form.is_valid() else {}
    choice = queries.Choice(
        severity=wishes.get("severity", ""),
        check=wishes.get("check", ""),
        site=wishes.get("site", ""),
        state=wishes.get("state", ""),
        round=wishes.get("round"),
        search=wishes.get("q", ""),
    )
    chosen = queries.chosen_findings(every, operation, choice)
    page, turns = graded_turn(request, chosen, every, ("severity", queries.SEVERITIES))
    can_review = rules.can_review(request.user, operation)
    accept = BulkAction(
        reverse("verify:accept_many", args=[operation.code]), _("Accept with a reason")
    )
    table = Table(
        caption=_("What looks wrong, the weightiest first"),
        columns=(
            Column("message", _("Finding")),
            Column("site", _("Site")),
            Column("round", _("Round"), "number"),
            Column("severity", _("Severity"), "badge"),
            Column("state", _("State"), "badge"),
        ),
        rows=tuple(_row(operation, finding) for finding in page),
        shown=counted(chosen),
        known=counted(every),
        counted_to=COUNTED,
        turns=turns,
        empty=_("Nothing looks wrong."),
        bulk=(accept,) if can_review else (),
    )
    context = {
        "table": table,
        "form": form,
        "waiting": queries.waiting(operation).count(),
        "last_checked": queries.last_checked(operation),
        "can_review": can_review,
        "crumbs": crumbs(operation, ("", _("Findings"))),
    }
    return render(request, "verify/findings.html", context)


@desk_page(Permission.REVIEW)
def accept_many(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Ask for a reason, then accept the chosen findings."""
    numbers = [int(number) for number in request.POST.getlist("chosen") if number.isdecimal()]
    chosen = queries.findings_for(request.user, operation).filter(
        pk__in=numbers, state=Finding.State.OPEN
    )
    if request.method != "POST" or not chosen:
        messages.info(request, _("No open finding was chosen."))
        return redirect("verify:findings", operation.code)
    form = Reason(request.POST if "reason" in request.POST else None)
    if form.is_valid():
        with explain(form, OpenDTMError):
            count = actions.decide_findings(
                findings=chosen, reason=form.cleaned_data["reason"], by=actor(request)
            )
            words = ngettext(
                "%(count)d finding is accepted.", "%(count)d findings are accepted.", count
            )
            messages.success(request, words % {"count": count})
            return redirect("verify:findings", operation.code)
    context = {
        "form": form,
        "doubts": [doubt_of(one) for one in chosen],
        "crumbs": crumbs(
            operation, ("verify:findings", _("Findings")), ("", _("Accept with a reason"))
        ),
    }
    return render(request, "verify/accept_many.html", context)


@desk_page(Permission.REVIEW)
def check(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Run the checks over what came since the last time."""
    if request.method == "POST":
        count = actions.check_waiting(operation=operation, by=actor(request))
        words = ngettext(
            "%(count)d submission was checked.", "%(count)d submissions were checked.", count
        )
        messages.success(request, words % {"count": count})
    return redirect("verify:findings", operation.code)


def _row(operation: "Operation", finding: Finding) -> Row:
    submission = finding.submission
    return Row(
        (
            Cell(doubt_of(finding).words),
            Cell(submission.site.name if submission.site else submission.site_code or "–"),
            Cell(submission.round.number if submission.round else None),
            Cell(severities()[finding.severity], tone=TONES[finding.severity]),
            Cell(
                states()[finding.state], tone="" if finding.state == Finding.State.OPEN else "quiet"
            ),
        ),
        href=reverse("verify:submission", args=[operation.code, submission.pk]),
        key=str(finding.pk),
    )


def severities() -> dict[str, str]:
    """Give the words for severities."""
    return {"hard": _("Must be decided"), "soft": _("Worth a look"), "note": _("Note")}


def states() -> dict[str, str]:
    """Give the words for states."""
    return {
        "open": _("Open"),
        "corrected": _("Corrected"),
        "accepted": _("Accepted"),
        "cleared": _("No longer found"),
    }
