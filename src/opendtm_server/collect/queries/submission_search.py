"""Choosing among an operation's submissions, however many there are.

Every wish is turned into something that an index finds: names and codes become numbers of sites and phones
first. What was replaced is counted from the few edits, not by asking of every submission whether one exists.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet

from opendtm_server.collect.models import Device, Submission
from opendtm_server.collect.queries.submissions import edits_of
from opendtm_server.places import queries as places

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

NO_SITE, NO_ROUND, MISSING, REPLACED = "no_site", "no_round", "missing", "replaced"
UUID = "uuid:"
FEW = 500


@dataclass(frozen=True)
class SubmissionChoice:
    """Which submissions are wanted; what is empty is not asked for. `placed` is one of the four codes above."""

    search: str = ""
    round: int | None = None
    placed: str = ""


@dataclass(frozen=True)
class Chosen:
    """Chosen submissions: `rows` to choose among further, `keys` for counting.

    `near`, where there is one, are the same as `rows`, asked of each in order: quick where the next is not far.
    """

    rows: QuerySet[Any]
    keys: QuerySet[Any]
    near: QuerySet[Any] | None = None


def chosen_submissions(
    every: QuerySet[Any], operation: "Operation", choice: SubmissionChoice
) -> Chosen:
    """Keep the submissions that match every wish."""
    if choice == SubmissionChoice(placed=REPLACED):
        keys = _replaced(every, operation)
        return Chosen(every.filter(pk__in=keys), keys=keys, near=every.filter(replaced=True))
    if choice.round:
        every = every.filter(round_id=choice.round)
    if choice.placed == REPLACED and choice.round:  # few enough to ask each
        every = every.filter(replaced=True)
    elif choice.placed:
        every = every.filter(_placed(every, operation, choice.placed))
    if words := choice.search.strip():
        every = every.filter(_named(operation, words))
    return Chosen(every, keys=every)


def _placed(every: QuerySet[Any], operation: "Operation", state: str) -> Q:
    if state == REPLACED:
        return Q(pk__in=_replaced(every, operation))
    return {NO_SITE: Q(site=None), NO_ROUND: Q(round=None), MISSING: Q(complete=False)}[state]


def _replaced(every: QuerySet[Any], operation: "Operation") -> QuerySet[Any, Any]:
    """Give the numbers of those that an edit replaces, or whose upload was withdrawn, each once."""
    named = edits_of(operation.pk).exclude(deprecated_id=F("instance_id")).order_by()
    live = every.filter(withdrawn_at=None)
    parts = (
        live.filter(instance_id__in=named.values("deprecated_id"), standing=None),
        live.filter(standing__gt=0),
        every.filter(withdrawn_at__isnull=False),
    )
    first, *rest = (one.order_by().values("pk") for one in parts)
    return first.union(*rest, all=True)


def _named(operation: "Operation", words: str) -> Q:
    """Say what words mean: part of a site's name or code, a phone's code, or a whole instance ID."""
    sites = places.sites_named(operation, words)
    phones = Device.objects.filter(operation=operation, code__iexact=words)
    kept = Submission.objects.filter(operation=operation, instance_id__in=(words, UUID + words))
    unknown = Submission.objects.filter(operation=operation, site=None, site_code__icontains=words)
    found = Q(pk__in=list(kept.values_list("pk", flat=True)))
    for name, keys in (("site_id__in", sites), ("device_id__in", phones), ("pk__in", unknown)):
        found |= among(name, keys.order_by().values_list("pk", flat=True))
    return found


def among(name: str, keys: "QuerySet[Any, int]") -> Q:
    """Name few keys one by one, so that the database sees how few they are; many it looks up itself."""
    numbers = list(keys[: FEW + 1])
    return Q(**{name: numbers if len(numbers) <= FEW else keys})
