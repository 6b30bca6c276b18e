"""Raw answers as files: choosing, following how far they have come, taking them, removing them."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from opendtm_server.collect.errors import remedy_of, sentence_of
from opendtm_server.collect.views.pages import crumbs, one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.templatetags.words import language
from opendtm_server.verify import actions, queries, rules
from opendtm_server.verify.forms import ExportWish
from opendtm_server.verify.problems import NothingChosen

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation
    from opendtm_server.verify.models import Export

UNDER_WAY = {"waiting", "working"}
SHOWN = 20


@desk_page(Permission.READ_SUBMISSIONS)
def page(request: HttpRequest, operation: "Operation") -> HttpResponseBase:
    """Ask for a file, and see those asked for before."""
    personal = rules.can_export_personal(request.user, operation)
    form = ExportWish(
        request.POST or None,
        operation=operation,
        personal=personal,
        initial={"lang": language(), "kind": "xlsx"},
    )
    if request.method == "POST" and form.is_valid():
        with explain(form, NothingChosen):
            actions.ask_export(operation=operation, wish=form.wish(), by=actor(request))
            messages.success(request, _("The file is being made. It appears below."))
            return redirect("verify:exports", operation.code)
    actions.remove_old_exports(operation)
    asked = list(queries.exports_for(request.user, operation)[:SHOWN])
    context = {
        "form": form,
        "exports": [(export, *_problem(export)) for export in asked],
        "under_way": any(export.state in UNDER_WAY for export in asked),
        "crumbs": crumbs(operation, ("", _("Exports"))),
    }
    return render(request, "verify/exports.html", context)


@desk_page(Permission.READ_SUBMISSIONS)
def download(request: HttpRequest, operation: "Operation", key: int) -> HttpResponseBase:
    """Hand the file out to who asked for it, piece by piece."""
    export = one_or_404(queries.exports_for(request.user, operation), pk=key, state="done")
    try:
        file = actions.path_of(export).open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(file, as_attachment=True, filename=export.filename)
    response["Cache-Control"] = "private, no-store"
    return response


@desk_page(Permission.READ_SUBMISSIONS)
def remove(request: HttpRequest, operation: "Operation", key: int) -> HttpResponseBase:
    """Take the file away, or stop its making."""
    export = one_or_404(queries.exports_for(request.user, operation), pk=key)
    if request.method == "POST":
        under_way = export.state in UNDER_WAY
        actions.remove_export(export=export, by=actor(request))
        messages.success(request, _("No file is made.") if under_way else _("The file is gone."))
    return redirect("verify:exports", operation.code)


def _problem(export: "Export") -> tuple[str, str]:
    """Say what went wrong with an export and what to do, where something did."""
    if not export.problem:
        return "", ""
    said = export.problem, export.problem_details, language()
    return sentence_of(*said, otherwise=export.problem), remedy_of(*said)
