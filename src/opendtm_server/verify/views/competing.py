"""Choosing among competing edits, and taking the choice back, after asking."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm.errors import OpenDTMError
from opendtm_server.collect import actions as collecting
from opendtm_server.collect import queries as collect
from opendtm_server.collect.views.pages import crumbs, one_or_404, submission_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.verify import actions
from opendtm_server.verify.forms import Reason

if TYPE_CHECKING:
    from opendtm_server.collect.models import Submission
    from opendtm_server.govern.models import Operation


@desk_page(Permission.REVIEW)
def choose(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Say that a submission is the one of competing edits that counts."""
    submission = submission_or_404(request, operation, key)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form, OpenDTMError), transaction.atomic():
            collecting.choose_edit(
                submission=submission, reason=form.cleaned_data["reason"], by=actor(request)
            )
            _check(submission, request)
            messages.success(request, _("The choice is written down; this edit counts."))
            return redirect("verify:submission", operation.code, submission.pk)
    context = {
        "form": form,
        "submission": submission,
        "crumbs": _crumbs(operation, submission, _("Choose an edit")),
    }
    return render(request, "verify/choose_edit.html", context)


@desk_page(Permission.REVIEW)
def undo(request: HttpRequest, operation: "Operation", key: int, choice: int) -> HttpResponse:
    """Take a choice back, after asking."""
    submission = submission_or_404(request, operation, key)
    found = one_or_404(submission.choices, pk=choice)
    if request.method == "POST":
        with transaction.atomic():
            collecting.undo_choice(choice=found, by=actor(request))
            _check(submission, request)
        messages.success(request, _("The choice is undone; what held before holds again."))
        return redirect("verify:submission", operation.code, submission.pk)
    context = {
        "choice": found,
        "submission": submission,
        "crumbs": _crumbs(operation, submission, _("Undo a choice")),
    }
    return render(request, "verify/undo_choice.html", context)


def _check(submission: "Submission", request: HttpRequest) -> None:
    """Check all that compete anew, so that what was found before the choice is closed at once."""
    fresh = collect.submission_for(request.user, submission.operation, submission.pk)
    competition = collect.competition_of(fresh)
    for one in competition.candidates if competition else ():
        actions.check_submission(submission=one, by=actor(request))


def _crumbs(operation: "Operation", submission: "Submission", here: str) -> list[tuple[str, str]]:
    path = crumbs(operation, ("collect:submissions", _("Submissions")), ("", ""))
    address = reverse("verify:submission", args=[operation.code, submission.pk])
    return [*path[:-1], (address, submission.instance_id), ("", here)]
