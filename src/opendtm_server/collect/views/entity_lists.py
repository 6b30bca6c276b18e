"""Entity lists on the desk: all of them, one with what stands in it, one entity with its history."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from opendtm_server.collect import actions, queries, rules
from opendtm_server.collect.errors import ListExists, ListNameUnusable
from opendtm_server.collect.list_files import list_file
from opendtm_server.collect.list_forms import EntityFilters, NewList
from opendtm_server.collect.listed import AREAS, DERIVED, SITES
from opendtm_server.collect.models import Entity, EntityList
from opendtm_server.collect.queries.scopes import Scope
from opendtm_server.collect.views.entity_words import list_crumbs
from opendtm_server.collect.views.pages import crumbs
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.places import queries as places
from opendtm_server.ui.problems import explain
from opendtm_server.ui.tables import Cell, Column, Row, Table, Turns, turn_of
from opendtm_server.ui.templatetags.words import code as label
from opendtm_server.ui.templatetags.words import name_of

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

SHOWN_PROPERTIES = 4


@desk_page(Permission.READ_SUBMISSIONS)
def listing(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """List the lists, with the number of changes that somebody has to decide."""
    lists = queries.lists_for(request.user, operation)
    table = Table(
        caption=_("Lists that phones carry"),
        columns=(
            Column("name", _("List")),
            Column("count", _("Entries"), "number"),
            Column("forms", _("Forms that use it")),
            Column("kind", _("Kind"), "badge"),
            Column("changed", _("Last change"), "moment"),
        ),
        rows=tuple(_list_row(operation, one) for one in lists),
        shown=len(lists),
        known=len(lists),
    )
    waiting = queries.changes_for(request.user, operation).filter(state__in=queries.OPEN_STATES)
    context = {
        "table": table,
        "waiting": waiting.count(),
        "can_manage": rules.can_manage(request.user, operation),
        "crumbs": crumbs(operation, ("", _("Lists"))),
    }
    return render(request, "collect/lists.html", context)


def _list_row(operation: "Operation", one: queries.ListSummary) -> Row:
    kind, tone = (_("Own list"), "")
    if one.name in DERIVED:
        kind, tone = (_("Made from the places"), "quiet")
    elif one.personal:
        kind, tone = (_("Personal data"), "alert")
    return Row(
        (
            Cell(one.name),
            Cell(one.count),
            Cell(", ".join(one.forms) or "–"),
            Cell(kind, tone=tone),
            Cell(one.changed_at or "–"),
        ),
        href=reverse("collect:entity_list", args=[operation.code, one.name]),
    )


@desk_page(Permission.MANAGE_COLLECTION)
def new(request: HttpRequest, operation: "Operation") -> HttpResponse:
    """Set up an empty list."""
    form = NewList(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with explain(form, ListNameUnusable, ListExists):
            made = actions.create_list(operation=operation, by=actor(request), **form.cleaned_data)
            messages.success(
                request, _("The list is set up. Fill it from a form or a spreadsheet.")
            )
            return redirect("collect:entity_list", operation.code, made.name)
    context = {
        "form": form,
        "crumbs": list_crumbs(operation, ("", _("New list"))),
        "heading": _("New list"),
        "label": _("Set up the list"),
        "back": reverse("collect:lists", args=[operation.code]),
    }
    return render(request, "collect/list_change.html", context)


@desk_page(Permission.READ_SUBMISSIONS)
def page(request: HttpRequest, operation: "Operation", name: str) -> HttpResponse:
    """Show what stands in a list; however long it is, a page costs the same."""
    form = EntityFilters(request.GET or None)
    search = form.cleaned_data["q"] if form.is_valid() else ""
    if name in DERIVED:
        table, stored = _derived_table(request, operation, name, search), None
    else:
        stored = stored_or_404(request, operation, name)
        table = _stored_table(request, stored, search)
    context = {
        "table": table,
        "form": form,
        "name": name,
        "stored": stored,
        "can_manage": rules.can_manage(request.user, operation),
        "crumbs": list_crumbs(operation, name=name),
    }
    return render(request, "collect/list.html", context)


@desk_page(Permission.READ_SUBMISSIONS)
def download(request: HttpRequest, operation: "Operation", name: str) -> HttpResponse:
    """Give a list as phones get it."""
    scope = Scope()
    if name not in DERIVED:
        scope = Scope(personal=frozenset({stored_or_404(request, operation, name).pk}))
    kept = list_file(operation, name, scope)
    if kept is None:
        raise Http404
    answer = HttpResponse(kept.content(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def stored_or_404(request: HttpRequest, operation: "Operation", name: str) -> EntityList:
    """Give one of the operation's own lists."""
    try:
        return queries.stored_list_for(request.user, operation, name)
    except EntityList.DoesNotExist as missing:
        raise Http404 from missing


def _stored_table(request: HttpRequest, stored: EntityList, search: str) -> Table:
    columns = [one.name for one in stored.properties.all()[:SHOWN_PROPERTIES]]
    every = queries.entities_of(stored)
    chosen = queries.entities_of(stored, search)
    rows, turns = turn_of(request, chosen, "folded")
    return Table(
        caption=_("What stands in the list, by label"),
        columns=(
            Column("label", _("Label")),
            *(Column(name, name) for name in columns),
            Column("version", _("Version"), "number"),
            Column("changed", _("Last change"), "moment"),
        ),
        rows=tuple(_entity_row(stored, entity, columns) for entity in rows),
        shown=chosen.count(),
        known=every.count(),
        empty=_("Nothing stands in this list yet. Fill it from a form or a spreadsheet."),
        turns=turns,
    )


def _entity_row(stored: EntityList, entity: Entity, columns: Sequence[str]) -> Row:
    return Row(
        (
            Cell(entity.label, hint=entity.key if len(entity.key) < 20 else ""),
            *(Cell(entity.values.get(name) or "–") for name in columns),
            Cell(entity.version),
            Cell(entity.changed_at),
        ),
        href=reverse("collect:entity", args=[stored.operation.code, entity.pk]),
    )


def _derived_table(request: HttpRequest, operation: "Operation", name: str, search: str) -> Table:
    every: QuerySet[Any]
    columns: tuple[str, ...]
    if name == SITES:
        every, row = places.sites(operation), _site_rows(operation)
        columns = (_("Site"), _("Site ID"), _("Type"), _("Area"), _("Status"))
    else:
        every = places.area_rows_on(operation, timezone.localdate()).filter(level=AREAS[name])
        every, row = every.defer("geometry"), _area_row
        columns = (_("Area"), _("P-code"), _("Lies in"))
    named = Q(name__icontains=search) | Q(code__istartswith=search)
    chosen = every.filter(named) if search else every
    rows, turns = turn_of(request, chosen, "code")
    return Table(
        caption=_("What stands in the list, by code"),
        columns=tuple(Column(str(number), words) for number, words in enumerate(columns)),
        rows=tuple(row(one) for one in rows),
        shown=chosen.count(),
        known=every.count(),
        empty=_("Nothing stands in this list yet."),
        turns=turns or Turns(),
    )


def _site_rows(operation: "Operation") -> Callable[[Any], Row]:
    today = timezone.localdate()
    known = places.places_on(operation, today)

    def row(site: Any) -> Row:
        status = places.status_on(site, today)
        chain = places.around(site.area_code, known)
        return Row(
            (
                Cell(site.name),
                Cell(site.code),
                Cell(label(site.site_type, "site_type")),
                Cell(" › ".join(name_of(one) for one in chain if one.level) or "–"),
                Cell(label(status, "site_status")),
            ),
            href=reverse("places:site", args=[operation.code, site.code]),
        )

    return row


def _area_row(area: Any) -> Row:
    return Row((Cell(name_of(area)), Cell(area.code), Cell(area.parent_code or "–")))
