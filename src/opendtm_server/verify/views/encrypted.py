"""Opening an encrypted submission at the desk: answers on the page, or everything as one archive, for this once.

Key, passphrase and answers are in the request and in its one response; no cache may keep either.
"""

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from opendtm import forms as workshop
from opendtm.errors import OpenDTMError
from opendtm.forms import DecryptedSubmission
from opendtm_server.collect import actions
from opendtm_server.collect import queries as collect
from opendtm_server.collect.views.pages import crumbs, submission_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.verify.answer_rows import AnswerLine, opened_lines
from opendtm_server.verify.forms import PrivateKey

if TYPE_CHECKING:
    from opendtm_server.collect.models import Submission
    from opendtm_server.govern.models import Operation

WHOLE = "files"


@desk_page(Permission.MANAGE_COLLECTION)
@sensitive_post_parameters("passphrase")
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Ask for the private key; with it, show the answers or give everything as an archive."""
    submission = submission_or_404(request, operation, key)
    if not submission.encrypted:
        raise Http404
    form = PrivateKey(request.POST or None, request.FILES or None)
    context = {
        "form": form,
        "submission": submission,
        "crumbs": _crumbs(operation, submission),
    }
    if request.method == "POST" and form.is_valid():
        with explain(form, OpenDTMError):
            opened = _opened(request, submission, form)
            if request.POST.get("wanted") == WHOLE:
                return _unkept(_archive(submission, opened))
            context |= {"opened": opened, "lines": _lines(submission, opened)}
    return _unkept(render(request, "verify/encrypted.html", context))


def _opened(
    request: HttpRequest, submission: "Submission", form: PrivateKey
) -> DecryptedSubmission:
    return actions.open_encrypted(
        submission=submission,
        private_key=form.cleaned_data["key"],
        passphrase=form.cleaned_data["passphrase"],
        by=actor(request),
    )


def _lines(submission: "Submission", opened: DecryptedSubmission) -> list[AnswerLine]:
    definition = collect.definition_of(submission.form_version)
    lines = opened_lines(workshop.read_submission(opened.xml, definition), definition)
    return [line for line in lines if line.state != "not_asked"]


def _archive(submission: "Submission", opened: DecryptedSubmission) -> HttpResponse:
    """Put the answers and the files into a ZIP archive, in memory."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("submission.xml", opened.xml)
        for number, (name, file) in enumerate(opened.files.items(), start=1):
            archive.writestr(f"files/{number}-{_harmless(name)}", file)
    response = HttpResponse(content.getvalue(), content_type="application/zip")
    name = f"submission-{submission.pk}-decrypted.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _harmless(name: str) -> str:
    """Give a sender's file name without anything that could lead out of a folder."""
    return "".join(char if char.isalnum() or char in "-_." else "_" for char in name).strip(".")


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _crumbs(operation: "Operation", submission: "Submission") -> list[tuple[str, str]]:
    path = crumbs(operation, ("collect:submissions", _("Submissions")), ("", ""))
    one = reverse("verify:submission", args=[operation.code, submission.pk])
    return [*path[:-1], (one, _("Encrypted submission")), ("", _("Open with the private key"))]
