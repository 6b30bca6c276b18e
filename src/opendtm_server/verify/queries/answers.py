"""Answers with their corrections: of one submission, of a whole round."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from opendtm import records
from opendtm.clean import apply_corrections
from opendtm.forms import observations_table
from opendtm_server.collect import queries as collect
from opendtm_server.places import queries as places
from opendtm_server.verify.models import Correction
from opendtm_server.verify.problems import RoundNotSigned
from opendtm_server.verify.queries.reviews import (
    counting_in,
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


Row = tuple[str, date, str, int, int]  # site, day, instance ID, numbers of submission and version


@dataclass(frozen=True)
class Approved:
    """The submissions of a signed-off round that count, without their answers.

    `states` gives by instance ID all that each row of the round's observations depends on, in a few letters and in
    the order of the rows. `versions` are the numbers of the versions of the form that they were filled with.
    """

    states: Mapping[str, str]
    versions: frozenset[int]


def approved_observations(round_: "Round", *, provisional: bool = False) -> pa.Table:
    """Give a round's observations table: one row a submission that counts, corrections applied.

    Rows come by site, day and instance ID, so that the same answers make the same table whatever order they
    arrived in. `_source` is the instance ID. Rejected and replaced submissions are left out. RoundNotSigned where the
    round has not been signed off, unless a provisional table is asked for: that one holds everything received
    so far that nobody has rejected. The columns are those that any submission of the round was asked.
    """
    sent = _counting(round_, provisional=provisional)
    versions = sent.values_list("form_version_id", flat=True).distinct()
    return _observations(sent, versions.order_by())


def observations_among(round_: "Round", approved: Approved, only: Collection[str]) -> pa.Table:
    """Give the rows of `approved_observations` of some approved submissions alone, with every column."""
    return _observations(_counting(round_).filter(instance_id__in=only), approved.versions)


def _observations(sent: "QuerySet[Any]", versions: Iterable[int]) -> pa.Table:
    asked = {
        question.concept for form in collect.definitions(versions) for question in form.questions
    }
    chosen = sorted(sent.prefetch_related("corrections"), key=_by_site_and_day)
    rows = ((one.instance_id, _placed(one)) for one in chosen)
    return observations_table(rows, asked=(name for name in asked if name))


def approved_submissions(rounds: "Sequence[Round]") -> dict[int, Approved]:
    """Say which submissions of signed-off rounds count, and what the row of each depends on, by the round's number.

    The rounds are of one operation; however many they are, the database is asked three questions. A submission whose
    state is the same gives the same row: its body never changes, so it is the reading of its form, its site and the
    corrections in force that count. RoundNotSigned where a round has not been signed off.
    """
    for round_ in rounds:
        _check_signed(round_)
    # each site's code is looked up: where sites are joined, PostgreSQL holds every one against every submission
    sent = counting_in(rounds).annotate(at_site=places.code_of("site_id")).order_by()
    told = ("at_site", "visited_on", "instance_id", "pk", "form_version_id")
    rows: dict[int, list[Row]] = {round_.pk: [] for round_ in rounds}
    for key, site, day, *more in sent.values_list("round_id", *told):
        rows[key].append((site or "", day or date.min, *more))
    keys = collect.definition_keys(row[-1] for each in rows.values() for row in each)
    marks = {version: _short(key) for version, key in keys.items()}
    corrections = _in_force(rounds)
    return {key: _approved(each, marks, corrections) for key, each in rows.items()}


def _approved(
    rows: "list[Row]", marks: Mapping[int, str], corrections: Mapping[int, list[int]]
) -> Approved:
    states = {
        source: f"{marks[version]} {number} {site} {day} {corrections.get(number, '')}"
        for site, day, source, number, version in sorted(rows)
    }
    return Approved(states, frozenset(row[-1] for row in rows))


def _in_force(rounds: "Sequence[Round]") -> dict[int, list[int]]:
    """List the numbers of the corrections in force by submission, oldest first."""
    held = Correction.objects.filter(submission__round__in=rounds, undone_at=None).order_by("pk")
    found: dict[int, list[int]] = {}
    for submission, key in held.values_list("submission_id", "pk"):
        found.setdefault(submission, []).append(key)
    return found


def _short(key: object) -> str:
    return hashlib.sha256(repr(key).encode()).hexdigest()[:16]


def _counting(round_: "Round", *, provisional: bool = False) -> "QuerySet[Any]":
    if provisional and round_.signed_off_at is None:
        return standing_submissions(round_)
    _check_signed(round_)
    return counting_submissions(round_)


def _check_signed(round_: "Round") -> None:
    if round_.signed_off_at is None:
        raise RoundNotSigned(number=round_.number)


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
