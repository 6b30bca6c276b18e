"""The words in which pages speak of entity lists: states, sources, sentences, the path at the top."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.collect.errors import sentence_of
from opendtm_server.collect.models import EntityChange, EntityVersion
from opendtm_server.collect.views.pages import crumbs
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

TONES = {
    "conflict": "alert",
    "problem": "alert",
    "held": "",
    "applied": "good",
    "left_out": "quiet",
    "repeated": "quiet",
    "proposed": "good",
}


def list_crumbs(
    operation: "Operation", *here: tuple[str, str], name: str = ""
) -> list[tuple[str, str]]:
    """Give the path to a page about lists: the lists, the list of that name, then pairs of address and words."""
    path = crumbs(operation, ("collect:lists", _("Lists")), ("", ""))[:-1]
    if name:
        path.append((reverse("collect:entity_list", args=[operation.code, name]), name))
    path += here
    return [*path[:-1], ("", path[-1][1])]


def state_words(state: str) -> str:
    """Say where a change stands."""
    return {
        "conflict": _("In conflict"),
        "problem": _("At fault"),
        "held": _("Waits for an earlier one"),
        "applied": _("Applied"),
        "left_out": _("Left out"),
        "repeated": _("Repeated"),
        "proposed": _("Proposed site"),
    }[state]


def source_words(version: EntityVersion) -> str:
    """Say by which way a version came."""
    return {
        "submission": _("Submission"),
        "upload": _("Spreadsheet"),
        "decision": _("Decision at the desk"),
        "undo": _("Spreadsheet taken back"),
    }[version.source]


def why_words(change: EntityChange) -> str:
    """Say why a change stands where it stands."""
    if change.error_code:
        return sentence_of(change.error_code, change.details, language(), otherwise="")
    if change.state == "conflict":
        names = ", ".join(change.clashing)
        return _("Others wrote something else meanwhile: %(names)s.") % {"names": names}
    if change.state == "held":
        return _("It builds on a change, or on a creation, that has not arrived yet.")
    return change.reason
