"""What was sent: the list with its filters, and the original bytes for those who may read them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.collect import queries, store
from opendtm_server.collect.forms import SubmissionFilters
from opendtm_server.collect.models import Submission
from opendtm_server.collect.sniff import safe_type
from opendtm_server.collect.views.pages import crumbs, one_or_404, submission_or_404
from opendtm_server.govern.doors import desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.tables import COUNTED, Cell, Column, Row, Table, counted, newest_turn

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

Response = TypeVar("Response", FileResponse, StreamingHttpResponse)


@desk_page(Permission.READ_SUBMISSIONS)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponseBase:
    """List the submissions with filters in the address; however many there are, a page costs the same."""
    every = queries.submissions_in(request.user, operation)
    form = SubmissionFilters(request.GET or None, operation=operation)
    choice = _choice(form.cleaned_data if form.is_valid() else {})
    chosen = queries.chosen_submissions(every, operation, choice)
    page, turns = newest_turn(request, chosen.rows, every, near=chosen.near)
    table = Table(
        caption=_("Submissions, the newest first"),
        columns=(
            Column("site", _("Site")),
            Column("visited", _("Visited"), "day"),
            Column("round", _("Round"), "number"),
            Column("form", _("Form")),
            Column("device", _("Phone")),
            Column("received", _("Received"), "moment"),
            Column("state", _("State"), "badge"),
        ),
        rows=tuple(row(operation, submission) for submission in page),
        shown=counted(chosen.keys),
        known=counted(every),
        counted_to=COUNTED,
        turns=turns,
        empty=_(
            "Nothing has been sent yet. Give a facilitator's phone an address, and forms will arrive here."
        ),
    )
    waiting = queries.quarantine_for(request.user, operation).filter(decided_at=None).count()
    context = {
        "table": table,
        "form": form,
        "quarantined": waiting,
        "crumbs": crumbs(operation, ("", _("Submissions"))),
    }
    return render(request, "collect/submissions.html", context)


def _choice(wishes: Mapping[str, Any]) -> queries.SubmissionChoice:
    return queries.SubmissionChoice(
        search=wishes.get("q") or "", round=wishes.get("round"), placed=wishes.get("placed") or ""
    )


@desk_page(Permission.MANAGE_COLLECTION)
def original(request: HttpRequest, operation: "Operation", key: int) -> HttpResponseBase:
    """Give the XML exactly as it was received."""
    submission = submission_or_404(request, operation, key)
    return kept_file(
        operation, submission.sha256, f"submission-{submission.pk}.xml", "application/octet-stream"
    )


@desk_page(Permission.READ_SUBMISSIONS)
def attachment(
    request: HttpRequest, operation: "Operation", key: int, file: int
) -> HttpResponseBase:
    """Give a file of a submission: pictures to look at, everything else to download."""
    submission = submission_or_404(request, operation, key)
    found = one_or_404(submission.attachments, pk=file)
    if not found.sha256:
        raise Http404
    with store.open_kept(operation.code, found.sha256) as content:
        media_type, ending = safe_type(content.read(64))
    return kept_file(operation, found.sha256, f"file-{found.pk}{ending}", media_type)


def kept_file(operation: "Operation", sha256: str, name: str, media_type: str) -> FileResponse:
    """Send a kept file under a name of the house's making; it can run nothing in the browser."""
    try:
        content = store.open_kept(operation.code, sha256)
    except FileNotFoundError as lost:
        raise Http404 from lost
    response = FileResponse(
        content,
        as_attachment=not media_type.startswith("image/"),
        filename=name,
        content_type=media_type,
    )
    return _harmless(response)


def sent_bytes(pieces: Iterator[bytes], name: str) -> StreamingHttpResponse:
    """Send bytes to download under a name of the house's making."""
    response = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _harmless(response)


def _harmless(response: Response) -> Response:
    """Let nothing run that a file may hold, and no cache keep it."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def row(operation: "Operation", submission: Submission) -> Row:
    """Give a submission's line in a list."""
    words, tone = state_of(submission)
    return Row(
        (
            Cell(submission.site.name if submission.site else submission.site_code or "–"),
            Cell(submission.visited_on),
            Cell(submission.round.number if submission.round else None),
            Cell(submission.form_version.form.title, hint=submission.form_version.version),
            Cell(submission.device.code if submission.device else "–"),
            Cell(submission.received_at),
            Cell(words, tone=tone),
        ),
        href=reverse("verify:submission", args=[operation.code, submission.pk]),
        key=str(submission.pk),
    )


def state_of(submission: Submission) -> tuple[str, str]:
    """Say in two words where a submission stands, with the tone of its badge."""
    if getattr(submission, "replaced", False):
        return _("Replaced"), "quiet"
    if submission.encrypted:
        return (_("Encrypted"), "quiet") if submission.complete else (_("Files missing"), "alert")
    if submission.site is None:
        return _("Site not known"), "alert"
    if not submission.complete:
        return _("Files missing"), "alert"
    return _("Complete"), "good"
