"""What is read about uploads: the list, and one by its number."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from opendtm_server.collect.models import Upload
from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


def old_rounds_for(reader: Reader, operation: "Operation") -> QuerySet[Upload]:
    """Give the operation's uploads, newest first. PermissionDenied without the right to manage the collection."""
    check_may(reader, Permission.MANAGE_COLLECTION, operation)
    return Upload.objects.filter(operation=operation).select_related("operation")
