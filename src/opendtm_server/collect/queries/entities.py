"""What is read about entity lists: for phones, and for the desk."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import timezone

from opendtm_server.collect.listed import SITES
from opendtm_server.collect.models import Entity, SiteProposal
from opendtm_server.places import queries as places

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


def gone_entities(operation: "Operation", name: str, keys: Sequence[str]) -> set[str]:
    """Give those of some entities of a list that a phone should forget.

    These are entities that were deleted, sites that are closed, and sites that a phone proposed and the desk
    has decided about: the site then comes with the list, under its own code.
    """
    if name == SITES:
        return _closed_sites(operation, keys) | _decided_proposals(operation, keys)
    held = Entity.objects.filter(entity_list__operation=operation, entity_list__name=name)
    return set(held.filter(key__in=keys, deleted_at__isnull=False).values_list("key", flat=True))


def _closed_sites(operation: "Operation", keys: Sequence[str]) -> set[str]:
    today = timezone.localdate()
    some = places.sites(operation).filter(code__in=keys)
    return {site.code for site in some if places.status_on(site, today) == "closed"}


def _decided_proposals(operation: "Operation", keys: Sequence[str]) -> set[str]:
    decided = SiteProposal.objects.filter(operation=operation, key__in=keys)
    return set(decided.exclude(state="waiting").values_list("key", flat=True))
