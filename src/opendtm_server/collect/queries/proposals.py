"""What is read about sites that were met in the field."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from opendtm_server.collect.models import SiteProposal
from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission
from opendtm_server.places import likeness

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


def proposals_for(reader: Reader, operation: "Operation") -> QuerySet[SiteProposal]:
    """Give the proposals of an operation, newest first. PermissionDenied without the right to read submissions."""
    check_may(reader, Permission.READ_SUBMISSIONS, operation)
    return SiteProposal.objects.filter(operation=operation).select_related(
        "site", "about", "submission__device", "operation"
    )


def likely_sites(
    proposal: SiteProposal, names: likeness.Names | None = None
) -> list[likeness.Likeness]:
    """Give the known sites that a proposed one may be, the likeliest first; not the one made from it.

    `names` saves reading the operation's names again for every one of many proposals.
    """
    known = names or likeness.Names(proposal.operation)
    found = likeness.likely_same(known, proposal.name, proposal.latitude, proposal.longitude)
    return [one for one in found if one.site.pk != proposal.site_id or proposal.state == "same"]
