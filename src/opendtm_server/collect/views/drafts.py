"""The form studio: beginning a draft, its page with what the check says and what can be mended, its earlier states."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opendtm.errors import InputProblem
from opendtm.forms import catalogue_forms
from opendtm_server.collect import actions, queries
from opendtm_server.collect.draft_forms import DraftUpload, FindingFilters
from opendtm_server.collect.models import DraftRevision, FormDraft
from opendtm_server.collect.views.draft_tables import (
    change_words,
    component_words,
    draft_crumbs,
    drafts_table,
    findings_table,
    revisions_table,
)
from opendtm_server.collect.views.pages import crumbs, one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

EDITS_SHOWN = 30


@desk_page(Permission.MANAGE_COLLECTION)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the drafts, and begin one from a file or from the catalogue."""
    form = DraftUpload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with explain(form, InputProblem):
            draft = actions.start_draft(
                operation=operation, filename=file.name, content=file.read(), by=actor(request)
            )
            return redirect("collect:draft", operation.code, draft.pk)
    drafts = queries.drafts_for(request.user, operation).filter(closed_at=None)
    context = {
        "table": drafts_table(request, operation, drafts),
        "form": form,
        "catalogue": [(one, component_words(one.component)) for one in catalogue_forms()],
        "crumbs": crumbs(operation, ("collect:forms", _("Forms")), ("", _("Form studio"))),
    }
    return render(request, "collect/drafts.html", context)


@require_POST
@desk_page(Permission.MANAGE_COLLECTION)
def from_catalogue(request: HttpRequest, operation: "Operation", form_id: str) -> HttpResponse:
    """Begin a draft from a form of the catalogue."""
    if form_id not in {one.form_id for one in catalogue_forms()}:
        raise Http404
    draft = actions.start_from_catalogue(operation=operation, form_id=form_id, by=actor(request))
    return redirect("collect:draft", operation.code, draft.pk)


@require_POST
@desk_page(Permission.MANAGE_COLLECTION)
def from_version(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Begin a draft from the newest version of a form."""
    form = one_or_404(queries.forms_for(request.user, operation), pk=key)
    version = queries.newest_version(form)
    if version is None:
        raise Http404
    draft = actions.start_from_version(version=version, by=actor(request))
    return redirect("collect:draft", operation.code, draft.pk)


@desk_page(Permission.MANAGE_COLLECTION)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show a draft: what the check says row by row, and the mends, which are made when asked for."""
    draft = draft_or_404(request, operation, key)
    revision = queries.newest_revision(draft)
    reading = queries.read_revision(revision)
    version = queries.suggested_version(None, "", timezone.localdate())
    upload = DraftUpload(request.POST or None, request.FILES or None)
    if request.method == "POST" and "mend" in request.POST:
        actions.mend_draft(
            draft=draft,
            key=request.POST["mend"],
            base=base_of(request),
            version=version,
            by=actor(request),
        )
        messages.success(request, _("Mended. The state before it is kept among the earlier ones."))
        return redirect("collect:draft", operation.code, draft.pk)
    if request.method == "POST" and upload.is_valid():
        with explain(upload, InputProblem):
            content = upload.cleaned_data["file"].read()
            actions.replace_draft(
                draft=draft, content=content, base=base_of(request), by=actor(request)
            )
            return redirect("collect:draft", operation.code, draft.pk)
    filters = FindingFilters(request.GET or None)
    context = {
        "draft": draft,
        "revision": revision,
        "reading": reading,
        "problem": _problem(reading),
        "change": change_words(revision.change),
        "form": upload,
        "filters": filters,
        "table": findings_table(request, reading, filters.severity()),
        "mends": [(mend, mend.edits[:EDITS_SHOWN]) for mend in queries.mends_of(reading, version)],
        "edits_shown": EDITS_SHOWN,
        "crumbs": draft_crumbs(draft),
    }
    return render(request, "collect/draft.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def history(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show the states of a draft; go back to one when asked to."""
    draft = draft_or_404(request, operation, key)
    number = request.POST.get("number", "")
    if request.method == "POST" and number.isdecimal() and len(number) < 9:
        one_or_404(draft.revisions, number=int(number))
        actions.restore_revision(
            draft=draft, number=int(number), base=base_of(request), by=actor(request)
        )
        messages.success(request, _("The draft is as it was then. Nothing is lost by going back."))
        return redirect("collect:draft", operation.code, draft.pk)
    revisions = list(draft.revisions.defer("content"))
    context = {
        "draft": draft,
        "revisions": revisions,
        "table": revisions_table(operation, draft, revisions),
        "crumbs": draft_crumbs(draft, _("Earlier states")),
    }
    return render(request, "collect/draft_history.html", context)


@require_safe
@desk_page(Permission.MANAGE_COLLECTION)
def download(request: HttpRequest, operation: "Operation", key: int, number: int) -> HttpResponse:
    """Give the file of one state of a draft."""
    draft = draft_or_404(request, operation, key)
    revision: DraftRevision = one_or_404(draft.revisions, number=number)
    content = bytes(revision.content)
    ending = queries.ending_of(content)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="draft-{draft.pk}-{number}.{ending}"'
    return response


@desk_page(Permission.MANAGE_COLLECTION)
def discard(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Put a draft away, after asking."""
    draft = draft_or_404(request, operation, key)
    if request.method == "POST":
        actions.discard_draft(draft=draft, by=actor(request))
        messages.success(request, _("The draft is put away."))
        return redirect("collect:drafts", operation.code)
    context = {"draft": draft, "crumbs": draft_crumbs(draft, _("Put away"))}
    return render(request, "collect/discard_draft.html", context)


def _problem(reading: queries.DraftReading) -> str:
    """Say in the reader's language why a draft is no form yet."""
    lang, problem = language(), reading.problem
    return f"{problem.text(lang)} {problem.remedy_text(lang)}".strip() if problem else ""


def draft_or_404(request: HttpRequest, operation: "Operation", key: int) -> FormDraft:
    """Give a draft that the reader may see."""
    draft: FormDraft = one_or_404(queries.drafts_for(request.user, operation), pk=key)
    return draft


def base_of(request: HttpRequest) -> int:
    """Give the number of the state that the person saw; 0 where the page did not say it."""
    said = request.POST.get("base", "")
    return int(said) if said.isdecimal() and len(said) < 9 else 0
