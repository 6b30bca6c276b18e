"""Opening a submission that a phone encrypted, with a private key that somebody at the desk holds.

The key, the answers and the files live as long as the request: nothing of them is written anywhere.
"""

from django.contrib.auth.models import User
from django.db import transaction

from opendtm import forms as workshop
from opendtm.forms import DecryptedSubmission
from opendtm_server.collect import store
from opendtm_server.collect.errors import TooLargeToOpen
from opendtm_server.collect.models import Submission
from opendtm_server.govern import audit
from opendtm_server.govern.access import check_may
from opendtm_server.govern.roles import Permission

OPEN_LIMIT = 100 * 1024 * 1024


@transaction.atomic
def open_encrypted(
    *, submission: Submission, private_key: bytes, passphrase: str, by: User
) -> DecryptedSubmission:
    """Decrypt a submission and note that it was opened, by whom.

    Raises TooLargeToOpen, and what the workshop says of a key, a file or a document that does not fit.
    """
    check_may(by, Permission.MANAGE_COLLECTION, submission.operation)
    key = workshop.read_private_key(private_key, passphrase)
    manifest = workshop.read_manifest(store.read_kept(submission.operation.code, submission.sha256))
    opened = workshop.decrypt(manifest, _files(submission), key)
    audit.record(
        by.username,
        "open_encrypted",
        operation=submission.operation.code,
        subject=submission.instance_id,
        details={"files": len(opened.files), "missing": len(opened.missing)},
    )
    return opened


def _files(submission: Submission) -> dict[str, bytes]:
    held = list(submission.attachments.exclude(sha256=""))
    if sum(one.size for one in held) > OPEN_LIMIT:
        raise TooLargeToOpen(limit=OPEN_LIMIT // (1024 * 1024))
    code = submission.operation.code
    return {one.filename: store.read_kept(code, one.sha256) for one in held}
