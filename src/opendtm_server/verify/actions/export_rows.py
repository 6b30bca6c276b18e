"""One submission as a row of an export: what the house knows of it, its answers as sent or as corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from opendtm.errors import InputProblem
from opendtm.forms import SubmissionReading
from opendtm.records import Answer, AnswerState
from opendtm.render.raw import RawWriter
from opendtm_server.collect import queries as collect
from opendtm_server.verify import queries
from opendtm_server.verify.models import Correction
from opendtm_server.verify.stored import value_from_json


def add_rows(rows: RawWriter, submissions: Sequence[Any], *, corrected: bool) -> None:
    """Read submissions and lay them down, with their corrections in force where these are wanted."""
    for submission, reading in collect.readings_of(submissions):
        _add(rows, submission, reading, corrected=corrected)


def _add(
    rows: RawWriter,
    submission: Any,
    reading: SubmissionReading | InputProblem | FileNotFoundError,
    *,
    corrected: bool,
) -> None:
    notes: dict[str, str] = {}
    if not isinstance(reading, SubmissionReading):  # not to be read, or lost by the disk
        notes["_not_of_type"] = (
            reading.code if isinstance(reading, InputProblem) else "FileNotFound"
        )
        reading = SubmissionReading("", "", submission.instance_id, None, (), ())
    if corrected:
        corrections = queries.active_corrections(submission)
        reading = with_corrections(reading, corrections) if corrections else reading
        said = {one.concept: one.new_value for one in corrections}
        notes["_corrected"] = "; ".join(f"{name}={value}" for name, value in said.items())
    rows.add(_meta(submission), reading, notes)


def with_corrections(
    reading: SubmissionReading, corrections: list[Correction]
) -> SubmissionReading:
    """Put corrected answers in the place of those sent, where one question alone measures the concept."""
    new = {one.concept: value_from_json(one.concept, one.new_value) for one in corrections}
    asked = [answer.concept for answer in reading.answers]
    fit = {name: value for name, value in new.items() if asked.count(name) == 1}
    answers = tuple(
        Answer(one.path, fit[one.concept], _state(fit[one.concept]), one.concept)
        if one.concept in fit
        else one
        for one in reading.answers
    )
    return replace(reading, answers=answers)


def _state(value: object) -> AnswerState:
    return AnswerState.MISSING if value is None else AnswerState.ANSWERED


def _meta(submission: Any) -> Mapping[str, str | None]:
    return {
        "_id": submission.instance_id,
        "_version": submission.form_version.version,
        "_received": submission.received_at.isoformat(),
        "_phone": submission.device.code if submission.device else None,
        "_round": str(submission.round.number) if submission.round else None,
        "_site": submission.site.code if submission.site else submission.site_code or None,
        "_review": submission.review,
    }
