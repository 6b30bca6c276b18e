"""Spreadsheets of entities: bringing one in, seeing what it would change, taking it, taking it back."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opendtm_server.collect import actions, queries
from opendtm_server.collect.errors import (
    ListNameUnusable,
    NotToDecide,
    PersonalColumn,
    UploadUnreadable,
)
from opendtm_server.collect.list_forms import SheetUpload
from opendtm_server.collect.models import EntityUpload
from opendtm_server.collect.views.entity_lists import stored_or_404
from opendtm_server.collect.views.entity_words import list_crumbs
from opendtm_server.collect.views.pages import one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

FAULTS_SHOWN = 20
ROWS_SHOWN = 10


@desk_page(Permission.MANAGE_COLLECTION)
def bring(request: HttpRequest, operation: "Operation", name: str) -> HttpResponse:
    """Keep a spreadsheet and show what it would change."""
    stored = stored_or_404(request, operation, name)
    form = SheetUpload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with explain(form, UploadUnreadable, PersonalColumn, ListNameUnusable):
            kept = actions.keep_upload(
                entity_list=stored, filename=file.name, content=file.read(), by=actor(request)
            )
            return redirect("collect:entity_upload", operation.code, kept.pk)
    context = {
        "form": form,
        "heading": " · ".join((_("Bring in a spreadsheet"), name)),
        "note": _("Nothing changes yet: the next page shows what the file would change."),
        "label": _("See what it would change"),
        "back": reverse("collect:entity_list", args=[operation.code, name]),
        "crumbs": list_crumbs(operation, ("", _("Bring in a spreadsheet")), name=name),
    }
    return render(request, "collect/list_change.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show a spreadsheet before it is taken, or what became of it."""
    upload = one_or_404(queries.uploads_for(request.user, operation), pk=key)
    name = upload.entity_list.name
    if request.method == "POST":
        return _act(request, operation, upload)
    preview = None if upload.taken_at else queries.preview_of(upload)
    context = {
        "upload": upload,
        "preview": preview,
        "faults": preview.faults[:FAULTS_SHOWN] if preview else (),
        "rows": preview.rows[:ROWS_SHOWN] if preview else (),
        "facts": _facts(upload, preview),
        "crumbs": list_crumbs(operation, ("", upload.filename), name=name),
    }
    return render(request, "collect/entity_upload.html", context)


def _act(request: HttpRequest, operation: "Operation", upload: EntityUpload) -> HttpResponse:
    try:
        if "take" in request.POST:
            actions.take_upload(upload=upload, by=actor(request))
            messages.success(request, _("The file has been taken into the list."))
        elif "undo" in request.POST:
            _say_left(request, actions.undo_upload(upload=upload, by=actor(request)))
        else:
            name = upload.entity_list.name
            actions.drop_upload(upload=upload, by=actor(request))
            messages.info(request, _("The file is forgotten; nothing was changed."))
            return redirect("collect:entity_list", operation.code, name)
    except NotToDecide:
        messages.error(request, _("Somebody was faster: see where it stands now."))
    return redirect("collect:entity_upload", operation.code, upload.pk)


def _say_left(request: HttpRequest, left: int) -> None:
    messages.success(request, _("The file has been taken back."))
    if left:
        words = ngettext(
            "%(count)d entity was left: it was changed since.",
            "%(count)d entities were left: they were changed since.",
            left,
        )
        messages.info(request, words % {"count": left})


def _facts(upload: EntityUpload, preview: "queries.Preview | None") -> list[tuple[str, Any]]:
    created = preview.created if preview else upload.created
    changed = preview.changed if preview else upload.changed
    facts: list[tuple[str, Any]] = [
        (_("List"), upload.entity_list.name),
        (_("Brought in by"), upload.by),
        (_("Brought in"), upload.made_at),
        (_("New"), created),
        (_("Changed"), changed),
    ]
    if preview:
        facts += [(_("Unchanged"), preview.same), (_("Faulty rows, left out"), len(preview.faults))]
        facts.append((_("In the list, not in the file"), preview.missing))
    if upload.taken_at:
        facts.append((_("Taken"), upload.taken_at))
    if upload.undone_at:
        facts.append((_("Taken back"), upload.undone_at))
    return facts
