"""A round before its signature: what is still open, approving, signing off, reopening, the cleaning log."""

import csv
from io import StringIO
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm.errors import OpenDTMError
from opendtm_server.collect import queries as collect
from opendtm_server.collect.views.pages import round_crumbs, round_name, round_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.verify import actions, queries, rules
from opendtm_server.verify.answer_rows import doubt_of
from opendtm_server.verify.forms import Reason

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@desk_page(Permission.READ_SUBMISSIONS)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Say what a round still owes, and offer what can be done."""
    round_ = round_or_404(request, operation, key)
    owed = queries.Choice(severity="hard", state="open", round=round_.pk)
    every = queries.findings_for(request.user, operation)
    hard = queries.chosen_findings(every, operation, owed)
    context = {
        "round": round_,
        "name": round_name(round_),
        "standing": queries.standing_of(round_),
        "coverage": collect.coverage_counts([round_])[round_.pk],
        "doubts": [doubt_of(finding) for finding in hard[:50]],
        "reason_form": Reason(),
        "can_review": rules.can_review(request.user, operation) and round_.signed_off_at is None,
        "can_sign_off": rules.can_sign_off(request.user, operation),
        "crumbs": round_crumbs(round_, _("Verification and sign-off")),
    }
    return render(request, "verify/round.html", context)


@desk_page(Permission.REVIEW)
def check(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Check every submission of the round anew."""
    round_ = round_or_404(request, operation, key)
    if request.method == "POST":
        count = actions.check_round(round_=round_, by=actor(request))
        words = ngettext(
            "%(count)d submission was checked.", "%(count)d submissions were checked.", count
        )
        messages.success(request, words % {"count": count})
    return redirect("verify:round", operation.code, round_.pk)


@desk_page(Permission.REVIEW)
def approve(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Approve everything that owes nothing."""
    round_ = round_or_404(request, operation, key)
    if request.method == "POST":
        count = actions.approve_all(round_=round_, by=actor(request))
        words = ngettext(
            "%(count)d submission is approved.", "%(count)d submissions are approved.", count
        )
        messages.success(request, words % {"count": count})
    return redirect("verify:round", operation.code, round_.pk)


@desk_page(Permission.SIGN_OFF)
def sign_off(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Put the signature under the round, after asking."""
    round_ = round_or_404(request, operation, key)
    if request.method == "POST":
        try:
            actions.sign_off_round(round_=round_, by=actor(request))
        except OpenDTMError as problem:
            lang = request.LANGUAGE_CODE
            messages.error(request, f"{problem.text(lang)} {problem.remedy_text(lang)}")
        else:
            messages.success(
                request, _("The round is signed off. Its figures can be computed now.")
            )
        return redirect("verify:round", operation.code, round_.pk)
    context = {
        "round": round_,
        "name": round_name(round_),
        "standing": queries.standing_of(round_),
        "coverage": collect.coverage_counts([round_])[round_.pk],
        "crumbs": round_crumbs(round_, _("Sign off")),
    }
    return render(request, "verify/sign_off.html", context)


@desk_page(Permission.SIGN_OFF)
def reopen(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Take the signature back, with a reason."""
    round_ = round_or_404(request, operation, key)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form, OpenDTMError):
            actions.reopen_round(
                round_=round_, reason=form.cleaned_data["reason"], by=actor(request)
            )
            messages.success(request, _("The round is open again."))
            return redirect("verify:round", operation.code, round_.pk)
    context = {"form": form, "round": round_, "crumbs": round_crumbs(round_, _("Reopen"))}
    return render(request, "verify/reopen.html", context)


@desk_page(Permission.READ_SUBMISSIONS)
def log(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Give the round's cleaning log as CSV."""
    round_ = round_or_404(request, operation, key)
    text = StringIO()
    lines = csv.DictWriter(text, queries.LOG_COLUMNS, restval="")
    lines.writeheader()
    for line in queries.cleaning_log(request.user, round_):
        lines.writerow({name: harmless(value) for name, value in line.items()})
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{operation.code}-round-{round_.number}-cleaning-log.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def harmless(value: str) -> str:
    """Keep a spreadsheet from running a text that begins like a formula; a plain negative number stays."""
    if not value.startswith(FORMULA_STARTS):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value
