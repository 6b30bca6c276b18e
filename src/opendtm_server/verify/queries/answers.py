"""Answers with their corrections: of one submission, of a whole round."""

import hashlib
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from opendtm import records
from opendtm.clean import apply_corrections
from opendtm.forms import observations_table
from opendtm_server.collect import queries as collect
from opendtm_server.verify.models import Correction
from opendtm_server.verify.problems import RoundNotSigned
from opendtm_server.verify.queries.reviews import (
    counting_submissions,
    standing_submissions,
)
from opendtm_server.verify.stored import value_from_json

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opendtm_server.collect.models import Round, Submission


def active_corrections(submission: "Submission") -> list[Correction]:
    """Give a submission's corrections that have not been undone, oldest first."""
    return [one for one in submission.corrections.all() if one.undone_at is None]


def corrected_values(submission: "Submission") -> dict[str, Any]:
    """Give a submission's answers by concept with the corrections in force."""
    sent = collect.observation_of(submission)
    return dict(apply_corrections(sent, [_record(one) for one in active_corrections(submission)]))


def approved_observations(
    round_: "Round", *, provisional: bool = False, only: Collection[str] | None = None
) -> pa.Table:
    """Give a round's observations table: one row a submission that counts, corrections applied.

    Rows come by site, day and instance ID, so that the same answers make the same table whatever order they
    arrived in. `_source` is the instance ID. Rejected and replaced submissions are left out. RoundNotSigned where the
    round has not been signed off, unless a provisional table is asked for: that one holds everything received
    so far that nobody has rejected. `only` names the submissions whose rows are wanted; the columns are those
    that any submission of the round was asked.
    """
    sent = _counting(round_, provisional=provisional)
    forms = sent.values_list("form_version_id", flat=True).distinct()
    asked = {
        question.concept
        for form in collect.definitions(forms.order_by())
        for question in form.questions
    }
    wanted = sent if only is None else sent.filter(instance_id__in=only)
    chosen = sorted(wanted.prefetch_related("corrections"), key=_by_site_and_day)
    rows = ((one.instance_id, _placed(one)) for one in chosen)
    return observations_table(rows, asked=(name for name in asked if name))


def approved_states(round_: "Round") -> dict[str, str]:
    """Give all that each row of a signed-off round's observations depends on, in a few letters, by instance ID.

    In the order of the table's rows. A submission whose state is the same gives the same row: its body never
    changes, so it is the reading of its form, its site and the corrections in force that count.
    RoundNotSigned where the round has not been signed off.
    """
    names = ("site__code", "visited_on", "instance_id", "pk", "form_version_id")
    rows = [
        (site or "", day or date.min, *more)
        for site, day, *more in _counting(round_).values_list(*names)
    ]
    keys = collect.definition_keys(version for *_rest, version in rows)
    corrections: dict[int, list[int]] = {}
    for submission, key in (
        Correction.objects.filter(submission__round=round_, undone_at=None)
        .order_by("pk")
        .values_list("submission_id", "pk")
    ):
        corrections.setdefault(submission, []).append(key)
    return {
        source: _short((site, day, number, keys[version], corrections.get(number, [])))
        for site, day, source, number, version in sorted(rows)
    }


def _short(state: tuple[Any, ...]) -> str:
    return hashlib.sha256(repr(state).encode()).hexdigest()[:32]


def _counting(round_: "Round", *, provisional: bool = False) -> "QuerySet[Any]":
    if round_.signed_off_at is not None:
        return counting_submissions(round_)
    if not provisional:
        raise RoundNotSigned(number=round_.number)
    return standing_submissions(round_)


def _by_site_and_day(submission: "Submission") -> tuple[str, date, str]:
    site = submission.site.code if submission.site else ""
    return site, submission.visited_on or date.min, submission.instance_id


def _placed(submission: "Submission") -> dict[str, Any]:
    values = corrected_values(submission)
    return values | ({"site_id": submission.site.code} if submission.site else {})


def _record(row: Correction) -> records.Correction:
    return records.Correction(
        source=row.submission.instance_id,
        concept=row.concept,
        old_value=value_from_json(row.concept, row.old_value),
        new_value=value_from_json(row.concept, row.new_value),
        reason=row.reason,
        by=row.by,
        at=row.at,
    )
