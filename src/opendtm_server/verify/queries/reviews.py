"""Where submissions stand: the newest review of each holds, and an edit takes the place of what it replaces.

A rejected edit replaces nothing; of competing edits the first in their standing counts that is not rejected.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
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
    return _not_replaced(standing, [round_])


def counting_submissions(round_: "Round") -> QuerySet[Any]:
    """Give a signed-off round's submissions that count: approved, and not replaced by an approved edit."""
    return counting_in([round_])


def counting_in(rounds: "Sequence[Round]") -> QuerySet[Any]:
    """Give the submissions that count of some signed-off rounds of one operation, oldest first."""
    approved = review_states(rounds[0].operation).filter(review=Review.State.APPROVED)
    return _not_replaced(approved, rounds)


def states_counted(round_: "Round") -> dict[tuple[str, bool], int]:
    """Count a round's submissions by their review, and by whether an edit that nobody rejected replaces them."""
    every = review_states(round_.operation)
    sent = every.filter(round=round_).annotate(
        edit=_edit(every.exclude(review=Review.State.REJECTED))
    )
    stands = ExpressionWrapper(Q(edit=None), output_field=BooleanField())
    groups = sent.order_by().annotate(stands=stands).values_list("review", "stands")
    return {(review, not stands): number for review, stands, number in groups.annotate(Count("pk"))}


def _not_replaced(valid: QuerySet[Any], rounds: "Sequence[Round]") -> QuerySet[Any]:
    """Keep the submissions of some rounds that no valid edit replaces, oldest first."""
    sent: QuerySet[Any] = valid.filter(round__in=rounds).annotate(edit=_edit(valid))
    return sent.filter(edit=None).order_by("id")


def _edit(valid: QuerySet[Any]) -> Case:
    """Give the number of a valid edit that stands for a row, null where there is none.

    Among competing edits that is one ahead of it; everywhere else one that names it.

    It is a value of the row on purpose: for `Exists` PostgreSQL reads the reviews of every edit of the operation
    first.
    """
    edits = valid.exclude(deprecated_id="").filter(deprecated_id=OuterRef("instance_id"))
    others = edits.exclude(pk=OuterRef("pk"))
    ahead = valid.filter(competes_with=OuterRef("competes_with"), standing__lt=OuterRef("standing"))
    return Case(When(standing=None, then=_number(others)), default=_number(ahead))


def _number(found: QuerySet[Any]) -> Subquery:
    return Subquery(found.order_by().values("pk")[:1])
