"""What looks wrong in one submission: the workshop's checks, and what only the house can know.

The house knows whether the site exists, whether a round covers the day, whether every file came, and whether
somebody else reported the same visit.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opendtm import records
from opendtm.clean import check_observation
from opendtm.forms import observation_findings
from opendtm.i18n import Message
from opendtm.records import Finding, Severity
from opendtm.vocab import concept
from opendtm_server.collect import queries as collect
from opendtm_server.places import queries as places
from opendtm_server.verify.durations import duration_doubts
from opendtm_server.verify.queries import Surroundings, corrected_values
from opendtm_server.verify.sentences import SENTENCES

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round, Submission


def doubts(submission: "Submission", around: Surroundings) -> list[Finding]:
    """Find everything that looks wrong in a submission as corrected, each thing once."""
    reading = collect.answers_of(submission)
    definition = collect.definition_of(submission.form_version)
    values = corrected_values(submission)
    earlier = around.earlier
    return [
        *_unanswered(observation_findings(reading, definition), values),
        *check_observation(
            values,
            previous=earlier[0] if earlier else None,
            history=earlier[1:],
            site=site_record(submission),
            round_=round_record(submission.round),
            today=submission.received_at.date() + timedelta(days=1),
            source=submission.instance_id,
        ),
        *_of_the_house(submission, values, around),
        *(
            _finding(check, Severity.SOFT, None, said)
            for check, said in duration_doubts(submission, reading, definition)
        ),
    ]


def round_record(round_: "Round | None") -> records.Round | None:
    """Give a round as the workshop knows it."""
    if round_ is None:
        return None
    return records.Round(
        starts_on=round_.starts_on,
        ends_on=round_.ends_on,
        number=round_.number,
        label=str(round_.number),
    )


def site_record(submission: "Submission") -> records.Site | None:
    """Give the submission's site as it was on the day of the visit."""
    day = submission.visited_on or submission.received_at.date()
    return places.site_visited_on(submission.site, day) if submission.site else None


def _unanswered(findings: Iterable[Finding], values: dict[str, Any]) -> Iterator[Finding]:
    """Leave out doubts about answers that a correction has replaced since."""
    for finding in findings:
        if finding.concept is None or values.get(finding.concept) is None:
            yield finding


def _of_the_house(
    submission: "Submission", values: dict[str, Any], around: Surroundings
) -> Iterator[Finding]:
    if submission.site is None and values.get("site_name") and not values.get("site_id"):
        yield _finding("site_not_given", Severity.HARD, "site_id", {})
    if submission.round is None:
        yield _finding(
            "round_unknown", Severity.SOFT, "assessment_date", {"day": submission.visited_on or "–"}
        )
    if other := collect.version_read_with(submission):
        yield _finding(
            "version_not_kept",
            Severity.NOTE,
            None,
            {"version": submission.form_version.version, "other": other},
        )
    missing = sum(1 for file in submission.attachments.all() if not file.sha256)
    if missing:
        yield _finding("files_missing", Severity.NOTE, None, {"count": missing})
    competition = collect.competition_of(submission) if submission.standing == 0 else None
    if competition and not competition.decided:
        count = len(competition.candidates)
        yield _finding("edits_compete", Severity.SOFT, None, {"count": count})
    if submission.site and around.reported_twice:
        yield _finding(
            "visit_reported_twice", Severity.SOFT, "site_id", {"site": submission.site.name}
        )


def _finding(
    check: str, severity: Severity, name: str | None, values: dict[str, object]
) -> Finding:
    sentence, remedy = SENTENCES[check]
    return Finding(
        check=check,
        severity=severity,
        message=Message(sentence, {**values, **({"concept": concept(name).label} if name else {})}),
        concept=name,
        remedy=Message(remedy),
    )
