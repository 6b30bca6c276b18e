"""What is read about submissions: lists by reader, the answers in one, the visit after it.

A submission that an edit replaces, or whose upload was withdrawn, stays, but is not live: it counts for nothing.
Of competing edits (`competing.py`) the first in their standing is live.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)

from opendtm import forms as workshop
from opendtm.errors import InputProblem
from opendtm.forms import SubmissionReading
from opendtm_server.collect import rules, store
from opendtm_server.collect.models import FormVersion, Round, Submission
from opendtm_server.collect.queries.forms import DefinitionKey, definition_by_key, definition_key
from opendtm_server.govern.access import Reader

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


def submissions_in(reader: Reader, operation: "Operation") -> QuerySet[Any]:
    """Give what the reader may see of the operation's submissions, newest first.

    A facilitator sees what the own phones sent; others without the right to read see nothing.
    """
    every = submissions_of(operation)
    if rules.can_read_submissions(reader, operation):
        return every
    if rules.can_read_own_submissions(reader, operation):
        return every.filter(device__user_id=reader.pk)
    return every.none()


def submissions_for(reader: Reader, round_: Round) -> QuerySet[Submission]:
    """Give what the reader may see of a round's submissions, newest first."""
    return submissions_in(reader, round_.operation).filter(round=round_)


def submission_for(reader: Reader, operation: "Operation", key: int) -> Submission:
    """Give one submission that the reader may see; Submission.DoesNotExist otherwise."""
    found: Submission = (
        submissions_in(reader, operation).prefetch_related("attachments").get(pk=key)
    )
    return found


def submissions_of(operation: "Operation") -> QuerySet[Any]:
    """Give every submission of an operation with `replaced`, for the house's own work. Newest first."""
    related = ("operation", "form_version__form__operation", "site", "round", "device")
    every = Submission.objects.filter(operation=operation).select_related(*related)
    return every.defer("form_version__xform", "form_version__xlsform").annotate(
        replaced=ExpressionWrapper(
            Q(Exists(_edits())) | _behind() | Q(withdrawn_at__isnull=False),
            output_field=BooleanField(),
        )
    )


def with_shared(submissions: QuerySet[Any]) -> QuerySet[Any]:
    """Have what many submissions share, such as their form, read once for all instead of beside each of them."""
    versions = FormVersion.objects.select_related("form__operation").defer("xform", "xlsform")
    shared = (Prefetch("form_version", versions), "operation", "round", "device", "site")
    return submissions.select_related(None).prefetch_related(*shared)


def live_submissions(round_: Round) -> QuerySet[Submission]:
    """Give a round's submissions that no edit replaces, oldest first, for the house's own work."""
    return submissions_of(round_.operation).filter(round=round_, replaced=False).order_by("id")


def live_in(rounds: Iterable[Round]) -> QuerySet[Submission]:
    """Give the live submissions of some rounds that name a known site, bare, for counting."""
    every = Submission.objects.filter(round__in=rounds, site__isnull=False, withdrawn_at=None)
    return every.exclude(_behind()).exclude(Exists(_edits()))


def replacement_of(submission: Submission) -> Submission | None:
    """Give the edit that stands for a submission: of competing ones the one that counts, else the newest."""
    if submission.standing is not None:
        rivals = Submission.objects.filter(competes_with=submission.competes_with_id, standing=0)
        return rivals.exclude(pk=submission.pk).first()
    edits = edits_of(submission.operation_id).filter(deprecated_id=submission.instance_id)
    others = edits.exclude(pk=submission.pk)
    return others.order_by(F("standing").asc(nulls_last=True), "-id").first()


def edits_of(operation_id: int) -> QuerySet[Submission]:
    """Give an operation's submissions that say that they replace another, newest first."""
    return Submission.objects.filter(operation_id=operation_id).exclude(deprecated_id="")


def answers_of(submission: Submission) -> SubmissionReading:
    """Read a submission's answers as they were sent; FileNotFoundError where the store lost the body."""
    return _read(submission)[0]


def readings_of(
    submissions: Sequence[Submission],
) -> Iterator[tuple[Submission, SubmissionReading | InputProblem | FileNotFoundError]]:
    """Read the answers of some submissions of one operation as they were sent, or say what keeps them unread.

    Bodies that lie in the database are fetched with one question; nothing is remembered.
    """
    if not submissions:
        return
    code = submissions[0].operation.code
    small = store.read_small(code, {one.sha256 for one in submissions})
    for submission in submissions:
        try:
            body = small.get(submission.sha256) or store.read_kept(code, submission.sha256)
            opened = workshop.open_submission(body)
            form = definition_by_key(*definition_key(submission.form_version))
            yield submission, opened.envelope() if opened.encrypted else opened.read(form)
        except (InputProblem, FileNotFoundError) as problem:
            yield submission, problem


def observation_of(submission: Submission) -> dict[str, Any]:
    """Give the answers as sent by concept, without corrections; None or absent is unknown."""
    return dict(_read(submission)[1])


def next_submission(submission: Submission) -> Submission | None:
    """Give the live submission of the same site from the nearest later round: the visit compared with this one."""
    if submission.site_id is None or submission.round is None:
        return None
    later = submissions_of(submission.operation).filter(
        replaced=False,
        site_id=submission.site_id,
        round__form_id=submission.round.form_id,
        round__starts_on__gt=submission.round.starts_on,
    )
    return later.order_by("round__starts_on", "visited_on", "id").first()


def submission_numbers(operation: "Operation", instance_ids: Iterable[str]) -> dict[str, int]:
    """Give the house's number of each submission named by instance ID."""
    wanted = list(instance_ids)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        some = Submission.objects.filter(
            operation=operation, instance_id__in=wanted[start : start + 500]
        )
        found.update(some.values_list("instance_id", "pk"))
    return found


def _behind() -> Q:
    """Say that another of competing edits counts. Never unknown, where nothing competes."""
    return Q(standing__isnull=False, standing__gt=0)


def _edits() -> QuerySet[Submission]:
    """Give what replaces a submission that competes with none; whether it does is asked in here, for speed.

    Beside an `or` PostgreSQL would look for edits once a submission.
    """
    standing = ExpressionWrapper(OuterRef("standing"), output_field=IntegerField())
    same = Q(operation_id=OuterRef("operation_id"), deprecated_id=OuterRef("instance_id"))
    edits = Submission.objects.alias(among=standing).filter(same, among=None)
    return edits.exclude(deprecated_id="").exclude(pk=OuterRef("pk"))


def _read(submission: Submission) -> tuple[SubmissionReading, Mapping[str, Any]]:
    form = definition_key(submission.form_version)
    return _read_kept(submission.operation.code, submission.sha256, form)


@lru_cache(maxsize=512)
def _read_kept(
    operation_code: str, sha256: str, key: DefinitionKey
) -> tuple[SubmissionReading, Mapping[str, Any]]:
    """Read a body once; what lies under a SHA-256 never changes, and a check reads the visits before too."""
    form = definition_by_key(*key)
    opened = workshop.open_submission(store.read_kept(operation_code, sha256))
    reading = opened.envelope() if opened.encrypted else opened.read(form)
    return reading, workshop.to_observation(reading, form)
