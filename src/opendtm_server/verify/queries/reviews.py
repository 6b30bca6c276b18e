"""Where submissions stand: the newest review of each holds, and an edit takes the place of what it replaces.

A rejected edit replaces nothing.
"""

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from opendtm_server.collect import queries as collect
from opendtm_server.verify.models import Review

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round
    from opendtm_server.govern.models import Operation

RECEIVED = "received"


def review_states(operation: "Operation") -> QuerySet[Any]:
    """Give every submission of an operation with its `review`: received, approved, has_issues or rejected."""
    newest = Review.objects.filter(submission=OuterRef("pk")).order_by("-id").values("state")[:1]
    every: QuerySet[Any] = collect.submissions_of(operation).annotate(
        review=Coalesce(Subquery(newest), Value(RECEIVED))
    )
    return every


def standing_submissions(round_: "Round") -> QuerySet[Any]:
    """Give a round's submissions that count as things stand: neither rejected nor replaced, oldest first."""
    standing = review_states(round_.operation).exclude(review=Review.State.REJECTED)
    return _not_replaced(standing, round_)


def counting_submissions(round_: "Round") -> QuerySet[Any]:
    """Give a signed-off round's submissions that count: approved, and not replaced by an approved edit."""
    approved = review_states(round_.operation).filter(review=Review.State.APPROVED)
    return _not_replaced(approved, round_)


def _not_replaced(valid: QuerySet[Any], round_: "Round") -> QuerySet[Any]:
    edits = valid.exclude(deprecated_id="").filter(deprecated_id=OuterRef("instance_id"))
    others = edits.exclude(pk=OuterRef("pk"))
    return valid.filter(~Exists(others), round=round_).order_by("id")
