"""The files of one submission: which were announced, which have come, and what a browser may draw of them."""

from dataclasses import dataclass

from opendtm import forms as workshop
from opendtm.forms import AuditTrail
from opendtm_server.collect import store
from opendtm_server.collect.models import Attachment, Submission
from opendtm_server.collect.queries.submissions import answers_of
from opendtm_server.collect.sniff import safe_type

TRAIL = "/meta/audit"


@dataclass(frozen=True)
class FileOfSubmission:
    """One file: `row` has its name, size and when it came; `picture` is True where a browser can only draw it."""

    row: Attachment
    announced: bool
    picture: bool

    @property
    def came(self) -> bool:
        """Tell whether the house holds it."""
        return bool(self.row.sha256)


def files_of(submission: Submission) -> list[FileOfSubmission]:
    """Give the files that a submission announced or that came with it, by name.

    FileNotFoundError where the store lost the body.
    """
    announced = frozenset(answers_of(submission).attachments)
    rows = submission.attachments.order_by("filename")
    return [
        FileOfSubmission(row, row.filename in announced, _is_picture(submission, row))
        for row in rows
    ]


def trail_of(submission: Submission) -> AuditTrail | None:
    """Read the log that the phone kept while the form was filled in; None where none was asked for or none came."""
    named = [one.value for one in answers_of(submission).answers if one.path == TRAIL]
    row = submission.attachments.filter(filename__in=[str(one) for one in named]).first()
    if row is None or not row.sha256:
        return None
    try:
        with store.open_kept(submission.operation.code, row.sha256) as content:
            return workshop.read_audit(content.read(workshop.AUDIT_LIMIT))
    except FileNotFoundError:
        return None


def _is_picture(submission: Submission, row: Attachment) -> bool:
    if not row.sha256:
        return False
    try:
        with store.open_kept(submission.operation.code, row.sha256) as content:
            return safe_type(content.read(64))[0].startswith("image/")
    except FileNotFoundError:
        return False
