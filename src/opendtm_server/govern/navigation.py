"""What every staff page knows without asking: where the reader is, and where the role lets them go."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import is_valid_path
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opendtm_server.govern.access import permissions
from opendtm_server.govern.models import Operation
from opendtm_server.govern.queries import operation_for, operations_for
from opendtm_server.govern.roles import Permission

Words = Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of an operation's desk: its place below the operation's address and who may open it."""

    path: str
    label: Words
    permission: Permission


ENTRIES: tuple[tuple[Words, tuple[Entry, ...]], ...] = (
    (
        _("This round"),
        (
            Entry("rounds/", _("Rounds"), Permission.READ_FIGURES),
            Entry("submissions/", _("Submissions"), Permission.READ_SUBMISSIONS),
            Entry("findings/", _("Findings"), Permission.READ_SUBMISSIONS),
            Entry("exports/", _("Exports"), Permission.READ_SUBMISSIONS),
            Entry("figures/", _("Figures"), Permission.READ_FIGURES),
            Entry("indicators/", _("Indicators"), Permission.READ_FIGURES),
            Entry("warning/", _("Early warning"), Permission.READ_FIGURES),
            Entry("releases/", _("Releases"), Permission.READ_FIGURES),
        ),
    ),
    (
        _("The ground"),
        (
            Entry("places/", _("Sites"), Permission.READ_FIGURES),
            Entry("places/areas/", _("Areas"), Permission.READ_FIGURES),
            Entry("proposals/", _("Proposed sites"), Permission.READ_SUBMISSIONS),
            Entry("lists/", _("Lists"), Permission.READ_SUBMISSIONS),
            Entry("forms/", _("Forms"), Permission.MANAGE_COLLECTION),
            Entry("devices/", _("Phones"), Permission.MANAGE_COLLECTION),
            Entry("links/", _("Public links"), Permission.MANAGE_COLLECTION),
            Entry("sources/", _("Sources"), Permission.MANAGE_COLLECTION),
            Entry("uploads/", _("Uploads"), Permission.MANAGE_COLLECTION),
        ),
    ),
    (
        _("The operation"),
        (
            Entry("people/", _("People"), Permission.GOVERN),
            Entry("audit/", _("Audit log"), Permission.GOVERN),
        ),
    ),
)


def context(request: HttpRequest) -> dict[str, Any]:
    """Give the templates `here` (the operation), `sections` (the desk's pages) and `my_operations`."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"here": None, "sections": (), "my_operations": ()}
    here = SimpleLazyObject(lambda: _here(request))
    return {
        "here": here,
        "sections": SimpleLazyObject(lambda: _sections(request)),
        "my_operations": operations_for(request.user),
    }


def _here(request: HttpRequest) -> Operation | None:
    match = request.resolver_match
    code = match.kwargs.get("operation") if match else None
    if code is None:
        return None
    try:
        return operation_for(request.user, code)
    except Operation.DoesNotExist:
        return None


def _sections(request: HttpRequest) -> list[dict[str, Any]]:
    here = _here(request)
    if here is None:
        return []
    allowed = permissions(request.user, here)
    root = f"/{get_language()}/desk/{here.code}/"
    sections = [
        {
            "label": label,
            "links": [
                _link(request, root, entry) for entry in entries if _open(root, entry, allowed)
            ],
        }
        for label, entries in ENTRIES
    ]
    return [section for section in sections if section["links"]]


def _open(root: str, entry: Entry, allowed: frozenset[Permission]) -> bool:
    return entry.permission in allowed and _exists(root + entry.path)


def _link(request: HttpRequest, root: str, entry: Entry) -> dict[str, Any]:
    href = root + entry.path
    longer = [
        root + other.path
        for _label, entries in ENTRIES
        for other in entries
        if other.path != entry.path
    ]
    deeper = any(path.startswith(href) and request.path.startswith(path) for path in longer)
    return {
        "href": href,
        "label": entry.label,
        "current": request.path.startswith(href) and not deeper,
    }


@cache
def _exists(path: str) -> bool:
    return bool(is_valid_path(path))
