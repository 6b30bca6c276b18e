"""Sources: other servers whose submissions are taken, their runs, and what could not be taken."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from opendtm.errors import InputProblem
from opendtm_server.collect import actions, queries
from opendtm_server.collect.errors import SourceBusy
from opendtm_server.collect.models import Source
from opendtm_server.collect.source_forms import NewSource, SourceHabits
from opendtm_server.collect.views.hooks import HOOK_HEADER
from opendtm_server.collect.views.pages import crumbs, one_or_404
from opendtm_server.collect.views.source_tables import facts_of, kept_out, runs_table, state_of
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.MANAGE_COLLECTION)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the operation's sources."""
    sources = list(queries.sources_for(request.user, operation))
    table = Table(
        caption=_("Other servers whose submissions are taken"),
        columns=(
            Column("name", _("Source")),
            Column("kind", _("Server")),
            Column("arrived", _("Submissions"), "number"),
            Column("waiting", _("Not taken"), "number"),
            Column("last", _("Last pulled"), "moment"),
            Column("state", _("State"), "badge"),
        ),
        rows=tuple(_row(operation, source) for source in sources),
        shown=len(sources),
        known=len(sources),
        empty=_("No source yet. Add one to take submissions from ODK Central or KoBoToolbox."),
    )
    context = {"table": table, "crumbs": crumbs(operation, ("", _("Sources")))}
    return render(request, "collect/sources.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def add(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Set a source up, or try whether the form can be reached."""
    form = NewSource(request.POST or None)
    path = crumbs(operation, ("collect:sources", _("Sources")), ("", _("Add a source")))
    context: dict[str, Any] = {"form": form, "crumbs": path}
    if request.method == "POST" and form.is_valid():
        with explain(form, InputProblem):
            if "test" in request.POST:
                context["found"] = queries.title_at(
                    form.place(), form.cleaned_data["secret"], reader=request.user, at=operation
                )
                return render(request, "collect/add_source.html", context)
            source = actions.add_source(
                operation=operation,
                name=form.cleaned_data["name"],
                place=form.place(),
                secret=form.cleaned_data["secret"],
                habits=form.habits(),
                by=actor(request),
            )
            messages.success(request, _("The source is set up. Pull it to take what is there."))
            return redirect("collect:source", operation.code, source.pk)
    return render(request, "collect/add_source.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show a source: how it stands, its runs, and what could not be taken."""
    source = _source(request, operation, key)
    runs = queries.pulls_of(source)
    context = {
        "source": source,
        "facts": facts_of(source),
        "running": runs.filter(finished_at=None).first(),
        "not_taken": kept_out(source),
        "all_not_taken": queries.not_taken_of(source).count(),
        "table": runs_table(request, source),
        "crumbs": _crumbs(operation, source),
    }
    return render(request, "collect/source.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def change(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Replace the secret, or say anew how a source is pulled."""
    source = _source(request, operation, key)
    known = {"every_minutes": source.every_minutes, "mapping": source.mapping}
    form = SourceHabits(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        with explain(form, InputProblem):
            actions.change_source(
                source=source,
                secret=form.cleaned_data["secret"],
                habits=form.habits(),
                by=actor(request),
            )
            messages.success(request, _("The source has been changed."))
            return redirect("collect:source", operation.code, source.pk)
    context = {"source": source, "form": form, "crumbs": _crumbs(operation, source, _("Change"))}
    return render(request, "collect/change_source.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
@require_POST
def pull(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Pull a source now."""
    source = _source(request, operation, key)
    try:
        actions.pull_soon(source=source, retry_all="retry" in request.POST, by=actor(request))
    except SourceBusy as busy:
        messages.error(request, busy.text(language()))
    return redirect("collect:source", operation.code, source.pk)


@desk_page(Permission.MANAGE_COLLECTION)
@require_POST
def pause(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Stop taking from a source, or go on."""
    source = actions.pause_source(source=_source(request, operation, key), by=actor(request))
    words = (
        _("Nothing is taken from the source until it is resumed.")
        if source.paused_at
        else _("The source is pulled again.")
    )
    messages.success(request, words)
    return redirect("collect:source", operation.code, source.pk)


@desk_page(Permission.MANAGE_COLLECTION)
@require_POST
def hook(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Make the address of a source's webhook, and show it this once."""
    source = _source(request, operation, key)
    made = actions.open_hook(source=source, by=actor(request))
    context = {
        "source": source,
        "address": request.build_absolute_uri(reverse("openrosa:hook", args=[made.token])),
        "header": HOOK_HEADER,
        "word": made.word,
        "crumbs": _crumbs(operation, source, _("Webhook")),
    }
    response = render(request, "collect/hook_once.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _source(request: HttpRequest, operation: "Operation", key: int) -> Source:
    found: Source = one_or_404(queries.sources_for(request.user, operation), pk=key)
    return found


def _crumbs(operation: "Operation", source: Source, here: str = "") -> list[tuple[str, str]]:
    path = crumbs(operation, ("collect:sources", _("Sources")), ("", source.name))
    if here:
        path[-1] = (reverse("collect:source", args=[operation.code, source.pk]), source.name)
        path.append(("", here))
    return path


def _row(operation: "Operation", source: Any) -> Row:
    last = queries.pulls_of(source).first()
    words, tone = state_of(source, last)
    return Row(
        (
            Cell(source.name, hint=source.remote_form),
            Cell(source.get_kind_display()),
            Cell(source.arrived),
            Cell(source.waiting, tone="alert" if source.waiting else ""),
            Cell(last.started_at if last else None),
            Cell(words, tone=tone),
        ),
        href=reverse("collect:source", args=[operation.code, source.pk]),
    )
