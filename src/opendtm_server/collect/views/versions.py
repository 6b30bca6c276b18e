"""Two versions of a form beside each other, and bringing a form back to the phones."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm.forms import Change, ChangeKind, compare
from opendtm_server.collect import actions, queries
from opendtm_server.collect.draft_forms import TwoVersions
from opendtm_server.collect.models import Form
from opendtm_server.collect.views.pages import Crumbs, crumbs, one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

CHANGES_SHOWN = 200


@desk_page(Permission.MANAGE_COLLECTION)
def changes(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show what changed between two versions of a form; without a choice, between the newest two."""
    form = one_or_404(queries.forms_for(request.user, operation), pk=key)
    versions = list(form.versions.all())
    chosen = TwoVersions(request.GET or None, versions=versions)
    before, after = chosen.pair()
    found: Sequence[Change] = ()
    if before and after:
        found = compare(queries.definition_of(before), queries.definition_of(after))
    context = {
        "form_shown": form,
        "filters": chosen,
        "before": before,
        "after": after,
        "table": change_table(request, found, _("The two versions ask the same.")),
        "crumbs": form_crumbs(form, _("What changed")),
    }
    return render(request, "collect/form_changes.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def bring_back(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Put a form on the phones' list again, after asking."""
    form = one_or_404(queries.forms_for(request.user, operation), pk=key)
    if request.method == "POST":
        actions.bring_back_form(form=form, by=actor(request))
        messages.success(request, _("The form is on the phones' list again."))
        return redirect("collect:form", operation.code, form.pk)
    context = {"form_shown": form, "crumbs": form_crumbs(form, _("Bring back"))}
    return render(request, "collect/bring_back_form.html", context)


def form_crumbs(form: Form, here: str) -> Crumbs:
    """Give the path of a page about a form."""
    path = crumbs(form.operation, ("collect:forms", _("Forms")), ("", form.title))
    path[-1] = (reverse("collect:form", args=[form.operation.code, form.pk]), form.title)
    return [*path, ("", here)]


def change_table(request: HttpRequest, found: Sequence[Change], empty: str) -> Table:
    """Lay changes of a form out; those that break a series come first."""
    ordered = sorted(found, key=lambda change: change.breaks is None)
    page = page_of(request, ordered, CHANGES_SHOWN)
    return Table(
        caption=_("Changes, those that break a series first"),
        columns=(
            Column("question", _("Question")),
            Column("aspect", _("Aspect"), "badge"),
            Column("difference", _("Difference")),
            Column("series", _("What it breaks")),
        ),
        rows=tuple(_row(change) for change in page),
        shown=len(found),
        known=len(found),
        page=page,
        empty=empty,
    )


def _row(change: Change) -> Row:
    lang = language()
    breaks = change.breaks.text(lang) if change.breaks else ""
    return Row(
        (
            Cell(change.path.rpartition("/")[2], hint=change.path),
            Cell(_kind(change.kind), tone="alert" if breaks else "quiet"),
            Cell(change.message.text(lang)),
            Cell(breaks or "–", tone="alert" if breaks else ""),
        )
    )


def _kind(kind: ChangeKind) -> str:
    return {
        ChangeKind.ADDED: _("Added"),
        ChangeKind.REMOVED: _("Removed"),
        ChangeKind.MOVED: _("Moved"),
        ChangeKind.TYPE: _("Type"),
        ChangeKind.LABEL: _("Label"),
        ChangeKind.CHOICES: _("Choices"),
        ChangeKind.CONCEPT: _("Concept"),
        ChangeKind.RULE: _("Rule"),
    }[kind]
