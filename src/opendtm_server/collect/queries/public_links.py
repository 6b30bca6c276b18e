"""What is read about public links: the list of the desk, and the one behind an address."""

import re
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from opendtm_server.collect.errors import LinkUnknown
from opendtm_server.collect.models import FormVersion, PublicLink
from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

_SECRET = re.compile(r"[\w-]{8,64}")


def public_links_for(reader: Reader, operation: "Operation") -> QuerySet[PublicLink]:
    """Give the operation's links, newest first. PermissionDenied without the right to manage them."""
    check_may(reader, Permission.MANAGE_COLLECTION, operation)
    return PublicLink.objects.filter(operation=operation).select_related("form", "operation")


def public_link_at(secret: str) -> PublicLink:
    """Find the link behind an address; LinkUnknown where there is none or it was taken back."""
    found = (
        PublicLink.objects.filter(secret=secret, revoked_at=None)
        .select_related("form", "operation")
        .first()
        if _SECRET.fullmatch(secret)
        else None
    )
    if found is None:
        raise LinkUnknown
    return found


def version_of_link(link: PublicLink) -> FormVersion:
    """Give the form version that is filled through a link: the newest; LinkUnknown where the form was retired."""
    version = link.form.versions.select_related("form__operation").first()
    if version is None or link.form.retired_at is not None:
        raise LinkUnknown
    return version
