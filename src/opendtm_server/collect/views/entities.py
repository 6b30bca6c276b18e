"""One entity: what is known of it, every state it was in and who made it, going back to one, deleting it."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.collect import actions, queries, rules
from opendtm_server.collect.entity_writing import state_of
from opendtm_server.collect.models import Entity, EntityVersion
from opendtm_server.collect.views.entity_words import (
    TONES,
    list_crumbs,
    source_words,
    state_words,
    why_words,
)
from opendtm_server.collect.views.pages import one_or_404
from opendtm_server.govern.doors import actor, desk_page
from opendtm_server.govern.roles import Permission

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@desk_page(Permission.READ_SUBMISSIONS)
def page(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Show one entity."""
    entity = one_or_404(queries.entities_for(request.user, operation), pk=key)
    name = entity.entity_list.name
    open_changes = queries.changes_for(request.user, operation).filter(
        dataset=name, key=entity.key, state__in=queries.OPEN_STATES
    )
    context = {
        "entity": entity,
        "facts": _facts(entity),
        "properties": [(one, value or "–") for one, value in entity.values.items()],
        "history": _history(entity),
        "open_changes": [
            (change, state_words(change.state), TONES[change.state], why_words(change))
            for change in open_changes
        ],
        "can_manage": rules.can_manage(request.user, operation),
        "crumbs": list_crumbs(operation, ("", entity.label), name=name),
    }
    return render(request, "collect/entity.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def delete(request: HttpRequest, operation: "Operation", key: int) -> HttpResponse:
    """Take an entity off its list, after asking."""
    standing = queries.entities_for(request.user, operation).filter(deleted_at=None)
    entity = one_or_404(standing, pk=key)
    if request.method == "POST":
        actions.delete_entity(entity=entity, by=actor(request))
        messages.success(request, _("It is off the list. Phones forget it at their next contact."))
        return redirect("collect:entity", operation.code, entity.pk)
    context = _confirmation(operation, entity, _("Delete")) | {
        "what": _("Phones no longer offer it once they have been in contact."),
        "undo": _("Its history stays, and any of its states can be restored."),
    }
    return render(request, "collect/list_confirm.html", context)


@desk_page(Permission.MANAGE_COLLECTION)
def restore(request: HttpRequest, operation: "Operation", key: int, number: int) -> HttpResponse:
    """Make an earlier state the present one, after asking."""
    entity = one_or_404(queries.entities_for(request.user, operation), pk=key)
    version = one_or_404(entity.versions, number=number)
    if request.method == "POST":
        actions.restore_version(version=version, by=actor(request))
        messages.success(request, _("The earlier state holds again, as a new version."))
        return redirect("collect:entity", operation.code, entity.pk)
    words = _("Restore version %(number)s") % {"number": number}
    context = _confirmation(operation, entity, words) | {
        "what": _("What the entity was in that version becomes what it is now."),
        "undo": _("The present state stays in the history and can be restored in the same way."),
    }
    return render(request, "collect/list_confirm.html", context)


def _confirmation(operation: "Operation", entity: Entity, words: str) -> dict[str, Any]:
    here = reverse("collect:entity", args=[operation.code, entity.pk])
    return {
        "heading": f"{words} · {entity.label}",
        "label": words,
        "back": here,
        "crumbs": list_crumbs(
            operation, (here, entity.label), ("", words), name=entity.entity_list.name
        ),
    }


def _facts(entity: Entity) -> list[tuple[str, Any]]:
    return [
        (_("List"), entity.entity_list.name),
        (_("Id"), entity.key),
        (_("Version"), entity.version),
        (_("P-code of its area"), entity.area_code or "–"),
        (_("Last change"), entity.changed_at),
    ]


def _history(entity: Entity) -> list[dict[str, Any]]:
    """Give the versions, newest first, each with what it changed."""
    versions = list(entity.versions.select_related("submission", "upload"))
    rows: list[dict[str, Any]] = []
    before: dict[str, str] = {}
    for version in versions:
        state = state_of(version)
        rows.append(
            {
                "version": version,
                "source": source_words(version),
                "changes": _differences(before, state),
                "from": _origin(version),
            }
        )
        before = state
    return rows[::-1]


def _differences(before: dict[str, str], state: dict[str, str]) -> list[tuple[str, str, str]]:
    return [
        (name, before.get(name, "") or "–", state.get(name, "") or "–")
        for name in state
        if before.get(name, "") != state.get(name, "")
    ]


def _origin(version: EntityVersion) -> str:
    if version.submission:
        return version.submission.instance_id
    return version.upload.filename if version.upload else ""
