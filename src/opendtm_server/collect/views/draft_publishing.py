"""A draft as a phone would show it, and its way to the phones."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opendtm.errors import InputProblem
from opendtm.forms import FormDefinition, compare
from opendtm.records import Severity
from opendtm.render.preview import preview as preview_lines
from opendtm_server.collect import actions, queries
from opendtm_server.collect.draft_forms import PreviewLanguage, PublishDraft
from opendtm_server.collect.views.draft_tables import draft_crumbs
from opendtm_server.collect.views.drafts import base_of, draft_or_404
from opendtm_server.collect.views.versions import change_table
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain

if TYPE_CHECKING:
    from opendtm_server.collect.models import FormDraft
    from opendtm_server.govern.models import Operation


@require_safe
@desk_page(Permission.MANAGE_COLLECTION)
def preview(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show a draft as a phone would, in one of its languages."""
    draft = draft_or_404(request, operation, key)
    outline = queries.read_revision(queries.newest_revision(draft)).outline
    chosen = PreviewLanguage(
        request.GET or None, languages=outline.form.languages if outline else ()
    )
    context = {
        "draft": draft,
        "filters": chosen,
        "lines": preview_lines(outline, chosen.language()) if outline else (),
        "crumbs": draft_crumbs(draft, _("Preview")),
    }
    return render(request, "collect/draft_preview.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def publish(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Say what publishing a draft would change, and publish it under a new version."""
    draft = draft_or_404(request, operation, key)
    revision = queries.newest_revision(draft)
    reading = queries.read_revision(revision)
    read = queries.form_of_draft(draft)
    published = queries.form_named(operation, read.form_id) if read else None
    version = queries.suggested_version(
        published, read.version if read else "", timezone.localdate()
    )
    asked = PublishDraft(
        request.POST or None,
        initial={"version": version if reading.book else read and read.version},
        fixed=reading.book is None,
    )
    if request.method == "POST" and asked.is_valid():
        with explain(asked, InputProblem):
            return _publish(request, draft, asked.cleaned_data["version"])
    context = {
        "draft": draft,
        "revision": revision,
        "read": read,
        "published": published,
        "before": queries.newest_version(published),
        "hard": sum(one.severity is Severity.HARD for one in reading.findings),
        "form": asked,
        "crumbs": draft_crumbs(draft, _("Publish")),
    } | _changes(request, read, draft)
    return render(request, "collect/publish_draft.html", context)


def _changes(
    request: HttpRequest, read: FormDefinition | None, draft: "FormDraft"
) -> dict[str, object]:
    """Compare a draft with the version that phones have now."""
    if read is None:
        return {}
    before = queries.newest_version(queries.form_named(draft.operation, read.form_id))
    if before is None:
        return {}
    found = compare(queries.definition_of(before), read)
    table = change_table(request, found, _("It asks the same as the published version."))
    return {"table": table, "breaking": sum(change.breaks is not None for change in found)}


def _publish(request: HttpRequest, draft: "FormDraft", version: str) -> HttpResponse:
    made = actions.publish_draft(
        draft=draft, version=version, base=base_of(request), by=actor(request)
    )
    words = _("Version %(version)s is published. Phones get it when they next ask for blank forms.")
    messages.success(request, words % {"version": made.version or "–"})
    return redirect("collect:form", draft.operation.code, made.form_id)
