"""The cleaning log of a round: every decision beside the answer, in the columns that IMPACT's tools read.

Applied to the answers as sent it gives the approved ones: `change_response` takes the new value,
`blank_response` empties the answer, `remove_survey` drops the submission, `no_action` changes nothing.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opendtm_server.collect import queries as collect
from opendtm_server.govern.access import Reader
from opendtm_server.verify.models import Correction, Finding, Review
from opendtm_server.verify.sentences import say

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round

LOG_COLUMNS = (
    "uuid",
    "question",
    "old_value",
    "new_value",
    "change_type",
    "issue",
    "check_id",
    "check_binding",
    "reason",
    "site_id",
    "by",
    "at",
)
Line = dict[str, str]


def cleaning_log(reader: Reader, round_: "Round") -> Iterator[Line]:
    """Give the lines of a round's log, oldest decision first within a submission; nothing to who may not read."""
    sent = collect.submissions_for(reader, round_).order_by("id")
    for submission in sent.prefetch_related("corrections", "findings", "reviews"):
        base = {
            "uuid": submission.instance_id,
            "site_id": submission.site.code if submission.site else "",
        }
        for correction in submission.corrections.all():
            yield base | _correction(correction, submission.instance_id)
        for finding in submission.findings.all():
            if finding.state == Finding.State.ACCEPTED:
                yield base | _accepted(finding, submission.instance_id)
        reviews = list(submission.reviews.all())
        if reviews and reviews[-1].state == Review.State.REJECTED:
            yield base | _removed(reviews[-1])


def _correction(row: Correction, uuid: str) -> Line:
    kept = "blank_response" if row.new_value is None else "change_response"
    undone = f" (undone by {row.undone_by})" if row.undone_at else ""
    return {
        "question": row.concept,
        "old_value": _text(row.old_value),
        "new_value": _text(row.new_value),
        "change_type": "no_action" if row.undone_at else kept,
        "check_binding": f"{row.concept} ~/~ {uuid}",
        "reason": row.reason + undone,
        "by": row.by,
        "at": row.at.isoformat(),
    }


def _accepted(row: Finding, uuid: str) -> Line:
    return {
        "question": row.concept,
        "change_type": "no_action",
        "issue": say(row.message, row.values, "en"),
        "check_id": row.check_code,
        "check_binding": f"{row.check_code} ~/~ {uuid}",
        "reason": row.decision,
        "by": row.decided_by,
        "at": row.decided_at.isoformat() if row.decided_at else "",
    }


def _removed(row: Review) -> Line:
    return {
        "change_type": "remove_survey",
        "reason": row.reason,
        "by": row.by,
        "at": row.at.isoformat(),
    }


def _text(value: object) -> str:
    if value is None:
        return ""
    return " ".join(str(one) for one in value) if isinstance(value, list) else str(value)
