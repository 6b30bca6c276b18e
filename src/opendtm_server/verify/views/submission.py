"""One submission: what was asked and answered, what looks wrong, what was decided, and deciding it."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm.errors import OpenDTMError
from opendtm.vocab import concepts
from opendtm_server.collect import queries as collect
from opendtm_server.collect.rules import can_follow, can_manage
from opendtm_server.collect.views.pages import crumbs, one_or_404, submission_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.templatetags.words import language
from opendtm_server.verify import actions, rules
from opendtm_server.verify.answer_rows import (
    doubt_of,
    lines_of,
    other_doubts,
    shown_value,
)
from opendtm_server.verify.edit_differences import differences
from opendtm_server.verify.filling import filling_of
from opendtm_server.verify.forms import Correct, Reason, ReviewForm
from opendtm_server.verify.models import Correction, Finding
from opendtm_server.verify.queries import corrected_values
from opendtm_server.verify.stored import value_to_json

if TYPE_CHECKING:
    from opendtm_server.collect.models import Submission
    from opendtm_server.govern.models import Operation


@desk_page(Permission.READ_SUBMISSIONS)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show a submission's answers with findings and corrections beside them."""
    submission = submission_or_404(request, operation, key)
    lines = lines_of(submission)
    definition = collect.definition_of(submission.form_version)
    competition = collect.competition_of(submission)
    context = {
        "submission": submission,
        "facts": _facts(submission),
        "lines": [line for line in lines if line.state != "not_asked"],
        "not_asked": [line for line in lines if line.state == "not_asked"],
        "other_doubts": other_doubts(submission, lines),
        "files": collect.files_of(submission),
        "filling": filling_of(submission, definition),
        "corrections": [_shown(one) for one in submission.corrections.all()],
        "reviews": list(submission.reviews.all()),
        "review_form": ReviewForm(),
        "replacement": collect.replacement_of(submission),
        "competition": competition,
        "differences": differences(competition.candidates) if competition else [],
        "can_choose": can_follow(request.user, operation),
        "can_review": rules.can_review(request.user, operation) and rules.is_editable(submission),
        "can_correct": rules.can_correct(request.user, submission),
        "can_have_original": can_manage(request.user, operation),
        "crumbs": crumbs(
            operation, ("collect:submissions", _("Submissions")), ("", _title(submission))
        ),
        "heading": _title(submission),
    }
    return render(request, "verify/submission.html", context)


@desk_page(Permission.CORRECT)
def correct(request: HttpRequest, operation: "Operation", key: int, concept: str) -> HttpResponse:
    """Put a decided answer beside the sent one."""
    submission = submission_or_404(request, operation, key)
    known = concepts().get(concept)
    if known is None:
        raise Http404
    now = corrected_values(submission).get(concept)
    form = Correct(request.POST or None, concept=known, initial={"value": value_to_json(now)})
    if request.method == "POST" and form.is_valid():
        with explain(form, OpenDTMError):
            actions.correct_answer(
                submission=submission,
                concept=concept,
                new_value=_or_unknown(form.cleaned_data["value"]),
                reason=form.cleaned_data["reason"],
                by=actor(request),
            )
            messages.success(request, _("The correction stands beside the answer."))
            return _back(operation, submission)
    findings = submission.findings.filter(concept=concept, state=Finding.State.OPEN)
    context = {
        "form": form,
        "label": known.label.text(language()),
        "sent": shown_value(
            concept, value_to_json(collect.observation_of(submission).get(concept))
        ),
        "now": shown_value(concept, value_to_json(now)),
        "doubts": [doubt_of(one) for one in findings],
        "submission": submission,
        "crumbs": _crumbs(operation, submission, _("Correct an answer")),
    }
    return render(request, "verify/correct.html", context)


@desk_page(Permission.CORRECT)
def undo(request: HttpRequest, operation: "Operation", key: int, correction: int) -> HttpResponse:
    """Take a correction back, after asking."""
    submission = submission_or_404(request, operation, key)
    found = one_or_404(submission.corrections, pk=correction)
    if request.method == "POST":
        actions.undo_correction(correction=found, by=actor(request))
        messages.success(request, _("The correction is undone; what held before holds again."))
        return _back(operation, submission)
    context = {
        "correction": _shown(found),
        "submission": submission,
        "crumbs": _crumbs(operation, submission, _("Undo a correction")),
    }
    return render(request, "verify/undo.html", context)


@desk_page(Permission.REVIEW)
def accept(request: HttpRequest, operation: "Operation", key: int, finding: int) -> HttpResponse:
    """Accept what a finding doubts, with a reason."""
    submission = submission_or_404(request, operation, key)
    found = one_or_404(submission.findings, pk=finding)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form, OpenDTMError):
            actions.decide_finding(
                finding=found, reason=form.cleaned_data["reason"], by=actor(request)
            )
            messages.success(request, _("The finding is accepted; the answer stays as it is."))
            return _back(operation, submission)
    context = {
        "form": form,
        "doubt": doubt_of(found),
        "submission": submission,
        "crumbs": _crumbs(operation, submission, _("Accept a finding")),
    }
    return render(request, "verify/accept.html", context)


@desk_page(Permission.REVIEW)
def review(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Say where a submission stands."""
    submission = submission_or_404(request, operation, key)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form, OpenDTMError):
            chosen = form.cleaned_data
            actions.review(
                submission=submission,
                state=chosen["state"],
                reason=chosen["reason"],
                by=actor(request),
            )
            messages.success(request, _("The review is written down."))
            return _back(operation, submission)
    context = {
        "form": form,
        "submission": submission,
        "crumbs": _crumbs(operation, submission, _("Review")),
    }
    return render(request, "verify/review.html", context)


def _or_unknown(value: Any) -> Any:
    return None if value in ("", [], None) else value


def _shown(correction: Correction) -> dict[str, Any]:
    known = concepts().get(correction.concept)
    return {
        "row": correction,
        "label": known.label.text(language()) if known else correction.concept,
        "old": shown_value(correction.concept, correction.old_value),
        "new": shown_value(correction.concept, correction.new_value),
    }


def _facts(submission: "Submission") -> list[tuple[str, Any]]:
    version = submission.form_version
    return [
        (_("Site"), submission.site.name if submission.site else submission.site_code or "–"),
        (_("Visited"), submission.visited_on),
        (_("Round"), submission.round.number if submission.round else None),
        (_("Form"), f"{version.form.title} {version.version}"),
        (_("Phone"), submission.device.code if submission.device else "–"),
        (_("Received"), submission.received_at),
        (_("Number of the form (instanceID)"), submission.instance_id),
    ]


def _title(submission: "Submission") -> str:
    return submission.site.name if submission.site else submission.site_code or _("Submission")


def _crumbs(operation: "Operation", submission: "Submission", here: str) -> list[tuple[str, str]]:
    path = crumbs(operation, ("collect:submissions", _("Submissions")), ("", _title(submission)))
    path[-1] = (
        reverse("verify:submission", args=[operation.code, submission.pk]),
        _title(submission),
    )
    return [*path, ("", here)]


def _back(operation: "Operation", submission: "Submission") -> HttpResponse:
    return redirect("verify:submission", operation.code, submission.pk)
