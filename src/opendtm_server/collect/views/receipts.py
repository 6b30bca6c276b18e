"""The facilitator's own page: what the house holds of this phone, form by form and day by day.

It stands below the phone's address, so that nobody sees another's. Names of filled forms are read from the
bodies when the page is opened; they are kept nowhere else.
"""

from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from opendtm import forms as workshop
from opendtm.errors import InputProblem
from opendtm_server.collect import actions, queries, store
from opendtm_server.collect.forms import SentCounted
from opendtm_server.collect.models import Device, Submission
from opendtm_server.collect.views.phones import for_phones

SHOWN = 100


@for_phones
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, device: Device) -> HttpResponse:
    """Show what the house holds of this phone, and take the count that the phone itself shows for a day."""
    form = SentCounted(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day: date = form.cleaned_data["day"]
        actions.say_sent(device=device, day=day, count=form.cleaned_data["count"])
        return redirect(request.path)
    held = queries.held_of(device)
    context = {
        "device": device,
        "held": [(name_of(one), one) for one in held[:SHOWN]],
        "known": held.count(),
        "days": queries.days_of(device),
        "form": form,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "collect/receipt.html", context, status=status)


def name_of(submission: Submission) -> str:
    """Give the name that the phone shows for a filled form; empty where it has none or is encrypted."""
    try:
        body = store.read_kept(submission.operation.code, submission.sha256)
        return workshop.read_submission(body).instance_name or ""
    except (InputProblem, FileNotFoundError):
        return ""
