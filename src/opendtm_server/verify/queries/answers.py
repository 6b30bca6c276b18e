"""Answers with their corrections: of one submission, of a whole round."""

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
    from opendtm_server.collect.models import Round, Submission


def active_corrections(submission: "Submission") -> list[Correction]:
    """Give a submission's corrections that have not been undone, oldest first."""
    return [one for one in submission.corrections.all() if one.undone_at is None]


def corrected_values(submission: "Submission") -> dict[str, Any]:
    """Give a submission's answers by concept with the corrections in force."""
    sent = collect.observation_of(submission)
    return dict(apply_corrections(sent, [_record(one) for one in active_corrections(submission)]))


def approved_observations(round_: "Round", *, provisional: bool = False) -> pa.Table:
    """Give a round's observations table: one row a submission that counts, corrections applied.

    Rows come by site, day and instance ID, so that the same answers make the same table whatever order they
    arrived in. `_source` is the instance ID. Rejected and replaced submissions are left out. RoundNotSigned where the
    round has not been signed off, unless a provisional table is asked for: that one holds everything received
    so far that nobody has rejected.
    """
    if round_.signed_off_at is None and not provisional:
        raise RoundNotSigned(number=round_.number)
    chosen = counting_submissions(round_) if round_.signed_off_at else standing_submissions(round_)
    sent = sorted(chosen.prefetch_related("corrections"), key=_by_site_and_day)
    forms = {one.form_version for one in sent}
    asked = {
        question.concept for form in forms for question in collect.definition_of(form).questions
    }
    rows = ((one.instance_id, _placed(one)) for one in sent)
    return observations_table(rows, asked=(name for name in asked if name))


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
