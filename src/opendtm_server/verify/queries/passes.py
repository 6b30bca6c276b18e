"""The records of a signed-off round: the passes of its repeats, beside what their submission says."""

from collections.abc import Iterator, Set
from typing import TYPE_CHECKING

import pyarrow as pa

from opendtm.forms import FormDefinition, repeat_tables
from opendtm.measure import with_submissions
from opendtm.measure.scope import Record, record_of
from opendtm_server.collect import queries as collect
from opendtm_server.verify.queries.answers import active_corrections, approved_observations
from opendtm_server.verify.queries.reviews import counting_submissions

if TYPE_CHECKING:
    from opendtm_server.collect.models import FormVersion, Round, Submission


def approved_records(round_: "Round", *, record: Record) -> pa.Table:
    """Give a round's records of one kind: a row a pass of the repeat that holds them, else a row a submission.

    `_source` is the instance ID, the same for all passes of a submission. Corrections are of a whole
    submission: where one of them changes an answer of the repeat, the submission is one row of its own with
    the corrected answer, and its passes are not used. RoundNotSigned where the round is not signed off.
    """
    observations = approved_observations(round_)
    passes = [table for table in _passes(round_, record) if table.num_rows]
    if not passes:
        return observations
    return with_submissions(pa.concat_tables(passes, promote_options="default"), observations)


def _passes(round_: "Round", record: Record) -> Iterator[pa.Table]:
    sent = counting_submissions(round_).select_related("form_version__form").order_by("instance_id")
    by_form: dict[FormVersion, list[Submission]] = {}
    for one in sent.prefetch_related("corrections"):
        by_form.setdefault(one.form_version, []).append(one)
    for version, submissions in by_form.items():
        form = collect.definition_of(version)
        for repeat, asked in _repeats(form, record):
            kept = [one for one in submissions if not _corrected(one, asked)]
            readings = ((one.instance_id, collect.answers_of(one)) for one in kept)
            yield repeat_tables(readings, form)[repeat]


def _repeats(form: FormDefinition, record: Record) -> Iterator[tuple[str, Set[str]]]:
    """Name the repeats whose passes are records of a kind, with the concepts that they ask for."""
    for repeat in form.repeats:
        asked = {
            question.concept
            for question in form.questions
            if question.concept and question.repeats and question.repeats[-1] == repeat
        }
        if record_of(asked, passes=True) is record:
            yield repeat, asked


def _corrected(submission: "Submission", asked: Set[str]) -> bool:
    return any(one.concept in asked for one in active_corrections(submission))
