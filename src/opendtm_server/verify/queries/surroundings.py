"""What submissions are held against: the visits before them at their sites, and others of the same round.

Read for many submissions at once, so that checking a round asks the database a few times, not a few times a
visit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import F, Window
from django.db.models.functions import DenseRank

from opendtm_server.collect import queries as collect
from opendtm_server.verify.models import Review
from opendtm_server.verify.queries.answers import corrected_values
from opendtm_server.verify.queries.reviews import review_states

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round, Submission
    from opendtm_server.govern.models import Operation

EARLIER = 2  # rounds that a visit is compared with


@dataclass(frozen=True)
class Surroundings:
    """What one submission is held against.

    `earlier` holds the corrected answers of the visits before at the same site, newest first, one a round;
    `reported_twice` tells whether another submission reports the same visit.
    """

    earlier: Sequence[dict[str, Any]] = field(default=())
    reported_twice: bool = False


def to_check(operation: "Operation", keys: Sequence[int]) -> "list[Submission]":
    """Give submissions by number, in that order, with all at hand that a check looks at.

    They are locked until the end of the transaction, so that two checks of the same one follow each other.
    """
    every = collect.submissions_of(operation).filter(pk__in=keys).order_by("pk")
    locked = every.select_for_update(of=("self",), no_key=True)
    found = locked.prefetch_related("corrections", "attachments", "site__statuses", "site__aliases")
    by_key = {one.pk: one for one in found}
    return [by_key[key] for key in keys if key in by_key]


def surroundings(submissions: "Sequence[Submission]") -> dict[int, Surroundings]:
    """Give what each of these submissions of one operation is held against, by its number."""
    found: dict[int, Surroundings] = {one.pk: Surroundings() for one in submissions}
    placed = (one for one in submissions if one.round is not None and one.site_id is not None)
    for _, group in groupby(
        sorted(placed, key=lambda one: one.round_id or 0), lambda one: one.round_id
    ):
        of_round = list(group)
        if of_round[0].round is not None:
            found |= _in_round(of_round[0].round, of_round)
    return found


def _in_round(round_: "Round", submissions: "Sequence[Submission]") -> dict[int, Surroundings]:
    earlier = _earlier(round_, {one.site_id for one in submissions if one.site_id is not None})
    live = list(collect.live_submissions(round_).values_list("pk", "instance_id", "site_id"))
    return {
        one.pk: Surroundings(
            earlier.get(one.site_id or 0, ()),
            any(
                site == one.site_id and pk != one.pk and instance != one.deprecated_id
                for pk, instance, site in live
            ),
        )
        for one in submissions
    }


def _earlier(round_: "Round", sites: set[int]) -> dict[int, list[dict[str, Any]]]:
    """Give the corrected answers of the last visits before a round by site, newest first, one visit a round."""
    recency = Window(DenseRank(), partition_by="site_id", order_by=F("round__starts_on").desc())
    visits = (
        review_states(round_.operation)
        .filter(
            replaced=False,
            site_id__in=sites,
            round__form_id=round_.form_id,
            round__starts_on__lt=round_.starts_on,
        )
        .exclude(review=Review.State.REJECTED)
        .annotate(recency=recency)
        .filter(recency__lte=EARLIER)
        .order_by("site_id", "recency", F("visited_on").desc(nulls_last=True), "-id")
        .prefetch_related("corrections")
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for (site, _), of_round in groupby(visits, key=lambda one: (one.site_id, one.recency)):
        found.setdefault(site, []).append(corrected_values(next(of_round)))
    return found
