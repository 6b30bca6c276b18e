"""What the staff pages of this room have in common: the path at the top, and the search for one thing."""

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm_server.collect import queries
from opendtm_server.collect.models import Round, Submission

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

Crumbs = list[tuple[str, str]]


def crumbs(operation: "Operation", *steps: tuple[str, str]) -> Crumbs:
    """Give the path of a page: the operation, then pairs of address name and words; the last has no address."""
    path = [(reverse("govern:operation", args=[operation.code]), operation.code)]
    for name, words in steps[:-1]:
        path.append((reverse(name, args=[operation.code]), words))
    return [*path, ("", steps[-1][1])]


def round_crumbs(round_: Round, here: str = "") -> Crumbs:
    """Give the path of a page about a round."""
    operation, number = round_.operation, round_name(round_)
    path = crumbs(operation, ("collect:rounds", _("Rounds")), ("", number))
    if here:
        path[-1] = (reverse("collect:round", args=[operation.code, round_.pk]), number)
        path.append(("", here))
    return path


def round_name(round_: Round) -> str:
    """Name a round."""
    return _("Round %(number)s") % {"number": round_.number}


def round_or_404(request: HttpRequest, operation: "Operation", key: int) -> Round:
    """Give a round that the reader may see."""
    try:
        return queries.round_for(request.user, operation, key)
    except Round.DoesNotExist as missing:
        raise Http404 from missing


def submission_or_404(request: HttpRequest, operation: "Operation", key: int) -> Submission:
    """Give a submission that the reader may see."""
    try:
        return queries.submission_for(request.user, operation, key)
    except Submission.DoesNotExist as missing:
        raise Http404 from missing


def one_or_404(things: Any, **wishes: Any) -> Any:
    """Give the one row of a list that the reader may see."""
    found = things.filter(**wishes).first()
    if found is None:
        raise Http404
    return found
