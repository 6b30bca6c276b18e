"""What a form would change of a known site, in words: old beside new, how far it moves, and the forms to decide."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from opendtm_server.collect import queries
from opendtm_server.collect.list_forms import AsChanged, Refusal
from opendtm_server.collect.models import SiteProposal
from opendtm_server.places.drawing import mark_points
from opendtm_server.ui.tables import Cell
from opendtm_server.ui.templatetags.words import code as label
from opendtm_server.ui.templatetags.words import number


def title_of(proposal: SiteProposal) -> str:
    """Give the name under which a proposal is found: that of the known site, where it is about one."""
    return proposal.about.name if proposal.about else proposal.name


def change_cells(proposal: SiteProposal) -> tuple[Cell, Cell]:
    """Say in a list what would change, and how far the site would move."""
    found = queries.differences(proposal)
    words = _parts()
    moved = next((one for one in found if one.km is not None), None)
    return (
        Cell(", ".join(words[one.part] for one in found) or "–"),
        Cell(distance(moved.km) if moved else "–", tone="alert" if moved and moved.far else ""),
    )


def change_context(proposal: SiteProposal) -> dict[str, Any]:
    """Give what the page of a change shows: the parts, old beside new, and both places on a drawing."""
    found = queries.differences(proposal)
    far = next((one.km for one in found if one.far), None)
    site = proposal.about
    return {
        "changes": [(_parts()[one.part], *_words(one), distance(one.km)) for one in found],
        "far": distance(far) if far is not None else "",
        "drawing": mark_points(
            (proposal.key, _("New position"), proposal.latitude, proposal.longitude),
            [site] if site else [],
        ),
    }


def change_forms(request: HttpRequest, proposal: SiteProposal) -> dict[str, Form]:
    """Give the forms by which a change is accepted, refused, or let wait again."""
    deed, sent = request.POST.get("deed", ""), proposal.submission
    words = _parts()
    start = {"since": sent.visited_on or timezone.localdate(sent.received_at)}
    return {
        "change": AsChanged(
            request.POST if deed == "change" else None,
            parts=[(one.part, words[one.part]) for one in queries.differences(proposal)],
            initial=start,
            prefix="change",
        ),
        "refuse": Refusal(request.POST if deed == "refuse" else None, prefix="refuse"),
        "undo": Form(request.POST if deed == "undo" else None, prefix="undo"),
    }


def position_text(latitude: float | None, longitude: float | None) -> str:
    """Write a position in degrees; a dash where there is none."""
    return "–" if latitude is None or longitude is None else f"{latitude:.5f}, {longitude:.5f}"


def distance(km: float | None) -> str:
    """Write a distance in metres below a kilometre; a dash where it is not known."""
    if km is None:
        return "–"
    return f"{number(round(km * 1000))} m" if km < 1 else f"{number(km, 1)} km"


def _parts() -> dict[str, str]:
    return {
        "name": _("Name"),
        "position": _("Position"),
        "type": _("Type"),
        "status": _("Status"),
    }


def _words(one: queries.Difference) -> tuple[str, str]:
    if one.part == "position":
        return position_text(*(one.old or (None, None))), position_text(*one.new)
    if one.part == "name":
        return one.old, one.new
    codes = f"site_{one.part}"
    return (label(one.old, codes) if one.old else "–"), label(one.new, codes)
