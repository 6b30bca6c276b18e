"""What is read about entity lists: for phones, and for the desk."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import timezone

from opendtm_server.collect.listed import SITES
from opendtm_server.places import queries as places

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


def gone_entities(operation: "Operation", name: str, keys: Sequence[str]) -> set[str]:
    """Give those of some entities of a list that a phone should forget: sites that are closed."""
    if name != SITES:
        return set()
    today = timezone.localdate()
    some = places.sites(operation).filter(code__in=keys)
    return {site.code for site in some if places.status_on(site, today) == "closed"}
