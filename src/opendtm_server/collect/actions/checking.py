"""Keeping count of what waits for the checks, so that nobody has to look through everything for it."""

from collections.abc import Sequence

from opendtm_server.collect.models import Submission


def note_checked(*, submissions: Sequence[int]) -> None:
    """Note that submissions are being checked, by number. Call it before reading them, in one transaction with that.

    A file that comes meanwhile waits for the transaction on PostgreSQL, and makes its submission wait again.
    """
    Submission.objects.filter(pk__in=submissions).update(unchecked=False)
